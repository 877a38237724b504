"""The evidence room as a Django application."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.evidence"
