"""Contact points: who answers where at which hours, and when somebody last tried."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import Missing, passes
from tidewaiter.people import policy, rota
from tidewaiter.people.actions import drop_contact_point, keep_contact_point, try_contact_point
from tidewaiter.people.actions.contact_points import A_MONTH, OUTCOMES, Point
from tidewaiter.people.models import ContactPoint
from tidewaiter.people.views.duty import read_time


@require_GET
def contact_points(request: HttpRequest) -> HttpResponse:
    """All of them, by country, each with its own time now and whether somebody should answer."""
    by = actor_of(request)
    policy.must_see_contacts(by)
    moment = now()
    rows = [
        {
            "point": one,
            "here": f"{moment.astimezone(ZoneInfo(one.time_zone)):%H:%M}",
            "open": rota.is_open(
                moment, opens=one.opens, closes=one.closes, weekdays=one.weekdays, time_zone=one.time_zone
            ),
            "due": one.tested_at is None or one.tested_at < moment - A_MONTH,
        }
        for one in ContactPoint.objects.order_by("country", "name")
    ]
    lang = get_language() or "en"
    shown = {
        "rows": rows,
        "due": sum(row["due"] is True for row in rows),
        "keeps": passes(policy.may_keep_contacts, by),
        "tests": passes(policy.may_test_contacts, by),
        "outcomes": OUTCOMES,
        "zones": sorted(available_timezones()),
        "weekdays": range(7),
        "countries": sorted(
            ((one.code, one.label(lang)) for one in list_view("country").current()), key=lambda row: row[1]
        ),
    }
    return render(request, "people/contact_points.html", shown)


def _named(ref: str, by: Actor) -> ContactPoint:
    policy.must_see_contacts(by)
    found = ContactPoint.objects.filter(pk=ref).first()
    if found is None:
        raise Missing("no_contact_point", _("There is no such contact point."))
    return found


def read_point(said: QueryDict) -> Point:
    """A contact point as posted. Raises `BadInput`."""
    return Point(
        country=said.get("country", ""),
        name=said.get("name", ""),
        phone=said.get("phone", ""),
        email=said.get("email", ""),
        languages=said.get("languages", "").replace(",", " ").split(),
        opens=_hour(said.get("opens", "")),
        closes=_hour(said.get("closes", "")),
        weekdays=[day for one in said.getlist("weekday") if (day := whole(one, most=6)) is not None],
        time_zone=said.get("time_zone", "") or "UTC",
    )


def _hour(said: str) -> time | None:
    return read_time(said) if said.strip() else None


def _keep(said: QueryDict, by: Actor) -> str:
    keep_contact_point(said=read_point(said), by=by)
    return _("The contact point is kept.")


def _try(said: QueryDict, by: Actor) -> str:
    try_contact_point(point=_named(said.get("point", ""), by), outcome=said.get("outcome", ""), by=by)
    return _("The call is written down.")


def _drop(said: QueryDict, by: Actor) -> str:
    drop_contact_point(point=_named(said.get("point", ""), by), by=by)
    return _("It is off the list.")


_DEEDS = {"keep": _keep, "try": _try, "drop": _drop}
"""What changes the list; each says what it has done."""


@require_POST
def contact_point_deed(request: HttpRequest, deed: str) -> HttpResponse:
    """Keeping one, saying what came of calling it, taking it off the list."""
    by = actor_of(request)
    policy.must_see_contacts(by)
    if deed not in _DEEDS:
        raise Http404
    messages.info(request, _DEEDS[deed](request.POST, by))
    return redirect("contact_points")
