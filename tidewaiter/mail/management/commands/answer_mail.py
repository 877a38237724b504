"""A letter answered, or taken back, at the shell."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.mail.actions import take_letter_back
from tidewaiter.mail.management.commands.send_mail import LetterCommand
from tidewaiter.mail.queries import letter_named
from tidewaiter.people.queries import officer_at_shell


class Command(LetterCommand):
    """`answer_mail LETTER --by USERNAME [--text T] [--to WHO,…] [--handling MARK] [--attach FILE …]`, or
    `answer_mail LETTER --by USERNAME --take-back`.
    """

    help = "answers a letter to those who have it, or takes one of one's own back within a minute"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which letter."""
        super().add_arguments(parser)
        parser.add_argument("letter", metavar="LETTER")
        parser.add_argument("--take-back", action="store_true")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"letter", "thread", "to"}`, or `{"draft"}`."""
        by = officer_at_shell(options["by"])
        letter = letter_named(by, options["letter"])
        if options["take_back"]:
            return {"draft": take_letter_back(letter=letter, by=by).ref}
        return self.send(options, by, answers=letter)
