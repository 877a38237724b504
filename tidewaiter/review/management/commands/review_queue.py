"""The queue of a reviewer's office."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.cases.filter_params import add_where, read_where
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.review.queries import ORDERS, in_order, rows_of, waiting


class Command(DeedCommand):
    """`review_queue --by USERNAME [--order oldest|findings|country] [--limit N] [--where FIELD=VALUE …]`."""

    help = "lists the cases that wait for a reviewer's office"

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, in which order, how many, which."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--order", choices=ORDERS, default="oldest")
        parser.add_argument("--limit", type=int, default=100)
        add_where(parser)

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"ref", "national_ref", "administration", "form", "worst", "due", "late", "opened_by", "given_to"}]`."""
        by = officer_at_shell(options["by"])
        cases = waiting(by, read_where(options["where"]))
        return [
            {
                "ref": row.case.ref,
                "national_ref": row.case.national_ref,
                "administration": row.case.administration,
                "form": row.case.form,
                "worst": row.case.worst,
                "due": row.due.isoformat()[:16],
                "late": row.late,
                "opened_by": row.case.opened_by,
                "given_to": row.to,
            }
            for row in rows_of(in_order(cases, options["order"]), by, max(1, options["limit"]))
        ]
