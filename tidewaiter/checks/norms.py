"""What quantities are usual: median and spread of the logarithm, for each kind of goods and unit.

Robust z-score with the median absolute deviation (Iglewicz & Hoaglin 1993), on ln(quantity) because quantities of
seizures are spread over many powers of ten. `FLOOR` keeps goods that nearly always come singly from flagging a dozen.

What several administrations reported is weighted: whatever one of them reports, it has at most `MOST_SHARE` of the
weight, so that it cannot carry the median beyond what the others reported.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

LEAST_LINES = 30
LEAST_REPORTERS = 3
MOST_SHARE = 0.4
FLOOR = 0.7
LIMIT = 5.0
_CONSISTENT = 1.4826
type Kind = tuple[str, str]
"""Sub-type and unit."""


@dataclass(frozen=True, slots=True)
class Norm:
    """The usual quantity of one kind of goods in one unit."""

    lines: int
    middle: float
    spread: float
    reporters: int = 0
    """Administrations behind it; none where a file is compared with itself."""

    def is_unusual(self, quantity: float) -> bool:
        """Whether ln(quantity) lies more than `LIMIT` spreads from the middle."""
        return quantity > 0 and abs(math.log(quantity) - self.middle) > LIMIT * self.spread


def norms_of(lines: Iterable[tuple[str, str, float]], reporters: int = 0) -> dict[Kind, Norm]:
    """Norms by (sub-type, unit) from (sub-type, unit, quantity); groups under `LEAST_LINES` have none."""
    groups: dict[Kind, list[float]] = {}
    for subtype, unit, quantity in lines:
        if quantity > 0:
            groups.setdefault((subtype, unit), []).append(math.log(quantity))
    norms = {}
    for key, values in groups.items():
        if len(values) >= LEAST_LINES:
            middle = median(values)
            spread = _CONSISTENT * median(abs(value - middle) for value in values)
            norms[key] = Norm(len(values), middle, max(spread, FLOOR), reporters)
    return norms


def norms_together(lines: Iterable[tuple[str, str, str, float]]) -> dict[Kind, Norm]:
    """Norms of what several administrations reported, from (administration, sub-type, unit, quantity).

    Groups with fewer than `LEAST_LINES` lines or `LEAST_REPORTERS` administrations have none.
    """
    groups: dict[Kind, list[tuple[str, float]]] = {}
    for who, subtype, unit, quantity in lines:
        if quantity > 0:
            groups.setdefault((subtype, unit), []).append((who, math.log(quantity)))
    norms = {}
    for key, said in groups.items():
        number = Counter(who for who, _value in said)
        if len(said) < LEAST_LINES or len(number) < LEAST_REPORTERS:
            continue
        most = _most_weight(list(number.values()))
        weighed = [(value, min(number[who], most) / number[who]) for who, value in said]
        middle = weighted_median(weighed)
        spread = _CONSISTENT * weighted_median([(abs(value - middle), weight) for value, weight in weighed])
        norms[key] = Norm(len(said), middle, max(spread, FLOOR), len(number))
    return norms


def _most_weight(numbers: Sequence[int]) -> float:
    """The most that one administration may weigh, in lines, so that none has more than `MOST_SHARE` of the whole.

    The k largest weigh `most` each and the others as many as their lines: most = share · (rest + k · most). Two at most
    are too large: 1 / `MOST_SHARE` is less than three.
    """
    ordered = sorted(numbers, reverse=True)
    for large in range(LEAST_REPORTERS):
        most = MOST_SHARE * sum(ordered[large:]) / (1 - MOST_SHARE * large) if large else MOST_SHARE * sum(ordered)
        if ordered[large] <= most:
            return most if large else float(ordered[0])
    raise ValueError("three administrations at least")


def weighted_median(weighed: Sequence[tuple[float, float]]) -> float:
    """The value with half of the weight below it; halfway to the next where exactly
    half is reached. Of (value, weight) pairs.
    """
    ordered = sorted(weighed)
    half, reached = math.fsum(weight for _value, weight in ordered) / 2, 0.0
    for at, (value, weight) in enumerate(ordered):
        reached += weight
        if math.isclose(reached, half, rel_tol=1e-9) and at + 1 < len(ordered):
            return (value + ordered[at + 1][0]) / 2
        if reached > half:
            return value
    return ordered[-1][0]
