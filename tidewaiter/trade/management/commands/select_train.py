"""Learning a selection model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.scratch import scratch
from tidewaiter.trade.engines import engine
from tidewaiter.trade.risk.consignments import consignments_of
from tidewaiter.trade.risk.risk_model import TrainingParameters, train


class Command(DeedCommand):
    """The command `select_train`:

    `select_train INPUT --label COL [--exclude COL …] [--date COL] [--date-order dmy|mdy] [--revenue COL] -o MODEL`.
    """

    help = (
        "learns which consignments to open from those that were opened; a column that gives the label away is refused"
        " by name"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The table, the label, what is left out."""
        super().add_arguments(parser)
        parser.add_argument(
            "input", metavar="INPUT", help="consignments: .csv, .csv.gz, .parquet, or a folder of Parquet files"
        )
        parser.add_argument("--label", required=True, metavar="COL", help="1 found, 0 not, empty where nobody looked")
        parser.add_argument(
            "--exclude",
            action="append",
            default=[],
            metavar="COL",
            help="a column that must not be learnt from; may be given again",
        )
        parser.add_argument("--date", default="", metavar="COL", help="where the column of the date is not recognised")
        parser.add_argument(
            "--revenue",
            default="",
            metavar="COL",
            help="what a find was worth: a second head learns it, for select_score --blend",
        )
        parser.add_argument(
            "--date-order",
            default="",
            choices=("", "dmy", "mdy"),
            help="whether days or months come first, where dates in figures do not tell",
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("-o", "--output", required=True, metavar="MODEL", help="the model, as JSON")

    def answer(self, **options: Any) -> JsonObject:
        """The model's card: what it was learnt of, how it did on the latest rows."""
        asked = TrainingParameters(
            options["label"],
            tuple(options["exclude"]),
            options["date"],
            options["revenue"],
            options["seed"],
            options["date_order"],
        )
        with scratch() as folder:
            table = consignments_of(
                engine("duckdb", "4GB", folder, reads=[Path(options["input"])]),
                Path(options["input"]),
                asked.date,
                asked.date_order,
            )
        model = train(table, asked, self.progress, self.share)
        with whole(Path(options["output"])) as part:
            part.write_text(model.text())
        return model.card
