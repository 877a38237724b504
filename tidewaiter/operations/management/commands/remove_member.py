"""Takes somebody out of a room, at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.operations.actions.joining import end_membership
from tidewaiter.operations.commands import RoomCommand


class Command(RoomCommand):
    """`remove_member REF USERNAME --by U`."""

    help = "an account's access to a room ends at once, in open streams too"

    def add_arguments(self, parser: CommandParser) -> None:
        """Who goes."""
        super().add_arguments(parser)
        parser.add_argument("username", metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"removed"}`."""
        room, by = self.room(options)
        return {"removed": end_membership(room=room, username=options["username"], by=by).username}
