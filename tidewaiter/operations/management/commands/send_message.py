"""Sends a message into a room."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.operations.actions.drafting import attach
from tidewaiter.operations.actions.messages import Written, send
from tidewaiter.operations.commands import RoomCommand

CHUNK = 1 << 20


class Command(RoomCommand):
    """`send_message REF --template T --data FILE.json [--to CC,…] [--attach FILE] [--restricted] [--reply-to N]
    [--reply-minutes N] [--urgent] --by U`.
    """

    help = "a message by one of the room's templates; its data as JSON"

    def add_arguments(self, parser: CommandParser) -> None:
        """What is sent, and to whom."""
        super().add_arguments(parser)
        parser.add_argument("--template", required=True)
        parser.add_argument("--data", type=Path, required=True, metavar="FILE.json")
        parser.add_argument("--to", default="", metavar="CC,…", help="countries, OCU, @accounts; without it all")
        parser.add_argument("--attach", type=Path, action="append", default=[], metavar="FILE")
        parser.add_argument(
            "--restricted", action="store_true", help="its files are of abuse and the like: opened by two people"
        )
        parser.add_argument("--reply-to", type=int, default=None, metavar="NUMBER")
        parser.add_argument("--reply-minutes", type=int, default=None, metavar="N")
        parser.add_argument("--urgent", action="store_true")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"message", "number"}`."""
        room, by = self.room(options)
        data = read_json(bytes_of(options["data"], "json_document_bytes"))
        for path in options["attach"]:
            if not path.is_file():
                raise BadInput("unreadable", f"{path} is no file.")
        files = [
            attach(
                room=room,
                name=path.name,
                media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
                chunks=_chunks(path),
                by=by,
                restricted=options["restricted"],
            ).ref
            for path in options["attach"]
        ]
        said = Written(
            template=options["template"],
            data=data,
            to=options["to"].split(","),
            reply_to=options["reply_to"],
            reply_minutes=options["reply_minutes"],
            urgent=options["urgent"],
            files=files,
        )
        sent = send(room=room, said=said, by=by)
        return {"message": f"{room.ref}/{sent.number}", "number": sent.number}


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
