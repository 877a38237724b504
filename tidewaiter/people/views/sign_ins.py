"""Sign-ins and refused tries, for who looks after accounts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tidewaiter.foundation.doors import actor_of, known_only
from tidewaiter.foundation.parameters import read_day, whole
from tidewaiter.people import policy
from tidewaiter.people.queries import visible_sign_ins
from tidewaiter.people.sign_ins import OUTCOMES

PAGE = 100


@require_GET
def sign_ins(request: HttpRequest) -> HttpResponse:
    """The newest first, narrowed by account, outcome and day (of UTC)."""
    by = actor_of(request)
    found = visible_sign_ins(by)
    known_only(request, ("person", "outcome", "day", "before"))
    wanted = {name: request.GET.get(name, "").strip()[:150] for name in ("person", "outcome", "day")}
    if wanted["person"]:
        found = found.filter(officer__username=wanted["person"].lower())
    if wanted["outcome"]:
        found = found.filter(outcome=wanted["outcome"])
    if wanted["day"]:
        begins = datetime.combine(read_day(wanted["day"]), time(0), ZoneInfo("UTC"))
        found = found.filter(at__gte=begins, at__lt=begins + timedelta(days=1))
    before = whole(request.GET.get("before", ""))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    query = request.GET.copy()
    query["before"] = str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    shown = {
        "rows": rows[:PAGE],
        "more": query.urlencode() if len(rows) > PAGE else "",
        "wanted": wanted,
        "outcomes": OUTCOMES,
        "steward": policy.is_steward(by),
    }
    return render(request, "people/sign_ins.html", shown)
