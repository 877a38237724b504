"""The duty rota: who is on duty now and next, the week, where nobody is and where two are, what is handed over."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.parameters import read_day, read_whole, whole
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people import policy, rota
from tidewaiter.people.actions import end_shift, give_shift, hand_over, swap_shift
from tidewaiter.people.duty import AHEAD, Rota, Watch, rota_of, rota_offices
from tidewaiter.people.ics import calendar_of
from tidewaiter.people.models import Administration, Handover, Office, Shift
from tidewaiter.people.queries import officer_for, visible_officers
from tidewaiter.people.rules import Rule

NOTES, TOLD = 5, 30


def _planned(by: Actor, asked: str) -> Administration:
    """The administration whose rota is shown: stewards choose, all others see their own."""
    if policy.reads_library_alone(by):
        raise Missing("missing", _("There is no such page."))
    code = asked if asked and policy.is_steward(by) else by.administration_code
    home = Administration.objects.filter(code=code).first()
    if home is None:
        raise Missing("no_administration", _("There is no such administration."))
    return home


def _office(home: Administration, asked: str) -> Office | None:
    """The office whose rota is shown; none asked for: the administration's own."""
    if not asked:
        return None
    key = whole(asked)
    office = Office.objects.filter(administration=home, pk=key).first() if key is not None else None
    if office is None:
        raise Missing("no_office", _("There is no such office."))
    return office


@require_GET
def duty(request: HttpRequest) -> HttpResponse:
    """The rota of one administration, or of an office of it, in its own time, and what that is in UTC."""
    by = actor_of(request)
    home = _planned(by, request.GET.get("administration", ""))
    office = _office(home, request.GET.get("office", ""))
    return render(request, "people/duty.html", _shown(by, home, office))


def _shown(by: Actor, home: Administration, office: Office | None) -> dict[str, Any]:
    moment, zone = now(), ZoneInfo(home.time_zone)
    until = moment + AHEAD
    found: Rota = rota_of(home.code, office)
    watches = found.watches(moment, until)
    notes = Handover.objects.filter(administration=home, office=office, at__gte=moment - timedelta(days=TOLD))
    return {
        "home": home,
        "office": office,
        "offices": list(Office.objects.filter(administration=home).order_by("name")),
        "with_rota": set(rota_offices(home.code).values_list("pk", flat=True)),
        "here": f"{moment.astimezone(zone):%H:%M}",
        "now_on": found.now_on(moment),
        "next_on": found.next_on(moment),
        "watches": [(one, by.username == one.officer.username) for one in watches],
        "gaps": rota.gaps_of(watches, moment, until),
        "overlaps": rota.overlaps_of(watches, moment, until),
        "turns": found.turns,
        "zones": sorted(available_timezones()),
        "plans": policy.is_steward(by) or (policy.may_manage_people(by) and home.code == by.administration_code),
        "people": visible_officers(by).filter(administration=home, is_active=True).order_by("username"),
        "administrations": Administration.objects.order_by("name") if policy.is_steward(by) else (),
        "weekdays": range(7),
        "notes": list(notes.order_by("-at", "-pk")[:NOTES]),
    }


@require_GET
def duty_calendar(request: HttpRequest) -> HttpResponse:
    """The next ninety days of a rota as a calendar file (RFC 5545); `mine` leaves out the turns of others."""
    by = actor_of(request)
    home = _planned(by, request.GET.get("administration", ""))
    office = _office(home, request.GET.get("office", ""))
    mine = by.username if request.GET.get("mine") else ""
    content = calendar_of(home, office, only=mine)
    return attached(HttpResponse(content, content_type="text/calendar; charset=utf-8"), f"duty-{home.code}.ics")


def _give(said: QueryDict, by: Actor) -> Shift | None:
    officer = officer_for(by, said.get("officer", ""))
    days = [day for one in said.getlist("weekday") if (day := whole(one, most=6)) is not None]
    rule = Rule(
        since=_day(said.get("since", "")),
        until=_day(said.get("until", "")),
        every=read_whole(said.get("every", "") or "1", least=1, most=52),
        in_turn=[name for name in said.getlist("in_turn") if name],
        office=_office(officer.administration, said.get("office", "")),
    )
    shifts = give_shift(
        officer=officer,
        weekdays=days,
        starts=read_time(said.get("starts", "")),
        ends=read_time(said.get("ends", "")),
        time_zone=said.get("time_zone", ""),
        by=by,
        rule=rule,
    )
    return shifts[0]


def _shift(said: QueryDict, by: Actor) -> Shift:
    asked = whole(said.get("shift", ""))
    shift = (
        Shift.objects.filter(pk=asked).select_related("officer", "administration").first()
        if asked is not None
        else None
    )
    if shift is None or not visible_officers(by).filter(pk=shift.officer_id).exists():
        raise Missing("no_shift", _("There is no such turn of duty."))
    return shift


def _end(said: QueryDict, by: Actor) -> Shift | None:
    shift = _shift(said, by)
    end_shift(shift=shift, by=by)
    return shift


def _swap(said: QueryDict, by: Actor) -> Shift | None:
    shift = _shift(said, by)
    name = said.get("officer", "")
    officer = officer_for(by, name) if name else None
    swap_shift(shift=shift, day=read_day(said.get("day", "")), officer=officer, by=by)
    return shift


_DEEDS = {"give": _give, "end": _end, "swap": _swap}
"""What changes the rota; gives a turn of it."""


@require_POST
def duty_deed(request: HttpRequest, deed: str) -> HttpResponse:
    """Giving a turn, taking one off the rota, giving one day of it to somebody else, leaving a note for the next."""
    by = actor_of(request)
    if deed == "hand_over":
        home = _planned(by, request.POST.get("administration", ""))
        office = _office(home, request.POST.get("office", ""))
        hand_over(home=home, office=office, text=request.POST.get("text", ""), by=by)
        messages.info(request, _("It stands there for the next."))
        return _back(home.code, office.pk if office else None)
    if deed not in _DEEDS:
        raise Http404
    shift = _DEEDS[deed](request.POST, by)
    messages.info(request, _("The rota is changed."))
    return _back(shift.administration_id, shift.office_id) if shift else redirect("people_duty")


def _back(administration: str, office: int | None) -> HttpResponse:
    answer = redirect("people_duty")
    answer["Location"] += f"?administration={administration}" + (f"&office={office}" if office else "")
    return answer


def read_time(text: str) -> time:
    """An hour of the wall clock. Raises `BadInput`."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise BadInput("time", _("«%(said)s» is not a time (like 08:00).") % {"said": text[:20]}) from None


def _day(text: str) -> date | None:
    return read_day(text) if text.strip() else None


def duty_panel(request: HttpRequest, _thing: Any) -> str:
    """Who is on duty for one's administration now, and who comes next; nothing where there is no rota."""
    by = actor_of(request)
    if policy.reads_library_alone(by):
        return ""
    moment: datetime = now()
    rows: list[tuple[Office | None, list[Watch], list[Watch]]] = []
    for office in (None, *rota_offices(by.administration_code)):
        found = rota_of(by.administration_code, office)
        if found.turns:
            rows.append((office, found.now_on(moment), found.next_on(moment)))
    if not rows:
        return ""
    home = Administration.objects.get(code=by.administration_code)
    return render_to_string("people/_on_duty.html", {"rows": rows, "zone": home.time_zone}, request=request)
