"""The statistics room as a Django application."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.statistics"
