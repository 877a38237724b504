"""The queue and its clocks; what the office was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from tidewaiter.cases.findings.finding_outcomes import precision_of_checks
from tidewaiter.cases.models import Case, Return
from tidewaiter.cases.policy import INT, TAKEN_BACK_WITHIN, allowed
from tidewaiter.cases.queries import add_duplicate_findings, filtered, visible_cases
from tidewaiter.foundation.actors import Actor, is_steward
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.shares import interval
from tidewaiter.ledger.models import Entry
from tidewaiter.review.models import AnalysisRequest, Assignment, Clock, Sampling
from tidewaiter.review.policy import visible_requests, waiting_for

SHOWN = 40
"""Rows of the queue beside a case."""
COUNTED = 2_000
"""Waiting cases are counted up to here; what is more is said as «more than»."""
ORDERS = ("oldest", "findings", "country")
_SHARE = 10**6
_DECISIONS = ("cases.validated", "cases.returned")


def waiting(actor: Actor, wanted: dict[str, list[str]] | None = None) -> QuerySet[Case]:
    """The cases that wait for this person's office, narrowed: the fields of the list,
    `assigned` (me, nobody) and `overdue`.
    """
    cases = Case.objects.filter(waiting_for(actor))
    rest = dict(wanted or {})
    assigned, late = rest.pop("assigned", []), rest.pop("overdue", [])
    if assigned:
        if assigned[-1] not in ("me", "nobody"):
            raise BadInput("assigned", _("«assigned» is «me» or «nobody»."))
        mine = Assignment.objects.filter(to=actor.username) if assigned[-1] == "me" else Assignment.objects.all()
        held = Q(ref__in=mine.values("ref"))
        cases = cases.filter(held if assigned[-1] == "me" else ~held)
    if late:
        cases = overdue(cases)
    return filtered(cases, rest)


def in_order(cases: QuerySet[Case], order: str) -> QuerySet[Case]:
    """Oldest first; `findings`: the gravest before the others; `country`: country by country."""
    if order == "findings":  # «warn» sorts after «note», and both after nothing
        return cases.order_by("-worst", "changed_at", "pk")
    if order == "country":
        return cases.order_by("administration", "changed_at", "pk")
    return cases.order_by("changed_at", "pk")


@dataclass(slots=True)
class Row:
    """A case of the queue, with whom it was given to and until when it should be judged."""

    case: Case
    to: str
    due: datetime
    late: bool


def precision_for(actor: Actor) -> list[dict[str, Any]]:
    """How right the checks are (`finding_outcomes`), as an office knows it; over all
    cases for the secretariat and stewards.
    """
    if is_steward(actor) or actor.administration_code == INT:
        return precision_of_checks()
    regions = sorted(actor.reviewed_regions)
    return precision_of_checks(visible_cases(actor).filter(region__in=regions), regions)


def rows_of(cases: QuerySet[Case], by: Actor, number: int = SHOWN) -> list[Row]:
    """The first rows of a queue, with signs of what this person may be told."""
    found = list(cases.defer("header", "reason", "digest")[:number])
    add_duplicate_findings(by, found)
    given = dict(Assignment.objects.filter(ref__in=[case.ref for case in found]).values_list("ref", "to"))
    days, moment = dict(Clock.objects.values_list("region", "review_days")), now()
    rows = []
    for case in found:
        due = case.changed_at + timedelta(days=days.get(case.region, DAYS.review_days))
        rows.append(Row(case, given.get(case.ref, ""), due, due < moment))
    return rows


DAYS = Clock(region="")
"""The days of a region for which nobody has set others."""


def clock_of(region: str) -> Clock:
    """The days of a region."""
    return Clock.objects.filter(region=region).first() or Clock(region=region)


def _past(days: str) -> Q:
    """Cases whose last move lies further back than the days (`review_days`, `mend_days`) of their region."""
    moment, own = now(), dict(Clock.objects.values_list("region", days))
    late = Q(changed_at__lt=moment - timedelta(days=getattr(DAYS, days))) & ~Q(region__in=list(own))
    for region, number in own.items():
        late |= Q(region=region, changed_at__lt=moment - timedelta(days=number))
    return late


def overdue(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of waiting cases whose days are over."""
    return cases.filter(_past("review_days"))


def overdue_corrections() -> QuerySet[Case]:
    """Returned cases whose administration has had its days."""
    return Case.objects.filter(_past("mend_days"), status="returned", latest=True)


def waiting_case(actor: Actor, ref: str) -> Case:
    """A case of the queue. Raises `Missing` for one that does not wait for this person's office (any more)."""
    case = Case.objects.filter(waiting_for(actor), ref=ref).first()
    if case is None:
        raise Missing("not_waiting", _("This case does not wait for you. Somebody may have judged it meanwhile."))
    return case


def next_after(cases: QuerySet[Case], order: str, case: Case | None) -> Case | None:
    """The case that follows `case` in the queue; the first where there is none after it."""
    ordered = in_order(cases, order)
    if case is not None:
        ordered = ordered.exclude(ref=case.ref)
        later = Q(changed_at__gt=case.changed_at) | Q(changed_at=case.changed_at, pk__gt=case.pk)
        if order == "country":
            later = Q(administration__gt=case.administration) | (Q(administration=case.administration) & later)
        elif order == "findings":
            later = Q(worst__lt=case.worst) | (Q(worst=case.worst) & later)
        following = ordered.filter(later).first()
        if following is not None:
            return following
    return ordered.first()


def done_today(actor: Actor) -> int:
    """Cases that this person has judged since midnight (UTC), a thousand at most."""
    midnight = stamp(now().replace(hour=0, minute=0, second=0, microsecond=0))
    today = Entry.objects.filter(by=actor.username, at__gte=midnight)
    judged, back = today.filter(deed__in=_DECISIONS), today.filter(deed="cases.taken_back")
    return max(0, judged[:1000].count() - back[:1000].count())


def just_decided(actor: Actor) -> Case | None:
    """The case of which this person may still take the decision back, the last one if there are several."""
    since = stamp(now() - TAKEN_BACK_WITHIN)
    last = Entry.objects.filter(by=actor.username, deed__in=_DECISIONS, at__gte=since).order_by("-seq").first()
    if last is None:
        return None
    case = Case.objects.filter(ref=last.ref, version=last.version, latest=True).first()
    return case if case is not None and allowed("take_back", case, actor) else None


def is_drawn(ref: str, version: int, rate: float) -> bool:
    """Whether a case is of the share that must be opened; nobody outside the node can tell beforehand."""
    draw = salted_hmac("tidewaiter.review.sampling", f"{ref} {version}", algorithm="sha256")
    drawn = int.from_bytes(draw.digest()[:8], "big") % _SHARE
    return drawn < rate * _SHARE


def past_of(administration: str) -> tuple[int, int]:
    """(cases judged, cases sent back at least once) of an administration in the year before."""
    since = now() - timedelta(days=365)
    back = Return.objects.filter(administration=administration, at__gte=since).values("ref").distinct()
    validated = (
        Case.objects.filter(administration=administration, counted=True, changed_at__gte=since)
        .exclude(opened_by="")
        .exclude(ref__in=back)
    )
    return validated.count() + back.count(), back.count()


def proposed_rate(judged: int, sent_back: int) -> float:
    """The share to look at that the past suggests: everything until 100 cases were judged, then five times the upper
    end of the 95 % interval of the error rate (Wilson), at least one in twenty."""
    if judged < 100:
        return 1.0
    _low, upper = interval(sent_back, judged)
    return min(1.0, max(0.05, round(5 * upper, 2)))


def sampling_rates() -> dict[str, float]:
    """The share to be opened by administration, where a steward has set one."""
    return dict(Sampling.objects.values_list("administration", "rate"))


def requests_of(actor: Actor) -> QuerySet[AnalysisRequest]:
    """The questions that a person sees, those that wait first."""
    return AnalysisRequest.objects.filter(visible_requests(actor)).order_by("answered_at", "due_at")


def subjects(actor: Actor, refs: Sequence[str]) -> dict[str, str]:
    """What the questions that a person sees are about, by ref."""
    seen = AnalysisRequest.objects.filter(visible_requests(actor), ref__in=list(refs))
    return dict(seen.values_list("ref", "subject"))


def request_named(actor: Actor, ref: str) -> AnalysisRequest:
    """One question; raises `Missing` for absent and unseen alike."""
    found = AnalysisRequest.objects.filter(visible_requests(actor), ref=ref).first()
    if found is None:
        raise Missing("no_request", _("There is no such question."))
    return found


def unopened(cases: QuerySet[Case]) -> list[dict[str, Any]]:
    """Ref, version and administration of those of `cases` that nobody has opened."""
    return [dict(row) for row in cases.filter(opened_by="").values("pk", "ref", "version", "administration")]


def opened_of(keys: list[int]) -> QuerySet[Case]:
    """Cases by key."""
    return Case.objects.filter(pk__in=among(keys))
