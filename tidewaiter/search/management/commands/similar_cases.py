"""Cases like one, with the reasons."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.cases.queries import case_by_ref
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.search.similar import reasons, similar_to


class Command(DeedCommand):
    """`similar_cases REF --by USERNAME`."""

    help = "lists the cases most like one, with what they share"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which case, for whom."""
        super().add_arguments(parser)
        parser.add_argument("ref")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"ref", "national_ref", "likeness", "shared"}]`."""
        by = officer_at_shell(options["by"])
        return [
            {
                "ref": one.case.ref,
                "national_ref": one.case.national_ref,
                "likeness": one.score,
                "shared": reasons(one, "en"),
            }
            for one in similar_to(case_by_ref(by, options["ref"]), by)
        ]
