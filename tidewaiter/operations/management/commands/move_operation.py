"""Moves an operation to another phase."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.operations.actions.opening import move
from tidewaiter.operations.commands import RoomCommand
from tidewaiter.operations.states import OPEN


class Command(RoomCommand):
    """`move_operation REF PHASE --by U`."""

    help = "another phase of an operation; what was written in training is wiped when it goes live"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which phase."""
        super().add_arguments(parser)
        parser.add_argument("phase", choices=OPEN)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref", "phase"}`."""
        room, by = self.room(options)
        return {"ref": room.ref, "phase": move(room=room, phase=options["phase"], by=by).phase}
