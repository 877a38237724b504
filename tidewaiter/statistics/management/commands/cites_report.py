"""The CITES annual illegal trade report of a Party."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.tables import workbook_of_rows
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.statistics.cites import HEADS, report_rows


class Command(DeedCommand):
    """`cites_report --party CC --year Y -o FILE.xlsx --by USERNAME`."""

    help = "writes the CITES annual illegal trade report of a country and year, a row for each specimen"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose report, of which year, and where to."""
        super().add_arguments(parser)
        parser.add_argument("--party", required=True, metavar="CC")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("-o", "--output", required=True, metavar="FILE.xlsx")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"party", "year", "rows", "file"}`."""
        rows = report_rows(officer_at_shell(options["by"]), options["party"].upper(), options["year"])
        Path(options["output"]).write_bytes(workbook_of_rows(HEADS, rows))
        return {
            "party": options["party"].upper(),
            "year": options["year"],
            "rows": len(rows),
            "file": options["output"],
        }
