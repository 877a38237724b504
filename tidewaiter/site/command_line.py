"""The program `tidewaiter`: Django's management commands by another name."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Runs the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")
    execute_from_command_line(sys.argv)
