"""The JSON door of events: what happened to an exhibit, and the taker's word."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Body, Router, Status

from tidewaiter.evidence import actions
from tidewaiter.evidence.api import of_the_room, purpose_of_program
from tidewaiter.evidence.api_schemas import CustodyConfirmIn, CustodyEventIn, CustodyEventOut, CustodyReasonIn
from tidewaiter.evidence.event_doors import confirm, decline, do_event
from tidewaiter.evidence.files import named_files
from tidewaiter.evidence.presenters import event_out, taken_refs
from tidewaiter.evidence.queries import event_named, events_of, exhibit_named
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["evidence"])


def _said(document: Any) -> dict[str, Any]:
    return {name: value for name, value in document.model_dump().items() if value not in (None, "")}


@router.post(
    "/evidence/exhibits/{ref}/events",
    response={201: CustodyEventOut},
    operation_id="write_event",
    summary="Something happened to an exhibit",
)
def wrote_event(request: HttpRequest, ref: str, said: Body[CustodyEventIn]) -> Status[Any]:
    """`seal unseal hand_over move test measure sample correct box unbox hold release decide asset dispose`."""
    by = of_the_room(writer(request))
    exhibit = exhibit_named(by, ref)
    event = do_event(exhibit, said.kind, {**_said(said), "files": named_files(said.files, by)}, by)
    return Status(201, event_out(event, set()))


@router.post(
    "/evidence/exhibits/{ref}/events/{event}/confirm",
    response=CustodyEventOut,
    operation_id="confirm_event",
    summary="Take what was handed over, or witness",
)
def confirmed_event(request: HttpRequest, ref: str, event: str, said: Body[CustodyConfirmIn | None]) -> dict[str, Any]:
    """By the taker's own token. Answers with the event of the taker; from then on the hand-over stands."""
    by = of_the_room(writer(request))
    exhibit = exhibit_named(by, ref)
    made = confirm(exhibit, event_named(exhibit, event), _said(said) if said else {}, by)
    return event_out(made, set())


@router.post(
    "/evidence/exhibits/{ref}/events/{event}/decline",
    response=CustodyEventOut,
    operation_id="decline_event",
    summary="Do not take what was handed over, or say that a disposal was not done so",
)
def declined_event(request: HttpRequest, ref: str, event: str, said: Body[CustodyReasonIn]) -> dict[str, Any]:
    """It stays with whoever gave it; of a disposal, what was written stands with the reason beside it."""
    by = of_the_room(writer(request))
    exhibit = exhibit_named(by, ref)
    return event_out(decline(exhibit, event_named(exhibit, event), said.reason, by), set())


@router.get(
    "/evidence/exhibits/{ref}/events",
    response=list[CustodyEventOut],
    operation_id="list_custody",
    summary="The custody of an exhibit",
)
def list_custody(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    """Its events in their order."""
    by = of_the_room(reader(request))
    exhibit = exhibit_named(by, ref)
    actions.look_at(exhibits=[exhibit], purpose=purpose_of_program(request), by=by)
    events = events_of(exhibit)
    taken = taken_refs(events)
    return [event_out(one, taken) for one in events]
