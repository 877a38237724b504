"""The deed «validate» in bulk."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.cases.actions import validate
from tidewaiter.cases.queries import filtered, visible_cases
from tidewaiter.cases.selection import add_where, read_where
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`validate_cases --by USERNAME [--where FIELD=VALUE …]`."""

    help = "does «validate» with many cases at once"

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and which cases."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument(
            "--unopened", default="", metavar="REASON", help="take cases that no reviewer has opened, and why"
        )
        add_where(parser)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"cases", "refused": {reason: n}}`."""
        by = officer_at_shell(options["by"])
        chosen = filtered(visible_cases(by), read_where(options["where"]))
        done, refused = validate(cases=chosen, by=by, unopened=options["unopened"])
        self.done_in_part = bool(refused)
        return {"cases": done, "refused": refused}
