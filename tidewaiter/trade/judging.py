"""How well a selection finds what is illicit: precision, recall and revenue at shares inspected, AUC, calibration."""

from __future__ import annotations

from typing import Any

import numpy as np

RATES = (1, 2, 5, 10)
"""Shares inspected, in per cent."""


def auc(label: np.ndarray, score: np.ndarray) -> float:
    """Area under the ROC curve: the chance that an illicit row stands above a licit one, ties counted half (Mann and Whitney 1947)."""
    _values, place, number = np.unique(score, return_inverse=True, return_counts=True)
    last = np.cumsum(number)
    rank = last - (number - 1) / 2.0
    bad = int((label == 1).sum())
    good = len(label) - bad
    if not bad or not good:
        return 0.5
    return float((rank[place][label == 1].sum() - bad * (bad + 1) / 2.0) / (bad * good))


def figures(
    label: np.ndarray, score: np.ndarray, revenue: np.ndarray | None = None, rates: tuple[int, ...] = RATES
) -> dict[str, Any]:
    """`{"precision_at": {"1": …}, "recall_at", "revenue_at" (where revenue is given), "auc", "rows", "illicit"}` of rows whose label is known.

    At a rate of r per cent the r per cent of rows with the highest scores are inspected (at least one), rows of one score in their order.
    `revenue_at` is the share of the illicit rows' revenue that is found.
    """
    order = np.argsort(-score, kind="stable")
    found = label[order] == 1
    worth = np.nan_to_num(revenue[order]) * found if revenue is not None else None
    said: dict[str, Any] = {"precision_at": {}, "recall_at": {}}
    if worth is not None:
        said["revenue_at"] = {}
    for rate in rates:
        number = max(1, int(len(label) * rate / 100))
        hits = int(found[:number].sum())
        said["precision_at"][str(rate)] = round(hits / number, 4)
        said["recall_at"][str(rate)] = round(hits / max(int(found.sum()), 1), 4)
        if worth is not None:
            said["revenue_at"][str(rate)] = round(float(worth[:number].sum() / max(worth.sum(), 1e-12)), 4)
    return said | {"auc": round(auc(label, score), 4), "rows": len(label), "illicit": int(found.sum())}


def calibration(label: np.ndarray, probability: np.ndarray, bands: int = 10) -> list[dict[str, float]]:
    """Of tenths of the rows by probability: what was said (mean), what came (share illicit), how many."""
    order = np.argsort(probability, kind="stable")
    parts = [part for part in np.array_split(order, bands) if len(part)]
    return [{"said": round(float(probability[part].mean()), 4), "came": round(float(label[part].mean()), 4), "rows": len(part)} for part in parts]  # fmt: skip


def calibration_error(label: np.ndarray, probability: np.ndarray) -> float:
    """The mean distance of what was said from what came, over tenths of the rows."""
    parts = calibration(label, probability)
    return round(sum(part["rows"] * abs(part["said"] - part["came"]) for part in parts) / max(len(label), 1), 4)
