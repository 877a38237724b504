"""Goods of a dashboard: quantities by kind and unit, sizes of seizures, what each way of selecting brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from tidewaiter.foundation.numbers import plain
from tidewaiter.statistics.disclosure.thresholds import Behind


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity of one kind of goods in one unit, in both periods."""

    commodity: str
    subtype: str
    unit: str
    now: str | None
    was: str | None
    seizures: int
    behind: Behind
    """Who reported it now, with how much and how many seizures."""
    same_now: str | None = None
    """Of months that were reported in both periods: what a change is reckoned of."""
    same_was: str | None = None
    base: int = 0
    """Seizures behind `same_was`."""

    @property
    def reporters(self) -> frozenset[str]:
        """Who reported it now."""
        return frozenset(self.behind)


@dataclass(frozen=True, slots=True)
class Band:
    """Seizures of one unit from 10^n up to 10^(n+1): how many, and how much together."""

    unit: str
    power: int
    seizures: int
    quantity: str


def amounts(connection: duckdb.DuckDBPyConnection) -> list[Amount]:
    """Quantities of each kind of goods and unit, most seizures first."""
    rows = connection.execute(
        """SELECT commodity, subtype, unit, administration, now, sum(quantity), sum(events)::BIGINT,
            coalesce(sum(quantity) FILTER (same), 0), coalesce(sum(events) FILTER (same), 0)::BIGINT
        FROM chosen WHERE quantity IS NOT NULL GROUP BY ALL"""
    ).fetchall()
    sums: dict[tuple[str, str, str], dict[bool, list[Any]]] = {}
    for commodity, subtype, unit, who, now, *numbers in rows:
        sums.setdefault((commodity, subtype, unit), {}).setdefault(now, []).append((who, *numbers))
    made = []
    for (commodity, subtype, unit), parts in sums.items():
        now, was = (
            plain(sum(part[1] for part in parts[is_now])) if is_now in parts else None for is_now in (True, False)
        )
        here = parts.get(True, ())
        number, whose = sum(part[2] for part in here), {part[0]: (part[1], part[2]) for part in here}
        same_now, same_was = (plain(sum(part[3] for part in parts.get(is_now, ()))) for is_now in (True, False))
        base = sum(part[4] for part in parts.get(False, ()))
        made.append(Amount(commodity, subtype, unit, now, was, number, whose, same_now, same_was, base))
    return sorted(
        made,
        key=lambda one: (
            -one.seizures,
            *((word is None, word or "") for word in (one.commodity, one.subtype, one.unit)),
        ),
    )


def bands(connection: duckdb.DuckDBPyConnection, units: int = 2) -> list[Band]:
    """Sizes of the period's seizures in the commonest units.

    A line that sums several seizures says nothing of the size of one: it is in no band.
    """
    rows = connection.execute(
        """SELECT unit, floor(log10(quantity))::INT, sum(quantity), count(*)
        FROM chosen WHERE now AND events = 1 AND quantity > 0 AND unit IS NOT NULL GROUP BY ALL"""
    ).fetchall()
    number: dict[str, int] = {}
    for unit, _power, _total, n in rows:
        number[unit] = number.get(unit, 0) + n
    common = sorted(number, key=lambda unit: (-number[unit], unit))[:units]
    return [Band(unit, power, n, plain(total)) for unit, power, total, n in sorted(rows) if unit in common]


def effectiveness(connection: duckdb.DuckDBPyConnection) -> list[tuple[str | None, int, int, int]]:
    """What each way of selecting brought:
    (method, cases, seizures, seizures among the largest tenth of their goods and unit).

    The largest tenth is asked of goods that were seized twenty times and more. Lines that sum several seizures are of
    no known size, and not among these seizures.
    """
    return connection.execute(
        """WITH large AS (
            SELECT commodity, subtype, unit, quantile_disc(quantity, 0.9) AS least FROM chosen
            WHERE now AND events = 1 AND quantity IS NOT NULL AND subtype IS NOT NULL AND unit IS NOT NULL
            GROUP BY ALL HAVING count(*) >= 20
        )
        SELECT detection, count(*) FILTER (head), count(*) FILTER (events = 1),
            count(*) FILTER (events = 1 AND quantity >= least)
        FROM chosen LEFT JOIN large USING (commodity, subtype, unit) WHERE now GROUP BY 1 ORDER BY 2 DESC, 1"""
    ).fetchall()
