"""What the start page shows of cases: how the administrations of one's region deliver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tidewaiter.cases.policy import INT
from tidewaiter.cases.queries import visible_cases
from tidewaiter.drawing.charts import bars
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.people.models import Administration
from tidewaiter.people.policy import is_customs

WEEKS, LATELY, ROWS, SILENT = 12, 30, 8, 12
"""Weeks drawn, days counted, administrations in the table, silent ones that are named."""


@dataclass(slots=True)
class Delivery:
    """What came of one administration: cases by week, in the last days, and when the last one was entered."""

    code: str
    weeks: list[int] = field(default_factory=lambda: [0] * WEEKS)
    lately: int = 0
    last: datetime | None = None
    drawn: SafeString = SafeString("")  # noqa: RUF009 -- a text is not changed


def deliveries(actor: Actor, codes: Iterable[str]) -> list[Delivery]:
    """The last twelve weeks by day of seizure, of the cases that the person sees; the busiest administration first.

    Cases that say no day are left out: they belong to no week.
    """
    today = now().date()
    first = today - timedelta(days=7 * WEEKS - 1)
    found: dict[str, Delivery] = {}
    rows = (
        visible_cases(actor)
        .filter(administration__in=list(codes), date__gte=first, date__lte=today, date_precision="day")
        .exclude(status="withdrawn")
        .order_by()
        .values_list("administration", "date")
        .annotate(n=Count("pk"), last=Max("made_at"))
    )
    for code, day, number, last in rows:
        one = found.setdefault(code, Delivery(code))
        _count(one, day, first, today, number)
        one.last = max(one.last or last, last)
    return sorted(found.values(), key=lambda one: (-sum(one.weeks), one.code))


def _count(one: Delivery, day: date, first: date, today: date, number: int) -> None:
    one.weeks[(day - first).days // 7] += number
    if day > today - timedelta(days=LATELY):
        one.lately += number


def _region(actor: Actor) -> list[str]:
    """The administrations a person looks at: of the regions they review, else of their own; all for the secretariat."""
    every = Administration.objects.exclude(code=INT).exclude(region=None)
    if actor.administration_code != INT:
        every = every.filter(region__in=sorted(actor.reviewed_regions or {actor.region_code}))
    return list(every.order_by("code").values_list("code", flat=True))


def region_panel(request: HttpRequest, _thing: Any) -> str:
    """The region's deliveries, week by week; nothing for whoever sees no cases."""
    by = actor_of(request)
    if not is_customs(by):
        return ""
    codes = _region(by)
    rows = deliveries(by, codes)
    most = max((max(one.weeks) for one in rows), default=1)
    for one in rows[:ROWS]:
        one.drawn = bars(one.weeks, most)
    shown = {
        "rows": rows[:ROWS],
        "more": max(0, len(rows) - ROWS),
        "silent": [] if by.administration_code == INT else sorted(set(codes) - {one.code for one in rows})[:SILENT],
        "whole_world": by.administration_code == INT,
        "query": f"since={(now().date() - timedelta(days=LATELY - 1)).isoformat()}",
    }
    return render_to_string("cases/_region.html", shown, request=request) if codes else ""
