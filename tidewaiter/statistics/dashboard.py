"""The figures of a dashboard or a section of a report: asked of one small table that is cut from the store once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from tidewaiter.cases import states
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.numbers import plain
from tidewaiter.statistics import store
from tidewaiter.statistics.queries import connect, literal, visible_rows
from tidewaiter.statistics.scope import Scope, standing

_COLUMNS = (
    "ref", "administration", "region", "country", "commodity", "month", "year", "mode", "detection", "concealment", "location_type",
    "direction", "departure", "destination", "transits", "origin", "place", "channel", "kind", "subtype", "hs", "unit", "quantity", "currency", "value",
    "head", "line",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """A number in the period and in the one it is held against."""

    now: int
    was: int

    @property
    def change(self) -> float | None:
        """Per cent; nothing where there was nothing."""
        return round(100 * (self.now - self.was) / self.was, 1) if self.was else None


@dataclass(frozen=True, slots=True)
class Row:
    """A group: its keys, cases and lines of goods in both periods, and the administrations that reported it now."""

    keys: tuple[Any, ...]
    cases: Pair
    seizures: Pair
    reporters: frozenset[str]

    @property
    def few(self) -> bool:
        """Whether fewer than three administrations stand behind it."""
        return 0 < len(self.reporters) < 3


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity of one kind of goods in one unit, in both periods."""

    commodity: str
    subtype: str
    unit: str
    now: str | None
    was: str | None
    seizures: int
    reporters: frozenset[str]


@dataclass(slots=True)
class Coverage:
    """Who reported: administrations with anything in the period, those with fewer than three months, those in both periods."""

    reporters: frozenset[str]
    seldom: frozenset[str]
    both: frozenset[str]
    same: Pair
    """Cases of those who reported in both periods."""


@dataclass(slots=True)
class Figures:
    """What a dashboard shows of a scope."""

    cases: Pair
    seizures: Pair
    coverage: Coverage
    months: dict[str, int]
    months_before: dict[str, int]
    waiting: int
    tables: dict[str, list[Row]] = field(default_factory=dict)
    amounts: list[Amount] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Band:
    """Seizures of one unit from 10^n up to 10^(n+1): how many, and how much together."""

    unit: str
    power: int
    seizures: int
    quantity: str


@contextmanager
def chosen(scope: Scope, actor: Actor | None, files: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a view `chosen`: validated lines this person sees, of both periods; `now` says of which."""
    if files is None:
        store.bring_up_to_date()
    seen, values = standing(actor)
    narrowed, more = scope.narrowing()
    now_sql, now = scope.condition()
    was_sql, was = scope.before.condition()
    # a view, not a table: to copy the rows takes longer than to read them for every question, and a view takes no bound values
    asked = literal(
        f"SELECT {', '.join(_COLUMNS)}, {now_sql} AS now FROM lines WHERE {seen} AND {narrowed} AND ({now_sql} OR {was_sql})",  # noqa: S608 -- names are literals above, values are written in by `literal`
        [*now, *values, *more, *now, *was],
    )
    with connect(files, scope.years) as connection:
        connection.execute(f"CREATE TEMP VIEW chosen AS {asked}")
        yield connection


_KEYS = {
    "routes": ("departure", "destination"),
    "regions": ("commodity", "region"),
    "hiding": ("concealment", "mode"),
    "countries": ("country",),
    "commodities": ("commodity",),
    "goods": ("commodity", "subtype"),
    "modes": ("mode",),
    "directions": ("direction",),
    "locations": ("location_type",),
    "detections": ("detection",),
    "concealments": ("concealment",),
}
"""Tables by name: the columns that they are grouped by."""
DASHBOARD = ("routes", "regions", "hiding", "countries")


def figures(
    scope: Scope, actor: Actor | None, *, files: Path | None = None, tables: tuple[str, ...] = DASHBOARD
) -> Figures:
    """All figures of a scope, as this person may see them; of a frozen file, of what it holds."""
    with chosen(scope, actor, files) as connection:
        cases, seizures, coverage = _totals(connection)
        now, was = _months(connection)
        found = Figures(cases, seizures, coverage, now, was, 0 if files else _waiting(connection, scope, actor))
        for name in tables:
            found.tables[name] = rows_by(connection, _KEYS[name], known=name == "routes")
        found.amounts = _amounts(connection)
        found.bands = _bands(connection)
    return found


def _totals(connection: duckdb.DuckDBPyConnection) -> tuple[Pair, Pair, Coverage]:
    rows = connection.execute(
        "SELECT administration, now, count(*) FILTER (head), count(line), count(DISTINCT month) FROM chosen GROUP BY ALL"
    ).fetchall()
    now = {who: (cases, lines, months) for who, is_now, cases, lines, months in rows if is_now}
    was = {who: (cases, lines) for who, is_now, cases, lines, _months in rows if not is_now}
    both = frozenset(now) & frozenset(was)
    same = Pair(sum(now[who][0] for who in both), sum(was[who][0] for who in both))
    coverage = Coverage(
        frozenset(now), frozenset(who for who, (_c, _l, months) in now.items() if months < 3), both, same
    )
    cases = Pair(sum(one[0] for one in now.values()), sum(one[0] for one in was.values()))
    return cases, Pair(sum(one[1] for one in now.values()), sum(one[1] for one in was.values())), coverage


def _months(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, int], dict[str, int]]:
    rows = connection.execute(
        "SELECT now, month, count(*) FILTER (head) FROM chosen WHERE month IS NOT NULL GROUP BY ALL"
    ).fetchall()
    return {month: n for now, month, n in rows if now}, {month: n for now, month, n in rows if not now}


def _waiting(connection: duckdb.DuckDBPyConnection, scope: Scope, actor: Actor | None) -> int:
    """Cases of the period that are submitted and not validated yet, as far as this person sees them."""
    seen, values = visible_rows(actor, any_status=True)
    narrowed, more = scope.narrowing()
    within, now = scope.condition()
    found = connection.execute(
        f"SELECT count(*) FROM lines WHERE head AND latest AND status = ? AND {seen} AND {narrowed} AND {within}",  # noqa: S608 -- as above
        [states.SUBMITTED, *values, *more, *now],
    ).fetchone()
    return int(found[0]) if found else 0


def rows_by(connection: duckdb.DuckDBPyConnection, keys: tuple[str, ...], *, known: bool = False) -> list[Row]:
    """Groups of `chosen`, largest first. With `known` those alone whose keys are all reported."""
    listed = ", ".join(keys)
    only = " AND ".join(f"{key} IS NOT NULL" for key in keys) if known else "true"
    of_lines = bool({"subtype", "origin", "hs", "unit"} & set(keys))
    cases = "count(DISTINCT ref)" if of_lines else "count(*)"
    head = "" if of_lines else " AND head"
    rows = connection.execute(
        f"""SELECT {listed}, {cases} FILTER (now{head}), {cases} FILTER (NOT now{head}), count(line) FILTER (now), count(line) FILTER (NOT now),
        list(DISTINCT administration) FILTER (now) FROM chosen WHERE {only} GROUP BY {listed} ORDER BY {len(keys) + 1} DESC, {listed}"""  # noqa: S608 -- names are literals above
    ).fetchall()
    return [
        Row(tuple(row[: len(keys)]), Pair(*row[-5:-3]), Pair(*row[-3:-1]), frozenset(row[-1] or ())) for row in rows
    ]


def refs_behind(connection: duckdb.DuckDBPyConnection, keys: dict[str, str | None], most: int = 1000) -> list[str]:
    """Refs of the cases of the period that a figure counts; a key of None is «not reported»."""
    only = " AND ".join(["now", *(f"CAST({name} AS VARCHAR) IS NOT DISTINCT FROM ?" for name in keys)])
    rows = connection.execute(
        f"SELECT ref, max(month) FROM chosen WHERE {only} GROUP BY ref ORDER BY 2 DESC, 1 DESC LIMIT {most + 1}",  # noqa: S608 -- names are of WHERE
        list(keys.values()),
    ).fetchall()
    return [str(ref) for ref, _month in rows]


def _amounts(connection: duckdb.DuckDBPyConnection) -> list[Amount]:
    rows = connection.execute(
        """SELECT commodity, subtype, unit, sum(quantity) FILTER (now), sum(quantity) FILTER (NOT now), count(line) FILTER (now),
        list(DISTINCT administration) FILTER (now) FROM chosen WHERE quantity IS NOT NULL GROUP BY ALL ORDER BY 6 DESC, 1, 2, 3"""
    ).fetchall()
    return [
        Amount(commodity, subtype, unit, plain(now) if now is not None else None, plain(was) if was is not None else None, n, frozenset(who or ()))
        for commodity, subtype, unit, now, was, n, who in rows
    ]  # fmt: skip


def _bands(connection: duckdb.DuckDBPyConnection, units: int = 2) -> list[Band]:
    rows = connection.execute(
        """WITH sized AS (SELECT unit, quantity, floor(log10(quantity))::INT AS power FROM chosen WHERE now AND quantity > 0),
        common AS (SELECT unit FROM sized GROUP BY unit ORDER BY count(*) DESC, unit LIMIT ?)
        SELECT unit, power, count(*), sum(quantity) FROM sized WHERE unit IN (FROM common) GROUP BY ALL ORDER BY unit, power""",
        [units],
    ).fetchall()
    return [Band(unit, power, n, plain(total)) for unit, power, n, total in rows]


def effectiveness(connection: duckdb.DuckDBPyConnection) -> list[tuple[str | None, int, int, int]]:
    """What each way of selecting brought: (method, cases, seizures, seizures among the largest tenth of their goods and unit)."""
    return connection.execute(
        """WITH sized AS (SELECT detection, head, line, percent_rank() OVER (PARTITION BY commodity, subtype, unit ORDER BY quantity) AS size,
        count(*) OVER (PARTITION BY commodity, subtype, unit) AS alike FROM chosen WHERE now)
        SELECT detection, count(*) FILTER (head), count(line), count(line) FILTER (size >= 0.9 AND alike >= 20) FROM sized GROUP BY 1 ORDER BY 2 DESC, 1"""
    ).fetchall()


def edges(connection: duckdb.DuckDBPyConnection) -> tuple[list[tuple[str, str, int, frozenset[str]]], int, int]:
    """Legs of known routes of the period: ([(from, to, cases, reporters)], cases with both ends known, all cases).

    A case whose departure and destination are known goes departure → each transit → the country that seized → destination; a
    leg to the same country is none. Others are left out, and counted.
    """
    rows = connection.execute(
        """SELECT departure, transits, country, destination, administration, count(*) FROM chosen
        WHERE now AND head AND departure IS NOT NULL AND destination IS NOT NULL GROUP BY ALL"""
    ).fetchall()
    total = connection.execute("SELECT count(*) FROM chosen WHERE now AND head").fetchone()
    found: dict[tuple[str, str], tuple[int, set[str]]] = {}
    for departure, transits, country, destination, who, number in rows:
        stops = [departure, *(transits.split(";") if transits else ())]
        stops += [one for one in (country, destination) if one not in stops[1:]]
        for leg in pairwise(stops):
            if leg[0] != leg[1]:
                before, whose = found.get(leg, (0, set()))
                found[leg] = (before + number, whose | {who})
    legs = sorted(((a, b, n, frozenset(who)) for (a, b), (n, who) in found.items()), key=lambda one: (-one[2], one[:2]))
    return legs, sum(row[-1] for row in rows), int(total[0]) if total else 0


def span(actor: Actor | None, files: Path | None = None) -> tuple[str, str] | None:
    """The first and the last month of which anything is validated."""
    if files is None:
        store.bring_up_to_date()
    seen, values = standing(actor)
    years = sorted({int(path.name.split("-")[0]) for path in store.files_of()}) if files is None else [0]
    found: list[str] = []
    for only in (years, years[::-1]):
        for year in only:
            with connect(files, [year]) as connection:
                ends = connection.execute(f"SELECT min(month), max(month) FROM lines WHERE {seen}", values).fetchone()  # noqa: S608 -- as above
            if ends and ends[0]:
                found += [str(ends[0]), str(ends[1])]
                break
    return (min(found), max(found)) if found else None


def quarters(
    scope: Scope, actor: Actor | None, files: Path | None = None, number: int = 12
) -> dict[tuple[str, str], list[int]]:
    """Cases by commodity and region of the last `number` quarters, up to the one in which the period ends."""
    last = int(scope.until[:4]) * 4 + (int(scope.until[5:]) - 1) // 3
    years = range((last - number + 1) // 4, last // 4 + 1)
    seen, values = standing(actor)
    narrowed, more = scope.narrowing()
    with connect(files, years) as connection:
        rows = connection.execute(
            f"""SELECT commodity, region, year * 4 + (month[6:7]::INT - 1) // 3 AS quarter, count(*) FROM lines
            WHERE head AND month IS NOT NULL AND {seen} AND {narrowed} AND quarter BETWEEN ? AND ? GROUP BY ALL""",  # noqa: S608 -- as above
            [*values, *more, last - number + 1, last],
        ).fetchall()
    found: dict[tuple[str, str], list[int]] = {}
    for commodity, region, quarter, cases in rows:
        found.setdefault((commodity, region or ""), [0] * number)[quarter - last + number - 1] = cases
    return found
