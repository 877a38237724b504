"""The monthly check of a region's data: what came, how sound it was, how long it took, what is missing.

Everything is counted by country and commodity, over the cases of the administrations a person looks after, in the month
(UTC) of the deed: received when first submitted in it, returned and validated when that was done in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from statistics import median
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncMonth

from tidewaiter.cases.models import Case, Return
from tidewaiter.cases.policy import INT
from tidewaiter.cases.queries import visible_cases
from tidewaiter.cases.returning import path_title
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation import parameters
from tidewaiter.foundation.actors import Actor, is_steward
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import stamp
from tidewaiter.ledger.models import Entry
from tidewaiter.people.models import Administration
from tidewaiter.people.policy import is_customs
from tidewaiter.review.queries import overdue_corrections

BACK = 12
"""Months before the checked one in which a month with nothing is a gap."""


@dataclass(slots=True)
class Kind:
    """What came of one commodity of one country."""

    form: str
    received: int = 0
    with_findings: int = 0
    returned: int = 0
    validated: int = 0
    days: list[float] = field(default_factory=list)
    fields: Counter[str] = field(default_factory=Counter)
    """How often each field was sent back; `lines.quantity` for that of any line."""

    @property
    def median_days(self) -> float | None:
        """Days from the first submission to validation, of half of the cases at most."""
        return round(median(self.days), 1) if self.days else None


@dataclass(slots=True)
class Country:
    """The check of one administration."""

    code: str
    name: str
    region: str
    kinds: list[Kind]
    gaps: list[str] = field(default_factory=list)
    """Months (`2026-03`) of the year before in which nothing was seized, as far as is
    reported; none where it never reported.
    """
    overdue: int = 0
    ever: bool = True
    """Whether anything was ever reported."""

    @property
    def whole(self) -> Kind:
        """All commodities together."""
        total = Kind("")
        for kind in self.kinds:
            total.received += kind.received
            total.with_findings += kind.with_findings
            total.returned += kind.returned
            total.validated += kind.validated
            total.days += kind.days
            total.fields += kind.fields
        return total


@dataclass(frozen=True, slots=True)
class Month:
    """A month: `2026-10`, its first moment, and the first after it."""

    text: str
    start: datetime
    end: datetime


def read_month(text: str) -> Month:
    """`2026-10` as a month. Raises `BadInput`."""
    year, number = parameters.read_month(text)
    start = datetime(year, number, 1, tzinfo=UTC)
    return Month(f"{year:04d}-{number:02d}", start, _after(start))


def _after(start: datetime) -> datetime:
    return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def looked_after(actor: Actor) -> list[Administration]:
    """The administrations whose check a person may read: all for the secretariat, those
    of the regions they review, their own.
    """
    administrations = Administration.objects.exclude(code=INT).exclude(region=None).order_by("code")
    if is_steward(actor) or (actor.administration_code == INT and is_customs(actor)):
        return list(administrations)
    if actor.reviewed_regions:
        of_regions = Q(region__in=sorted(actor.reviewed_regions)) | Q(code=actor.administration_code)
        return list(administrations.filter(of_regions))
    if actor.role_codes & {"contact", "analyst"}:
        return list(administrations.filter(code=actor.administration_code))
    return []


def _worked_on(actor: Actor, administration: Administration) -> bool:
    """Whether the person works on an administration's cases, and so knows what was sent back: their own,
    those of the regions they review, all for the secretariat (`cases.policy.is_close`). Of others a steward
    too counts no more than what is seen.
    """
    home = actor.administration_code
    return home in (INT, administration.code) or (administration.region_id or "") in actor.reviewed_regions


def monthly_check(actor: Actor, month: Month, country: str = "") -> list[Country]:
    """The check of every administration a person looks after that reported anything in the year up to the month, or
    of one.

    What was sent back and what is late in being mended is told to those who work on the cases; all else is counted
    over the cases that the person sees.
    """
    places = {one.code: one for one in looked_after(actor) if not country or one.code == country}
    codes, near = among(places), among(code for code, one in places.items() if _worked_on(actor, one))
    kinds: dict[tuple[str, str], Kind] = {}

    def kind(code: str, form: str) -> Kind:
        return kinds.setdefault((code, form), Kind(form))

    of_them = visible_cases(actor).filter(administration__in=codes)
    for administration, form, number, found in _received(month, of_them, near):
        one = kind(administration, form)
        one.received, one.with_findings = one.received + number, one.with_findings + found
    for administration, form, fields in Return.objects.filter(
        administration__in=near, at__gte=month.start, at__lt=month.end
    ).values_list("administration", "form", "fields"):
        one = kind(administration, form)
        one.returned += 1
        one.fields.update({_field_of(reason["path"]) for reason in fields})
    for administration, form, days in _validated(month, of_them):
        one = kind(administration, form)
        one.validated += 1
        one.days.append(days)
    late = dict(
        overdue_corrections()
        .filter(administration__in=near)
        .values_list("administration")
        .annotate(n=Count("pk"))
        .order_by()
    )
    reported = _reported(of_them, month)
    ever = set(of_them.values_list("administration", flat=True).distinct().order_by())
    answer = []
    for code, place in places.items():
        own = sorted((one for (of, _form), one in kinds.items() if of == code), key=lambda one: one.form)
        if not country and not own and not reported.get(code) and not late.get(code):
            continue
        gaps = [text for text in _months_before(month) if text not in reported.get(code, set())] if code in ever else []
        answer.append(Country(code, place.name, place.region_id or "", own, gaps, late.get(code, 0), code in ever))
    return answer


def _first_submitted(month: Month) -> Any:
    submitted = Entry.objects.filter(deed="cases.submitted", version=1)
    return submitted.filter(at__gte=stamp(month.start), at__lt=stamp(month.end)).values("ref")


def _received(month: Month, seen: QuerySet[Case], near: Any) -> list[tuple[str, str, int, int]]:
    """(administration, form, cases, of these with findings) of what was first submitted in the month, as far as it is
    seen; what was sent back and is mended out of sight counts as it stood when it went.
    """
    first = _first_submitted(month)
    grouped = seen.filter(ref__in=first).values_list("administration", "form").order_by()
    rows = list(grouped.annotate(n=Count("pk"), found=Count("pk", filter=~Q(worst=""))))
    away = Return.objects.filter(ref__in=first, administration__in=near).exclude(ref__in=seen.values("ref"))
    return [*rows, *((*about, len(refs), 0) for about, refs in _by_kind(away).items())]


def _by_kind(returns: QuerySet[Return]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    last = {
        ref: (administration, form)
        for ref, administration, form in returns.order_by("at", "pk").values_list("ref", "administration", "form")
    }
    for ref, about in last.items():
        found.setdefault(about, set()).add(ref)
    return found


def _validated(month: Month, seen: QuerySet[Case]) -> list[tuple[str, str, float]]:
    """(administration, form, days from first submission) of the versions validated in the
    month after somebody had opened them.
    """
    told = Entry.objects.filter(
        deed__in=("cases.validated", "cases.taken_back"), at__gte=stamp(month.start), at__lt=stamp(month.end), detail=""
    )
    last = {ref: (deed, at) for ref, deed, at in told.order_by("seq").values_list("ref", "deed", "at")}
    done = {ref: at for ref, (deed, at) in last.items() if deed == "cases.validated"}
    begun = dict(
        Entry.objects.filter(deed="cases.submitted", ref__in=among(done))
        .values_list("ref")
        .annotate(at=Min("at"))
        .order_by()
    )
    about = seen.filter(ref__in=among(done))
    return [
        (administration, form, _days(begun[ref], done[ref]))
        for ref, administration, form in about.values_list("ref", "administration", "form")
        if ref in begun
    ]


def _days(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 86_400


def _field_of(path: str) -> str:
    parts = path.split(".")
    return f"lines.{'.'.join(parts[2:])}" if parts[0] == "lines" and len(parts) > 2 else path


def field_title(form: str, path: str, lang: str) -> str:
    """A field of the check in words."""
    of_line = path.removeprefix("lines.")
    if of_line != path:
        column = form_named(form).line_columns.get(of_line.removeprefix("fields."))
        return column.spoken(lang) if column else path
    return path_title(form_named(form), path, lang)


def _months_before(month: Month) -> list[str]:
    found, year, number = [], month.start.year, month.start.month
    for _n in range(BACK):
        found.append(f"{year:04d}-{number:02d}")
        year, number = (year - 1, 12) if number == 1 else (year, number - 1)
    return found[::-1]


def _reported(seen: QuerySet[Case], month: Month) -> dict[str, set[str]]:
    """The months of the year up to the checked one in which each administration has seized anything."""
    first = date.fromisoformat(f"{_months_before(month)[0]}-01")
    rows = (
        seen.filter(date__gte=first, date__lt=month.end.date())
        .exclude(status="withdrawn")
        .annotate(month=TruncMonth("date"))
        .values_list("administration", "month")
        .distinct()
        .order_by()
    )
    found: dict[str, set[str]] = {}
    for administration, start in rows:
        found.setdefault(administration, set()).add(start.strftime("%Y-%m"))
    return found


HEADS = (
    "country",
    "commodity",
    "received",
    "with_findings",
    "returned",
    "validated",
    "median_days",
    "fields_sent_back",
    "overdue",
    "months_with_nothing",
)


def as_rows(countries: list[Country]) -> list[dict[str, Any]]:
    """The check as a table: a row for each country and commodity, and one (`commodity` empty) for the country."""
    rows = []
    for country in countries:
        for kind in (country.whole, *country.kinds):
            whole = not kind.form
            rows.append(
                {
                    "country": country.code,
                    "commodity": kind.form,
                    "received": kind.received,
                    "with_findings": kind.with_findings,
                    "returned": kind.returned,
                    "validated": kind.validated,
                    "median_days": kind.median_days,
                    "fields_sent_back": "; ".join(f"{path} {n}" for path, n in kind.fields.most_common()),
                    "overdue": country.overdue if whole else None,
                    "months_with_nothing": "; ".join(country.gaps) if whole else None,
                }
            )
    return rows
