"""The duty rota: who is on duty now, the week, and where nobody is."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people import policy, rota
from tidewaiter.people.actions import end_shift, give_shift
from tidewaiter.people.models import Administration, Shift
from tidewaiter.people.queries import officer_for, visible_officers


def _planned(by: Actor, asked: str) -> Administration:
    """The administration whose rota is shown: stewards choose, all others see their own."""
    code = asked if asked and policy.is_steward(by) else by.administration_code
    home = Administration.objects.filter(code=code).first()
    if home is None:
        raise Missing("no_administration", _("There is no such administration."))
    return home


@require_GET
def duty(request: HttpRequest) -> HttpResponse:
    """The rota of one administration in its own time, and what that is in UTC."""
    by = actor_of(request)
    if policy.reads_library_alone(by):
        raise Missing("missing", _("There is no such page."))
    home = _planned(by, request.GET.get("administration", ""))
    turns = list(Shift.objects.filter(administration=home, officer__is_active=True).select_related("officer"))
    moment = now()
    zone = ZoneInfo(home.time_zone)
    week = moment + timedelta(days=7)
    local = moment.astimezone(zone)
    answer = {
        "home": home,
        "here": local,
        "now_on": rota.on_duty(turns, moment),
        "zone": zone,
        "watches": [
            (watch, watch.begins.astimezone(zone), watch.ends.astimezone(zone))
            for watch in rota.watches(turns, moment, week)
        ],
        "gaps": [(since.astimezone(zone), until.astimezone(zone)) for since, until in rota.gaps(turns, moment, week)],
        "turns": sorted(turns, key=lambda turn: (turn.weekday, turn.starts)),
        "zones": sorted(available_timezones()),
        "plans": policy.is_steward(by) or (policy.may_manage_people(by) and home.code == by.administration_code),
        "people": visible_officers(by).filter(administration=home, is_active=True).order_by("username"),
        "administrations": Administration.objects.order_by("name") if policy.is_steward(by) else (),
        "weekdays": [datetime(2024, 1, 1 + n, tzinfo=zone) for n in range(7)],
    }
    return render(request, "people/duty.html", answer)


def _give(said: QueryDict, by: Actor) -> str:
    officer = officer_for(by, said.get("officer", ""))
    days = [day for one in said.getlist("weekday") if (day := whole(one, most=6)) is not None]
    give_shift(
        officer=officer,
        weekdays=days,
        starts=_time(said.get("starts", "")),
        ends=_time(said.get("ends", "")),
        time_zone=said.get("time_zone", ""),
        by=by,
    )
    return officer.administration_id


def _end(said: QueryDict, by: Actor) -> str:
    asked = whole(said.get("shift", ""))
    shift = Shift.objects.filter(pk=asked).select_related("officer").first() if asked is not None else None
    if shift is None or not visible_officers(by).filter(pk=shift.officer_id).exists():
        raise Missing("no_shift", _("There is no such turn of duty."))
    end_shift(shift=shift, by=by)
    return shift.administration_id


_DEEDS = {"give": _give, "end": _end}
"""What changes the rota; gives whose rota it was."""


@require_POST
def duty_deed(request: HttpRequest, deed: str) -> HttpResponse:
    """Giving a turn, or taking one off the rota."""
    by = actor_of(request)
    if deed not in _DEEDS:
        raise Http404
    home = _DEEDS[deed](request.POST, by)
    messages.info(request, _("The rota is changed."))
    answer = redirect("people_duty")
    answer["Location"] += f"?administration={home}"
    return answer


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise BadInput("time", _("«%(said)s» is not a time (like 08:00).") % {"said": text[:20]}) from None
