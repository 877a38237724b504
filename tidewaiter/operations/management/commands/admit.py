"""Admits somebody to a room, at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.operations.actions.joining import invite
from tidewaiter.operations.commands import RoomCommand
from tidewaiter.operations.policy import AGENCIES, PARTS


class Command(RoomCommand):
    """`admit REF USERNAME --as PART [--agency A] --by U`."""

    help = "an account joins a room at once, as its co-ordinator says"

    def add_arguments(self, parser: CommandParser) -> None:
        """Who joins, and as what."""
        super().add_arguments(parser)
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--as", dest="part", choices=PARTS, required=True)
        parser.add_argument("--agency", choices=AGENCIES, default="customs")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"member"}`."""
        room, by = self.room(options)
        member = invite(
            room=room,
            username=options["username"],
            part=options["part"],
            agency=options["agency"],
            by=by,
            joins_at_once=True,
        )
        return {"member": member.username}
