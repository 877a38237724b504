"""The jobs room as a Django application."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.jobs"
