"""The unit-price screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.reading import text_of
from tidewaiter.foundation.scratch import scratch
from tidewaiter.trade.engines import ENGINES
from tidewaiter.trade.files.opening import rows_of_table
from tidewaiter.trade.files.writing import checked_output
from tidewaiter.trade.prices.price_run import Source, screen, write_results
from tidewaiter.trade.prices.unit_prices import LADDER, PriceParameters, ladder_of
from tidewaiter.trade.tables.columns import read_mapping


class Command(DeedCommand):
    """`unit_prices INPUT -o OUT [--engine duckdb] [--memory 4GB] [--group COLS] [--low 0.25 --high 0.75]
    [--min-group 30] …`.
    """

    help = "screens declarations for prices that lie outside what like ones cost; a screen, not a finding"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, how like ones are found, what counts as outside."""
        super().add_arguments(parser)
        parser.add_argument(
            "input", metavar="INPUT", help="declarations: .csv, .csv.gz, .parquet, or a folder of Parquet files"
        )
        parser.add_argument(
            "-o",
            "--output",
            required=True,
            metavar="OUT",
            help="a .csv, .parquet or .xlsx file of what is flagged, or a folder for all results",
        )
        parser.add_argument("--engine", choices=tuple(ENGINES), default="duckdb")
        parser.add_argument("--memory", default="4GB")
        parser.add_argument(
            "--group",
            metavar="COLS",
            default="",
            help="columns of the finest group, by default hs10,partner,quarter; by year and of the world follow",
        )
        parser.add_argument("--low", type=float, default=0.25)
        parser.add_argument("--high", type=float, default=0.75)
        parser.add_argument("--min-group", type=int, default=30)
        parser.add_argument(
            "--floor", type=float, default=0.0, metavar="VALUE", help="rows of a smaller value are not flagged"
        )
        parser.add_argument("--with-self", action="store_true", help="compare a row with its whole group, itself too")
        parser.add_argument("--no-related", action="store_true", help="do not flag trade inside a firm")
        parser.add_argument(
            "--flow", choices=("import", "export"), default="import", help="where the file does not say"
        )
        parser.add_argument("--rates", metavar="RATES.csv", help="currency,rate: what one unit of a currency is worth")
        parser.add_argument(
            "--reference", metavar="PRICES.csv", help="hs,unit,low,high: prices that win over the quartiles"
        )
        parser.add_argument(
            "--mapping", metavar="MAP.toml", help="[columns] ours = theirs; [constants]; [formats] decimal"
        )
        parser.add_argument("--anyway", action="store_true", help="also where more than half was not understood")
        parser.add_argument("--work", metavar="FOLDER", help="keeps the stages here: a run that was stopped goes on")

    def answer(self, **options: Any) -> JsonObject:
        """`{"rows", "groups", "flagged", "over_value", "under_value", "seconds", …}` with what
        was left out and how much was usable.
        """
        given = [one.strip() for one in options["group"].split(",") if one.strip()]
        named = {"origin": "partner", "hs": "hs10"}
        parameters = PriceParameters(
            low=options["low"],
            high=options["high"],
            min_group=options["min_group"],
            floor=options["floor"],
            ladder=ladder_of([named.get(one, one) for one in given]) if given else LADDER,
            leave_one_out=not options["with_self"],
            related=not options["no_related"],
            reference=rows_of_table(options["reference"], ("hs", "unit", "low", "high"), ("low", "high"))
            if options["reference"]
            else None,
        )
        mapping = read_mapping(text_of(Path(options["mapping"]), "toml_bytes")) if options["mapping"] else None
        rates = (
            {
                row["currency"].upper(): float(row["rate"])
                for row in rows_of_table(options["rates"], ("currency", "rate"), ("rate",))
            }
            if options["rates"]
            else None
        )
        checked_output(Path(options["output"]))
        with scratch() as folder:
            work = Path(options["work"]) if options["work"] else folder
            source = Source(Path(options["input"]), mapping, rates, options["flow"], anyway=options["anyway"])
            found = screen(
                source,
                work,
                parameters,
                engine_name=options["engine"],
                memory=options["memory"],
                aside=folder,
                tell=self.progress,
                share=self.share,
            )
            write_results(found, work, Path(options["output"]), options["memory"], self.share)
        for warning in found.warnings:
            self.progress(warning)
        return found.answer()
