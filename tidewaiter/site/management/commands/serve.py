"""Serves pages and does due work."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.modes import must_be_shut
from tidewaiter.foundation.scratch import sweep
from tidewaiter.site.keyring import must_be_shut_too
from tidewaiter.site.supervisor import supervise


class Command(DeedCommand):
    """`serve [--host H] [--port P] [--workers N]`."""

    help = "serves pages, API and due work"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where, and with how many processes."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serves until stopped."""
        must_be_shut(Path(settings.TIDEWAITER_HOME))
        must_be_shut_too()
        sweep()
        self.stderr.write(f"Serving on http://{options['host']}:{options['port']} (stop with Ctrl-C)")
        sys.exit(supervise(host=options["host"], port=options["port"], workers=options["workers"]))
