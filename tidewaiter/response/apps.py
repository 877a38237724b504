"""The response room as a Django application."""

from django.apps import AppConfig


class ResponseConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.response"
