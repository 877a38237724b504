"""How well a selection finds what is illicit, and how sure that is: precision, recall and revenue at shares inspected,
AUC, calibration of all rows and of the top of the list.
"""

from __future__ import annotations

import numpy as np

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.shares import interval

RATES = (1, 2, 5, 10)
"""Shares inspected, in per cent."""
TOPS = (100, 1000)
"""Rows of the top of a list whose finds are held against what was expected."""
LEVEL = 0.95
DRAWS, DRAWN = 1000, 20_000_000
"""Repeats of a bootstrap; the most rows that it draws in all."""
METHODS = {
    "precision_at": "Wilson score interval of the rows inspected",
    "recall_at": "Wilson score interval of the illicit rows",
    "revenue_at": "bootstrap of the illicit rows (percentiles, 1000 draws), Wilson where all or nothing is found",
    "auc": "DeLong, DeLong and Clarke-Pearson 1988; Wilson where every pair is in one order",
}
"""By which method each interval was made."""


def auc(label: np.ndarray, score: np.ndarray) -> float:
    """Area under the ROC curve: the chance that an illicit row stands above a licit one, ties
    counted half (Mann and Whitney 1947).
    """
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
) -> JsonObject:
    """`{"precision_at": {"1": …}, "recall_at", "revenue_at" (where revenue is given), "auc", "rows", "illicit"}` of
    rows whose label is known.

    At a rate of r per cent the r per cent of rows with the highest scores are inspected (at least one), rows of one
    score in their order. `revenue_at` is the share of the illicit rows' revenue that is found. `intervals` holds
    `[low, high]` of each figure (95 %) and, in `method`, how it was made (`METHODS`).
    """
    order = np.argsort(-score, kind="stable")
    found = label[order] == 1
    worth = np.nan_to_num(revenue[order]) * found if revenue is not None else None
    said: JsonObject = {"precision_at": {}, "recall_at": {}}
    sure: JsonObject = {"level": LEVEL, "method": METHODS, "precision_at": {}, "recall_at": {}}
    if worth is not None:
        said["revenue_at"], sure["revenue_at"] = {}, {}
    for rate in rates:
        number = max(1, int(len(label) * rate / 100))
        hits = int(found[:number].sum())
        said["precision_at"][str(rate)] = round(hits / number, 4)
        said["recall_at"][str(rate)] = round(hits / max(int(found.sum()), 1), 4)
        sure["precision_at"][str(rate)] = _rounded(interval(hits, number))
        sure["recall_at"][str(rate)] = _rounded(interval(hits, int(found.sum())))
        if worth is not None:
            said["revenue_at"][str(rate)] = round(float(worth[:number].sum() / max(worth.sum(), 1e-12)), 4)
    if worth is not None:
        cuts = [max(1, int(len(label) * rate / 100)) for rate in rates]
        sure["revenue_at"] = dict(zip(map(str, rates), _of_worth(worth, found, cuts), strict=True))
    sure["auc"] = _rounded(auc_interval(label, score))
    return said | {
        "auc": round(auc(label, score), 4),
        "rows": len(label),
        "illicit": int(found.sum()),
        "intervals": sure,
    }


def _rounded(ends: tuple[float, float]) -> list[float]:
    return [round(ends[0], 4), round(ends[1], 4)]


def _of_worth(worth: np.ndarray, found: np.ndarray, cuts: list[int]) -> list[list[float]]:
    """95 % intervals of the shares of worth found in the first so many rows: illicit rows are drawn again and again."""
    places = np.flatnonzero(found)
    amounts, number = worth[places], len(places)
    if not number or not amounts.sum():
        return [[0.0, 1.0] for _cut in cuts]
    dice, draws = np.random.default_rng(1), max(100, min(DRAWS, DRAWN // number))
    shares = np.zeros((draws, len(cuts)))
    for at in range(draws):
        drawn = dice.integers(0, number, number)
        whole = amounts[drawn].sum()
        if whole > 0:
            shares[at] = [amounts[drawn[places[drawn] < cut]].sum() / whole for cut in cuts]
    low, high = np.percentile(shares, (100 * (1 - LEVEL) / 2, 100 * (1 + LEVEL) / 2), axis=0)
    ends = [(float(one), float(other)) for one, other in zip(low, high, strict=True)]
    hits = [int((places < cut).sum()) for cut in cuts]
    return [_rounded(interval(hit, number) if one[0] == one[1] else one) for one, hit in zip(ends, hits, strict=True)]


def auc_interval(label: np.ndarray, score: np.ndarray) -> tuple[float, float]:
    """The 95 % interval of the AUC (DeLong et al. 1988, by ranks as Sun and Xu 2014 compute it).

    Where all pairs are in one order its variance is nothing, and Wilson's interval of the rarer outcome is given.
    """
    bad, good = score[label == 1], score[label == 0]
    if not len(bad) or not len(good):
        return 0.0, 1.0
    ours, theirs = _placed(bad, good), 1 - _placed(good, bad)
    area, fewest = float(ours.mean()), min(len(bad), len(good))
    if fewest < 2 or area in (0.0, 1.0):
        return interval(round(area * fewest), fewest)
    half = 1.96 * float(np.sqrt(ours.var(ddof=1) / len(bad) + theirs.var(ddof=1) / len(good)))
    return max(0.0, area - half), min(1.0, area + half)


def _placed(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """For each of `some` the share of `others` below it, ties counted half."""
    ordered = np.sort(others)
    below, upto = np.searchsorted(ordered, some, "left"), np.searchsorted(ordered, some, "right")
    placed: np.ndarray = (below + upto) / (2.0 * len(ordered))
    return placed


def top_calibration(label: np.ndarray, probability: np.ndarray, score: np.ndarray) -> list[JsonObject]:
    """Of the 100 and the 1,000 highest (of all rows where they are fewer): `expected` finds by the probabilities,
    `found`, and `likely`: the range in which 95 of 100 such lists end if the probabilities are right (normal
    approximation of the sum of unequal chances, with a half added for whole numbers).
    """
    order, answer = np.argsort(-score, kind="stable"), []
    for number in sorted({min(top, len(order)) for top in TOPS}):
        chances = probability[order[:number]]
        expected, half = float(chances.sum()), 1.96 * float(np.sqrt((chances * (1 - chances)).sum())) + 0.5
        likely = [max(0, int(np.ceil(expected - half))), min(number, int(np.floor(expected + half)))]
        found = int((label[order[:number]] == 1).sum())
        answer.append({"rows": number, "expected": round(expected, 1), "found": found, "likely": likely})
    return answer


def calibration(label: np.ndarray, probability: np.ndarray, bands: int = 10) -> list[dict[str, float]]:
    """Of tenths of the rows by probability: what was said (mean), what came (share illicit), how many."""
    order = np.argsort(probability, kind="stable")
    parts = [part for part in np.array_split(order, bands) if len(part)]
    return [
        {
            "said": round(float(probability[part].mean()), 4),
            "came": round(float(label[part].mean()), 4),
            "rows": len(part),
        }
        for part in parts
    ]


def calibration_error(label: np.ndarray, probability: np.ndarray) -> float:
    """The mean distance of what was said from what came, over tenths of the rows."""
    parts = calibration(label, probability)
    return round(sum(part["rows"] * abs(part["said"] - part["came"]) for part in parts) / max(len(label), 1), 4)
