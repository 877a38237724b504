"""The exchange as a Django application."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.exchange"
