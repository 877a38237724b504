"""Seizures of wildlife beside the trade that Parties report to CITES."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.reading import text_of
from tidewaiter.intake.mapping.foreign_columns import read_table_mapping
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.statistics.comparisons.comparison_display import WILDLIFE_HEADS, wildlife_rows
from tidewaiter.statistics.comparisons.external_tables import bring_table
from tidewaiter.statistics.comparisons.wildlife_trade import NONE, ROUTE, compared
from tidewaiter.statistics.tables.table_files import kind_of_file, table_file


class Command(DeedCommand):
    """`compare_cites TRADE --since YEAR --until YEAR -o OUT.xlsx|.csv|.json [--mapping MAP.toml] --by USERNAME`."""

    help = "holds wildlife seizures against the trade that Parties report to CITES, by species and route"

    def add_arguments(self, parser: CommandParser) -> None:
        """The table of the CITES Trade Database, the years, and where to."""
        super().add_arguments(parser)
        parser.add_argument("trade", metavar="TRADE", help="a table of the CITES Trade Database: csv or xlsx")
        parser.add_argument("--since", type=int, required=True, metavar="YEAR")
        parser.add_argument("--until", type=int, required=True, metavar="YEAR")
        parser.add_argument("-o", "--output", required=True, metavar="OUT.xlsx|.csv|.json")
        parser.add_argument("--mapping", metavar="MAP.toml")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"rows", "same_route", "not_in_trade", "without_species", "dropped", "file"}`."""
        out = Path(options["output"])
        kind = kind_of_file(out)
        by = officer_at_shell(options["by"])
        chosen = read_table_mapping(text_of(Path(options["mapping"]), "toml_bytes")) if options["mapping"] else None
        table = bring_table(
            kind="cites", name=Path(options["trade"]).name, path=Path(options["trade"]), chosen=chosen, by=by
        )
        found, unsaid = compared(by, table, options["since"], options["until"])
        out.write_bytes(table_file(kind, WILDLIFE_HEADS, wildlife_rows(found, "en")))
        return {
            "rows": len(found),
            "same_route": sum(one.verdict == ROUTE for one in found),
            "not_in_trade": sum(one.verdict == NONE for one in found),
            "without_species": unsaid,
            "dropped": table.dropped,
            "file": options["output"],
        }
