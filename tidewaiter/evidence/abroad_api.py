"""The JSON door of evidence between countries."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Body, Field, Router, Schema, Status

from tidewaiter.evidence.abroad_views import DEEDS, abroad_out, rows_of
from tidewaiter.evidence.api import of_the_room
from tidewaiter.evidence.models import Abroad
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["evidence"])


class AbroadIn(Schema):
    """What a deed says; each takes the fields that are its own."""

    ref: str = Field("", max_length=64)
    exhibit: str = Field("", max_length=64)
    country: str = Field("", max_length=3)
    kind: str = Field("", max_length=20)
    authority: str = Field("", max_length=300)
    purpose: str = Field("", max_length=200)
    subject: str = Field("", max_length=200)
    text: str = Field("", max_length=10_000)
    legal_basis: str = Field("", max_length=10_000)
    case_reference: str = Field("", max_length=100)
    due: str = Field("", max_length=40)
    decision: str = Field("", max_length=16)
    exhibits: str = Field("", max_length=4_000)
    place: str = Field("", max_length=300)
    note: str = Field("", max_length=1_000)


@router.get(
    "/evidence/abroad",
    response=list[dict[str, Any]],
    operation_id="list_abroad",
    summary="Evidence that went to other countries, and came",
)
def list_abroad(request: HttpRequest) -> list[dict[str, Any]]:
    """The last first."""
    return [abroad_out(one) for one in rows_of(of_the_room(reader(request)))]


@router.post(
    "/evidence/abroad/{deed}",
    response={201: dict[str, Any]},
    operation_id="do_abroad",
    summary="Send, ask, answer, accept",
)
def did_abroad(request: HttpRequest, deed: str, said: Body[AbroadIn]) -> Status[Any]:
    """`send` (kind `exhibit` or `custody_transfer`), `ask`, `answer`, `accept`."""
    by = of_the_room(writer(request))
    if deed not in DEEDS:
        raise BadInput("deed", f"{', '.join(DEEDS)}.")
    made = DEEDS[deed]({name: value for name, value in said.model_dump().items() if value}, by)
    if isinstance(made, Abroad):
        return Status(201, abroad_out(made))
    return Status(201, {"exhibit": getattr(made, "reference", "")})
