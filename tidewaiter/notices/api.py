"""The JSON door of what rings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from tidewaiter.foundation.doors import known_only
from tidewaiter.notices.models import Ringing
from tidewaiter.notices.queries import heard, ringing_named
from tidewaiter.notices.ringing import acknowledge
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["notices"])
LISTED = 200


class RungOut(Schema):
    """Who was told, at which level."""

    to: str
    level: int
    whom: str
    at: datetime


class RingingOut(Schema):
    """What rings, about what, and who has it. `about` is the ref of the thing, `deed` what was done with it."""

    ref: str
    about: str
    deed: str
    administration: str
    by: str
    at: datetime
    level: int
    next_at: datetime | None
    outcome: str
    ended_by: str
    ended_at: datetime | None
    rung: list[RungOut]


def ringing_out(one: Ringing) -> dict[str, Any]:
    """What rings as programs get it."""
    names = ("ref", "about", "deed", "administration", "by", "at", "level", "outcome", "ended_by", "ended_at")
    rung = [{name: getattr(row, name) for name in ("to", "level", "whom", "at")} for row in one.rung.all()]
    next_at = None if one.ended_at else one.next_at
    return {name: getattr(one, name) for name in names} | {"next_at": next_at, "rung": rung}


class Still(Schema):
    """Whether what somebody has already is listed too."""

    ended: bool = False


@router.get("/ringing", response=list[RingingOut], operation_id="list_ringing", summary="What rings for you")
def list_ringing(request: HttpRequest, asked: Query[Still]) -> list[dict[str, Any]]:
    """The newest first; what still rings alone unless `ended` is asked for."""
    by = reader(request)
    known_only(request, Still.model_fields)
    rows = heard(by) if asked.ended else heard(by).filter(ended_at=None)
    return [ringing_out(one) for one in rows[:LISTED]]


@router.post(
    "/ringing/{ref}/acknowledge", response=RingingOut, operation_id="acknowledge", summary="Say that you have it"
)
def acknowledge_one(request: HttpRequest, ref: str) -> dict[str, Any]:
    """It is quiet for everybody then."""
    by = writer(request)
    return ringing_out(acknowledge(ringing=ringing_named(by, ref), by=by))
