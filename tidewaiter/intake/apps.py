"""The intake room as a Django application."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.intake"
