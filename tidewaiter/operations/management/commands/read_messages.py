"""Reads the messages of a room."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.operations.actions.messages import have_read
from tidewaiter.operations.commands import RoomCommand
from tidewaiter.operations.opened import opened, visible


class Command(RoomCommand):
    """`read_messages REF --by U [--since N] [--purpose TEXT]`."""

    help = "the messages of a room that the person sees, by number"

    def add_arguments(self, parser: CommandParser) -> None:
        """From which number on."""
        super().add_arguments(parser)
        parser.add_argument("--since", type=int, default=0, metavar="N", help="those with a higher number")
        parser.add_argument("--purpose", default="", metavar="TEXT", help="kept in the ledger; else the operation is")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"number", "template", "from", "at", "data", "attachments", …}]`."""
        room, by = self.room(options)
        found = [one for one in visible(opened(room.operation), room.member) if one.number > options["since"]]
        have_read(room=room, numbers=[one.number for one in found], by=by, purpose=options["purpose"].strip()[:200])
        return [one.plain(room.member) for one in reversed(found)]
