"""Writes the whole ledger with its heads and an independent verifier to a zip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.disk import whole
from tidewaiter.ledger.export import export_ledger


class Command(DeedCommand):
    """`export_ledger -o FILE.zip`."""

    help = "writes the whole ledger with its heads and an independent verifier to a zip"

    def add_arguments(self, parser: CommandParser) -> None:
        """`-o FILE.zip`."""
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", type=Path, required=True)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"entries", "file"}`."""
        with whole(options["output"]) as part, part.open("wb") as file:
            entries = export_ledger(file=file, by=node_at_shell())
        return {"entries": entries, "file": str(options["output"])}
