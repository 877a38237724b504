"""What quantities are usual: median and spread of the logarithm, for each kind of goods and unit.

Robust z-score with the median absolute deviation (Iglewicz & Hoaglin 1993), on ln(quantity) because quantities of
seizures are spread over many powers of ten. `FLOOR` keeps goods that nearly always come singly from flagging a dozen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

LEAST_LINES = 30
FLOOR = 0.7
LIMIT = 5.0


@dataclass(frozen=True, slots=True)
class Norm:
    """The usual quantity of one kind of goods in one unit."""

    lines: int
    middle: float
    spread: float

    def is_unusual(self, quantity: float) -> bool:
        """Whether ln(quantity) lies more than `LIMIT` spreads from the middle."""
        return quantity > 0 and abs(math.log(quantity) - self.middle) > LIMIT * self.spread


def norms_of(lines: Iterable[tuple[str, str, float]]) -> dict[tuple[str, str], Norm]:
    """Norms by (sub-type, unit) from (sub-type, unit, quantity); groups under `LEAST_LINES` have none."""
    groups: dict[tuple[str, str], list[float]] = {}
    for subtype, unit, quantity in lines:
        if quantity > 0:
            groups.setdefault((subtype, unit), []).append(math.log(quantity))
    norms = {}
    for key, values in groups.items():
        if len(values) >= LEAST_LINES:
            middle = median(values)
            spread = 1.4826 * median(abs(value - middle) for value in values)
            norms[key] = Norm(len(values), middle, max(spread, FLOOR))
    return norms
