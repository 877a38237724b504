"""How well a scoring found what is illicit."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.consignments import consignments_of, labels_of
from tidewaiter.trade.engines import engine
from tidewaiter.trade.judging import calibration_error, figures


class Command(DeedCommand):
    """`select_evaluate SCORED --label COL [--revenue COL]`."""

    help = "precision, recall and revenue at 1, 2, 5 and 10 per cent inspected, and AUC, of scored rows whose outcome is known"

    def add_arguments(self, parser: CommandParser) -> None:
        """The scored table, the outcome, what finds were worth."""
        super().add_arguments(parser)
        parser.add_argument("input", metavar="SCORED")
        parser.add_argument("--label", required=True, metavar="COL")
        parser.add_argument("--revenue", default="", metavar="COL")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"precision_at": {"1", "2", "5", "10"}, "recall_at", "revenue_at", "auc", "rows", "illicit", "calibration_error", "by_choice"}`."""
        with tempfile.TemporaryDirectory() as folder:
            table = consignments_of(engine("duckdb", "4GB", Path(folder)), Path(options["input"]))
        label = labels_of(table, options["label"])
        known = label >= 0
        ranked = table.column("score").numbers()
        if np.isnan(ranked).any():
            raise BadInput("score", _("The column «score» must hold a number in every row."))
        revenue = table.column(options["revenue"]).numbers() if options["revenue"] else None
        said = figures(label[known], ranked[known], revenue[known] if revenue is not None else None)
        if "probability" in table.columns:
            said["calibration_error"] = calibration_error(label[known], table.column("probability").numbers()[known])
        if "selected" in table.columns:
            chosen = table.columns["selected"]
            kinds = np.array(chosen.values, dtype=object)[chosen.codes]
            of = {kind: known & (kinds == kind) for kind in ("rule", "score", "chance")}
            said["by_choice"] = {
                kind: {
                    "rows": int(rows.sum()),
                    "precision": round(float(label[rows].mean()), 4) if rows.any() else None,
                }
                for kind, rows in of.items()
            }
        return said
