"""Takes the data of an administration out of a room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.disk import whole
from tidewaiter.operations.actions.taking import take_own
from tidewaiter.operations.commands import RoomCommand


class Command(RoomCommand):
    """`take_data REF -o FILE.zip --by U`."""

    help = "the data of the person's administration, signed; `verify_certificate` checks the file off line"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.zip")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"file", "bytes", "sha256", "messages", "files"}`."""
        room, by = self.room(options)
        pack = take_own(room=room, by=by)
        with whole(options["output"]) as part, part.open("wb") as file:
            file.writelines(pack.pieces)
        return {
            "file": str(options["output"]),
            "bytes": pack.size,
            "sha256": pack.sha256,
            "messages": pack.messages,
            "files": pack.files,
        }
