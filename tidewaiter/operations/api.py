"""The JSON door of operations: rooms, who is in them, messages, files, the stream."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import known_only, reads_its_body
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.parameters import Key
from tidewaiter.operations.actions.drafting import attach
from tidewaiter.operations.actions.files import opened_bytes
from tidewaiter.operations.actions.joining import answer_invitation, end_membership, invite
from tidewaiter.operations.actions.messages import Written, acknowledge, correct, have_read, send, withdraw
from tidewaiter.operations.actions.opening import open_operation
from tidewaiter.operations.actions.printing import print_situation
from tidewaiter.operations.actions.recording import record_seizure
from tidewaiter.operations.api_schemas import (
    CorrectionIn,
    InvitationAnswer,
    MemberIn,
    MemberOut,
    MessageIn,
    OperationIn,
    OperationOut,
    RefOut,
    RoomFileOut,
    RoomSentOut,
)
from tidewaiter.operations.figures import by_country, days_of, figures_of, seized
from tidewaiter.operations.listening import stream
from tidewaiter.operations.models import Membership
from tidewaiter.operations.opened import opened, visible
from tidewaiter.operations.planned import read_planned
from tidewaiter.operations.queries import invitations, invited_to, members_of, own_rooms, presence_of, room_of
from tidewaiter.operations.searching import found_in, narrowed
from tidewaiter.operations.streaming import event_id
from tidewaiter.operations.views import sent_file
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["operations"])
CHUNK = 256 * 1024
reads_its_body("brought_file")


def _operation(member: Membership) -> dict[str, Any]:
    operation = member.operation
    return {
        "ref": operation.ref,
        "title": operation.title,
        "phase": operation.phase,
        "part": member.part,
        "joined": member.joined_at is not None,
        "starts": operation.starts,
        "ends": operation.ends,
        "test": operation.test,
        "messages": operation.last_number,
        "last_event": event_id(operation, operation.last_event),
    }


@router.get("/operations", response=list[OperationOut], operation_id="list_operations", summary="Rooms one is in")
def list_operations(request: HttpRequest) -> list[dict[str, Any]]:
    """Those one is in, and those one is invited to (`joined` is false)."""
    by = reader(request)
    known_only(request, ())
    return [_operation(room.member) for room in own_rooms(by)] + [_operation(one) for one in invitations(by)]


@router.post("/operations", response={201: RefOut}, operation_id="open_operation", summary="Open a room")
def opened_operation(request: HttpRequest, said: Body[OperationIn]) -> Status[dict[str, str]]:
    """With a key of its own; whoever opens it co-ordinates it."""
    by = writer(request)
    return Status(201, {"ref": open_operation(said=read_planned(said.model_dump()), by=by).ref})


@router.get("/operations/{ref}", response=OperationOut, operation_id="get_operation", summary="One room")
def one_operation(request: HttpRequest, ref: str) -> dict[str, Any]:
    """As one is in it."""
    by = reader(request)
    known_only(request, ())
    return _operation(room_of(by, ref).member)


@router.post("/operations/{ref}/join", response=RefOut, operation_id="join_operation", summary="Answer an invitation")
def join_operation(request: HttpRequest, ref: str, said: Body[InvitationAnswer]) -> dict[str, str]:
    """Joins, or declines."""
    by = writer(request)
    if not any(one.operation_id == ref for one in invitations(by)):
        room_of(by, ref)  # in it already, or missing
        return {"ref": ref}
    answer_invitation(ref=ref, yes=said.yes, by=by)
    return {"ref": ref}


@router.get(
    "/operations/{ref}/members", response=list[MemberOut], operation_id="list_members", summary="Who is in a room"
)
def list_members(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    """Those who are in it, then those who have not answered yet."""
    by = reader(request)
    known_only(request, ())
    operation = room_of(by, ref).operation
    return [
        {
            "username": one.username,
            "administration": one.administration,
            "part": one.part,
            "agency": one.agency,
            "joined": one.joined_at is not None,
            "here": presence_of(one),
        }
        for one in (*members_of(operation), *invited_to(operation))
    ]


@router.post(
    "/operations/{ref}/members", response={201: RefOut}, operation_id="invite_member", summary="Invite somebody"
)
def invite_member(request: HttpRequest, ref: str, said: Body[MemberIn]) -> Status[dict[str, str]]:
    """As a co-ordinator; they are in once they say yes."""
    by = writer(request)
    invite(room=room_of(by, ref), username=said.username, part=said.part, agency=said.agency, by=by)
    return Status(201, {"ref": ref})


@router.post(
    "/operations/{ref}/members/{username}/remove",
    response=RefOut,
    operation_id="remove_member",
    summary="Leave a room, or remove somebody",
)
def remove_member(request: HttpRequest, ref: str, username: str) -> dict[str, str]:
    """Access ends at once, in open streams too."""
    by = writer(request)
    end_membership(room=room_of(by, ref), username=username, by=by)
    return {"ref": ref}


class MessagesAsked(Schema):
    """Which messages."""

    since: Key = Field(0, description="those with a higher number")
    q: str = Field("", max_length=200, description="every word, as a part of what is written")
    template: str = Field("", max_length=32)
    country: str = Field("", max_length=3)
    limit: int = Field(10_000, ge=1, le=10_000)


@router.get("/operations/{ref}/messages", operation_id="list_messages", summary="Messages of a room")
def list_messages(request: HttpRequest, ref: str, asked: Query[MessagesAsked]) -> list[dict[str, Any]]:
    """Those one sees, by number; `X-Purpose` is kept in the ledger beside the reading."""
    by = reader(request)
    known_only(request, MessagesAsked.model_fields)
    room = room_of(by, ref)
    found = [one for one in visible(opened(room.operation), room.member) if one.number > asked.since]
    found = narrowed(found_in(found, asked.q, room.member), template=asked.template, country=asked.country)
    found = sorted(found, key=lambda one: one.number)[: asked.limit]
    purpose = " ".join(request.headers.get("X-Purpose", "").split())[:200]
    have_read(room=room, numbers=[one.number for one in found], by=by, purpose=purpose)
    return [one.plain(room.member) for one in found]


@router.post(
    "/operations/{ref}/messages", response={201: RoomSentOut}, operation_id="send_message", summary="Send a message"
)
def sent_message(request: HttpRequest, ref: str, said: Body[MessageIn]) -> Status[dict[str, Any]]:
    """By one of the room's templates; 422 says what does not fit."""
    by = writer(request)
    room = room_of(by, ref)
    sent = send(room=room, said=Written(**said.model_dump()), by=by)
    return Status(201, {"message": f"{ref}/{sent.number}", "number": sent.number})


@router.post(
    "/operations/{ref}/messages/{number}/correct",
    response=RoomSentOut,
    operation_id="correct_message",
    summary="Correct a message",
)
def correct_message(request: HttpRequest, ref: str, number: Key, said: Body[CorrectionIn]) -> dict[str, Any]:
    """What it said before stays beside it."""
    by = writer(request)
    correct(room=room_of(by, ref), number=number, data=said.data, by=by)
    return {"message": f"{ref}/{number}", "number": number}


@router.post(
    "/operations/{ref}/messages/{number}/withdraw",
    response=RoomSentOut,
    operation_id="withdraw_message",
    summary="Withdraw a message",
)
def withdraw_message(request: HttpRequest, ref: str, number: Key) -> dict[str, Any]:
    """It stays, struck through."""
    by = writer(request)
    withdraw(room=room_of(by, ref), number=number, by=by)
    return {"message": f"{ref}/{number}", "number": number}


@router.post(
    "/operations/{ref}/messages/{number}/acknowledge",
    response=RoomSentOut,
    operation_id="acknowledge_message",
    summary="Acknowledge a message",
)
def acknowledge_message(request: HttpRequest, ref: str, number: Key) -> dict[str, Any]:
    """Once; again changes nothing."""
    by = writer(request)
    acknowledge(room=room_of(by, ref), number=number, by=by)
    return {"message": f"{ref}/{number}", "number": number}


class Recorded(Schema):
    """What goes into the node's own records."""

    names: bool = Field(False, description="the persons of the annex go into the registry, beside the case")


@router.post(
    "/operations/{ref}/messages/{number}/record",
    response=RefOut,
    operation_id="record_seizure",
    summary="Make a case of a seizure message",
)
def recorded_seizure(request: HttpRequest, ref: str, number: Key, said: Query[Recorded]) -> dict[str, Any]:
    """As its owner, on a national node; the answer names the case, a draft, where the names of the annex are not."""
    by = writer(request)
    room = room_of(by, ref)
    known_only(request, Recorded.model_fields)
    return {"ref": record_seizure(room=room, number=number, by=by, names=said.names)}


@router.get(
    "/operations/{ref}/stream",
    operation_id="stream_of_operation",
    summary="What happens in a room, as it happens",
    openapi_extra={"responses": {200: {"description": "server-sent events", "content": {"text/event-stream": {}}}}},
)
def stream_of_operation(request: HttpRequest, ref: str) -> HttpResponse:
    """From `Last-Event-ID` on; `reload` where that is too long ago, `ended` where one is no longer in the room."""
    by = reader(request)
    known_only(request, ("last",))
    return stream(request, room_of(by, ref), token=by.door.removeprefix("token:"))


class RoomFileNameIn(Schema):
    """What a file is called."""

    name: str = Field(..., min_length=1, max_length=150)
    restricted: bool = Field(False, description="of abuse and the like: opened by two people, never exported")


@router.post(
    "/operations/{ref}/files",
    response={201: RoomFileOut},
    operation_id="bring_room_file",
    summary="Seal a file for a message",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def brought_file(request: HttpRequest, ref: str, said: Query[RoomFileNameIn]) -> Status[dict[str, Any]]:
    """The bytes as the body; send its ref with a message."""
    by = writer(request)
    known_only(request, RoomFileNameIn.model_fields)
    kind = request.headers.get("Content-Type", "application/octet-stream")
    made = attach(
        room=room_of(by, ref),
        name=said.name,
        media_type=kind,
        chunks=iter(lambda: request.read(CHUNK), b""),
        by=by,
        restricted=said.restricted,
    )
    return Status(201, {"ref": made.ref, "size": made.size})


@router.get(
    "/operations/{ref}/files/{file}",
    operation_id="get_room_file",
    summary="A file of a message",
    openapi_extra={"responses": {200: {"description": "the file", "content": {"application/octet-stream": {}}}}},
)
def room_file(request: HttpRequest, ref: str, file: str) -> HttpResponseBase:
    """For those who see its message. A restricted one is not given to programs."""
    by = reader(request)
    known_only(request, ())
    return sent_file(*opened_bytes(room=room_of(by, ref), ref=file, by=by, program=True))


class OperationFiguresAsked(Schema):
    """Of which day."""

    day: date | None = Field(None, description="of this day alone; without it of all")


@router.get("/operations/{ref}/figures", operation_id="figures_of_operation", summary="Figures of a room")
def operation_figures(request: HttpRequest, ref: str, asked: Query[OperationFiguresAsked]) -> dict[str, Any]:
    """Of the messages that one sees: sums, and the same by country and by goods."""
    by = reader(request)
    known_only(request, OperationFiguresAsked.model_fields)
    room = room_of(by, ref)
    every = visible(opened(room.operation), room.member)
    messages = [one for one in every if asked.day is None or one.at.date() == asked.day]
    numbers, moment = {one.number for one in messages}, now()
    owed = [one for one in room.operation.owed.all() if one.number in numbers]
    days = days_of(room.operation, every, moment.date(), most=400)
    return {
        **figures_of(messages, owed, moment).plain(),
        "seized": [{**row, "quantity": str(row["quantity"])} for row in seized(messages)],
        "days": [day.isoformat() for day in days],
        "by_country": [row.plain() for row in by_country(messages, owed, days, moment, asked.day)],
    }


class SituationAsked(Schema):
    """In which language, and of which day."""

    lang: str = Field("en", max_length=8, description="a language of the node")
    day: date | None = Field(None, description="what is new of this day stands beside everything so far")


@router.get(
    "/operations/{ref}/situation",
    operation_id="print_situation",
    summary="The situation report as PDF",
    openapi_extra={"responses": {200: {"description": "the report", "content": {"application/pdf": {}}}}},
)
def operation_situation(request: HttpRequest, ref: str, asked: Query[SituationAsked]) -> HttpResponse:
    """Of the messages that one sees; without names."""
    by = reader(request)
    known_only(request, SituationAsked.model_fields)
    content = print_situation(room=room_of(by, ref), lang=asked.lang, day=asked.day, by=by)
    return attached(HttpResponse(content, content_type="application/pdf"), f"{ref}-situation.pdf")
