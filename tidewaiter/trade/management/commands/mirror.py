"""The mirror comparison."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from tidewaiter.codelists.countries import Countries
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.reading import text_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.scratch import scratch
from tidewaiter.trade.engines import ENGINES
from tidewaiter.trade.files.opening import rows_of_table
from tidewaiter.trade.files.writing import checked_output
from tidewaiter.trade.mirror.mirror_data import MirrorParameters
from tidewaiter.trade.mirror.mirror_run import Reported, compare, write_flows
from tidewaiter.trade.tables.columns import read_mapping


class Command(DeedCommand):
    """`mirror INPUT -o OUT [--engine duckdb] [--memory 4GB] [--cif-fob 1.06|TABLE.csv] [--distances D.csv] [--gross]
    [--relative 0.5] [--mapping MAP.toml]`.
    """

    help = "holds what importers report against what exporters report; a gap is an indicator of risk, not a loss"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the factor, what counts as a gap."""
        super().add_arguments(parser)
        parser.add_argument(
            "input",
            metavar="INPUT",
            help=(
                "trade of both sides: UN Comtrade, WITS, BACI, or any by mapping; .csv, .csv.gz, .parquet or a folder"
                " of it"
            ),
        )
        parser.add_argument(
            "-o",
            "--output",
            required=True,
            metavar="OUT",
            help="a .csv, .parquet or .xlsx file of the flows, or a folder for all results",
        )
        parser.add_argument("--engine", choices=tuple(ENGINES), default="duckdb")
        parser.add_argument("--memory", default="4GB")
        parser.add_argument(
            "--cif-fob",
            default="1.06",
            metavar="FACTOR|TABLE.csv",
            help="a number, or a table: factor, and any of importer, exporter, product",
        )
        parser.add_argument(
            "--distances",
            metavar="DISTANCES.csv",
            help="estimates the factor by pair: exporter, importer, distance, contiguity (CEPII's GeoDist as it is)",
        )
        parser.add_argument(
            "--correspondence",
            metavar="CODES.csv",
            help=(
                "two columns of HS codes, one of each edition: what became (a part of) one another is compared as one"
                " product"
            ),
        )
        parser.add_argument("--work", metavar="FOLDER", help="keeps the stages here: a run that was stopped goes on")
        parser.add_argument("--gross", action="store_true", help="do not take re-exports off exports")
        parser.add_argument(
            "--relative", type=float, default=0.5, help="from which share of the larger side a gap is listed"
        )
        parser.add_argument(
            "--mapping", metavar="MAP.toml", help="[columns] ours = theirs; [constants]; [formats] decimal"
        )
        parser.add_argument("--anyway", action="store_true", help="also where more than half was not understood")

    def answer(self, **options: Any) -> JsonObject:
        """`{"flows", "matched", "matched_share", "median_value_ratio", "median_weight_ratio", "gaps", "dropped",
        "seconds", …}`.
        """
        said: JsonObject = {"net_re_exports": not options["gross"], "relative": options["relative"]}
        try:
            said["factor"] = float(options["cif_fob"])
        except ValueError:
            said["factors"] = _factors(options["cif_fob"])
        mapping = read_mapping(text_of(Path(options["mapping"]), "toml_bytes")) if options["mapping"] else None
        checked_output(Path(options["output"]))
        beside = {name: Path(options[name]) if options[name] else None for name in ("distances", "correspondence")}
        source = Reported(Path(options["input"]), mapping, **beside, anyway=options["anyway"])
        with scratch() as folder:
            work = Path(options["work"]) if options["work"] else folder
            found = compare(
                source,
                work,
                MirrorParameters(**said),
                engine_name=options["engine"],
                memory=options["memory"],
                aside=folder,
                tell=self.progress,
                share=self.share,
            )
            write_flows(found, work, Path(options["output"]), options["memory"])
        for warning in found.warnings:
            self.progress(warning)
        return found.answer()


def _factors(name: str) -> list[dict[str, str]]:
    """The factors of a table by importer and exporter; an empty cell is any. Raises `BadInput` for what is
    no country: it would be taken for any.
    """
    read = Countries()
    rows = rows_of_table(name, ("factor",), ("factor",))
    for number, row in enumerate(rows, 2):
        for side in ("importer", "exporter"):
            said = row.get(side, "").strip()
            code = read.read(said) if said else ""
            if said and not code:
                words = gettext("Line %(line)s: «%(text)s» is no country.")
                raise BadInput("unknown_country", words % {"line": number, "text": said[:40]})
            row[side] = code or ""
    return rows
