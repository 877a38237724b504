"""Three years of quarters by commodity and region, and where nobody reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.sql import Where, composed, names
from tidewaiter.statistics.dashboard.reported_months import of_reporters
from tidewaiter.statistics.dashboard.scope import Scope, month_text, validated_rows
from tidewaiter.statistics.queries import connect, executed


@dataclass(frozen=True, slots=True)
class Quarters:
    """Cases by commodity and region in each of some quarters; None where nobody of the region reported anything."""

    first: int
    """Quarters since year 0 of the first one."""
    cells: dict[tuple[str, str], list[int | None]]

    def months(self, at: int) -> tuple[str, str]:
        """The first month of the quarter `at`, counted from the end as -4 is, and the last month of the last one."""
        number = len(next(iter(self.cells.values()), ()))
        return month_text((self.first + number + at) * 3), month_text((self.first + number) * 3 - 1)


def quarters(scope: Scope, actor: Actor | None, number: int = 12) -> Callable[[duckdb.DuckDBPyConnection], Quarters]:
    """Gives `Quarters`: the last `number`, up to the one in which the period ends."""
    last = int(scope.until[:4]) * 4 + (int(scope.until[5:]) - 1) // 3
    first = last - number + 1
    within = Where("month BETWEEN ? AND ?", (month_text(first * 3), month_text(last * 3 + 2)))
    asked = (
        "SELECT {keys}, month, count(*) FROM lines WHERE head = true AND {within} AND {seen} AND {said} GROUP BY ALL"
    )
    seen = validated_rows(actor)
    cells = composed(asked, keys=names("commodity", "region"), within=within, seen=seen, said=scope.narrowing())
    known = composed(asked, keys=names("region"), within=within, seen=seen, said=of_reporters(scope).narrowing())

    def place(month: str) -> int:
        return int(month[:4]) * 4 + (int(month[5:]) - 1) // 3 - first

    def work(_chosen: duckdb.DuckDBPyConnection) -> Quarters:
        with connect(years=range(first // 4, last // 4 + 1)) as connection:
            rows = executed(connection, cells).fetchall()
            told = {(region or "", place(month)) for region, month, _n in executed(connection, known).fetchall()}
        found: dict[tuple[str, str], list[int | None]] = {}
        for commodity, region, month, cases in rows:
            key, at = (commodity, region or ""), place(month)
            if key not in found:
                found[key] = [0 if (key[1], one) in told else None for one in range(number)]
            found[key][at] = (found[key][at] or 0) + cases
        return Quarters(first, found)

    return work
