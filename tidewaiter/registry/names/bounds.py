"""How high a score can become whatever the names say, for many pairs at once: what `comparing` does with births."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

type Births = NDArray[np.int64]
"""A row a person: year, month, day; 0 for what is not said; three 0 where no birth is known, or several are."""


def births_at_best(left: Births, right: Births) -> NDArray[np.float64]:
    """Of each pair the most that `compare` can give where no number is shared: as if the names were the same, and the
    country.
    """
    years = np.abs(left[:, 0] - right[:, 0])
    precise = (left[:, 2] > 0) & (right[:, 2] > 0)
    first, second = np.maximum(left, 1), np.maximum(right, 1)
    month, day = first[:, 1] == second[:, 1], first[:, 2] == second[:, 2]
    turned = (first[:, 1] == second[:, 2]) & (first[:, 2] == second[:, 1])
    no_month = (left[:, 1] == 0) | (right[:, 1] == 0)
    agree = no_month | (month & (day | (left[:, 2] == 0) | (right[:, 2] == 0)))
    same_year = np.where(agree, 1.0, np.where(turned, 0.96, np.where(month != day, 0.88, 0.65)))
    slip = precise & month & day & ((years == 1) | (years == 10) | _same_digits(first[:, 0], second[:, 0]))
    near = np.where(precise, 0.7, 0.85)
    other_year = np.where(slip, 0.88, np.where(years == 1, near, np.where((years == 2) & ~precise, 0.7, 0.45)))
    best = np.where(years == 0, same_year, other_year)
    best = np.where((left[:, 0] == 0) | (right[:, 0] == 0), 1.0, best)
    return np.where(best > 0.6, best + (1 - best) * 0.1, best) + 0.001


def _same_digits(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    digits = [np.sort(np.stack([years // 10**at % 10 for at in range(4)], axis=1), axis=1) for years in (one, other)]
    same: NDArray[np.bool_] = (digits[0] == digits[1]).all(axis=1)
    return same
