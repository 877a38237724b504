"""The vault room as a Django application."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.vault"
