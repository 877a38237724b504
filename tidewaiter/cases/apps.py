"""The cases room as a Django application."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.cases"
