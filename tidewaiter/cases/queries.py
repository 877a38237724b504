"""Finding cases: what one may see, filtered, counted, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from tidewaiter.cases.batches import of_own_files, refs_brought
from tidewaiter.cases.findings.usual_quantities import usual_of
from tidewaiter.cases.models import Case, CaseFinding
from tidewaiter.cases.policy import INT, sight, validated, visible
from tidewaiter.cases.rows import GRAVITY
from tidewaiter.cases.search_index import latest_with, with_words
from tidewaiter.cases.series import as_given
from tidewaiter.checks.context import Context
from tidewaiter.checks.findings import DUPLICATE_PROBABLE
from tidewaiter.checks.goods import without_figures_of_file
from tidewaiter.checks.norms import Norm
from tidewaiter.codelists.queries import code_views
from tidewaiter.forms.engine import Form
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.cursors import sealed, unsealed
from tidewaiter.foundation.parameters import read_day, read_whole, read_year
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people.policy import is_customs

FILTERS = {
    "status": "status",
    "form": "form",
    "commodity": "form",
    "country": "country",
    "administration": "administration",
    "region": "region",
    "mode": "mode",
    "year": "year",
    "worst": "worst",
    "national_ref": "national_ref",
    "place": "place",
    "direction": "direction",
    "location_type": "location_type",
    "departure": "departure",
    "destination": "destination",
    "channel": "channel",
    "kind": "kind",
    "ref": "ref",
}
"""Names by which cases can be filtered: column."""

PAGE = 50


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """The versions of cases this person sees."""
    return Case.objects.filter(visible(actor))


def validated_cases(actor: Actor) -> QuerySet[Case]:
    """The validated, current version of each case that this person sees: what reports and figures are made of."""
    return Case.objects.filter(validated(actor))


def sees_all(actor: Actor, refs: Sequence[str]) -> bool:
    """Whether the person sees the case of every ref."""
    wanted = set(refs)
    return visible_cases(actor).filter(ref__in=among(wanted)).count() == len(wanted)


def case_by_ref(actor: Actor, ref: str) -> Case:
    """The one version of a case this person sees; raises `Missing` for absent and unseen alike."""
    case = visible_cases(actor).filter(ref=ref).order_by("-version").first()
    if case is None:
        raise Missing("no_case", gettext("There is no such case."))
    return case


def own_decision(actor: Actor, ref: str) -> Case:
    """The case that this person decided last, as their decision left it. Raises `Missing` for any other."""
    decided = Case.objects.filter(latest=True, status__in=("returned", "validated"), changed_by=actor.username)
    case = decided.filter(ref=ref).first()
    if case is None:
        raise Missing("no_case", gettext("There is no such case."))
    return case


def findings_for(actor: Actor, cases: Sequence[Case]) -> dict[int, list[CaseFinding]]:
    """Findings by the case's key, less those that name another case which this person does not see, and less the
    figures that speak of the other lines of a file, of which others need not have seen any.
    """
    found = {case.pk: list(case.findings.all()) for case in cases}
    others = {row.says.get("other") for rows in found.values() for row in rows} - {None}
    seen = set(visible_cases(actor).filter(ref__in=others).values_list("ref", flat=True)) if others else set()
    for case in cases:
        if actor.administration_code not in (INT, case.administration):
            for row in found[case.pk]:
                row.says = without_figures_of_file(row.says)
    return {key: [row for row in rows if row.says.get("other") in {None, *seen}] for key, rows in found.items()}


def links_for(actor: Actor | None, cases: Sequence[Case]) -> dict[int, list[str]]:
    """What each record names as cases that belong to it, by the case's key, less what this person does not see: two
    questions, however many cases there are.

    A record's own administration, which filed these words, and the secretariat, which sees all, read them as
    they stand; so does whoever takes whole nodes about (no `actor`). To others a name that is nobody's case is
    like one of a case that they do not see.
    """
    named = {case.pk: [str(one) for one in case.header.get("links", ())] for case in cases}
    if actor is None:
        return named
    whole = (INT,) if actor.administration_code == INT and is_customs(actor) else (actor.administration_code,)
    asked = [case for case in cases if named[case.pk] and INT not in whole and case.administration not in whole]
    if not asked:
        return named
    names = list(dict.fromkeys(name for case in asked for name in named[case.pk]))
    homes = {case.administration for case in asked}
    filed = Case.objects.filter(latest=True, administration__in=homes, national_ref__in=among(names))
    ref_of = {(home, name): ref for home, name, ref in filed.values_list("administration", "national_ref", "ref")}
    if given := {as_given(name): name for name in names if as_given(name)}:
        short = Case.objects.filter(latest=True, administration__in=homes, given_ref__in=among(given))
        for home, name, ref in short.values_list("administration", "given_ref", "ref"):
            ref_of.setdefault((home, given[name]), ref)
    refs = list(dict.fromkeys([*names, *ref_of.values()]))
    seen = set(visible_cases(actor).filter(ref__in=among(refs)).values_list("ref", flat=True))
    for case in asked:
        named[case.pk] = [
            name for name in named[case.pk] if name in seen or ref_of.get((case.administration, name)) in seen
        ]
    return named


def add_duplicate_findings(actor: Actor, cases: Sequence[Case]) -> None:
    """Adds to the sign that a list shows of each case what is found of it and another one that this person sees too."""
    rows = CaseFinding.objects.filter(case_id__in=[case.pk for case in cases], code=DUPLICATE_PROBABLE)
    found = [(row.case_id, row.severity, str(row.says.get("other"))) for row in rows]
    seen = (
        set(visible_cases(actor).filter(ref__in={other for *_, other in found}).values_list("ref", flat=True))
        if found
        else set()
    )
    by_key = {case.pk: case for case in cases}
    for key, severity, other in found:
        if other in seen:
            case = by_key[key]
            case.findings_count += 1
            case.worst = max(case.worst, severity, key=lambda one: GRAVITY.get(one, 0))


def filtered(cases: QuerySet[Case], wanted: dict[str, list[str]]) -> QuerySet[Case]:
    """Keeps to cases with one of the values in every field named. Raises `BadInput` for a field that is none."""
    for name, values in wanted.items():
        if name == "since":
            cases = cases.filter(date__gte=read_day(values[-1]))
        elif name == "until":
            cases = cases.filter(date__lte=read_day(values[-1]))
        elif name == "q":
            cases = cases.filter(with_words(values[-1])) if values[-1].strip() else cases
        elif name == "year":
            years = [read_year(value) for value in values]
            span = (date(max(min(years), 1), 1, 1), date(max(*years, 1), 12, 31))  # the list is sought along the dates
            cases = cases.filter(year__in=years, date__range=span)
        elif name == "receipt":
            cases = cases.filter(ref__in=among(refs_brought(values)))
        elif name == "national_ref":
            given = [one for one in map(as_given, values) if one]
            cases = cases.filter(
                Q(national_ref__in=values) | Q(given_ref__in=given) if given else Q(national_ref__in=values)
            )
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
    """Cases found by filters and words: themselves, the keys that the words have left, and
    whether there were too many to look at.
    """

    cases: QuerySet[Case]
    keys: list[int] | None
    more: bool


def cases_for(actor: Actor, wanted: dict[str, list[str]]) -> QuerySet[Case]:
    """The versions that a search of this person goes through: of validated cases alone the
    validated ones, else `visible_cases`.
    """
    return Case.objects.filter(sight(actor, wanted))


def narrowed(actor: Actor, wanted: dict[str, list[str]]) -> QuerySet[Case]:
    """All cases that a person sees and that the filters and words leave. Raises `BadInput` for a field that is none."""
    return filtered(cases_for(actor, wanted), of_own_files(actor, wanted))


def sought(actor: Actor, wanted: dict[str, list[str]], *, to_the_end: bool = False) -> Sought:
    """What the filters and the words leave of the cases that a person sees; of very common words the latest
    entered, or all with `to_the_end`. Sight comes before the limit: cases that the person does not see
    change neither what is found nor `more`.
    """
    said = wanted.get("q", [""])[-1].strip()
    wanted = of_own_files(actor, wanted)
    rest = {name: values for name, values in wanted.items() if name != "q"}
    if not said:
        return Sought(narrowed(actor, rest), None, False)
    keys, more = latest_with(said, rest, actor)
    if more and to_the_end:
        return Sought(narrowed(actor, wanted), None, False)
    return Sought(narrowed(actor, rest).filter(pk__in=among(keys)), keys, more)


@dataclass(slots=True)
class Page:
    """One page of a list and the way to the next."""

    cases: list[Case]
    next_cursor: str


def page_of(
    cases: QuerySet[Case], cursor: str = "", size: int = PAGE, *, whole: bool = False, few: bool = False
) -> Page:
    """Newest first by date; the cursor says where the page before ended, so late pages cost what the first does.

    `whole` brings each case's header along. `few` says that these are some thousand at most, to be sorted and
    not to be looked for along all dates.
    """
    if cursor:
        day, key = _read_cursor(cursor)
        cases = cases.filter(Q(date__lt=day) | Q(pk__lt=key), date__lte=day)
    cases = cases.order_by(Coalesce("date", "date").desc(), "-id") if few else cases.order_by("-date", "-id")
    rows = list((cases if whole else cases.defer("header", "reason"))[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, _write_cursor(rows[-1]) if more else "")


def _write_cursor(case: Case) -> str:
    return sealed("cases", f"{case.date.isoformat()}/{case.pk}")


def _read_cursor(cursor: str) -> tuple[date, int]:
    day, key = unsealed("cases", cursor).split("/")
    return read_day(day), read_whole(key)


def context_for(
    form: Form,
    places: set[str],
    norms: dict[tuple[str, str], Norm] | None = None,
    prices: dict[tuple[str, str], Norm] | None = None,
    *,
    administration: str = "",
) -> Context:
    """What the checks may know for an administration's cases of one form at these places.

    `norms` and `prices` are what is usual where the node itself does not know it.
    """
    usual = usual_of(form.code)
    return Context(
        form,
        datetime.now(UTC).date(),
        {**(norms or {}), **usual.quantities.of(administration)},
        {**(prices or {}), **usual.prices.of(administration)},
        functions_of(places),
        holds_names=settings.HOLDS_NAMES,
    )


def functions_of(places: set[str]) -> dict[str, str]:
    """What places are (UN/LOCODE's function field), by code."""
    return (
        {code: str(view.data.get("function", "")) for code, view in code_views("unlocode", places).items()}
        if places
        else {}
    )
