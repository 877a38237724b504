"""The off-line desk as a Django application."""

from django.apps import AppConfig


class OfflineConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.offline"
