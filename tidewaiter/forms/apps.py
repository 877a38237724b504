"""The forms room as a Django application."""

from django.apps import AppConfig


class FormsConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.forms"
