"""The figures of a dashboard or a section of a report: asked of one small table that is cut from the store once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from tidewaiter.statistics.disclosure import Behind
from tidewaiter.statistics.grouping import Count, Pair, Row, counts, rows_of, summed
from tidewaiter.statistics.queries import connect, literal, visible_rows
from tidewaiter.statistics.scope import Scope, month_text, standing, standing_for

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

    @property
    def reporters(self) -> frozenset[str]:
        """Who reported it now."""
        return frozenset(self.behind)


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


def _asked(scope: Scope, actor: Actor | None, *, public: bool = False) -> str:
    """The lines that are chosen, as SQL: a view takes no bound values, so they are written in."""
    seen, values = standing_for(actor, public=public)
    narrowed, more = scope.narrowing()
    now_sql, now = scope.condition()
    was_sql, was = scope.before.condition()
    return literal(
        f"SELECT {', '.join(_COLUMNS)}, {now_sql} AS now FROM lines WHERE {seen} AND {narrowed} AND ({now_sql} OR {was_sql})",  # noqa: S608 -- names are literals above, values are written in by `literal`
        [*now, *values, *more, *now, *was],
    )


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
        connection.execute(f"CREATE TEMP VIEW chosen AS {_asked(scope, actor, public=public)}")
        yield connection


type _Work = Callable[[duckdb.DuckDBPyConnection], Any]
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="figures")


def _beside(scope: Scope, actor: Actor | None, files: Path | None, works: Sequence[_Work]) -> list[Any]:
    """What each question gives of `chosen`, two at a time: one alone leaves half of two cores idle."""
    if files is None:
        store.bring_up_to_date()
    asked = _asked(scope, actor)

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
        _goods,
        lambda connection: waiting(connection) if waiting else 0,
    ]


def _figures(answers: Sequence[Any]) -> Figures:
    (rows, (cases, seizures, coverage, now, was)), (amounts, bands), waiting = answers
    return Figures(cases, seizures, coverage, now, was, waiting, rows, amounts, bands)


def figures(
    scope: Scope, actor: Actor | None, *, files: Path | None = None, tables: tuple[str, ...] = DASHBOARD
) -> Figures:
    """All figures of a scope, as this person may see them; of a frozen file, of what it holds."""
    return _figures(_beside(scope, actor, files, _works(scope, actor, files, tables)))


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
    *answers, legs, ways, by_quarter = _beside(
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
    for _name, (month,), who, is_now, cases, lines in by_month:
        held = sums[is_now].setdefault(who, [0, 0, 0])
        held[0] += cases
        held[1] += lines
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
    seen, values = visible_rows(actor, any_status=True)
    narrowed, more = scope.narrowing()
    within, now = scope.condition()

    def work(connection: duckdb.DuckDBPyConnection) -> int:
        found = connection.execute(
            f"SELECT count(*) FROM lines WHERE head = true AND latest AND status = ? AND {seen} AND {narrowed} AND {within}",  # noqa: S608 -- as above
            [states.SUBMITTED, *values, *more, *now],
        ).fetchone()
        return int(found[0]) if found else 0

    return work


def rows_by(connection: duckdb.DuckDBPyConnection, keys: tuple[str, ...], *, known: bool = False) -> list[Row]:
    """Groups of `chosen`, largest first. With `known` those alone whose keys are all reported."""
    return rows_of(connection, {"": keys}, known=frozenset({""} if known else ()))[""]


def refs_behind(connection: duckdb.DuckDBPyConnection, keys: dict[str, str | None], most: int = 1000) -> list[str]:
    """Refs of the cases of the period that a figure counts; a key of None is «not reported»."""
    only = " AND ".join(["now", *(f"CAST({name} AS VARCHAR) IS NOT DISTINCT FROM ?" for name in keys)])
    rows = connection.execute(
        f"SELECT ref, max(month) FROM chosen WHERE {only} GROUP BY ref ORDER BY 2 DESC, 1 DESC LIMIT {most + 1}",  # noqa: S608 -- names are of WHERE
        list(keys.values()),
    ).fetchall()
    return [str(ref) for ref, _month in rows]


def _goods(connection: duckdb.DuckDBPyConnection) -> tuple[list[Amount], list[Band]]:
    """Quantities of each kind of goods and unit, and sizes of seizures of the commonest units, in one pass.

    A line that sums several seizures says nothing of the size of one: it is in no band.
    """
    rows = connection.execute(
        """SELECT grouping(commodity), commodity, subtype, unit, administration, now, CASE WHEN quantity > 0 THEN floor(log10(quantity))::INT END AS power,
            sum(quantity), sum(events)::BIGINT, sum(quantity) FILTER (events = 1), count(*) FILTER (events = 1) FROM chosen
        WHERE quantity IS NOT NULL GROUP BY GROUPING SETS ((commodity, subtype, unit, administration, now), (unit, now, power))"""
    ).fetchall()
    amounts = _amounts([(*row[1:6], *row[7:9]) for row in rows if not row[0]])
    sizes = [(row[3], row[6], *row[9:]) for row in rows if row[0] and row[5] and row[10]]
    return amounts, _bands([row for row in sizes if None not in row[:2]])


def _amounts(rows: list[tuple[Any, ...]]) -> list[Amount]:
    sums: dict[tuple[str, str, str], dict[bool, list[Any]]] = {}
    for commodity, subtype, unit, who, now, quantity, lines in rows:
        sums.setdefault((commodity, subtype, unit), {}).setdefault(now, []).append((who, quantity, lines))
    made = []
    for (commodity, subtype, unit), parts in sums.items():
        now, was = (
            plain(sum(part[1] for part in parts[is_now])) if is_now in parts else None for is_now in (True, False)
        )
        here = parts.get(True, ())
        number, whose = sum(part[2] for part in here), {part[0]: (part[1], part[2]) for part in here}
        made.append(Amount(commodity, subtype, unit, now, was, number, whose))
    return sorted(
        made,
        key=lambda one: (
            -one.seizures,
            *((word is None, word or "") for word in (one.commodity, one.subtype, one.unit)),
        ),
    )


def _bands(rows: list[tuple[Any, ...]], units: int = 2) -> list[Band]:
    """Of the commonest units, from (unit, power, quantity, lines)."""
    number: dict[str, int] = {}
    for unit, _power, _total, n in rows:
        number[unit] = number.get(unit, 0) + n
    common = sorted(number, key=lambda unit: (-number[unit], unit))[:units]
    return [Band(unit, power, n, plain(total)) for unit, power, total, n in sorted(rows) if unit in common]


def effectiveness(connection: duckdb.DuckDBPyConnection) -> list[tuple[str | None, int, int, int]]:
    """What each way of selecting brought: (method, cases, seizures, seizures among the largest tenth of their goods
    and unit).

    The largest tenth is asked of goods that were seized twenty times and more. Lines that sum several seizures are of
    no known size, and not among these seizures.
    """
    return connection.execute(
        """WITH large AS (
            SELECT commodity, subtype, unit, quantile_disc(quantity, 0.9) AS least FROM chosen
            WHERE now AND events = 1 AND quantity IS NOT NULL AND subtype IS NOT NULL AND unit IS NOT NULL GROUP BY ALL HAVING count(*) >= 20
        )
        SELECT detection, count(*) FILTER (head), count(*) FILTER (events = 1), count(*) FILTER (events = 1 AND quantity >= least)
        FROM chosen LEFT JOIN large USING (commodity, subtype, unit) WHERE now GROUP BY 1 ORDER BY 2 DESC, 1"""
    ).fetchall()


type Leg = tuple[str, str, int, dict[str, tuple[int]]]
"""From, to, how many cases, and who reported how many of them."""


def edges(connection: duckdb.DuckDBPyConnection) -> tuple[list[Leg], int, int]:
    """Legs of known routes of the period: (legs, cases with both ends known, all cases).

    A case whose departure and destination are known goes departure → each transit → the country that seized →
    destination; a leg to the same country is none. Others are left out, and counted.
    """
    rows = connection.execute(
        """SELECT departure, transits, country, destination, administration, count(*) FROM chosen WHERE now AND head = true GROUP BY ALL"""
    ).fetchall()
    total, known = sum(row[-1] for row in rows), [row for row in rows if row[0] is not None and row[3] is not None]
    found: dict[tuple[str, str], dict[str, int]] = {}
    for departure, transits, country, destination, who, number in known:
        stops = [departure, *(transits.split(";") if transits else ())]
        stops += [one for one in (country, destination) if one not in stops[1:]]
        for leg in pairwise(stops):
            if leg[0] != leg[1]:
                whose = found.setdefault(leg, {})
                whose[who] = whose.get(who, 0) + number
    legs: list[Leg] = [
        (a, b, sum(whose.values()), {who: (n,) for who, n in whose.items()}) for (a, b), whose in found.items()
    ]
    legs.sort(key=lambda one: (-one[2], one[:2]))
    return legs, sum(row[-1] for row in known), total


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


def quarters(scope: Scope, actor: Actor | None, number: int = 12) -> _Work:
    """Cases by commodity and region of the last `number` quarters, up to the one in which the period ends."""
    last = int(scope.until[:4]) * 4 + (int(scope.until[5:]) - 1) // 3
    first = last - number + 1
    months = (month_text(first * 3), month_text(last * 3 + 2))
    seen, values = standing(actor)
    narrowed, more = scope.narrowing()

    def work(_chosen: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[int]]:
        with connect(years=range(first // 4, last // 4 + 1)) as connection:
            rows = connection.execute(
                f"""SELECT commodity, region, month, count(*) FROM lines
                WHERE head = true AND month BETWEEN ? AND ? AND {seen} AND {narrowed} GROUP BY ALL""",  # noqa: S608 -- as above
                [*months, *values, *more],
            ).fetchall()
        found: dict[tuple[str, str], list[int]] = {}
        for commodity, region, month, cases in rows:
            quarter = int(month[:4]) * 4 + (int(month[5:]) - 1) // 3
            found.setdefault((commodity, region or ""), [0] * number)[quarter - first] += cases
        return found

    return work
