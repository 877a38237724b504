"""Finding cases: what one may see, filtered, counted, page by page."""

from __future__ import annotations

import base64
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from tidewaiter.cases.models import Case, CaseFinding, Line
from tidewaiter.cases.policy import seer, sight_of, visible
from tidewaiter.cases.words import latest_with, with_words
from tidewaiter.checks.context import Context
from tidewaiter.checks.norms import Norm, norms_of
from tidewaiter.codelists.queries import code_views
from tidewaiter.forms.engine import Form
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.ledger.queries import ledger_end

FILTERS = {
    "status": "status", "form": "form", "commodity": "form", "country": "country", "administration": "administration",
    "region": "region", "mode": "mode", "year": "year", "worst": "worst", "national_ref": "national_ref", "place": "place",
    "direction": "direction", "location_type": "location_type", "departure": "departure", "destination": "destination",
    "channel": "channel", "kind": "kind", "ref": "ref",
}  # fmt: skip
"""Names by which cases can be filtered: column."""

FACETS = ("status", "form", "country", "worst", "mode", "year")
PAGE = 50
SAMPLE = 20_000


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """The versions of cases this person sees."""
    return Case.objects.filter(visible(actor))


def case_by_ref(actor: Actor, ref: str) -> Case:
    """The one version of a case this person sees; raises `Missing` for absent and unseen alike."""
    case = visible_cases(actor).filter(ref=ref).order_by("-version").first()
    if case is None:
        raise Missing("no_case", gettext("There is no such case."))
    return case


def findings_for(actor: Actor, cases: Sequence[Case]) -> dict[int, list[CaseFinding]]:
    """Findings by the case's key, less those that name another case which this person does not see."""
    found = {case.pk: list(case.findings.all()) for case in cases}
    others = {row.says.get("other") for rows in found.values() for row in rows} - {None}
    seen = set(visible_cases(actor).filter(ref__in=others).values_list("ref", flat=True)) if others else set()
    return {key: [row for row in rows if row.says.get("other") in {None, *seen}] for key, rows in found.items()}


def filtered(cases: QuerySet[Case], wanted: dict[str, list[str]]) -> QuerySet[Case]:
    """Keeps to cases with one of the values in every field named. Raises `BadInput` for a field that is none."""
    for name, values in wanted.items():
        if name == "since":
            cases = cases.filter(date__gte=_day(values[-1]))
        elif name == "until":
            cases = cases.filter(date__lte=_day(values[-1]))
        elif name == "q":
            cases = cases.filter(with_words(values[-1])) if values[-1].strip() else cases
        elif name == "year":
            years = [_year(value) for value in values]
            span = (date(max(min(years), 1), 1, 1), date(max(*years, 1), 12, 31))  # the list is sought along the dates
            cases = cases.filter(year__in=years, date__range=span)
        elif name in FILTERS:
            cases = cases.filter(**{f"{FILTERS[name]}__in": values})
        else:
            raise BadInput(
                "unknown_field",
                gettext("Cases cannot be filtered by «%(name)s». Fields: %(names)s, since, until.")
                % {"name": name, "names": ", ".join(FILTERS)},
            )
    return cases


@dataclass(slots=True)
class Sought:
    """Cases found by filters and words: themselves, the keys that the words have left, and whether there were too many to look at."""

    cases: QuerySet[Case]
    keys: list[int] | None
    more: bool


def sought(cases: QuerySet[Case], wanted: dict[str, list[str]], *, to_the_end: bool = False) -> Sought:
    """What the filters and the words leave of `cases`; of very common words the latest entered, or all with `to_the_end`."""
    said = wanted.get("q", [""])[-1].strip()
    rest = {name: values for name, values in wanted.items() if name != "q"}
    if not said:
        return Sought(filtered(cases, rest), None, False)
    keys, more = latest_with(said, rest)
    if more and to_the_end:
        return Sought(filtered(cases, wanted), None, False)
    return Sought(filtered(cases, rest).filter(pk__in=among(keys)), keys, more)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("date", gettext("«%(text)s» is not a date (YYYY-MM-DD).") % {"text": text[:40]}) from None


def _year(text: str) -> int:
    if not text.isdigit() or len(text) != 4:
        raise BadInput("year", gettext("«%(text)s» is not a year.") % {"text": text[:40]})
    return int(text)


@dataclass(slots=True)
class Page:
    """One page of a list and the way to the next."""

    cases: list[Case]
    next_cursor: str


def page_of(
    cases: QuerySet[Case], cursor: str = "", size: int = PAGE, *, whole: bool = False, few: bool = False
) -> Page:
    """Newest first by date; the cursor says where the page before ended, so late pages cost what the first does.

    `whole` brings each case's header along. `few` says that these are some thousand at most, to be sorted and not to be
    looked for along all dates.
    """
    if cursor:
        day, key = _read_cursor(cursor)
        cases = cases.filter(Q(date__lt=day) | Q(pk__lt=key), date__lte=day)
    cases = cases.order_by(Coalesce("date", "date").desc(), "-id") if few else cases.order_by("-date", "-id")
    rows = list((cases if whole else cases.defer("header", "reason", "digest"))[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, _write_cursor(rows[-1]) if more else "")


def _write_cursor(case: Case) -> str:
    return base64.urlsafe_b64encode(f"{case.date.isoformat()}/{case.pk}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[date, int]:
    try:
        day, key = base64.urlsafe_b64decode(cursor.encode()).decode().split("/")
        return date.fromisoformat(day), int(key)
    except ValueError:
        raise BadInput("cursor", gettext("The list's cursor is not one of ours.")) from None


CUBE = (
    "latest", "counted", "wide", "administration", "region", "pending", "status", "form", "country", "year", "mode", "worst",
)  # fmt: skip
"""The columns of the covering index `case_facets`, in its order: grouping by all of them is one pass without sorting."""


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
SUMS_KEPT = 200
KEPT_FOR = 30.0
"""Seconds for which the count of more may be served while they are counted anew beside."""
_cube = _Cube()
_counting = threading.Lock()


def _whole_cube() -> _Cube:
    """How many versions of cases there are of each combination; kept until the ledger says that anything was done.

    On a large node the count that was is served while a thread counts anew, so that nobody waits for other people's work.
    """
    if _cube.end == ledger_end():
        return _cube
    if _cube.versions <= AT_ONCE or time.monotonic() - _cube.at > KEPT_FOR:
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


def _count_beside() -> None:
    try:
        _count_all()
    finally:
        _counting.release()
        connection.close()


def _counted(cases: QuerySet[Case]) -> list[tuple[Any, ...]]:
    return list(cases.order_by().values_list(*CUBE).annotate(n=Count("pk")))


def _counted_few(cases: QuerySet[Case], number: int) -> list[tuple[Any, ...]]:
    """The same of some thousand cases: these are picked out first, the limit keeps the planner from passing over all."""
    if not number:
        return []
    chosen = cases.order_by().values_list(*CUBE)[:number]
    try:
        picked, parameters = chosen.query.sql_with_params()
    except EmptyResultSet:
        return []
    columns = ", ".join(f'"{name}"' for name in CUBE)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}, count(*) FROM ({picked}) AS few GROUP BY {columns}", parameters)  # noqa: S608 -- the mapper's own SQL
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
    for name, values in wanted.items():
        column = FILTERS.get(name, "")
        if name == "q" and keys is not None:
            continue
        if column in FACETS:
            chosen[column] = {_year(value) for value in values} if column == "year" else set(values)
        else:
            rest[name] = values
    sees = seer(actor)
    if keys is not None:
        return _summed(_counted_few(filtered(Case.objects.filter(pk__in=among(keys)), rest), len(keys)), sees, chosen)
    if rest:
        return _summed(_counted(filtered(Case.objects.all(), rest)), sees, chosen)
    cube = _whole_cube()
    about = (sight_of(actor), tuple((name, frozenset(values)) for name, values in sorted(chosen.items())))
    found = cube.summed.get(about)
    if found is None:
        found = cube.summed[about] = _summed(cube.rows, sees, chosen)
        while len(cube.summed) > SUMS_KEPT:
            cube.summed.popitem(last=False)
    return found


def _summed(
    cube: Iterable[tuple[Any, ...]], sees: Callable[..., bool], chosen: dict[str, set[Any]]
) -> tuple[int, dict[str, Counter[Any]]]:
    """The total and the facets of counted combinations, of those that are seen."""
    places = {name: CUBE.index(name) for name in FACETS}
    facets: dict[str, Counter[Any]] = {name: Counter() for name in FACETS}
    total = 0
    for row in cube:
        if not sees(*row[:7]):
            continue
        failing = [name for name, values in chosen.items() if row[places[name]] not in values]
        number = row[-1]
        if not failing:
            total += number
            for name, at in places.items():
                facets[name][row[at]] += number
        elif len(failing) == 1:
            facets[failing[0]][row[places[failing[0]]]] += number
    return total, facets


def norms_for(form: str) -> dict[tuple[str, str], Norm]:
    """What quantities of this commodity are usual, from its newest lines on this node."""
    rows = (
        Line.objects.filter(case__form=form, case__latest=True, quantity__gt=0)
        .order_by("-pk")
        .values_list("subtype", "unit", "quantity")[:SAMPLE]
    )
    return norms_of((subtype, unit, float(quantity)) for subtype, unit, quantity in rows if quantity)


def prices_for(form: str) -> dict[tuple[str, str], Norm]:
    """What one unit of goods of this commodity is usually said to be worth, by sub-type and `UNIT CURRENCY`."""
    rows = (
        Line.objects.filter(case__form=form, case__latest=True, quantity__gt=0, value__gt=0)
        .order_by("-pk")
        .values_list("subtype", "unit", "currency", "quantity", "value")[:SAMPLE]
    )
    return norms_of(
        (subtype, f"{unit} {currency}", float(value / quantity))
        for subtype, unit, currency, quantity, value in rows
        if quantity and value
    )


def context_for(
    form: Form,
    places: set[str],
    norms: dict[tuple[str, str], Norm] | None = None,
    prices: dict[tuple[str, str], Norm] | None = None,
) -> Context:
    """What the checks may know for cases of one form at these places."""
    functions = (
        {code: str(view.data.get("function", "")) for code, view in code_views("unlocode", places).items()}
        if places
        else {}
    )
    return Context(
        form,
        datetime.now(UTC).date(),
        norms_for(form.code) if norms is None else norms,
        prices_for(form.code) if prices is None else prices,
        functions,
    )
