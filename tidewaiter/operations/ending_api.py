"""The JSON door of operations: phases, templates, what owners take, and the end."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Body, Router

from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.refusals import Missing
from tidewaiter.operations.actions.ending import (
    ask_destruction,
    close,
    confirm_destruction,
    open_again,
    take_share,
)
from tidewaiter.operations.actions.opening import ask_renewal, hold, move
from tidewaiter.operations.actions.shaping import define, retire, trim
from tidewaiter.operations.actions.taking import give_up, take_own
from tidewaiter.operations.api_schemas import CertificateOut, ClosedOut, HoldIn, PhaseIn, RefOut, SharesIn, TrimIn
from tidewaiter.operations.certificates import folder, paper
from tidewaiter.operations.definitions import in_language, template_of
from tidewaiter.operations.queries import ending_named, room_of
from tidewaiter.operations.room_keys import key_of
from tidewaiter.operations.views import sent_pack
from tidewaiter.operations.writing import templates_in_use
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["operations"])


@router.post("/operations/{ref}/move", response=RefOut, operation_id="move_operation", summary="Move to a phase")
def move_operation(request: HttpRequest, ref: str, said: Body[PhaseIn]) -> dict[str, str]:
    """What was written in training is wiped when it goes live."""
    by = writer(request)
    move(room=room_of(by, ref), phase=said.phase, by=by)
    return {"ref": ref}


@router.post("/operations/{ref}/renew", response=RefOut, operation_id="renew_operation", summary="Renew a project")
def renew_operation(request: HttpRequest, ref: str) -> dict[str, str]:
    """One co-ordinator asks, another confirms: then it lives for a year."""
    by = writer(request)
    ask_renewal(room=room_of(by, ref), by=by)
    return {"ref": ref}


@router.get("/operations/{ref}/templates", operation_id="list_message_templates", summary="Templates of a room")
def list_templates(request: HttpRequest, ref: str, lang: str = "en") -> list[dict[str, Any]]:
    """Their fields, and an example of each."""
    by = reader(request)
    known_only(request, ("lang",))
    room = room_of(by, ref)
    return [
        {
            "code": one.code,
            "label": one.named(lang[:8]),
            "asks": one.asks,
            "fields": [
                {
                    "name": field.name,
                    "type": field.type,
                    "list": field.list,
                    "label": in_language(field.label, lang[:8]),
                    "needed": field.needed,
                    "nominal": field.nominal,
                    "example": field.example,
                }
                for field in one.fields
            ],
        }
        for one in templates_in_use(key_of(ref, room.operation.key_print), room.operation)
    ]


@router.post(
    "/operations/{ref}/templates", response={200: RefOut}, operation_id="define_template", summary="Define a template"
)
def define_template(request: HttpRequest, ref: str, said: Body[dict[str, Any]]) -> dict[str, str]:
    """A new one, or a new version: code, label, fields, title, asks."""
    by = writer(request)
    define(room=room_of(by, ref), template=template_of(said), by=by)
    return {"ref": ref}


@router.post(
    "/operations/{ref}/templates/{code}/trim", response=RefOut, operation_id="trim_template", summary="Trim a template"
)
def trim_template(request: HttpRequest, ref: str, code: str, said: Body[TrimIn]) -> dict[str, str]:
    """A new version with those of its fields alone."""
    by = writer(request)
    trim(room=room_of(by, ref), code=code, keep=said.keep, by=by)
    return {"ref": ref}


@router.post(
    "/operations/{ref}/templates/{code}/retire",
    response=RefOut,
    operation_id="retire_template",
    summary="Retire a template",
)
def retire_template(request: HttpRequest, ref: str, code: str) -> dict[str, str]:
    """One of the room's own."""
    by = writer(request)
    retire(room=room_of(by, ref), code=code, by=by)
    return {"ref": ref}


_ZIP = {"responses": {200: {"description": "zip", "content": {"application/zip": {}}}}}


@router.post(
    "/operations/{ref}/export",
    operation_id="take_own_data",
    summary="Take one's administration's data",
    openapi_extra=_ZIP,
)
def take_own_data(request: HttpRequest, ref: str) -> HttpResponseBase:
    """A zip with a signed document, and the files of one's own messages."""
    by = writer(request)
    return sent_pack(take_own(room=room_of(by, ref), by=by))


@router.post("/operations/{ref}/give_up", response=RefOut, operation_id="give_up_data", summary="Take nothing")
def give_up_data(request: HttpRequest, ref: str) -> dict[str, str]:
    """Said for one's administration."""
    by = writer(request)
    give_up(room=room_of(by, ref), by=by)
    return {"ref": ref}


@router.post("/operations/{ref}/close", response=ClosedOut, operation_id="close_operation", summary="Seal a room")
def close_operation(request: HttpRequest, ref: str) -> dict[str, Any]:
    """From any phase; the answer holds one's share of the key, which is kept nowhere else."""
    by = writer(request)
    done = close(operation=room_of(by, ref).operation, by=by)
    return {
        "messages": done.operation.counts["messages"],
        "attachments": done.operation.counts["attachments"],
        "transferred": done.transferred,
        "sealed_at": done.operation.sealed_at.isoformat() if done.operation.sealed_at else "",
        "share": done.share,
        "holders": done.holders,
    }


@router.post("/operations/{ref}/take_share", operation_id="take_share", summary="Take one's share of the key")
def taken_share(request: HttpRequest, ref: str) -> dict[str, str]:
    """Once: it is kept nowhere from then on."""
    by = writer(request)
    return {"share": take_share(operation=ending_named(by, ref), by=by)}


@router.post("/operations/{ref}/reopen", response=RefOut, operation_id="reopen_operation", summary="Open a sealed room")
def reopen_operation(request: HttpRequest, ref: str, said: Body[SharesIn]) -> dict[str, str]:
    """By two holders of its key, with the shares that they have taken."""
    by = writer(request)
    open_again(operation=ending_named(by, ref), by=by, second=said.second, shares=said.shares)
    return {"ref": ref}


@router.post("/operations/{ref}/hold", response=RefOut, operation_id="hold_operation", summary="Legal hold")
def hold_operation(request: HttpRequest, ref: str, said: Body[HoldIn]) -> dict[str, str]:
    """While it is held nothing of it is destroyed."""
    by = writer(request)
    hold(operation=ending_named(by, ref), on=said.on, by=by)
    return {"ref": ref}


@router.post("/operations/{ref}/destroy", response=RefOut, operation_id="destroy_operation", summary="Destroy a room")
def destroy_operation(request: HttpRequest, ref: str) -> dict[str, str]:
    """The first who asks starts it; another, within a day, confirms and destroys it."""
    by = writer(request)
    operation = ending_named(by, ref)
    if operation.asked_what == "destroy" and operation.asked_by != by.username:
        confirm_destruction(operation=operation, by=by)
    else:
        ask_destruction(operation=operation, by=by)
    return {"ref": ref}


@router.get(
    "/operations/{ref}/certificate",
    response=CertificateOut,
    operation_id="get_certificate",
    summary="The certificate of destruction",
)
def get_certificate(request: HttpRequest, ref: str) -> dict[str, Any]:
    """As it was signed; `verify_certificate` checks it off line."""
    by = reader(request)
    known_only(request, ())
    path = folder() / f"{ending_named(by, ref).ref}.json"
    if not path.exists():
        raise Missing("no_certificate", _("It is not destroyed: there is no certificate yet."))
    return dict(read_json(paper(path)))
