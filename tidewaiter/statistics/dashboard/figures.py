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
from tidewaiter.foundation.sql import composed, names
from tidewaiter.statistics import store
from tidewaiter.statistics.dashboard.goods_seized import Amount, Band, amounts, bands, effectiveness
from tidewaiter.statistics.dashboard.quarters import Quarters, quarters
from tidewaiter.statistics.dashboard.reported_months import SAME, Reported, lay_out, reported
from tidewaiter.statistics.dashboard.route_legs import Legs, edges
from tidewaiter.statistics.dashboard.scope import Scope, standing_for, validated_rows
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
    "mp_class",
    "trademark",
    "tested",
    "dosage_form",
    "assay",
    "doses",
)


@dataclass(slots=True)
class Coverage:
    """Who reported: administrations with anything in the period, those with fewer than
    three months, and what can be held against the period before.
    """

    reporters: frozenset[str]
    seldom: frozenset[str]
    both: int
    """Administrations with a month that they reported in both periods."""
    pairs: int
    """Such months, each of one administration."""
    same: Pair
    """Cases of these months: what a change is reckoned of."""
    same_seizures: Pair
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
    delivered: frozenset[str] = frozenset()
    """Months of both periods in which anybody reported anything: of others a chart has a gap, not a zero."""
    tables: dict[str, list[Row]] = field(default_factory=dict)
    bands: list[Band] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    """Those of a report alone."""


def chosen_sql(scope: Scope, actor: Actor | None, *, public: bool = False) -> str:
    """The lines that are chosen, as SQL: a view takes no bound values, so they are written in."""
    statement = composed(
        "SELECT {columns}, {now} AS now, {same} AS same FROM lines WHERE {seen} AND {narrowed} AND ({now} OR {was})",
        columns=names(*_COLUMNS),
        now=scope.condition(),
        was=scope.before.condition(),
        seen=standing_for(actor, public=public),
        narrowed=scope.narrowing(),
        same=SAME,
    )
    return with_values(statement)


def _lay(connection: duckdb.DuckDBPyConnection, scope: Scope, actor: Actor | None, asked: str, public: bool) -> None:
    lay_out(connection, scope, standing_for(actor, public=public))
    # a view, not a table: to copy the rows takes longer than to read them for every question
    connection.execute(f"CREATE TEMP VIEW chosen AS {asked}")


@contextmanager
def chosen(
    scope: Scope, actor: Actor | None, files: Path | None = None, *, public: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a view `chosen`: validated lines this person sees (or the public, whoever
    asks), of both periods; `now` says of which, `same` whether the month was reported in both.
    """
    if files is None:
        store.bring_up_to_date()
    with connect(files, scope.years) as connection:
        _lay(connection, scope, actor, chosen_sql(scope, actor, public=public), public)
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
            _lay(connection, scope, actor, asked, public=False)
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
    (rows, (cases, seizures, coverage, now, was), months), sizes, waiting, *goods = answers
    return Figures(cases, seizures, coverage, now, was, waiting, months, rows, sizes, *goods)


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
    legs: Legs
    ways: list[tuple[str | None, int, int, int]]
    quarters: Quarters


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
) -> tuple[dict[str, list[Row]], _Totals, frozenset[str]]:
    """The tables and the totals, in one pass: a month is one more table."""
    by_month: list[Count] = []
    of_tables: list[Count] = []
    for one in counts(connection, keys | {"": ("month",)}):
        (of_tables if one[0] else by_month).append(one)
    held = reported(connection)
    return summed(of_tables, keys, known), _totals(by_month, held), held.months


def _totals(by_month: list[Count], held: Reported) -> _Totals:
    """Cases, seizures, who reported, and cases by month now and before."""
    now: dict[str, list[int]] = {}
    months: dict[bool, dict[str, int]] = {True: {}, False: {}}
    sums = {True: [0, 0, 0, 0], False: [0, 0, 0, 0]}
    for _name, (month,), who, is_now, numbers in by_month:
        sums[is_now] = [a + b for a, b in zip(sums[is_now], numbers, strict=True)]
        if is_now:
            mine = now.setdefault(who, [0, 0, 0])
            mine[0] += numbers[0]
            mine[1] += numbers[1]
            mine[2] += month is not None
        if month is not None:
            months[is_now][month] = months[is_now].get(month, 0) + numbers[0]
    cases, seizures, same, same_seizures = map(Pair, sums[True], sums[False])
    coverage = Coverage(
        frozenset(now),
        frozenset(who for who, mine in now.items() if mine[2] < 3),
        held.administrations,
        held.pairs,
        same,
        same_seizures,
        {who: tuple(mine[:2]) for who, mine in now.items()},
    )
    return cases, seizures, coverage, months[True], months[False]


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


FAIR_SHARE = 10
"""A year with less than this part of what the fullest one holds is hardly begun, or not delivered yet."""


def usual_period(actor: Actor | None) -> tuple[str, str] | None:
    """From January to the last reported month of the latest year that holds a fair share of the cases."""
    store.bring_up_to_date()
    statement = composed(
        """SELECT year, max(month), count(*) FROM lines WHERE head AND month IS NOT NULL AND {seen} GROUP BY year
        ORDER BY year DESC""",
        seen=validated_rows(actor),
    )
    with connect() as connection:
        years = executed(connection, statement).fetchall()
    most = max((cases for _year, _last, cases in years), default=0)
    return next(((f"{year}-01", last) for year, last, cases in years if cases * FAIR_SHARE >= most), None)


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
