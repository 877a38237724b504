"""The trade room as a Django application."""

from django.apps import AppConfig


class TradeConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.trade"
