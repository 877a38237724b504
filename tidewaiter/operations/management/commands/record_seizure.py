"""Makes a case of a seizure message."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.operations.actions.recording import record_seizure
from tidewaiter.operations.commands import RoomCommand


class Command(RoomCommand):
    """`record_seizure REF NUMBER [--names] --by U`."""

    help = "a seizure message becomes a draft case of its owner (national nodes)"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which message, and whether its names go into the registry."""
        super().add_arguments(parser)
        parser.add_argument("number", type=int, metavar="NUMBER")
        parser.add_argument("--names", action="store_true", help="the persons of its annex go into the registry")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"case"}`."""
        room, by = self.room(options)
        return {"case": record_seizure(room=room, number=options["number"], by=by, names=options["names"])}
