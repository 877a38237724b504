"""The JSON door of the court."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Body, Field, Router, Schema, Status

from tidewaiter.evidence.actions.prosecution import DEEDS, open_proceeding
from tidewaiter.evidence.api import of_the_room
from tidewaiter.evidence.court import proceeding_named, proceeding_out, statistics_of, visible_proceedings
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["evidence"])


class ProceedingIn(Schema):
    """A case that goes to court."""

    case: str = Field(max_length=100)
    court: str = Field(max_length=200)
    court_reference: str = Field("", max_length=100)
    prosecutor: str = Field("", max_length=200)


class CourtDeedIn(Schema):
    """What a deed says; each takes the fields that are its own."""

    law: str = Field("", max_length=200)
    text: str = Field("", max_length=10_000)
    accused: str = Field("", max_length=200)
    on: str = Field("", max_length=40)
    about: str = Field("", max_length=10_000)
    needs: list[str] = Field(default_factory=list, max_length=1000)
    number: int | None = Field(None, ge=1)
    result: str = Field("", max_length=10_000)
    kind: str = Field("", max_length=16)
    called: str = Field("", max_length=100)
    issued_by: str = Field("", max_length=200)
    issued_on: str = Field("", max_length=40)
    exhibits: list[str] = Field(default_factory=list, max_length=1000)
    exhibit: str = Field("", max_length=64)
    material: str = Field("", max_length=10_000)
    to: str = Field("", max_length=200)
    reason: str = Field("", max_length=10_000)
    outcome: str = Field("", max_length=16)
    fine: str = Field("", max_length=40)
    currency: str = Field("", max_length=40)
    court_reference: str = Field("", max_length=100)
    charges: dict[str, str] = Field(default_factory=dict)


@router.get(
    "/evidence/proceedings",
    response=list[dict[str, Any]],
    operation_id="list_proceedings",
    summary="Cases before courts",
)
def list_proceedings(request: HttpRequest) -> list[dict[str, Any]]:
    """The last opened first."""
    by = of_the_room(reader(request))
    names = ("ref", "case", "case_reference", "court", "court_reference", "state", "outcome")
    rows = visible_proceedings(by).order_by("-made_at")[:500]
    return [{name: getattr(one, name) for name in names} for one in rows]


@router.post(
    "/evidence/proceedings",
    response={201: dict[str, Any]},
    operation_id="open_proceeding",
    summary="Begin the way of a case through the court",
)
def opened_proceeding(request: HttpRequest, said: Body[ProceedingIn]) -> Status[Any]:
    """Of a case with exhibits."""
    by = of_the_room(writer(request))
    one = open_proceeding(case=said.case, said=said.model_dump(), by=by)
    return Status(201, proceeding_out(one, by))


@router.get(
    "/evidence/proceedings/statistics",
    response=dict[str, Any],
    operation_id="court_statistics",
    summary="Seizures that reached a court",
)
def court_figures(request: HttpRequest, year: int | None = None) -> dict[str, Any]:
    """Opened, filed, judged, lost exhibits, days in the middle."""
    return statistics_of(of_the_room(reader(request)), year)


@router.get(
    "/evidence/proceedings/{ref}", response=dict[str, Any], operation_id="get_proceeding", summary="A case in court"
)
def one_proceeding(request: HttpRequest, ref: str) -> dict[str, Any]:
    """With its way, charges, hearings, orders and the disclosure list."""
    by = of_the_room(reader(request))
    return proceeding_out(proceeding_named(by, ref), by)


@router.post(
    "/evidence/proceedings/{ref}/{deed}",
    response=dict[str, Any],
    operation_id="move_proceeding",
    summary="A step of a case in court",
)
def moved_proceeding(request: HttpRequest, ref: str, deed: str, said: Body[CourtDeedIn]) -> dict[str, Any]:
    """`charge file hearing heard order disclose judge drop`."""
    by = of_the_room(writer(request))
    one = proceeding_named(by, ref)
    if deed not in DEEDS:
        raise BadInput("deed", f"{', '.join(DEEDS)}.")
    told = {name: value for name, value in said.model_dump().items() if value not in (None, "", [], {})}
    results = {f"charge.{number}": value for number, value in said.charges.items()}
    DEEDS[deed](proceeding=one, said=told | results, by=by)
    return proceeding_out(proceeding_named(by, ref), by)
