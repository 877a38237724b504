"""The codelists room as a Django application."""

from django.apps import AppConfig


class CodelistsConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.codelists"
