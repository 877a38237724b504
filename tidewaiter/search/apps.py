"""The search room as a Django application."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.search"
