"""Early signals: goods, routes and methods that rose more than their own history explains.

Each series of monthly cases is asked how likely its last months are, given the months before. Counts of seizures
scatter more than a Poisson count does, so the history's own scatter is measured (variance over mean, at least 1) and
the last months are held against a negative binomial whose variance has that scatter and the uncertainty of the
history's mean (the predictive distribution of a gamma-Poisson model with Jeffreys' prior; A. Gelman et al., Bayesian
Data Analysis, 3rd ed., §2.6). Thousands of series are asked at once, so the share of false ones among those that are
shown is kept at `FALSE_SHARE` (Y. Benjamini and Y. Hochberg, 1995). Only administrations that reported both before and
lately are counted: a new reporter is no rise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p
from pathlib import Path

import numpy as np

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.sql import TRUE, Where, composed, names
from tidewaiter.statistics import store
from tidewaiter.statistics.dashboard.scope import Scope, month_number, month_text, validated_rows
from tidewaiter.statistics.queries import connect, executed

FALSE_SHARE = 0.1
HISTORY, LATELY = 33, 3
"""Months: how far back, and how many the last are."""
LEAST_CASES, LEAST_RATIO, LEAST_MONTHS = 5, 1.5, 12
KEYS = ("commodity", "departure", "destination", "concealment", "mode")
_SETS = (
    ("commodity",),
    ("commodity", "departure", "destination"),
    ("commodity", "concealment", "mode"),
    ("commodity", "departure", "destination", "concealment"),
)


@dataclass(frozen=True, slots=True)
class Signal:
    """A series that rose: its keys (`{dimension: value}`), months, what was expected of the
    last ones, and how unlikely they are.
    """

    keys: dict[str, str]
    months: list[int]
    lately: int
    expected: float
    p: float
    q: float
    """The smallest share of false signals at which it would still be shown."""

    @property
    def ratio(self) -> float:
        """How many times what was expected."""
        return round(self.lately / self.expected, 1)


def tail(count: int, mean: float, variance: float) -> float:
    """P(X ≥ `count`) of a negative binomial of that mean and variance;
    of a Poisson where the variance is not larger.
    """
    if count <= 0:
        return 1.0
    if variance <= mean * (1 + 1e-9):
        first = -mean + count * log(mean) - lgamma(count + 1)

        def step(n: int) -> float:
            return mean / n
    else:
        size = mean * mean / (variance - mean)
        share = mean / (mean + size)
        first = lgamma(count + size) - lgamma(size) - lgamma(count + 1) + size * log1p(-share) + count * log(share)

        def step(n: int) -> float:
            return (n - 1 + size) / n * share

    term, total, n = 1.0, 1.0, count
    while n < count + 100_000:
        n += 1
        term *= step(n)
        total += term
        if term < total * 1e-12:
            break
    return min(1.0, exp(first + log(total))) if first > -745 else 0.0


def chance(history: Sequence[int], lately: Sequence[int]) -> tuple[float, float]:
    """(expected number of the last months, chance of as many or more) after a history of monthly counts."""
    past = np.asarray(history, dtype=float)
    months, total = len(past), float(past.sum()) + 0.5
    mean = total / months
    # the scatter of few months is itself uncertain: one standard error is added, or quiet histories cry wolf
    scatter = max(1.0, float(past.var(ddof=1)) / mean * (1 + (2 / (months - 1)) ** 0.5)) if months > 1 else 1.0
    expected = mean * len(lately)
    variance = scatter * expected * (1 + len(lately) / months)
    return expected, tail(int(sum(lately)), expected, variance)


def false_shares(chances: Sequence[float]) -> list[float]:
    """For each p-value the smallest false-discovery rate at which it is rejected (Benjamini and Hochberg's step-up)."""
    order = sorted(range(len(chances)), key=lambda n: chances[n])
    found, least = [1.0] * len(chances), 1.0
    for rank in range(len(order), 0, -1):
        least = min(least, chances[order[rank - 1]] * len(order) / rank)
        found[order[rank - 1]] = least
    return found


def signals(
    actor: Actor | None, until: str, where: Scope | None = None, files: Path | None = None
) -> tuple[list[Signal], int]:
    """(what rose in the `LATELY` months up to `until`, least likely first; how many series were asked)."""
    last = month_number(until)
    first = last - HISTORY - LATELY + 1
    series = _series(actor, month_text(first), until, month_text(last - LATELY), where, files)
    asked, rows = [], []
    for keys, months in series.items():
        begun = next((n for n, count in enumerate(months) if count), 0)
        history = months[:-LATELY] if begun < HISTORY else []
        if len(history) < LEAST_MONTHS or sum(months) < LEAST_CASES:
            continue
        expected, p = chance(history, months[-LATELY:])
        asked.append(p)
        rows.append((dict(keys), months, expected))
    shares = false_shares(asked)
    found = [
        Signal(keys, months, sum(months[-LATELY:]), round(expected, 2), p, q)
        for (keys, months, expected), p, q in zip(rows, asked, shares, strict=True)
        if q <= FALSE_SHARE and sum(months[-LATELY:]) >= max(LEAST_CASES, LEAST_RATIO * expected)
    ]
    return sorted(found, key=lambda one: (one.p, -one.lately)), len(asked)


def _series(
    actor: Actor | None, first: str, until: str, before: str, where: Scope | None, files: Path | None
) -> dict[tuple[tuple[str, str], ...], list[int]]:
    """Monthly cases of every series, of administrations that reported up to the month `before` and after it."""
    if files is None:
        store.bring_up_to_date()
    every = ", ".join(f"({names(*keys, 'month').sql})" for keys in _SETS)
    chosen = composed(
        """CREATE TEMP TABLE asked AS SELECT administration, month, {keys} FROM lines
        WHERE head AND {within} AND {seen} AND {narrowed}""",
        keys=names(*KEYS),
        within=Where("month BETWEEN ? AND ?", (first, until)),
        seen=validated_rows(actor),
        narrowed=where.narrowing() if where else TRUE,
    )
    counted = composed(
        """SELECT {keys}, month, count(*), {grouping} FROM asked
        WHERE administration IN (SELECT administration FROM asked WHERE {early})
        AND administration IN (SELECT administration FROM asked WHERE {late})
        GROUP BY GROUPING SETS ({sets})""",
        keys=names(*KEYS),
        grouping=Where(", ".join(f"GROUPING({names(key).sql})" for key in KEYS)),
        early=Where("month <= ?", (before,)),
        late=Where("month > ?", (before,)),
        sets=Where(every),
    )
    number = month_number(until) - month_number(first) + 1
    with connect(files) as connection:
        executed(connection, chosen)
        rows = executed(connection, counted).fetchall()
    found: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for row in rows:
        named = [
            (key, value)
            for key, value, left_out in zip(KEYS, row[: len(KEYS)], row[len(KEYS) + 2 :], strict=True)
            if not left_out
        ]
        if any(value is None for _key, value in named):
            continue
        keys = tuple((key, str(value)) for key, value in named)
        months = found.setdefault(keys, [0] * number)
        months[month_number(row[len(KEYS)]) - month_number(first)] += row[len(KEYS) + 1]
    return found
