"""Scoring consignments by a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.scratch import scratch
from tidewaiter.trade.engines import engine
from tidewaiter.trade.files.writing import checked_output, write_table
from tidewaiter.trade.risk.consignments import consignments_of
from tidewaiter.trade.risk.model_file import read_model
from tidewaiter.trade.risk.scoring import CHANCE, ScoringParameters, read_rules, score, with_results


class Command(DeedCommand):
    """`select_score INPUT -m MODEL -o OUT.csv [--blend 0] [--rate 0.05 | --capacity N --office COL] [--chance 0.1]
    [--rules RULES.csv]`.
    """

    help = (
        "scores consignments: the rows in their order, with score, probability and reasons; chooses a list where a rate"
        " or a capacity is given"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The table, the model, how many can be inspected."""
        super().add_arguments(parser)
        parser.add_argument(
            "input", metavar="INPUT", help="consignments: .csv, .csv.gz, .parquet, or a folder of Parquet files"
        )
        parser.add_argument("-m", "--model", required=True, metavar="MODEL")
        parser.add_argument("-o", "--output", required=True, metavar="OUT", help="a .csv, .parquet or .xlsx file")
        parser.add_argument(
            "--blend", type=float, default=0.0, help="0 orders by the chance of a find, 1 by its likely worth"
        )
        parser.add_argument("--rate", type=float, default=0.0, help="share of all rows that can be inspected")
        parser.add_argument(
            "--capacity", type=int, default=0, metavar="N", help="rows that an office can inspect a day"
        )
        parser.add_argument("--office", default="", metavar="COL", help="the column that says which office")
        parser.add_argument("--chance", type=float, default=CHANCE, help="share of inspections that is drawn by chance")
        parser.add_argument(
            "--rules",
            metavar="RULES.csv",
            help="profiles and watch lists: rule, and columns of the table whose cells must be so",
        )
        parser.add_argument("--seed", type=int, default=1)

    def answer(self, **options: Any) -> JsonObject:
        """`{"rows", "expected", "chosen": {"rule", "score", "chance"}, "by_rule", "unseen": {column: share of rows},
        "top": [{"rows", "expected"}], "drifted": […], "drift": {column: index}}`.
        """
        model, out = read_model(Path(options["model"])), Path(options["output"])
        rules = read_rules(Path(options["rules"])) if options["rules"] else ()
        asked = ScoringParameters(
            options["blend"],
            options["rate"],
            options["capacity"],
            options["office"],
            options["chance"],
            options["seed"],
            rules,
        )
        checked_output(out)
        with scratch() as folder:
            connection = engine("duckdb", "4GB", folder, reads=[Path(options["input"])])
            date = model.layout.roles.get("date", "")
            table = consignments_of(connection, Path(options["input"]), date, model.layout.date_order)
            found = score(model, table, asked, self.progress)
            write_table(connection, with_results(table, found), "scored", out, {}, found.figures)
        return found.figures | {"drift": found.drift}
