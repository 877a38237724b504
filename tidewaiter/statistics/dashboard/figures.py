"""The figures of a dashboard or a section of a report: asked of one small table that is cut from the store once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tidewaiter.cases import states
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.rules import Is
from tidewaiter.foundation.sql import Where, bound, composed, joined, names
from tidewaiter.statistics import store
from tidewaiter.statistics.dashboard.goods_seized import Amount, Band, amounts, bands, effectiveness
from tidewaiter.statistics.dashboard.route_legs import Leg, edges
from tidewaiter.statistics.dashboard.scope import Scope, month_text, standing_for, validated_rows
from tidewaiter.statistics.disclosure.thresholds import Behind
from tidewaiter.statistics.queries import connect, executed, visible_rows, with_values
from tidewaiter.statistics.tables.grouping import Count, Pair, Row, counts, rows_of, summed

_COLUMNS = (
    "ref",
    "administration",
    "region",
    "country",
    "commodity",
    "month",
    "year",
    "mode",
    "detection",
    "concealment",
    "location_type",
    "direction",
    "departure",
    "destination",
    "transits",
    "origin",
    "place",
    "channel",
    "kind",
    "subtype",
    "hs",
    "unit",
    "quantity",
    "currency",
    "value",
    "head",
    "line",
    "goods",
    "events",
)


@dataclass(slots=True)
class Coverage:
    """Who reported: administrations with anything in the period, those with fewer than
    three months, those in both periods.
    """

    reporters: frozenset[str]
    seldom: frozenset[str]
    both: frozenset[str]
    same: Pair
    """Cases of those who reported in both periods."""
    behind: Behind
    """Who reported now, with how many cases and seizures."""


@dataclass(slots=True)
class Figures:
    """What a dashboard shows of a scope, or a section of a report."""

    cases: Pair
    seizures: Pair
    coverage: Coverage
    months: dict[str, int]
    months_before: dict[str, int]
    waiting: int
    tables: dict[str, list[Row]] = field(default_factory=dict)
    bands: list[Band] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    """Those of a report alone."""


def chosen_sql(scope: Scope, actor: Actor | None, *, public: bool = False) -> str:
    """The lines that are chosen, as SQL: a view takes no bound values, so they are written in."""
    statement = composed(
        "SELECT {columns}, {now} AS now FROM lines WHERE {seen} AND {narrowed} AND ({now} OR {was})",
        columns=names(*_COLUMNS),
        now=scope.condition(),
        was=scope.before.condition(),
        seen=standing_for(actor, public=public),
        narrowed=scope.narrowing(),
    )
    return with_values(statement)


@contextmanager
def chosen(
    scope: Scope, actor: Actor | None, files: Path | None = None, *, public: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a view `chosen`: validated lines this person sees (or the public, whoever
    asks), of both periods; `now` says of which.
    """
    if files is None:
        store.bring_up_to_date()
    # a view, not a table: to copy the rows takes longer than to read them for every question
    with connect(files, scope.years) as connection:
        connection.execute(f"CREATE TEMP VIEW chosen AS {chosen_sql(scope, actor, public=public)}")
        yield connection


type _Work = Callable[[duckdb.DuckDBPyConnection], Any]
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="figures")


def answers_of(scope: Scope, actor: Actor | None, files: Path | None, works: Sequence[_Work]) -> list[Any]:
    """What each question gives of `chosen`, two at a time: one alone leaves half of two cores idle."""
    if files is None:
        store.bring_up_to_date()
    asked = chosen_sql(scope, actor)

    def several(first: int) -> list[Any]:
        with connect(files, scope.years) as connection:
            connection.execute(f"CREATE TEMP VIEW chosen AS {asked}")
            return [work(connection) for work in works[first::2]]

    answers: list[Any] = [None] * len(works)
    answers[::2], answers[1::2] = _pool.map(several, (0, 1))
    return answers


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


def _works(scope: Scope, actor: Actor | None, files: Path | None, tables: tuple[str, ...]) -> list[_Work]:
    """The questions behind `Figures`, the longest first; `_figures` takes their answers in this order."""
    keys, known = {name: _KEYS[name] for name in tables}, frozenset({"routes"})
    waiting = _waiting(scope, actor) if files is None else None
    return [
        lambda connection: _tables(connection, keys, known),
        bands,
        lambda connection: waiting(connection) if waiting else 0,
    ]


def _figures(answers: Sequence[Any]) -> Figures:
    (rows, (cases, seizures, coverage, now, was)), sizes, waiting, *goods = answers
    return Figures(cases, seizures, coverage, now, was, waiting, rows, sizes, *goods)


def figures(
    scope: Scope,
    actor: Actor | None,
    *,
    files: Path | None = None,
    tables: tuple[str, ...] = DASHBOARD,
    goods: bool = False,
) -> Figures:
    """All figures of a scope, as this person may see them; of a frozen file, of what it holds. With `goods` the
    amounts of each kind of goods too.
    """
    works = _works(scope, actor, files, tables)
    return _figures(answers_of(scope, actor, files, [*works, amounts] if goods else works))


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the dashboard shows: figures, legs of routes, ways of selecting,
    twelve quarters by commodity and region.
    """

    figures: Figures
    edges: tuple[list[Leg], int, int]
    ways: list[tuple[str | None, int, int, int]]
    quarters: dict[tuple[str, str], list[int]]


def overview(scope: Scope, actor: Actor | None) -> Overview:
    """The whole dashboard of a scope, as this person may see it."""
    works = _works(scope, actor, None, DASHBOARD)
    *answers, legs, ways, by_quarter = answers_of(
        scope, actor, None, [*works, edges, effectiveness, quarters(scope, actor)]
    )
    return Overview(_figures(answers), legs, ways, by_quarter)


type _Totals = tuple[Pair, Pair, Coverage, dict[str, int], dict[str, int]]


def _tables(
    connection: duckdb.DuckDBPyConnection, keys: dict[str, tuple[str, ...]], known: frozenset[str]
) -> tuple[dict[str, list[Row]], _Totals]:
    """The tables and the totals, in one pass: a month is one more table."""
    by_month: list[Count] = []
    of_tables: list[Count] = []
    for one in counts(connection, keys | {"": ("month",)}):
        (of_tables if one[0] else by_month).append(one)
    return summed(of_tables, keys, known), _totals(by_month)


def _totals(by_month: list[Count]) -> _Totals:
    """Cases, seizures, who reported, and cases by month now and before."""
    sums: dict[bool, dict[str, list[int]]] = {True: {}, False: {}}
    months: dict[bool, dict[str, int]] = {True: {}, False: {}}
    for _name, (month,), who, is_now, cases, seizures in by_month:
        held = sums[is_now].setdefault(who, [0, 0, 0])
        held[0] += cases
        held[1] += seizures
        if month is not None:
            held[2] += 1
            months[is_now][month] = months[is_now].get(month, 0) + cases
    now, was = sums[True], sums[False]
    both = frozenset(now) & frozenset(was)
    coverage = Coverage(
        frozenset(now),
        frozenset(who for who, held in now.items() if held[2] < 3),
        both,
        Pair(sum(now[who][0] for who in both), sum(was[who][0] for who in both)),
        {who: tuple(held[:2]) for who, held in now.items()},
    )
    pairs = [Pair(sum(held[at] for held in now.values()), sum(held[at] for held in was.values())) for at in (0, 1)]
    return pairs[0], pairs[1], coverage, months[True], months[False]


def _waiting(scope: Scope, actor: Actor | None) -> _Work:
    """Counts the cases of the period that are submitted and not validated yet, as far as this person sees them."""
    statement = composed(
        "SELECT count(*) FROM lines WHERE head = true AND {waiting} AND {seen} AND {narrowed} AND {within}",
        waiting=(Is("latest") & Is("status", states.SUBMITTED)).where(),
        seen=visible_rows(actor, any_status=True),
        narrowed=scope.narrowing(),
        within=scope.condition(),
    )

    def work(connection: duckdb.DuckDBPyConnection) -> int:
        found = executed(connection, statement).fetchone()
        return int(found[0]) if found else 0

    return work


def rows_by(connection: duckdb.DuckDBPyConnection, keys: tuple[str, ...], *, known: bool = False) -> list[Row]:
    """Groups of `chosen`, largest first. With `known` those alone whose keys are all reported."""
    return rows_of(connection, {"": keys}, known=frozenset({""} if known else ()))[""]


def refs_behind(connection: duckdb.DuckDBPyConnection, keys: dict[str, str | None], most: int = 1000) -> list[str]:
    """Refs of the cases of the period that a figure counts; a key of None is «not reported»."""
    same = "CAST({name} AS VARCHAR) IS NOT DISTINCT FROM {value}"
    only = [composed(same, name=names(name), value=bound(value)) for name, value in keys.items()]
    statement = composed(
        "SELECT ref, max(month) FROM chosen WHERE {only} GROUP BY ref ORDER BY 2 DESC, 1 DESC LIMIT {most}",
        only=joined(" AND ", [Where("now"), *only]),
        most=most + 1,
    )
    rows = executed(connection, statement).fetchall()
    return [str(ref) for ref, _month in rows]


def span(actor: Actor | None, files: Path | None = None) -> tuple[str, str] | None:
    """The first and the last month of which anything is validated."""
    if files is None:
        store.bring_up_to_date()
    statement = composed("SELECT min(month), max(month) FROM lines WHERE {seen}", seen=validated_rows(actor))
    years = sorted({int(path.name.split("-")[0]) for path in store.files_of()}) if files is None else [0]
    found: list[str] = []
    for only in (years, years[::-1]):
        for year in only:
            with connect(files, [year]) as connection:
                ends = executed(connection, statement).fetchone()
            if ends and ends[0]:
                found += [str(ends[0]), str(ends[1])]
                break
    return (min(found), max(found)) if found else None


def quarters(scope: Scope, actor: Actor | None, number: int = 12) -> _Work:
    """Cases by commodity and region of the last `number` quarters, up to the one in which the period ends."""
    last = int(scope.until[:4]) * 4 + (int(scope.until[5:]) - 1) // 3
    first = last - number + 1
    statement = composed(
        """SELECT commodity, region, month, count(*) FROM lines
        WHERE head = true AND {within} AND {seen} AND {narrowed} GROUP BY ALL""",
        within=Where("month BETWEEN ? AND ?", (month_text(first * 3), month_text(last * 3 + 2))),
        seen=validated_rows(actor),
        narrowed=scope.narrowing(),
    )

    def work(_chosen: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[int]]:
        with connect(years=range(first // 4, last // 4 + 1)) as connection:
            rows = executed(connection, statement).fetchall()
        found: dict[tuple[str, str], list[int]] = {}
        for commodity, region, month, cases in rows:
            quarter = int(month[:4]) * 4 + (int(month[5:]) - 1) // 3
            found.setdefault((commodity, region or ""), [0] * number)[quarter - first] += cases
        return found

    return work
