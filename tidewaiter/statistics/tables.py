"""A table by one or two dimensions, with totals; for the public, with what must be hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
from django.utils.translation import gettext as _

from tidewaiter.foundation.numbers import plain
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.statistics.grouping import OF_LINES, Pair, Row, rows_of
from tidewaiter.statistics.honest import hidden
from tidewaiter.statistics.queries import DIMENSIONS

MOST_ROWS, MOST_COLUMNS = 40, 12
PUBLIC_ROWS = 25
_NOT_HERE = ("status",)
BUILDABLE = tuple(name for name in DIMENSIONS if name not in _NOT_HERE)


@dataclass(slots=True)
class Cell:
    """A number, the one before, who stands behind it, and whether it is hidden."""

    now: int
    was: int
    reporters: frozenset[str]
    hidden: bool = False

    @property
    def few(self) -> bool:
        """Whether fewer than three administrations stand behind it."""
        return 0 < len(self.reporters) < 3

    @property
    def change(self) -> float | None:
        """Per cent against the period before."""
        return Pair(self.now, self.was).change


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
    grand: Cell = field(default_factory=lambda: Cell(0, 0, frozenset()))
    rest_column: bool = False
    left_out: int = 0
    """Groups that are not shown one by one."""


def checked(by: str, across: str) -> tuple[str, ...]:
    """The dimensions of a table. Raises `BadInput` for one that is none, or the same twice."""
    keys = tuple(name for name in (by, across) if name)
    if not by or by == across or any(name not in BUILDABLE for name in keys):
        raise BadInput("dimension", _("Give dimensions, each once: %(names)s.") % {"names": ", ".join(BUILDABLE)})
    return keys


def table(
    connection: duckdb.DuckDBPyConnection, by: str, across: str = "", measure: str = "cases", *, public: bool = False
) -> Table:
    """A table of cases or seizures over `chosen`; with `public` cells are hidden as `honest` says."""
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
        _hide(made)
    return made


def _chosen(name: str, rows: Sequence[Row], most: int) -> list[Any]:
    """The largest keys; of years and months the latest, in their order."""
    keys = [row.keys[0] for row in rows if row.seizures.now or row.cases.now]
    if name in ("year", "month"):
        return sorted(key for key in keys if key is not None)[-most:] + [key for key in keys if key is None]
    return keys[:most]


def _cell(row: Row | None, measure: str) -> Cell:
    if row is None:
        return Cell(0, 0, frozenset())
    pair = row.seizures if measure == "seizures" else row.cases
    return Cell(pair.now, pair.was, row.reporters)


def _sum(cells: Any) -> Cell:
    total = Cell(0, 0, frozenset())
    for cell in cells:
        total = Cell(total.now + cell.now, total.was + cell.was, total.reporters | cell.reporters)
    return total


def _rest(made: Table, rows: Sequence[Row], cells: dict[tuple[Any, ...], Row], shown: list[Any], measure: str) -> Line:
    others = [(pair, _cell(row, measure)) for pair, row in cells.items() if pair[0] not in shown]
    line = [_sum(cell for pair, cell in others if pair[1] == column) for column in made.columns]
    if made.rest_column:
        line.append(_sum(cell for pair, cell in others if pair[1] not in made.columns))
    return Line(None, line, _sum(_cell(row, measure) for row in rows if row.keys[0] not in shown), rest=True)


def _grand(connection: duckdb.DuckDBPyConnection, measure: str) -> Cell:
    counted = "count(line)" if measure == "seizures" else "count(*)"
    head = "" if measure == "seizures" else " AND head"
    found = connection.execute(
        f"SELECT {counted} FILTER (now{head}), {counted} FILTER (NOT now{head}), list(DISTINCT administration) FILTER (now) FROM chosen"  # noqa: S608 -- literals above
    ).fetchone()
    return Cell(int(found[0]), int(found[1]), frozenset(found[2] or ())) if found else Cell(0, 0, frozenset())


def _hide(made: Table) -> None:
    """Marks what the public must not see."""
    for cell in (made.grand, *made.totals, *(cell for line in made.lines for cell in (*line.cells, line.total))):
        cell.was = 0  # who stood behind the period before is another question: no change is said
    parts = [[cell.reporters for cell in line.cells] or [line.total.reporters] for line in made.lines]
    if not parts:
        return
    hide = hidden(parts)
    for row, line in zip(hide, made.lines, strict=False):
        for at, cell in enumerate(line.cells):
            cell.hidden = row[at]
        line.total.hidden = row[-1] or (not line.cells and row[0])
    for at, cell in enumerate(made.totals):
        cell.hidden = hide[-1][at]
    made.grand.hidden = hide[-1][-1] or made.grand.few


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of quantity or value of one group in one unit or currency."""

    keys: tuple[Any, ...]
    unit: str
    now: str | None
    was: str | None
    seizures: int
    reporters: frozenset[str]

    @property
    def few(self) -> bool:
        """Whether fewer than three administrations stand behind it."""
        return 0 < len(self.reporters) < 3


def sums(connection: duckdb.DuckDBPyConnection, by: str, across: str, measure: str, *, most: int = 200) -> list[Sum]:
    """Quantities by unit, or values by currency, largest groups first; unlike units are never added."""
    keys = checked(by, across)
    amount, unit = ("quantity", "unit") if measure == "quantity" else ("value", "currency")
    listed = ", ".join(keys)
    rows = connection.execute(
        f"""SELECT {listed}, {unit}, sum({amount}) FILTER (now), sum({amount}) FILTER (NOT now), count(line) FILTER (now),
        list(DISTINCT administration) FILTER (now) FROM chosen WHERE {amount} IS NOT NULL GROUP BY ALL
        HAVING count(line) FILTER (now) > 0 ORDER BY {len(keys) + 4} DESC, {listed} LIMIT {most}"""  # noqa: S608 -- literals and checked names
    ).fetchall()
    return [
        Sum(tuple(row[: len(keys)]), row[-5] or "", _plain(row[-4]), _plain(row[-3]), row[-2], frozenset(row[-1] or ()))
        for row in rows
    ]


def _plain(number: Any) -> str | None:
    return plain(number) if number is not None else None
