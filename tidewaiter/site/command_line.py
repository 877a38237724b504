"""The program `tidewaiter`: Django's management commands by another name."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from tidewaiter.foundation.refusals import Refusal


def main() -> None:
    """Runs the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")
    try:
        execute_from_command_line(sys.argv)
    except Refusal as refusal:  # a setting that cannot be: there is no command yet that could say so
        sys.stderr.write(f"{refusal.sentence}\n")
        sys.exit(refusal.exit_code)
