"""The threads room as a Django application."""

from django.apps import AppConfig


class ThreadsConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.threads"
