"""The advisories room as a Django application."""

from django.apps import AppConfig


class AdvisoriesConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.advisories"
