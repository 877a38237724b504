"""A table by one or two dimensions, with totals; for the public, with what must be hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
from django.utils.translation import gettext as _

from tidewaiter.foundation.numbers import plain
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sql import TRUE, Where, composed, names
from tidewaiter.statistics.disclosure.disclosure_control import hidden
from tidewaiter.statistics.disclosure.public_editions import marked
from tidewaiter.statistics.disclosure.thresholds import Behind, sensitive, together, too_few
from tidewaiter.statistics.queries import DIMENSIONS, executed
from tidewaiter.statistics.tables.grouping import NOTHING, OF_LINES, Pair, Row, rows_of

MOST_ROWS, MOST_COLUMNS = 40, 12
PUBLIC_ROWS = 25
MOST_SUMS = 200
_NOT_HERE = ("status",)
IN_TIME = ("year", "month")
"""Dimensions whose values stand in their own order, not by size."""
BUILDABLE = tuple(name for name in DIMENSIONS if name not in _NOT_HERE)


@dataclass(slots=True)
class Cell:
    """A number, the one before, who stands behind it with how much, and whether it is hidden."""

    now: int
    was: int
    behind: Behind
    same: Pair = NOTHING
    """Of months that were reported in both periods: what a change is reckoned of."""
    hidden: bool = False

    @property
    def reporters(self) -> frozenset[str]:
        """Who stands behind it."""
        return frozenset(self.behind)

    @property
    def few(self) -> bool:
        """Whether fewer than three administrations stand behind it."""
        return too_few(self.reporters)

    @property
    def change(self) -> float | None:
        """Per cent against the period before."""
        return self.same.change


@dataclass(slots=True)
class Line:
    """A row: its key («None» of others), cells, total."""

    key: Any
    cells: list[Cell]
    total: Cell
    rest: bool = False


@dataclass(slots=True)
class Table:
    """Rows by largest first, columns likewise (of years and months in their order)."""

    columns: list[Any] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    totals: list[Cell] = field(default_factory=list)
    grand: Cell = field(default_factory=lambda: Cell(0, 0, {}))
    rest_column: bool = False
    left_out: int = 0
    """Groups that are not shown one by one."""


def checked(by: str, across: str) -> tuple[str, ...]:
    """The dimensions of a table. Raises `BadInput` for one that is none, or the same twice."""
    keys = tuple(name for name in (by, across) if name)
    if not by or by == across or any(name not in BUILDABLE for name in keys):
        raise BadInput("dimension", _("Give dimensions, each once: %(names)s.") % {"names": ", ".join(BUILDABLE)})
    return keys


WHO = ("administration", "country", "region", "place")
"""What says who reported, or nearly: an administration files what was seized in its own country."""


def must_be_public(where: Iterable[str], by: str, across: str) -> None:
    """Raises `BadInput` for a table for the public that is narrowed by who reported, or goes by administrations: two
    such tables, one administration apart, would tell that one's figures.
    """
    told = [name for name in where if name in WHO] + [name for name in (by, across) if name == "administration"]
    if told:
        raise BadInput(
            "public_narrowing",
            _(
                "A table for the public is neither narrowed by who reported nor goes by administrations: take"
                " «%(name)s» away."
            )
            % {"name": told[0]},
        )


def table(
    connection: duckdb.DuckDBPyConnection,
    by: str,
    across: str = "",
    measure: str = "cases",
    *,
    public: bool = False,
    before: Sequence[Mapping[Any, Behind]] = (),
) -> Table:
    """A table of cases or seizures over `chosen`; with `public` cells are hidden as `disclosure_control` says.

    `before` has by key what earlier public editions said in the same table of one dimension (`public_editions.marked`).
    """
    keys = checked(by, across)
    wanted = {"rows": (by,)} | ({"columns": (across,), "cells": keys} if across else {})
    asked = rows_of(connection, wanted)
    rows, columns = asked["rows"], asked.get("columns", [])
    most = PUBLIC_ROWS if public else MOST_ROWS
    additive = measure == "seizures" or not OF_LINES & set(keys)
    shown = _chosen(by, rows, most)
    made = Table(left_out=max(0, sum(1 for row in rows if row.seizures.now or row.cases.now) - len(shown)))
    if across:
        made.columns = _chosen(across, columns, MOST_COLUMNS)
        made.rest_column = additive and any(row.cases.now for row in columns if row.keys[0] not in made.columns)
    cells = {row.keys: row for row in asked.get("cells", ())}
    for key, row in ((row.keys[0], row) for row in rows if row.keys[0] in shown):
        line = [_cell(cells.get((key, column)), measure) for column in made.columns]
        if made.rest_column:
            line.append(
                _sum(
                    _cell(one, measure) for pair, one in cells.items() if pair[0] == key and pair[1] not in made.columns
                )
            )
        made.lines.append(Line(key, line, _cell(row, measure)))
    made.lines.sort(key=lambda line: shown.index(line.key))
    if made.left_out and additive:
        made.lines.append(_rest(made, rows, cells, shown, measure))
    made.totals = (
        [_cell(next((row for row in columns if row.keys[0] == one), None), measure) for one in made.columns]
        if across
        else []
    )
    if made.rest_column:
        made.totals.append(_sum(_cell(row, measure) for row in columns if row.keys[0] not in made.columns))
    made.grand = _grand(connection, measure)
    if public:
        _hide(made, before)
        _in_open_order(made, by, across)
    return made


def _chosen(name: str, rows: Sequence[Row], most: int) -> list[Any]:
    """The largest keys; of years and months the latest, in their order."""
    keys = [row.keys[0] for row in rows if row.seizures.now or row.cases.now]
    if name in IN_TIME:
        return sorted(key for key in keys if key is not None)[-most:] + [key for key in keys if key is None]
    return keys[:most]


def _cell(row: Row | None, measure: str) -> Cell:
    if row is None:
        return Cell(0, 0, {})
    at = 1 if measure == "seizures" else 0
    pair, same = (row.cases, row.seizures)[at], (row.same, row.same_seizures)[at]
    return Cell(pair.now, pair.was, {who: (numbers[at],) for who, numbers in row.behind.items()}, same)


def _sum(cells: Any) -> Cell:
    every = list(cells)
    same = Pair(sum(one.same.now for one in every), sum(one.same.was for one in every))
    behind = together(one.behind for one in every)
    return Cell(sum(one.now for one in every), sum(one.was for one in every), behind, same)


def _rest(made: Table, rows: Sequence[Row], cells: dict[tuple[Any, ...], Row], shown: list[Any], measure: str) -> Line:
    others = [(pair, _cell(row, measure)) for pair, row in cells.items() if pair[0] not in shown]
    line = [_sum(cell for pair, cell in others if pair[1] == column) for column in made.columns]
    if made.rest_column:
        line.append(_sum(cell for pair, cell in others if pair[1] not in made.columns))
    return Line(None, line, _sum(_cell(row, measure) for row in rows if row.keys[0] not in shown), rest=True)


def _grand(connection: duckdb.DuckDBPyConnection, measure: str) -> Cell:
    statement = composed(
        """SELECT administration, coalesce({counted} FILTER (now AND {heads}), 0),
            coalesce({counted} FILTER (NOT now AND {heads}), 0), count(*) FILTER (now),
            coalesce({counted} FILTER (now AND same AND {heads}), 0),
            coalesce({counted} FILTER (NOT now AND same AND {heads}), 0)
        FROM chosen GROUP BY 1""",
        counted=Where("sum(events)" if measure == "seizures" else "count(*)"),
        heads=TRUE if measure == "seizures" else Where("head"),
    )
    rows = executed(connection, statement).fetchall()
    behind = {row[0]: (int(row[1]),) for row in rows if row[3]}
    now, was, same_now, same_was = (sum(int(row[at]) for row in rows) for at in (1, 2, 4, 5))
    return Cell(now, was, behind, Pair(same_now, same_was))


def _hide(made: Table, before: Sequence[Mapping[Any, Behind]]) -> None:
    """Marks what the public must not see."""
    every = (made.grand, *made.totals, *(cell for line in made.lines for cell in (*line.cells, line.total)))
    for cell in every:
        # who stood behind the period before is another question: no change is said
        cell.was, cell.same = 0, NOTHING
    parts = [[cell.behind for cell in line.cells] or [line.total.behind] for line in made.lines]
    if not parts:
        return
    shown = {line.key for line in made.lines if not line.rest}
    former = [
        [
            together(behind for key, behind in one.items() if key not in shown) if line.rest else one.get(line.key, {})
            for line in made.lines
        ]
        for one in before
    ]
    hide = hidden(parts, marked([line.total.behind for line in made.lines], former) if former else ())
    for row, line in zip(hide, made.lines, strict=False):
        for at, cell in enumerate(line.cells):
            cell.hidden = row[at]
        line.total.hidden = row[-1] or (not line.cells and row[0])
    for at, cell in enumerate(made.totals):
        cell.hidden = hide[-1][at]
    made.grand.hidden = hide[-1][-1] or sensitive(made.grand.behind)
    for cell in every:
        if cell.hidden:
            cell.now = 0  # what is hidden is not there: no shade, bar or order can be worked out of it


def _in_open_order(made: Table, by: str, across: str) -> None:
    """Rows and columns whose total is hidden last and by their keys: between two others
    a hidden total would be all but told.
    """
    if by not in IN_TIME:
        made.lines.sort(key=lambda line: (line.rest, line.total.hidden, str(line.key) if line.total.hidden else ""))
    if across and across not in IN_TIME:
        closed = [cell.hidden for cell in made.totals]
        order = sorted(
            range(len(made.columns)), key=lambda at: (closed[at], str(made.columns[at]) if closed[at] else "")
        )
        whole = [*order, *range(len(made.columns), len(made.totals))]
        made.columns = [made.columns[at] for at in order]
        made.totals = [made.totals[at] for at in whole]
        for line in made.lines:
            line.cells = [line.cells[at] for at in whole]


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of quantity or value of one group in one unit or currency; what is
    hidden from the public has no numbers.
    """

    keys: tuple[Any, ...]
    unit: str
    now: str | None
    was: str | None
    seizures: int
    behind: Behind
    """Who stands behind it, with how much and how many seizures."""
    hidden: bool = False

    @property
    def reporters(self) -> frozenset[str]:
        """Who stands behind it."""
        return frozenset(self.behind)

    @property
    def few(self) -> bool:
        """Whether fewer than three administrations stand behind it."""
        return too_few(self.reporters)


def sums(
    connection: duckdb.DuckDBPyConnection,
    by: str,
    across: str,
    measure: str,
    *,
    public: bool = False,
    most: int = MOST_SUMS,
) -> list[Sum]:
    """Quantities by unit, or values by currency, largest groups first; unlike units are never added.

    With `public` sums are hidden as `disclosure_control` says, those of each unit by themselves, and no period before
    is told.
    """
    keys = checked(by, across)
    amount, unit = ("quantity", "unit") if measure == "quantity" else ("value", "currency")
    statement = composed(
        """WITH each AS (
            SELECT {listed}, {unit} AS unit_said, administration AS who,
                sum({amount}) FILTER (now) AS amount, sum({amount}) FILTER (NOT now) AS was,
                coalesce(sum(events) FILTER (now), 0)::BIGINT AS seizures
            FROM chosen WHERE {amount} IS NOT NULL GROUP BY ALL
        )
        SELECT {listed}, unit_said, sum(amount), sum(was), sum(seizures)::BIGINT,
            list((who, amount, seizures) ORDER BY who) FILTER (seizures > 0)
        FROM each GROUP BY ALL
        HAVING sum(seizures) > 0 ORDER BY {largest} DESC, {listed}""",
        listed=names(*keys),
        unit=names(unit),
        amount=names(amount),
        largest=len(keys) + 4,
    )
    rows = executed(connection, statement).fetchall()
    found = [
        Sum(
            tuple(row[: len(keys)]),
            row[-5] or "",
            _plain(row[-4]),
            _plain(row[-3]),
            row[-2],
            {who: (part, seizures) for who, part, seizures in row[-1]},
        )
        for row in rows
    ]
    return (_public(found) if public else found)[:most]


def _public(found: list[Sum]) -> list[Sum]:
    """Each unit's sums as a table with totals: what is hidden in it loses its
    numbers and stands last, in the order of its keys.

    Beyond the largest rows and columns the rest is one row and one column, which is not
    shown and yet is part of the totals.
    """
    by_unit: dict[str, list[Sum]] = {}
    for one in found:
        by_unit.setdefault(one.unit, []).append(one)
    shown = [
        replace(one, now=None, was=None, seizures=0, hidden=True) if hide else replace(one, was=None)
        for rows in by_unit.values()
        for one, hide in _judged(rows)
    ]
    return sorted(
        shown,
        key=lambda one: (one.hidden, -one.seizures, [(key is None, str(key or "")) for key in one.keys], one.unit),
    )


def _judged(rows: list[Sum]) -> Iterator[tuple[Sum, bool]]:
    """The sums of one unit, those of the largest rows and columns, and whether each must be hidden."""
    lines = _places(one.keys[0] for one in rows)
    columns = _places((one.keys[1] if len(one.keys) > 1 else None for one in rows), MOST_COLUMNS)
    height, width = max(lines.values()) + 1, max(columns.values()) + 1
    behind: list[list[Behind]] = [[{}] * width for _line in range(height)]
    placed = []
    for one in rows:
        at = lines[one.keys[0]], columns[one.keys[1] if len(one.keys) > 1 else None]
        behind[at[0]][at[1]] = together((behind[at[0]][at[1]], one.behind))
        if at[0] < PUBLIC_ROWS and at[1] < MOST_COLUMNS:
            placed.append((one, at))
    hide = hidden(behind)
    yield from ((one, hide[row][column]) for one, (row, column) in placed)


def _places(keys: Iterable[Any], most: int = PUBLIC_ROWS) -> dict[Any, int]:
    """Where each key stands, in the order in which they come; all after the first `most` stand together after these."""
    return {key: min(at, most) for at, key in enumerate(dict.fromkeys(keys))}


def _plain(number: Any) -> str | None:
    return plain(number) if number is not None else None
