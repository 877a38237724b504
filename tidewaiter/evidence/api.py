"""The JSON door of exhibits."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Body, Query, Router, Status

from tidewaiter.evidence import actions, policy
from tidewaiter.evidence.api_schemas import (
    ExhibitIn,
    ExhibitMadeOut,
    ExhibitOut,
    ExhibitRowOut,
    ExhibitsAsked,
)
from tidewaiter.evidence.presenters import exhibit_out, row_out
from tidewaiter.evidence.queries import exhibit_named, exhibits_in
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import known_only
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["evidence"])


def purpose_of_program(request: HttpRequest) -> str:
    """For what a program reads: what it says (`X-Purpose`), else the work on exhibits itself."""
    said = request.headers.get("X-Purpose", "")
    return policy.must_have_purpose(said) if said else "custody"


def of_the_room(by: Actor) -> Actor:
    """The person, if the room is theirs. Raises `Missing`."""
    policy.must_read(by)
    return by


@router.get("/evidence/exhibits", response=list[ExhibitRowOut], operation_id="list_exhibits", summary="Exhibits")
def list_exhibits(request: HttpRequest, asked: Query[ExhibitsAsked]) -> list[dict[str, Any]]:
    """The last numbered first; the ref of the last row is the next `cursor`."""
    by = of_the_room(reader(request))
    known_only(request, ExhibitsAsked.model_fields)
    rows = exhibits_in(asked.box, by, case=asked.case, text=asked.text, before=asked.cursor, most=asked.limit)
    actions.look_at(exhibits=rows, purpose=purpose_of_program(request), by=by)
    return [row_out(one) for one in rows]


@router.post("/evidence/exhibits", response={201: ExhibitMadeOut}, operation_id="seize_exhibit", summary="Seize")
def seized_exhibit(request: HttpRequest, said: Body[ExhibitIn]) -> Status[Any]:
    """Numbers what was found. It is with whoever seized it."""
    by = of_the_room(writer(request))
    typed = {name: value for name, value in said.model_dump().items() if value not in (None, "")}
    exhibit = actions.seize(said=typed, by=by)
    return Status(201, {"ref": exhibit.ref, "reference": exhibit.reference})


@router.get("/evidence/exhibits/{ref}", response=ExhibitOut, operation_id="get_exhibit", summary="An exhibit")
def get_exhibit(request: HttpRequest, ref: str) -> dict[str, Any]:
    """By its ref, or by what its label says. That it was read is written down."""
    by = of_the_room(reader(request))
    exhibit = exhibit_named(by, ref)
    actions.look_at(exhibits=[exhibit], purpose=purpose_of_program(request), by=by)
    return exhibit_out(exhibit)
