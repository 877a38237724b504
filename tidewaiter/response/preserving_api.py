"""The JSON door of preservations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Router, Status

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.tokens import reader, writer
from tidewaiter.response import actions, policy
from tidewaiter.response.api_schemas import PreservationDeedIn, PreservationIn, PreservationOut
from tidewaiter.response.models import Preservation
from tidewaiter.response.queries import alarm_named, preservation_named, visible_preservations

router = Router(tags=["response"])


def preservation_out(one: Preservation) -> dict[str, Any]:
    """A preservation as programs get it."""
    names = [name for name in PreservationOut.model_fields if name not in ("parent", "path_of")]
    return {name: getattr(one, name) for name in names} | {"parent": one.parent_id, "path_of": one.path_of_id}


def preservation_rows(by: Actor) -> list[dict[str, Any]]:
    """Preservations as programs list them, the newest first, without what was written of single ones."""
    found = visible_preservations(by).order_by("-made_at")[:200]
    return [preservation_out(one) | {"answer": "", "dual": ""} for one in found]


@router.get(
    "/response/preservations",
    response=list[PreservationOut],
    operation_id="list_preservations",
    summary="Preservations",
)
def list_preservations(request: HttpRequest) -> list[dict[str, Any]]:
    """Those of one's administration, for its desk; the newest first, 200 at most; what was answered stands in each."""
    by = reader(request)
    policy.must_preserve(by)
    return [
        preservation_out(one) | {"answer": "", "dual": ""}
        for one in visible_preservations(by).order_by("-made_at")[:200]
    ]


@router.post(
    "/response/preservations", response={201: PreservationOut}, operation_id="draft_preservation", summary="Draft one"
)
def drafted_preservation(request: HttpRequest, said: Body[PreservationIn]) -> Status[Any]:
    """A draft; what article 29(2) still wants is said when it is sent."""
    by = writer(request)
    alarm = alarm_named(by, said.alarm) if said.alarm else None
    fields = {name: value for name, value in said.model_dump().items() if name not in ("alarm", "incoming")}
    return Status(
        201, preservation_out(actions.draft_preservation(said=fields, by=by, alarm=alarm, incoming=said.incoming))
    )


@router.get("/response/preservations/{ref}", response=PreservationOut, operation_id="get_preservation", summary="One")
def get_preservation(request: HttpRequest, ref: str) -> dict[str, Any]:
    """A preservation and its clock; that it was read is written down."""
    by = reader(request)
    one = preservation_named(by, ref)
    actions.look_at_preservation(one=one, by=by)
    return preservation_out(one)


@router.post(
    "/response/preservations/{ref}",
    response=PreservationOut,
    operation_id="move_preservation",
    summary="A deed with one",
)
def moved_preservation(request: HttpRequest, ref: str, said: Body[PreservationDeedIn]) -> dict[str, Any]:
    """`send send_by_node answer renew path dual assistance end`."""
    by = writer(request)
    one = preservation_named(by, ref)
    deed = _DEEDS.get(said.deed)
    if deed is None:
        raise BadInput("deed", _("Say %(all)s.") % {"all": ", ".join(_DEEDS)})
    return preservation_out(deed(one, by, said))


_DEEDS: dict[str, Callable[[Preservation, Actor, PreservationDeedIn], Preservation]] = {
    "send": lambda one, by, _said: actions.send_preservation(one=one, by=by),
    "send_by_node": lambda one, by, _said: actions.send_preservation(one=one, by=by, by_node=True),
    "answer": lambda one, by, said: actions.answer_preservation(
        one=one, kind=said.kind, text=said.text, ground=said.ground, by=by
    ),
    "path": lambda one, by, _said: actions.follow_path(one=one, by=by),
    "dual": lambda one, by, said: actions.note_dual_criminality(one=one, text=said.text, by=by),
    "renew": lambda one, by, _said: actions.renew_preservation(one=one, by=by),
    "assistance": lambda one, by, said: actions.follow_by_assistance(one=one, reference=said.text, by=by),
    "end": lambda one, by, _said: actions.end_preservation(one=one, by=by),
}
"""What a program may do with a preservation."""
