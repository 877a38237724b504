"""How many cases each choice of a list would leave: counted at once, kept until anything is done (by the ledger)."""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, QuerySet

from tidewaiter.cases.batches import of_own_files
from tidewaiter.cases.findings.usual_quantities import forget_usual
from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import SEEN_BY, asks_validated, sight_of, validated_rule, visible_rule
from tidewaiter.cases.queries import FILTERS, filtered
from tidewaiter.cases.states import VALIDATED
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.parameters import read_year
from tidewaiter.foundation.sql import Where, composed, names
from tidewaiter.ledger.queries import any_since, ledger_end

FACETS = ("status", "form", "country", "worst", "mode", "year")
CUBE = (*SEEN_BY, "form", "country", "year", "mode", "worst")
"""The columns of the covering index `case_facets`, in its order: grouping by all of them is one pass without sorting.
"""


@dataclass(slots=True)
class _Cube:
    """The counts, the ledger's end and the moment at which they were true, and how many versions were counted."""

    end: int = -1
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    at: float = 0.0
    versions: int = 0
    summed: OrderedDict[Any, tuple[int, dict[str, Counter[Any]]]] = field(default_factory=OrderedDict)
    """What was summed from these rows already, by who sees and what was chosen."""


AT_ONCE = 100_000
"""Versions of cases: so many are counted anew whenever anything was done (some 50 ms)."""
HIDING = (("cases.withdrawn", 1), ("cases.returned", 1), ("cases.validated", 2), ("cases.taken_back", 1))
"""Deeds, and from which version on, that take a case out of somebody's sight; a second version
may be marked where the first was not.
"""
SUMS_KEPT = 200
KEPT_FOR = 30.0
"""Seconds for which the count of more may be served while they are counted anew beside."""
_cube = _Cube()
_counting = threading.Lock()


def _whole_cube() -> _Cube:
    """How many versions of cases there are of each combination; kept until the ledger says that anything was done.

    On a large node the count that was is served while a thread counts anew, so that nobody waits for other people's
    work; but not when anything was done that takes a case out of somebody's sight.
    """
    if _cube.end == ledger_end():
        return _cube
    old = _cube.end < 0 or time.monotonic() - _cube.at > KEPT_FOR
    if _cube.versions <= AT_ONCE or old or any_since(_cube.end, HIDING):
        _count_all()
    elif _counting.acquire(blocking=False):
        threading.Thread(target=_count_beside, daemon=True).start()
    return _cube


def _count_all() -> None:
    global _cube
    end, start = ledger_end(), time.monotonic()
    rows = _counted(Case.objects.all())
    _cube = _Cube(end, rows, start, sum(row[-1] for row in rows))


def forget_counts() -> None:
    """What was counted is not believed any longer: another database stands behind the same process."""
    global _cube
    _cube = _Cube()
    forget_usual()


def _count_beside() -> None:
    try:
        _count_all()
    finally:
        _counting.release()
        connection.close()


def _counted(cases: QuerySet[Case]) -> list[tuple[Any, ...]]:
    return list(cases.order_by().values_list(*CUBE).annotate(n=Count("pk")))


def _counted_few(cases: QuerySet[Case], number: int) -> list[tuple[Any, ...]]:
    """The same of some thousand cases: these are picked out first,
    the limit keeps the planner from passing over all.
    """
    if not number:
        return []
    chosen = cases.order_by().values_list(*CUBE)[:number]
    try:
        picked, parameters = chosen.query.sql_with_params()
    except EmptyResultSet:
        return []
    counting = composed(
        "SELECT {columns}, count(*) FROM ({picked}) AS few GROUP BY {columns}",
        columns=names(*CUBE),
        picked=Where(picked, tuple(parameters)),
    )
    with connection.cursor() as cursor:
        cursor.execute(counting.sql, counting.values)
        counted: list[tuple[Any, ...]] = cursor.fetchall()
        return counted


def facets_of(
    actor: Actor, wanted: dict[str, list[str]], keys: Sequence[int] | None = None
) -> tuple[int, dict[str, Counter[Any]]]:
    """How many cases there are, and for each facet how many a click would give: all filters but the facet's own.

    The database counts every combination of facets in one pass over a covering index; who may see which, and the
    facets themselves, are summed from that small cube. With `keys` only these are counted.
    """
    chosen: dict[str, set[Any]] = {}
    rest: dict[str, list[str]] = {}
    for name, values in of_own_files(actor, wanted).items():
        column = FILTERS.get(name, "")
        if name == "q" and keys is not None:
            continue
        if column in FACETS:
            chosen[column] = {read_year(value) for value in values} if column == "year" else set(values)
        else:
            rest[name] = values
    if keys is not None:
        few = filtered(Case.objects.filter(pk__in=among(keys)), rest)
        return _summed(_counted_few(few, len(keys)), actor, chosen)
    if rest:
        return _summed(_counted(filtered(Case.objects.all(), rest)), actor, chosen)
    cube = _whole_cube()
    about = (sight_of(actor), tuple((name, frozenset(values)) for name, values in sorted(chosen.items())))
    found = cube.summed.get(about)
    if found is None:
        found = cube.summed[about] = _summed(cube.rows, actor, chosen)
        while len(cube.summed) > SUMS_KEPT:
            cube.summed.popitem(last=False)
    return found


def _summed(
    cube: Iterable[tuple[Any, ...]], actor: Actor, chosen: dict[str, set[Any]]
) -> tuple[int, dict[str, Counter[Any]]]:
    """The total and the facets of counted combinations, of those that are seen.

    Where validated cases alone are chosen, and behind «validated» as a choice, stand
    validated versions (`policy.sight`).
    """
    places = {name: CUBE.index(name) for name in FACETS}
    facets: dict[str, Counter[Any]] = {name: Counter() for name in FACETS}
    # the same few combinations of what the rules ask come again and again
    sees = cache(visible_rule(actor).predicate(SEEN_BY))
    stands = cache(validated_rule(actor).predicate(SEEN_BY))
    of_list = stands if asks_validated(chosen) else sees
    total = 0
    for row in cube:
        failing = [name for name, values in chosen.items() if row[places[name]] not in values]
        number, status = row[-1], row[places["status"]]
        if failing in ([], ["status"]) and (stands if status == VALIDATED else sees)(row[: len(SEEN_BY)]):
            facets["status"][status] += number
        if not of_list(row[: len(SEEN_BY)]):
            continue
        if not failing:
            total += number
            for name, at in places.items():
                if name != "status":
                    facets[name][row[at]] += number
        elif len(failing) == 1 and failing != ["status"]:
            facets[failing[0]][row[places[failing[0]]]] += number
    return total, facets
