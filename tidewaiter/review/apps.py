"""The review room as a Django application."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.review"
