"""The situation report of a room on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.parameters import read_day
from tidewaiter.operations.actions.printing import print_situation
from tidewaiter.operations.commands import RoomCommand


class Command(RoomCommand):
    """`situation_report REF -o FILE.pdf [--lang LL] [--day YYYY-MM-DD] --by U`."""

    help = "the situation report of a room as PDF, in a language of the node, of what the person sees"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, in which language, of which day."""
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.pdf")
        parser.add_argument("--lang", default="en", metavar="LL")
        parser.add_argument("--day", default="", metavar="YYYY-MM-DD", help="what is new of one day, beside all")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"file", "bytes"}`."""
        room, by = self.room(options)
        day = read_day(options["day"]) if options["day"] else None
        content = print_situation(room=room, lang=options["lang"], day=day, by=by)
        with whole(options["output"]) as part:
            part.write_bytes(content)
        return {"file": str(options["output"]), "bytes": len(content)}
