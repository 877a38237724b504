"""Groups of the chosen lines: several tables in one pass over the files, with who stands behind every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from tidewaiter.foundation.sql import Where, composed, names
from tidewaiter.statistics.disclosure.thresholds import too_few

SEIZURES = "coalesce(sum(events), 0)::BIGINT"
"""How many seizures some lines are, in SQL over the store: a line that sums several counts as these."""
OF_LINES = frozenset({"subtype", "origin", "hs", "unit", "currency"})
"""Columns of a line of goods: a case with several lines may stand in several groups."""


LEAST_BASE = 30
"""What a percentage is reckoned of at least: of fewer, the numbers themselves say more."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A number in the period and in the one it is held against."""

    now: int
    was: int

    @property
    def change(self) -> float | None:
        """Per cent; nothing where it would be of fewer than `LEAST_BASE`."""
        return round(100 * (self.now - self.was) / self.was, 1) if self.was >= LEAST_BASE else None

    @property
    def told(self) -> bool:
        """Whether there is anything to hold against each other."""
        return bool(self.now or self.was)


NOTHING = Pair(0, 0)


@dataclass(frozen=True, slots=True)
class Row:
    """A group: its keys, cases and seizures in both periods, and who reported it now, with how many of both."""

    keys: tuple[Any, ...]
    cases: Pair
    seizures: Pair
    same: Pair
    """Cases of months that their administrations reported in both periods: what a change is reckoned of."""
    same_seizures: Pair
    behind: Mapping[str, tuple[int, int]] = field(compare=False)

    @property
    def reporters(self) -> frozenset[str]:
        """The administrations that reported it now."""
        return frozenset(self.behind)

    @property
    def few(self) -> bool:
        """Whether fewer than three administrations stand behind it."""
        return too_few(self.behind)


class _Sum:
    """What is added up of one group; a case is of one administration and one period, so parts by these add up."""

    __slots__ = ("behind", "numbers")

    def __init__(self) -> None:
        self.numbers = [[0, 0] for _number in range(4)]
        self.behind: dict[str, tuple[int, int]] = {}

    def add(self, who: str, now: bool, numbers: Sequence[int]) -> None:
        at = 0 if now else 1
        for held, number in zip(self.numbers, numbers, strict=True):
            held[at] += number
        if now:
            before = self.behind.get(who, (0, 0))
            self.behind[who] = before[0] + numbers[0], before[1] + numbers[1]

    def row(self, keys: tuple[Any, ...]) -> Row:
        """The group as a row."""
        cases, seizures, same, same_seizures = (Pair(*both) for both in self.numbers)
        return Row(keys, cases, seizures, same, same_seizures, self.behind)


type Count = tuple[str, tuple[Any, ...], str, bool, tuple[int, int, int, int]]
"""The table that it is of, keys, administration, whether of the period (or the one before); cases, seizures, and both
again of months that were reported in both periods.
"""


def rows_of(
    connection: duckdb.DuckDBPyConnection, wanted: Mapping[str, tuple[str, ...]], *, known: frozenset[str] = frozenset()
) -> dict[str, list[Row]]:
    """Tables of `chosen` by name, each grouped by its columns, largest first; of those in `known` only
    rows all of whose keys are reported.
    """
    return summed(counts(connection, wanted), wanted, known)


def counts(connection: duckdb.DuckDBPyConnection, wanted: Mapping[str, tuple[str, ...]]) -> Iterator[Count]:
    """Every group of the tables, by who reported it.

    Tables by columns of a case are counted in one pass; one by a column of a line of goods counts
    distinct cases, in a pass of its own.
    """
    together = {name: keys for name, keys in wanted.items() if not OF_LINES & set(keys)}
    if together:
        yield from _pass(connection, together, "count(*)", "sum(goods)", "head = true")
    for name, keys in wanted.items():
        if name not in together:
            yield from _pass(connection, {name: keys}, "count(DISTINCT ref)", "sum(events)", "true")


def summed(
    counted: Iterable[Count], wanted: Iterable[str], known: frozenset[str] = frozenset()
) -> dict[str, list[Row]]:
    """The tables of `wanted` from their groups, as `rows_of` gives them."""
    found: dict[str, dict[tuple[Any, ...], _Sum]] = {name: {} for name in wanted}
    for name, key, who, now, numbers in counted:
        sums = found[name]
        held = sums.get(key)
        if held is None:
            held = sums[key] = _Sum()
        held.add(who, now, numbers)
    return {name: _ordered(sums, name in known) for name, sums in found.items()}


def _pass(
    connection: duckdb.DuckDBPyConnection, wanted: Mapping[str, tuple[str, ...]], cases: str, seizures: str, only: str
) -> Iterator[Count]:
    columns = list(dict.fromkeys(name for keys in wanted.values() for name in keys))
    statement = composed(
        """SELECT grouping({which}), administration, now, {cases}, coalesce({seizures}, 0)::BIGINT,
            {cases} FILTER (same), coalesce({seizures} FILTER (same), 0)::BIGINT, {listed} FROM chosen
        WHERE {only} GROUP BY GROUPING SETS ({sets})""",
        which=names(*columns),
        cases=Where(cases),
        seizures=Where(seizures),
        listed=Where(", ".join(f"{names(name).sql} AS key{at}" for at, name in enumerate(columns))),
        only=Where(only),
        sets=Where(
            ", ".join(f"({names(*keys, 'administration', 'now').sql})" for keys in dict.fromkeys(wanted.values()))
        ),
    )
    rows = connection.execute(statement.sql).fetchall()
    last = len(columns) - 1
    by_mask: dict[int, list[tuple[str, list[int]]]] = {}
    for name, keys in wanted.items():
        # a bit for each column that a row is not grouped by, the first column's the highest
        mask = sum(1 << (last - at) for at, column in enumerate(columns) if column not in keys)
        by_mask.setdefault(mask, []).append((name, [7 + columns.index(key) for key in keys]))
    for row in rows:
        for name, places in by_mask[row[0]]:
            yield name, tuple(row[place] for place in places), row[1], row[2], row[3:7]


def _ordered(sums: dict[tuple[Any, ...], _Sum], known: bool) -> list[Row]:
    """Largest first, then by the keys, what is not reported last."""
    rows = [one.row(key) for key, one in sums.items() if not known or None not in key]
    return sorted(
        rows, key=lambda row: (-row.cases.now, [(key is None, "" if key is None else key) for key in row.keys])
    )
