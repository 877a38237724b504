"""How well a scoring found what is illicit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.scratch import scratch
from tidewaiter.trade.engines import engine
from tidewaiter.trade.risk.consignments import consignments_of
from tidewaiter.trade.risk.outcomes import evaluated


class Command(DeedCommand):
    """`select_evaluate SCORED --label COL [--revenue COL]`."""

    help = (
        "precision, recall and revenue at 1, 2, 5 and 10 per cent inspected, and AUC, of scored rows whose outcome is"
        " known"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The scored table, the outcome, what finds were worth."""
        super().add_arguments(parser)
        parser.add_argument("input", metavar="SCORED")
        parser.add_argument("--label", required=True, metavar="COL")
        parser.add_argument("--revenue", default="", metavar="COL")

    def answer(self, **options: Any) -> JsonObject:
        """`{"precision_at": {"1", "2", "5", "10"}, "recall_at", "revenue_at", "auc", "rows", "illicit", "unknown",
        "calibration_error", "calibration", "by_choice"}`.
        """
        with scratch() as folder:
            table = consignments_of(
                engine("duckdb", "4GB", folder, reads=[Path(options["input"])]), Path(options["input"])
            )
        return evaluated(table, options["label"], options["revenue"])
