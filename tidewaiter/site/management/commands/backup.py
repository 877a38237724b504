"""Backs the node up while it runs: one checked file of database, vault and keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.site.backup.backup import back_up


class Command(DeedCommand):
    """`backup FILE [--recipient age1… …]`."""

    help = "backs the node up while it runs: one checked file of database, vault and keys"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and to whom it is encrypted."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--recipient",
            action="append",
            default=[],
            help="encrypt to this age recipient; without, the file holds the node's keys in the clear",
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"file", "sha256", "bytes", "entries", "encrypted"}`."""
        return back_up(
            target=options["file"].absolute(), recipients=options["recipient"], by=node_at_shell(), say=self.progress
        )
