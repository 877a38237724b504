"""Columns that give the label away: known only after the inspection, they would
make a model look perfect and be of no use.
"""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.risk.consignments import Consignments, Kinds
from tidewaiter.trade.risk.metrics import auc

TELLING = 0.97
"""A column that alone orders rows by their label this well (AUC) knows the outcome."""
ALIKE = 0.80
"""With a name that speaks of the label, this much is enough."""
PURE, SHARE, LEAST = 0.999, 0.25, 30
"""Values that are illicit in (nearly) all of at least `LEAST` rows, and cover this share of
the illicit rows, know the outcome too.
"""
_OUTCOME = {
    "fraud",
    "illicit",
    "penalty",
    "fine",
    "seized",
    "seizure",
    "offence",
    "offense",
    "violation",
    "infraction",
    "result",
    "outcome",
    "finding",
    "findings",
    "detected",
    "discrepancy",
    "undervaluation",
}


def leaking(consignments: Consignments, kinds: Kinds, label_head: str, label: np.ndarray) -> list[str]:
    """Heads of the columns that tell the label, of rows whose label (0 or 1) is known; the most telling first."""
    found: list[tuple[float, str]] = []
    words = set(label_head.lower().replace("_", " ").split()) | _OUTCOME
    half = np.arange(len(label)) % 2 == 0
    for head in [*kinds.categories, *kinds.numbers]:
        coded = consignments.columns[head]
        telling, pure = _told(coded.codes, len(coded.values), label, half), _pure(coded.codes, len(coded.values), label)
        if head in kinds.numbers:
            numbers = coded.numbers()
            at = auc(label, np.where(np.isnan(numbers), np.nanmin(numbers) - 1, numbers))
            telling = max(telling, at, 1 - at)
            pure = pure or _pure_end(numbers, label)
        speaks = bool(words & set(head.lower().replace("_", " ").split()))
        if telling >= (ALIKE if speaks else TELLING) or pure:
            found.append((telling, head))
    return [head for _telling, head in sorted(found, reverse=True)]


def _told(codes: np.ndarray, different: int, label: np.ndarray, half: np.ndarray) -> float:
    """How well one half of the rows orders the other by the share of illicit rows of a value (AUC)."""
    rows = np.bincount(codes[half], minlength=different)
    illicit = np.bincount(codes[half], weights=label[half], minlength=different)
    share = (illicit + label.mean()) / (rows + 1.0)
    return auc(label[~half], share[codes[~half]])


def _pure(codes: np.ndarray, different: int, label: np.ndarray) -> bool:
    rows = np.bincount(codes, minlength=different)
    illicit = np.bincount(codes, weights=label, minlength=different)
    pure = (rows >= LEAST) & (illicit >= PURE * rows)
    return bool(illicit[pure].sum() >= SHARE * label.sum())


def _pure_end(numbers: np.ndarray, label: np.ndarray) -> bool:
    """Whether the rows above (below) some amount are (nearly) all illicit, and cover a good share of those
    that are: a duty that was found, say.
    """
    known = np.where(np.isnan(numbers), np.nanmin(numbers) - 1, numbers)
    for order in (np.argsort(-known, kind="stable"), np.argsort(known, kind="stable")):
        illicit = np.cumsum(label[order] == 1)
        rows = np.arange(1, len(label) + 1)
        pure = (rows >= LEAST) & (illicit >= PURE * rows)
        if pure.any() and illicit[pure].max() >= SHARE * illicit[-1]:
            return True
    return False


def refuse_leaks(
    consignments: Consignments, kinds: Kinds, label_head: str, label: np.ndarray, revenue: str = ""
) -> None:
    """Raises `BadInput` that names the columns which tell the label. What finds were worth is known after the
    inspection: it is not learnt from, but where it is the declared value and does not tell the label.
    """
    told = leaking(consignments, kinds, label_head, label)
    if revenue and (revenue in told or revenue != consignments.roles.get("value")):
        told = [head for head in told if head != revenue]
        for heads in (kinds.numbers, kinds.categories):
            if revenue in heads:
                heads.remove(revenue)
        kinds.unused[revenue] = "known after the inspection"
    if told:
        raise BadInput(
            "leak",
            _(
                "These columns give the label away, for they are known only after the inspection: %(heads)s. Leave them"
                " out (--exclude), then train again."
            )
            % {"heads": ", ".join(f"«{head}»" for head in told)},
        )
