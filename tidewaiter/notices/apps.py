"""The notices room as a Django application."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.notices"
