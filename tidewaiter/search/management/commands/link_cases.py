"""Links two cases for somebody who sees both."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.cases.queries import case_by_ref
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.search.linking import link, linked_to, unlink


class Command(DeedCommand):
    """`link_cases REF [OTHER KIND [--reason TEXT] [--drop]] --by USERNAME`; without another it lists what is linked."""

    help = "links two cases, takes a link away, or lists what a case is linked to"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which cases, and how they belong together."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("ref")
        parser.add_argument("other", nargs="?", default="")
        parser.add_argument("kind", nargs="?", default="", help="a code of the list link_kind")
        parser.add_argument("--reason", default="")
        parser.add_argument("--drop", action="store_true", help="takes the link away")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"ref", "national_ref", "kind", "reason", "by"}]`."""
        by = officer_at_shell(options["by"])
        one = case_by_ref(by, options["ref"])
        if options["other"]:
            other = case_by_ref(by, options["other"])
            if options["drop"]:
                unlink(one=one, other=other, kind=options["kind"], by=by)
            else:
                link(one=one, other=other, kind=options["kind"], reason=options["reason"], by=by)
        return [
            {
                "ref": row.case.ref,
                "national_ref": row.case.national_ref,
                "kind": row.kind,
                "reason": row.reason,
                "by": row.by,
            }
            for row in linked_to(one, by)
        ]
