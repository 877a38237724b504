"""The room of operations as a Django application."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.operations"
