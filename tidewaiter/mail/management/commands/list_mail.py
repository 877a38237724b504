"""One's mail at the shell."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.mail.api import rows_out
from tidewaiter.mail.policy import must_correspond
from tidewaiter.mail.queries import BOXES
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`list_mail --by USERNAME [--box BOX] [--q WORDS]`."""

    help = "lists the threads of a box, the newest first, or those that hold some words"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, which box, which words."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--box", default="inbox", metavar="BOX", help=", ".join(BOXES))
        parser.add_argument("--q", default="", help="words of subject, letter or file name")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"ref", "subject", "by", "at", "letters", "unread", "files", "handling", "due_at", "overdue"}]`."""
        by = officer_at_shell(options["by"])
        must_correspond(by)
        return [
            {**row, "at": row["at"].isoformat(), "due_at": row["due_at"].isoformat() if row["due_at"] else None}
            for row in rows_out(by, options["box"], options["q"], None, 200)
        ]
