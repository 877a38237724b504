"""The library room as a Django application."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.library"
