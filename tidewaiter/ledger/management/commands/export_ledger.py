"""Writes the whole ledger with its heads and an independent verifier to a zip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.export import write_zip


class Command(DeedCommand):
    """`export_ledger -o FILE.zip`."""

    help = "writes the whole ledger with its heads and an independent verifier to a zip"

    def add_arguments(self, parser: CommandParser) -> None:
        """`-o FILE.zip`."""
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", type=Path, required=True)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"entries", "file"}`."""
        with transaction.atomic():
            record(by=node_at_shell(), deed="ledger.exported", ref="ledger")
        with options["output"].open("wb") as file:
            entries = write_zip(file)
        return {"entries": entries, "file": str(options["output"])}
