"""The deed «recheck»."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.cases.actions import recheck
from tidewaiter.cases.queries import filtered, visible_cases
from tidewaiter.cases.selection import add_where, read_where
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`check_cases --by STEWARD [--where FIELD=VALUE …]`."""

    help = "runs all automatic checks over cases that are here already and keeps what they find"

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and which cases."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        add_where(parser)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"cases", "changed", "findings": {code: n}}`."""
        by = officer_at_shell(options["by"])
        cases, changed, found = recheck(cases=filtered(visible_cases(by), read_where(options["where"])), by=by)
        return {"cases": cases, "changed": changed, "findings": found}
