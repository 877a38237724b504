"""The ledger as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.ledger"
