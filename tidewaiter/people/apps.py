"""The people room as a Django application."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.people"
