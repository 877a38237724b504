"""The door of the room's commands: who acts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.operations.queries import Room, room_of
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_at_shell


class RoomCommand(DeedCommand):
    """A command about one room, `REF … --by USERNAME`."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Which room, and who; a command with arguments of its own extends this."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def room(self, options: dict[str, Any]) -> tuple[Room, Officer]:
        """The room, as the person has it, and the person. Raises `Missing`, `BadInput`."""
        by = officer_at_shell(options["by"])
        return room_of(by, options["ref"]), by
