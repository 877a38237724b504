"""A thread at the shell, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.disk import whole
from tidewaiter.mail.actions import take_file
from tidewaiter.mail.api import thread_out
from tidewaiter.mail.queries import file_named
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`show_mail REF --by USERNAME [--file FILE -o OUT]`."""

    help = "shows the letters of a thread that one sees, which opens them; or writes a file of one"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which thread, whose eyes, which file."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--file", default="", metavar="FILE", help="the ref of a file of the thread")
        parser.add_argument("-o", "--output", default="", metavar="OUT")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref", "subject", "letters": [{"ref", "by", "at", "to", "text", …, "files": […]}]}`; of a file
        `{"file", "name", "bytes"}`.
        """
        by = officer_at_shell(options["by"])
        if options["file"]:
            file = file_named(by, options["file"])
            content = take_file(file=file, by=by)
            to = Path(options["output"] or file.name)
            with whole(to) as part:
                part.write_bytes(content)
            return {"file": str(to), "name": file.name, "bytes": len(content)}
        found = thread_out(by, options["ref"])
        for letter in found["letters"]:
            for name in ("at", "due_at", "answered_at"):
                letter[name] = letter[name].isoformat() if letter[name] else None
        return found
