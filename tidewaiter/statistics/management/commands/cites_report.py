"""The CITES annual illegal trade report of a Party."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.statistics.report.cites_report import HEADS, illegal_trade_report
from tidewaiter.statistics.tables.table_files import kind_of_file, table_file


class Command(DeedCommand):
    """`cites_report --party CC --year Y -o FILE.xlsx|.csv|.json [--do-not-share] --by USERNAME`."""

    help = "writes the CITES annual illegal trade report of a country and year, a row for each specimen"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose report, of which year, where to, and whether the Secretariat may share it."""
        super().add_arguments(parser)
        parser.add_argument("--party", required=True, metavar="CC")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("-o", "--output", required=True, metavar="FILE.xlsx|.csv|.json")
        parser.add_argument(
            "--do-not-share", action="store_true", help="marks it as not for the Secretariat's partners"
        )
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"party", "year", "rows", "do_not_share", "file"}`."""
        out = Path(options["output"])
        kind = kind_of_file(out)
        report = illegal_trade_report(
            officer_at_shell(options["by"]),
            options["party"].upper(),
            options["year"],
            do_not_share=bool(options.get("do_not_share")),
        )
        out.write_bytes(table_file(kind, HEADS, report.rows, report.top))
        return {
            "party": report.party,
            "year": report.year,
            "rows": len(report.rows),
            "do_not_share": report.do_not_share,
            "file": options["output"],
        }
