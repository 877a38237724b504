"""The JSON door of the duty rota and of contact points."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Schema
from pydantic import Field

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.people import policy, rota
from tidewaiter.people.actions import keep_contact_point, try_contact_point
from tidewaiter.people.actions.contact_points import Point
from tidewaiter.people.duty import Watch, rota_of
from tidewaiter.people.models import ContactPoint, Office
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["people"])


class DutyWatchOut(Schema):
    """Somebody's time on duty; `night` says whether it is night where they are now."""

    username: str
    name: str
    begins: datetime
    ends: datetime
    time_zone: str
    swapped: bool
    night: bool


class GapOut(Schema):
    """A time in which nobody is on duty."""

    begins: datetime
    ends: datetime


class OverlapOut(GapOut):
    """A time in which two are."""

    who: list[str]


class DutyOut(Schema):
    """A rota from now on."""

    administration: str
    office: str
    now: list[DutyWatchOut]
    next: list[DutyWatchOut]
    watches: list[DutyWatchOut]
    gaps: list[GapOut]
    overlaps: list[OverlapOut]


class RotaAsked(Schema):
    """Whose rota, and how far."""

    office: str = Field("", max_length=200, description="the name of an office; none: the administration's own rota")
    days: int = Field(7, ge=1, le=90)


@router.get("/people/duty", response=DutyOut, operation_id="duty", summary="Who is on duty")
def who_is_on_duty(request: HttpRequest, asked: Query[RotaAsked]) -> dict[str, Any]:
    """For one's own administration: now, next, the days to come, where nobody is and where two are."""
    by = reader(request)
    policy.may_see_rota(by, by.administration_code)
    known_only(request, RotaAsked.model_fields)
    return duty_out(by.administration_code, asked.office, asked.days)


def duty_out(administration: str, office: str, days: int) -> dict[str, Any]:
    """A rota as programs get it. Raises `Missing` for an office that is none."""
    place = Office.objects.filter(administration=administration, name=office).first() if office else None
    if office and place is None:
        raise Missing("no_office", _("There is no such office."))
    moment = now()
    until = moment + timedelta(days=days)
    found = rota_of(administration, place)
    watches = found.watches(moment, until)
    return {
        "administration": administration,
        "office": office,
        "now": [_watch(one) for one in found.now_on(moment)],
        "next": [_watch(one) for one in found.next_on(moment)],
        "watches": [_watch(one) for one in watches],
        "gaps": [{"begins": since, "ends": ends} for since, ends in rota.gaps_of(watches, moment, until)],
        "overlaps": [
            {"begins": since, "ends": ends, "who": [one.officer.username, other.officer.username]}
            for since, ends, one, other in rota.overlaps_of(watches, moment, until)
        ],
    }


def _watch(one: Watch) -> dict[str, Any]:
    return {
        "username": one.officer.username,
        "name": one.officer.display_name,
        "begins": one.begins,
        "ends": one.ends,
        "time_zone": one.shift.time_zone,
        "swapped": one.swapped,
        "night": one.is_night,
    }


class PointIn(Schema):
    """A contact point: both hours or none (around the clock); weekdays from Monday, 0."""

    country: str = Field(..., max_length=3)
    name: str = Field(..., min_length=1, max_length=200)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=200)
    languages: list[str] = Field([], max_length=20)
    opens: time | None = None
    closes: time | None = None
    weekdays: list[int] = Field([], max_length=7)
    time_zone: str = Field("UTC", max_length=64)


class PointOut(PointIn):
    """The same, whether somebody should answer now, and what came of the last test call."""

    ref: str
    open: bool
    tested_at: datetime | None
    tested_by: str
    outcome: str


def point_out(one: ContactPoint) -> dict[str, Any]:
    """A contact point as programs get it."""
    hours = {name: getattr(one, name) for name in ("opens", "closes", "weekdays", "time_zone")}
    names = ("ref", "country", "name", "phone", "email", "languages", "tested_at", "tested_by", "outcome")
    return {name: getattr(one, name) for name in names} | hours | {"open": rota.is_open(now(), **hours)}


class WhereIn(Schema):
    """Of which country."""

    country: str = Field("", max_length=3)


@router.get("/people/contact-points", response=list[PointOut], operation_id="contact_points", summary="Contact points")
def list_contact_points(request: HttpRequest, asked: Query[WhereIn]) -> list[dict[str, Any]]:
    """By country and name."""
    policy.must_see_contacts(reader(request))
    known_only(request, WhereIn.model_fields)
    rows = ContactPoint.objects.order_by("country", "name")
    return [point_out(one) for one in (rows.filter(country=asked.country) if asked.country else rows)]


@router.post(
    "/people/contact-points", response=PointOut, operation_id="keep_contact_point", summary="Keep a contact point"
)
def keep_point(request: HttpRequest, said: Body[PointIn]) -> dict[str, Any]:
    """A new one, or what is said anew of the one with that country and name."""
    by = writer(request)
    return point_out(keep_contact_point(said=Point(**said.model_dump()), by=by))


class TriedIn(Schema):
    """What came of the call."""

    outcome: str = Field(..., max_length=16, description="answered, late, no_answer or wrong")


@router.post(
    "/people/contact-points/{ref}/try",
    response=PointOut,
    operation_id="try_contact_point",
    summary="Say what came of calling a contact point",
)
def try_point(request: HttpRequest, ref: str, said: Body[TriedIn]) -> dict[str, Any]:
    """The monthly call, by whoever has duty."""
    by = writer(request)
    return point_out(try_contact_point(point=_point(by, ref), outcome=said.outcome, by=by))


def _point(by: Actor, ref: str) -> ContactPoint:
    policy.must_see_contacts(by)
    found = ContactPoint.objects.filter(pk=ref).first()
    if found is None:
        raise Missing("no_contact_point", _("There is no such contact point."))
    return found
