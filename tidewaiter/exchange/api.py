"""The JSON door of the exchange, for people's programs: what waits, letting go, holding, calling back; questions and
requests for information. Keys, peers and agreements are a steward's at the shell: a token acts as an officer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Router, Schema, Status
from pydantic import Field

from tidewaiter.exchange import policy
from tidewaiter.exchange.actions.asking import ask, reply
from tidewaiter.exchange.actions.inquiring import inquire, read_inquiries, reply_to_inquiry
from tidewaiter.exchange.actions.sending import hold, recall, release
from tidewaiter.exchange.models import Inquiry, Outgoing, Question
from tidewaiter.exchange.queries import outbox, status
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.refusals import Missing
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["exchange"])
PAGE = 200


class OutgoingOut(Schema):
    """An envelope that waits, is on its way or is held: no content, and whom it names stays here."""

    ref: str
    to: str
    kind: str
    op: str
    record: str
    version: int
    agreement: str
    status: str
    reason: str
    made_at: datetime
    held: list[dict[str, str]]


class RecalledIn(Schema):
    """Why a record is called back."""

    reason: str = Field(..., min_length=1, max_length=300)


class HitQuestionIn(Schema):
    """Hit or no hit: of a name a keyed digest leaves."""

    to: str = Field(..., max_length=64)
    kind: str = Field(..., max_length=16)
    name: str = Field("", max_length=200)
    number: str = Field("", max_length=200)
    text: str = Field(..., max_length=2000)


class HitQuestionOut(Schema):
    """A question and how many were known; `came` where another node asks."""

    ref: str
    peer: str
    came: bool
    kind: str
    hits: int | None
    at: datetime
    replied: bool


class InquiryIn(Schema):
    """A request for information in words."""

    to: str = Field(..., max_length=64)
    subject: str = Field(..., max_length=200)
    text: str = Field(..., max_length=20_000)
    concerns: str = Field("", max_length=64)
    due: str = Field("", max_length=10)


class InquiryOut(Schema):
    """A request for information, and its reply."""

    ref: str
    peer: str
    came: bool
    subject: str
    text: str
    concerns: str
    at: datetime
    reply: str
    replied_at: datetime | None


class InquiryReplyIn(Schema):
    """What is replied."""

    text: str = Field(..., min_length=1, max_length=20_000)


def row_out(row: Outgoing) -> dict[str, Any]:
    """An envelope as programs get it."""
    names = ("ref", "kind", "op", "record", "version", "agreement", "status", "reason", "made_at", "held")
    return {name: getattr(row, name) for name in names} | {"to": row.peer.name}


def _sees(request: HttpRequest, *, writes: bool = False) -> Actor:
    by = writer(request) if writes else reader(request)
    known_only(request, ())
    policy.must_see(by)
    return by


def _asks(request: HttpRequest, *, writes: bool = False) -> Actor:
    by = writer(request) if writes else reader(request)
    known_only(request, ())
    if not by.role_codes & policy.ASKERS or not settings.HOLDS_NAMES:
        raise Missing("missing", _("There is no such page."))
    return by


@router.get("/exchange/status", response=dict[str, Any], operation_id="exchange_status", summary="What waits, and why")
def get_exchange_status(request: HttpRequest) -> dict[str, Any]:
    """As the command `exchange status`, in words too."""
    _sees(request)
    return status()


@router.get("/exchange/outbox", response=list[OutgoingOut], operation_id="list_outbox", summary="What waits to leave")
def list_outbox(request: HttpRequest) -> list[dict[str, Any]]:
    """The longest waiting first, 200 at most; which fields stay, and by which rule."""
    return [row_out(row) for row in outbox(_sees(request))[:PAGE]]


@router.post(
    "/exchange/outbox/{ref}/release", response=list[OutgoingOut], operation_id="release_envelope", summary="Let it go"
)
def released_envelope(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    """An envelope by its ref, or all that wait of a record."""
    return [row_out(row) for row in release(ref=ref, by=_sees(request, writes=True))]


@router.post("/exchange/outbox/{ref}/hold", response=list[OutgoingOut], operation_id="hold_envelope", summary="Hold it")
def held_envelope(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    """Until somebody releases it."""
    return [row_out(row) for row in hold(ref=ref, by=_sees(request, writes=True))]


@router.post(
    "/exchange/records/{ref}/recall", response=list[OutgoingOut], operation_id="recall_record", summary="Call it back"
)
def recalled_record(request: HttpRequest, ref: str, said: Body[RecalledIn]) -> list[dict[str, Any]]:
    """Every copy: each receiver erases it and says so, signed."""
    return [row_out(row) for row in recall(ref=ref, reason=said.reason, by=_sees(request, writes=True))]


def question_out(row: Question) -> dict[str, Any]:
    """A question as programs get it: what was asked for is not told."""
    return {
        "ref": row.ref,
        "peer": row.peer.name,
        "came": row.came,
        "kind": row.sought,
        "hits": row.hits,
        "at": row.at,
        "replied": row.replied_at is not None,
    }


@router.get(
    "/exchange/questions", response=list[HitQuestionOut], operation_id="list_questions", summary="Hit or no hit"
)
def list_questions(request: HttpRequest) -> list[dict[str, Any]]:
    """The last first, 200 at most."""
    _asks(request)
    return [question_out(row) for row in Question.objects.select_related("peer").order_by("-at")[:PAGE]]


@router.post(
    "/exchange/questions", response={201: HitQuestionOut}, operation_id="ask_question", summary="Ask another node"
)
def asked_question(request: HttpRequest, said: Body[HitQuestionIn]) -> Status[Any]:
    """Whether it knows somebody; no record is shown."""
    by = _asks(request, writes=True)
    return Status(201, question_out(ask(said={name: one for name, one in said.model_dump().items() if one}, by=by)))


@router.post(
    "/exchange/questions/{ref}/reply",
    response=list[OutgoingOut],
    operation_id="reply_question",
    summary="Send what was hit",
)
def replied_question(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    """As far as the agreement lets it go."""
    return [row_out(row) for row in reply(ref=ref, by=_sees(request, writes=True))]


def inquiry_out(row: Inquiry) -> dict[str, Any]:
    """A request for information as programs get it."""
    names = ("ref", "came", "subject", "text", "concerns", "at", "reply", "replied_at")
    return {name: getattr(row, name) for name in names} | {"peer": row.peer.name}


@router.get("/exchange/requests", response=list[InquiryOut], operation_id="list_inquiries", summary="Requests")
def list_inquiries(request: HttpRequest) -> list[dict[str, Any]]:
    """Requests for information, the last first; that they were read is written down."""
    by = _asks(request)
    rows = list(Inquiry.objects.select_related("peer").order_by("-at")[:PAGE])
    read_inquiries(rows=rows, by=by)
    return [inquiry_out(row) for row in rows]


@router.post("/exchange/requests", response={201: InquiryOut}, operation_id="make_inquiry", summary="Ask in words")
def made_inquiry(request: HttpRequest, said: Body[InquiryIn]) -> Status[Any]:
    """It leaves under an agreement that lets requests go."""
    by = _asks(request, writes=True)
    return Status(201, inquiry_out(inquire(said=said.model_dump(), by=by)))


@router.post(
    "/exchange/requests/{ref}/reply", response=InquiryOut, operation_id="reply_inquiry", summary="Reply in words"
)
def replied_inquiry(request: HttpRequest, ref: str, said: Body[InquiryReplyIn]) -> dict[str, Any]:
    """Said anew it is corrected there."""
    return inquiry_out(reply_to_inquiry(ref=ref, text=said.text, by=_asks(request, writes=True)))
