"""The registry room as a Django application."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.registry"
