"""The experts' room as a Django application."""

from django.apps import AppConfig


class ExpertsConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.experts"
