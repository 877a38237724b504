"""The mail room as a Django application."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """The room's entry in INSTALLED_APPS."""

    name = "tidewaiter.mail"
