"""Taking back one's own decision on a case, within a minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.cases.actions import take_back
from tidewaiter.cases.queries import own_decision
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`take_back REF --by USERNAME`."""

    help = "takes back one's own validation or return of a case, within a minute"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and who."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref", "version", "status"}`."""
        by = officer_at_shell(options["by"])
        case = own_decision(by, options["ref"])
        take_back(case=case, by=by)
        case.refresh_from_db()
        return {"ref": case.ref, "version": case.version, "status": case.status}
