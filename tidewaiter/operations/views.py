"""Pages of rooms: the list, one room, one message, writing, who takes part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import Actor, is_steward
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import read_day, read_whole
from tidewaiter.foundation.refusals import BadInput, Missing, passes
from tidewaiter.operations import policy
from tidewaiter.operations.actions.files import allow_look, ask_to_look, opened_bytes
from tidewaiter.operations.actions.joining import answer_invitation, end_membership, invite, was_here
from tidewaiter.operations.actions.messages import acknowledge, have_read, withdraw
from tidewaiter.operations.actions.opening import open_operation
from tidewaiter.operations.actions.recording import record_seizure
from tidewaiter.operations.actions.taking import Pack
from tidewaiter.operations.actions.victims import look_at_victim
from tidewaiter.operations.definitions import Template, languages
from tidewaiter.operations.listening import stream
from tidewaiter.operations.models import Look
from tidewaiter.operations.opened import File, opened, visible
from tidewaiter.operations.planned import read_planned
from tidewaiter.operations.queries import (
    Room,
    ending_seen,
    invitations,
    invited_to,
    members_of,
    own_rooms,
    presence_of,
    room_of,
)
from tidewaiter.operations.recordable import may_record
from tidewaiter.operations.room_keys import key_of
from tidewaiter.operations.room_page import page_of, shown_of
from tidewaiter.operations.streaming import event_id
from tidewaiter.operations.wording import language_name, person_cells
from tidewaiter.operations.writing import templates_in_use
from tidewaiter.people.duty import on_duty_among

SHOWS = ("unread", "to_us", "owed")
WANTED = ("q", "kind", "country", "day", "show")
WHOLE = 1024**2
MOST_FRESH = 100


@require_GET
def operations(request: HttpRequest) -> HttpResponse:
    """The rooms one is in, invitations, and rooms that ended."""
    by = actor_of(request)
    rooms = own_rooms(by)
    own = {room.ref for room in rooms}
    ended = [one for one in ending_seen(by).order_by("-made_at")[:50] if one.ref not in own]
    shown = {
        "rooms": rooms,
        "invitations": invitations(by),
        "ended": ended,
        "opens": policy.opens(by),
        "stewards": is_steward(by),
    }
    return render(request, "operations/operations.html", shown)


@require_http_methods(["GET", "POST"])
def new_operation(request: HttpRequest) -> HttpResponse:
    """Opens a room."""
    by = actor_of(request)
    policy.may_open(by)
    typed = {name: str(value).strip() for name, value in request.POST.items()}
    refused = None
    if request.method == "POST":
        try:
            return redirect("operation_room", open_operation(said=read_planned(_planned(request)), by=by).ref)
        except BadInput as refusal:
            refused = refusal
    shown = {
        "typed": typed,
        "refused": refused,
        "countries": list_view("country").current(),
        "chosen": request.POST.getlist("countries"),
        "text_languages": [(code, language_name(code)) for code in languages()],
        "chosen_languages": request.POST.getlist("languages"),
    }
    return render(request, "operations/new.html", shown, status=422 if refused else 200)


def _planned(request: HttpRequest) -> dict[str, Any]:
    said: dict[str, Any] = {
        name: request.POST.get(name, "").strip() for name in ("title", "type", "unit", "starts", "ends")
    }
    said["countries"] = request.POST.getlist("countries")
    said["languages"] = request.POST.getlist("languages")
    said["agencies"] = [one.strip() for one in request.POST.get("agencies", "").split(",") if one.strip()]
    said["waiting_days"] = read_whole(request.POST.get("waiting_days", "") or "14", most=365)
    said["test"] = "test" in request.POST
    return said


def _wanted(request: HttpRequest) -> dict[str, str]:
    wanted = {name: request.GET.get(name, "").strip()[:200] for name in WANTED}
    if wanted["day"]:
        read_day(wanted["day"])
    if wanted["show"] and wanted["show"] not in SHOWS:
        raise BadInput("show", _("There is no such choice."))
    return wanted


@require_GET
def room_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One room: what is asked of me, what has no answer, what is new."""
    by = actor_of(request)
    room = room_of(by, ref)
    if room.operation.phase not in ("planned", "training", "live", "consolidation", "report"):
        return redirect("operation_closing", ref)
    held = opened(room.operation)
    at = read_whole(request.GET.get("page", "") or "1", least=1, most=10_000)
    was_here(room=room)
    shown = page_of(room, held, _wanted(request), at)
    have_read(room=room, numbers=[one.card.told.number for one in shown["shown"]], by=by)
    was_here(room=room, read_to=room.operation.last_number)
    shown["last_event"] = event_id(room.operation, room.operation.last_event)
    return render(request, "operations/room.html", shown)


@require_GET
def new_cards(request: HttpRequest, ref: str) -> HttpResponse:
    """The cards with a higher number than one has, or the one that was changed: what the page asks for when its stream
    tells of them, and by itself where the line is bad.
    """
    by = actor_of(request)
    room = room_of(by, ref)
    held = opened(room.operation)
    since, only = (read_whole(request.GET.get(name, "") or "0") for name in ("since", "only"))
    messages_ = visible(held, room.member)
    fresh = [one for one in messages_ if (one.number == only if only else one.number > since)]
    if len(fresh) > MOST_FRESH:  # the page loads itself anew: a part of them would look like all
        raise BadInput("since", _("Too much is new: load the page anew."))
    seen = {one.number: one for one in messages_}
    shown = shown_of(room, fresh, seen, get_language() or "en")
    have_read(room=room, numbers=[one.number for one in fresh], by=by)
    was_here(room=room)
    answer = render(
        request, "operations/_cards.html", {"shown": shown, "operation": room.operation, "writes": _writes(room)}
    )
    answer["X-Last-Number"] = str(room.operation.last_number)
    return answer


def _writes(room: Room) -> bool:
    return room.member.part != policy.OBSERVER


@require_GET
def page_stream(request: HttpRequest, ref: str) -> HttpResponse:
    """What happens in a room, for its page."""
    return stream(request, room_of(actor_of(request), ref), session=request.session.session_key or "")


@require_GET
def message_page(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """One message with its thread, its versions, who has read it."""
    by = actor_of(request)
    room = room_of(by, ref)
    held = opened(room.operation)
    seen = {one.number: one for one in visible(held, room.member)}
    told = seen.get(number)
    if told is None:
        raise Missing("no_message", _("There is no such message in this room."))
    lang = get_language() or "en"
    above = seen.get(told.reply_to) if told.reply_to else None
    thread = [one for one in seen.values() if one.reply_to == number]
    have_read(room=room, numbers=[number], by=by)
    receipts = list(room.operation.receipts.filter(number=number).order_by("read_at"))
    only = shown_of(room, [told], seen, lang)
    looks = Look.objects.filter(attachment__ref__in=[file.ref for file in told.files]).order_by("-asked_at")[:50]
    return render(
        request,
        "operations/message.html",
        {
            "operation": room.operation,
            "one": only[0],
            "only": only,
            "above": shown_of(room, [above], seen, lang) if above else [],
            "thread": shown_of(room, sorted(thread, key=lambda each: each.number), seen, lang),
            "receipts": receipts,
            "looks": looks,
            "writes": _writes(room),
            "may_record": passes(may_record, room, told),
            "whole": policy.reads_names(room.member),
        },
    )


_OF_MESSAGE: dict[str, Callable[..., object]] = {
    "acknowledge": acknowledge,
    "withdraw": withdraw,
}


@require_POST
def message_deed(request: HttpRequest, ref: str, number: int, deed: str) -> HttpResponse:
    """Acknowledges or withdraws a message, or makes a case of a seizure."""
    by = actor_of(request)
    room = room_of(by, ref)
    if deed not in _OF_MESSAGE and deed != "record":
        raise Missing("missing", _("There is no such page."))
    if deed == "record":
        record_seizure(room=room, number=number, by=by, names="names" in request.POST)
    else:
        _OF_MESSAGE[deed](room=room, number=number, by=by)
    return redirect("operation_message", ref, number)


@require_GET
def victim_sheet(request: HttpRequest, ref: str, number: int, victim: int) -> HttpResponse:
    """The sheet of one victim: the one place where they are told by name."""
    by = actor_of(request)
    room = room_of(by, ref)
    person = look_at_victim(room=room, number=number, victim=victim, by=by)
    shown = {
        "operation": room.operation,
        "number": number,
        "victim": victim,
        "cells": person_cells(person, get_language() or "en"),
    }
    return render(request, "operations/victim.html", shown)


@require_GET
def room_file(request: HttpRequest, ref: str, file: str) -> HttpResponseBase:
    """A file of a message, to take away."""
    by = actor_of(request)
    return sent_file(*opened_bytes(room=room_of(by, ref), ref=file, by=by))


def sent_file(found: File, pieces: Iterator[bytes]) -> HttpResponseBase:
    """A file as an answer: a small one whole, a large one a MiB at a time."""
    return _sent(found.name, found.size, pieces, "application/octet-stream")


def sent_pack(pack: Pack) -> HttpResponseBase:
    """What an administration takes as an answer."""
    return _sent(pack.name, pack.size, pack.pieces, "application/zip")


def _sent(name: str, size: int, pieces: Iterator[bytes], kind: str) -> HttpResponseBase:
    answer: HttpResponseBase
    if size <= WHOLE:
        answer = HttpResponse(b"".join(pieces), content_type=kind)
    else:
        answer = StreamingHttpResponse(pieces, content_type=kind)
        answer["Content-Length"] = str(size)
    return attached(answer, name)


def _ask(room: Room, file: str, _asker: str, by: Actor) -> Look:
    return ask_to_look(room=room, ref=file, by=by)


def _allow(room: Room, file: str, asker: str, by: Actor) -> Look:
    return allow_look(room=room, ref=file, asker=asker, by=by)


_OF_FILE = {"ask": _ask, "allow": _allow}


@require_POST
def look_deed(request: HttpRequest, ref: str, file: str, deed: str) -> HttpResponse:
    """Asks to open a restricted file, or lets another member do so."""
    by = actor_of(request)
    if deed not in _OF_FILE:
        raise Missing("missing", _("There is no such page."))
    look = _OF_FILE[deed](room_of(by, ref), file, request.POST.get("asker", ""), by)
    return redirect("operation_message", ref, look.attachment.number or 0)


@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, ref: str) -> HttpResponse:
    """Who takes part; co-ordinators invite and remove."""
    by = actor_of(request)
    room = room_of(by, ref)
    refused = None
    if request.method == "POST":
        try:
            invite(
                room=room,
                username=request.POST.get("username", ""),
                part=request.POST.get("part", ""),
                agency=request.POST.get("agency", "customs"),
                by=by,
            )
            return redirect("operation_members", ref)
        except BadInput as refusal:
            refused = refusal
    inside = members_of(room.operation)
    duty = on_duty_among({one.administration for one in inside})
    shown = {
        "operation": room.operation,
        "members": [(one, presence_of(one), duty.get(one.username)) for one in inside],
        "invited": invited_to(room.operation),
        "coordinates": policy.allowed("coordinate", room.member, room.operation),
        "parts": policy.PARTS,
        "agencies": policy.AGENCIES,
        "refused": refused,
        "typed": request.POST,
    }
    return render(request, "operations/members.html", shown, status=422 if refused else 200)


@require_POST
def member_ended(request: HttpRequest, ref: str, username: str) -> HttpResponse:
    """Leaves a room, or removes somebody."""
    by = actor_of(request)
    end_membership(room=room_of(by, ref), username=username, by=by)
    return redirect("operations") if username == by.username else redirect("operation_members", ref)


@require_POST
def invitation_answered(request: HttpRequest, ref: str) -> HttpResponse:
    """Joins a room one is invited to, or declines."""
    by = actor_of(request)
    if not any(one.operation_id == ref for one in invitations(by)):
        raise Missing("no_operation", _("There is no such operation."))
    yes = request.POST.get("answer") == "yes"
    answer_invitation(ref=ref, yes=yes, by=by)
    return redirect("operation_room", ref) if yes else redirect("operations")


def open_templates(room: Room) -> list[Template]:
    """The templates of a room, for its pages."""
    return templates_in_use(key_of(room.ref, room.operation.key_print), room.operation)
