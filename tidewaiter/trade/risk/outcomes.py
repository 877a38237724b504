"""Outcomes of inspections fed back: how well a scoring found what is illicit, by what each row was chosen for."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.shares import interval
from tidewaiter.trade.risk.consignments import Consignments, labels_of
from tidewaiter.trade.risk.metrics import calibration, calibration_error, figures, top_calibration

CHOICES = ("rule", "score", "chance")


def evaluated(table: Consignments, label: str, revenue: str = "") -> JsonObject:
    """`{"precision_at": {"1", "2", "5", "10"}, "recall_at", "revenue_at", "auc", "rows", "illicit", "unknown",
    "calibration_error", "calibration", "top", "intervals", "by_choice"}` of scored rows whose outcome stands in the
    column `label`; rows without one are left out and counted as `unknown`.

    `by_choice` is the precision of what was chosen by rule, by score and by chance: where chance finds as much as the
    score, the score says nothing. Raises `BadInput`.
    """
    outcome = labels_of(table, label)
    known = outcome >= 0
    ranked = table.column("score").numbers()
    if np.isnan(ranked).any():
        raise BadInput("score", _("The column «score» must hold a number in every row."))
    worth = table.column(revenue).numbers()[known] if revenue else None
    said = figures(outcome[known], ranked[known], worth) | {"unknown": int((~known).sum())}
    if "probability" in table.columns:
        probability = table.column("probability").numbers()[known]
        said["calibration_error"] = calibration_error(outcome[known], probability)
        said["calibration"] = calibration(outcome[known], probability)
        said["top"] = top_calibration(outcome[known], probability, ranked[known])
    if "selected" in table.columns:
        chosen = table.columns["selected"]
        kinds = np.array(chosen.values, dtype=object)[chosen.codes]
        of = {kind: known & (kinds == kind) for kind in CHOICES}
        said["by_choice"] = {
            kind: {
                "rows": int(rows.sum()),
                "precision": round(float(outcome[rows].mean()), 4) if rows.any() else None,
                "interval": [round(end, 4) for end in interval(int((outcome[rows] == 1).sum()), int(rows.sum()))],
            }
            for kind, rows in of.items()
        }
    return said
