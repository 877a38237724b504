"""Brings a node back from a backup; refuses a damaged one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.site.backup.restore import restore


class Command(DeedCommand):
    """`restore FILE [--identity KEYFILE] [--replace]`."""

    help = "brings a node back from a backup; refuses a damaged one; what is here is moved aside, never deleted"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the key that opens it, and whether to replace what is here."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, help="the age key file that opens an encrypted backup")
        parser.add_argument("--replace", action="store_true", help="move the node that is here aside")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"file", "entries", "intact", "set_aside", "keys", "trade", "advice"}`."""
        return restore(
            source=options["file"].absolute(),
            identity=options["identity"],
            replace=options["replace"],
            by=node_at_shell(),
            say=self.progress,
        )
