"""The JSON door of disposals and of the files of events."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from tidewaiter.evidence import actions
from tidewaiter.evidence.api import of_the_room
from tidewaiter.evidence.api_schemas import DisposalOut, DisposalRowOut, FileNameIn, KeptFileOut
from tidewaiter.evidence.models import Disposal
from tidewaiter.evidence.queries import disposal_named, disposals_of, exhibit_named
from tidewaiter.evidence.typed import decimal_text
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.scratch import scratch
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["evidence"])
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


def disposal_row(one: Disposal) -> dict[str, Any]:
    """A disposal as programs list it."""
    names = ("ref", "reference", "way", "state", "case", "order", "ordered_by")
    return {name: getattr(one, name) for name in names} | {
        "ordered_on": one.ordered_on.isoformat(),
        "due_on": one.due_on.isoformat() if one.due_on else "",
    }


def disposal_out(one: Disposal) -> dict[str, Any]:
    """A disposal whole; a witness without an account by reference and organisation alone."""
    items = [
        {
            "exhibit": item.exhibit_id,
            "reference": item.exhibit.reference,
            "quantity": decimal_text(item.quantity),
            "kept": decimal_text(item.kept),
            "counted": decimal_text(item.counted),
            "unit": item.exhibit.unit,
        }
        for item in one.items.select_related("exhibit").order_by("exhibit_id")
    ]
    numbers = ("cost", "carbon", "recycled")
    plain = ("methods", "right_holder", "right_holder_says", "difference", "taken_back", "currency")
    return (
        disposal_row(one)
        | {name: getattr(one, name) for name in plain}
        | {name: decimal_text(getattr(one, name)) for name in numbers}
        | {
            "told_on": one.told_on.isoformat() if one.told_on else "",
            "items": items,
            "witnesses": [{name: each[name] for name in ("hand", "organisation", "signed")} for each in one.witnesses],
        }
    )


@router.get("/evidence/disposals", response=list[DisposalRowOut], operation_id="list_disposals", summary="Disposals")
def list_disposals(request: HttpRequest) -> list[dict[str, Any]]:
    """Those that go on first."""
    by = of_the_room(reader(request))
    return [disposal_row(one) for one in disposals_of(by)]


@router.get("/evidence/disposals/{ref}", response=DisposalOut, operation_id="get_disposal", summary="A disposal")
def get_disposal(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Order, methods, quantities against custody, witnesses, figures as reported."""
    by = of_the_room(reader(request))
    return disposal_out(disposal_named(by, ref))


@router.post(
    "/evidence/exhibits/{ref}/files",
    response={201: KeptFileOut},
    operation_id="keep_exhibit_file",
    summary="Bring a photo or a paper for an event",
    openapi_extra={"requestBody": {"required": True, "content": _BYTES}},
)
def kept_file_of(request: HttpRequest, ref: str, said: Query[FileNameIn]) -> Status[Any]:
    """The bytes as the body; the next event names it in `files` by its digest."""
    by = of_the_room(writer(request))
    known_only(request, FileNameIn.model_fields)
    exhibit = exhibit_named(by, ref)
    with scratch() as folder:
        path = folder / "file"
        path.write_bytes(request.body)
        kept = actions.bring_file(exhibit=exhibit, path=path, name=said.name, role=said.role, by=by)
    return Status(201, kept)
