"""The monthly check of a region's data."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.review.monthly import as_rows, monthly_check, read_month


class Command(DeedCommand):
    """`monthly_check YYYY-MM --by USERNAME [--country CC]`."""

    help = "counts what came in a month, how sound it was and how long it took"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which month, for whom, which country."""
        super().add_arguments(parser)
        parser.add_argument("month")
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--country", default="")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """A row for each country and commodity; `commodity` empty is the country as a whole."""
        by = officer_at_shell(options["by"])
        return as_rows(monthly_check(by, read_month(options["month"]), options["country"]))
