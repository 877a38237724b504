"""The deed «validate» in bulk."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.cases.actions import validate
from tidewaiter.cases.commands import CasesCommand


class Command(CasesCommand):
    """`validate_cases --by USERNAME [--where FIELD=VALUE …] [--unopened REASON]`."""

    help = "does «validate» with many cases at once"

    def add_arguments(self, parser: CommandParser) -> None:
        """And what to do with cases that nobody has opened."""
        super().add_arguments(parser)
        parser.add_argument(
            "--unopened", default="", metavar="REASON", help="take cases that no reviewer has opened, and why"
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"cases", "refused": {reason: n}}`."""
        by, cases = self.chosen(options)
        done, refused = validate(cases=cases, by=by, unopened=options["unopened"])
        self.done_in_part = bool(refused)
        return {"cases": done, "refused": refused}
