"""A letter sent at the shell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.mail.actions import attach_file, send_mail
from tidewaiter.mail.models import Letter
from tidewaiter.mail.queries import letter_named
from tidewaiter.mail.written import LONGEST, Written
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_at_shell


class LetterCommand(DeedCommand):
    """What sending, answering and forwarding have in common."""

    def add_arguments(self, parser: CommandParser) -> None:
        """What the letter says, under which mark, with which files."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--to", default="", metavar="WHO,…", help="accounts, office:NAME, administration:CODE")
        parser.add_argument("--text", default="-", help="what it says; - reads standard input")
        parser.add_argument("--handling", default="", metavar="MARK", help="TLP 2.0")
        parser.add_argument("--reply-by", default="", metavar="MOMENT", help="ISO 8601, or +24 for hours")
        parser.add_argument("--urgent", action="store_true", help="rings along the duty rota until somebody has it")
        parser.add_argument("--attach", action="append", default=[], metavar="FILE")

    def send(
        self,
        options: dict[str, Any],
        by: Officer,
        *,
        subject: str = "",
        answers: Letter | None = None,
        forwards: Letter | None = None,
    ) -> dict[str, Any]:
        """Sends it with its files; gives `{"letter", "thread", "to"}`."""
        about = answers or forwards
        text = sys.stdin.read(LONGEST + 1) if options["text"] == "-" else options["text"]
        said = Written(
            to=[word for word in options["to"].split(",") if word.strip()],
            subject=subject,
            text=text,
            handling=options["handling"] or (about.handling if about else "AMBER"),
            urgent=options["urgent"],
            due=options["reply_by"],
        )
        files = [attach_file(path=Path(one), name=Path(one).name, by=by) for one in options["attach"]]
        letter = send_mail(said=said, by=by, answers=answers, forwards=forwards, files=files)
        return {"letter": letter.ref, "thread": letter.thread_id, "to": letter.addressees.count()}


class Command(LetterCommand):
    """`send_mail --by USERNAME --to WHO,… --subject S [--text T] [--handling MARK] [--reply-by MOMENT] [--urgent]
    [--attach FILE …]`; `--forward LETTER` sends another on.
    """

    help = "sends a letter to people, offices and administrations of this node, or sends one on"

    def add_arguments(self, parser: CommandParser) -> None:
        """What it is about."""
        super().add_arguments(parser)
        parser.add_argument("--subject", default="")
        parser.add_argument("--forward", default="", metavar="LETTER", help="the letter that is sent on")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"letter", "thread", "to"}`."""
        by = officer_at_shell(options["by"])
        forwards = letter_named(by, options["forward"]) if options["forward"] else None
        subject = options["subject"] or (forwards.thread.subject if forwards else "")
        return self.send(options, by, subject=subject, forwards=forwards)
