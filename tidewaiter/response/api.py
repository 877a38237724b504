"""The JSON door of alarms and requests."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Status

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import clean_name
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.scratch import scratch
from tidewaiter.people.tokens import reader, writer
from tidewaiter.response import actions, policy
from tidewaiter.response.actions.alarms import leg_of
from tidewaiter.response.api_schemas import (
    AlarmIn,
    AlarmMadeOut,
    AlarmOut,
    AlarmRowOut,
    AlarmsAsked,
    AskedRowOut,
    CloseIn,
    ConditionOut,
    FreezeAnswerIn,
    FreezeAskedIn,
    FreezeMadeOut,
    FreezeRequestOut,
    MailNameIn,
    MailOut,
    PassedOnIn,
    PaymentIn,
    PaymentOut,
    WhenIn,
)
from tidewaiter.response.letters.recall import recall_message
from tidewaiter.response.models import Alarm, Leg, Request
from tidewaiter.response.payments.schemes import eligible
from tidewaiter.response.queries import (
    alarm_named,
    alarms_in,
    facts_of_alarm,
    file_named,
    legs_of,
    money_of,
    request_named,
    requests_answered_by,
    requests_asked_of,
    requests_of,
)

router = Router(tags=["response"])


def alarm_row(alarm: Alarm) -> dict[str, Any]:
    """An alarm as programs list it."""
    names = ("ref", "reference", "state", "kind", "currency", "amount", "transferred_at", "reported_at", "outcome")
    return {name: getattr(alarm, name) for name in names}


def payment_out(leg: Leg, numbers: dict[int, int]) -> dict[str, Any]:
    """A payment as programs get it; `after` by number."""
    return {name: getattr(leg, name) for name in PaymentOut.model_fields if name != "after"} | {
        "after": numbers.get(leg.after_id) if leg.after_id else None
    }


def freeze_out(asked: Request) -> dict[str, Any]:
    """A request as programs get it."""
    names = (
        "ref",
        "scheme",
        "to_kind",
        "to",
        "to_name",
        "language",
        "state",
        "at",
        "text",
        "acknowledged_at",
        "answered_at",
    )
    answers = [
        {
            "leg": one.leg.number,
            "kind": one.kind,
            "amount": str(one.amount),
            "reason": one.reason,
            "by": one.by,
            "at": one.at,
        }
        for one in asked.answers.all()
    ]
    return {name: getattr(asked, name) for name in names} | {
        "legs": sorted(leg.number for leg in asked.legs.all()),
        "answers": answers,
    }


def asked_rows(by: Actor) -> list[dict[str, Any]]:
    """What others ask of the desk, as programs list it; without names."""
    names = ("ref", "scheme", "to_kind", "state", "at")
    rows = [*requests_asked_of(by), *requests_answered_by(by)]
    return [
        {name: getattr(one, name) for name in names}
        | {"reference": one.alarm.reference, "of": one.alarm.administration}
        for one in rows
    ]


def alarm_out(alarm: Alarm) -> dict[str, Any]:
    """An alarm whole, as programs get it."""
    legs = legs_of(alarm)
    numbers = {leg.pk: leg.number for leg in legs}
    money = money_of(alarm, legs)
    names = ("version", "victim", "victim_country", "summary", "zone", "detected_at", "recall_at")
    return (
        alarm_row(alarm)
        | {name: getattr(alarm, name) for name in names}
        | {
            "money": {
                name: getattr(money, name) for name in ("lost", "frozen", "asked", "gone", "returned", "changed")
            },
            "legs": [payment_out(leg, numbers) for leg in legs],
            "requests": [freeze_out(one) for one in requests_of(alarm)],
            "schemes": [
                {
                    **{name: getattr(one, name) for name in ("code", "name", "state", "source")},
                    "conditions": [
                        {name: str(getattr(each, name)) for name in ConditionOut.model_fields}
                        for each in one.conditions
                    ],
                }
                for one in eligible(facts_of_alarm(alarm, legs))
            ],
        }
    )


@router.get("/response/alarms", response=list[AlarmRowOut], operation_id="list_alarms", summary="Alarms of a box")
def list_alarms(request: HttpRequest, asked: Query[AlarmsAsked]) -> list[dict[str, Any]]:
    """The last reported first; without names."""
    by = reader(request)
    policy.must_raise(by)
    known_only(request, AlarmsAsked.model_fields)
    if asked.before is not None and asked.before.tzinfo is None:
        raise BadInput("before", _("Give the moment with its offset, as the row before had it."))
    return [alarm_row(one) for one in alarms_in(asked.box, by, before=asked.before, most=asked.limit)]


@router.post("/response/alarms", response={201: AlarmMadeOut}, operation_id="raise_alarm", summary="Write an alarm")
def raised_alarm(request: HttpRequest, said: Body[AlarmIn]) -> Status[Any]:
    """The desk is called at once. Every field that is not understood is named."""
    by = writer(request)
    head = {name: value for name, value in said.model_dump().items() if name not in ("legs", "files")}
    legs = [{name: value for name, value in one.model_dump().items() if value} for one in said.legs]
    files = [file_named(by, ref) for ref in said.files]
    alarm = actions.raise_alarm(said=head, legs=legs, by=by, files=files)
    return Status(201, {"ref": alarm.ref, "reference": alarm.reference})


@router.get("/response/alarms/{ref}", response=AlarmOut, operation_id="get_alarm", summary="An alarm")
def get_alarm(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Whole; that it was read is written down."""
    by = reader(request)
    alarm = alarm_named(by, ref)
    actions.look_at(alarm=alarm, by=by)
    return alarm_out(alarm)


@router.post("/response/alarms/{ref}/take", response=AlarmRowOut, operation_id="take_alarm", summary="Take an alarm")
def taken_alarm(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Says that one has it."""
    by = writer(request)
    return alarm_row(actions.take_alarm(alarm=alarm_named(by, ref), by=by))


@router.post("/response/alarms/{ref}/when", response=AlarmRowOut, operation_id="time_alarm", summary="Say when")
def timed_alarm(request: HttpRequest, ref: str, said: Body[WhenIn]) -> dict[str, Any]:
    """When the payment went, was detected, or was recalled."""
    by = writer(request)
    return alarm_row(actions.say_when(alarm=alarm_named(by, ref), what=said.what, at=said.at, by=by))


@router.post(
    "/response/alarms/{ref}/payments",
    response={201: list[PaymentOut]},
    operation_id="add_payments",
    summary="Name further payments",
)
def added_payments(request: HttpRequest, ref: str, said: Body[list[PaymentIn]]) -> Status[Any]:
    """Onward payments, or others of the same fraud."""
    by = writer(request)
    alarm = alarm_named(by, ref)
    legs = [{name: value for name, value in one.model_dump().items() if value} for one in said]
    made = actions.add_legs(alarm=alarm, legs=legs, by=by)
    numbers = {leg.pk: leg.number for leg in legs_of(alarm)}
    return Status(201, [payment_out(leg, numbers) for leg in made])


@router.post(
    "/response/alarms/{ref}/requests",
    response={201: FreezeMadeOut},
    operation_id="request_freeze",
    summary="Ask for a freeze",
)
def requested_freeze(request: HttpRequest, ref: str, said: Body[FreezeAskedIn]) -> Status[Any]:
    """For a bank: the link's path and the code that is told by another way, both given this once."""
    by = writer(request)
    sent, secret, code = actions.request_freeze(alarm=alarm_named(by, ref), by=by, **said.model_dump())
    link = f"/response/bank/{secret}/" if secret else ""
    return Status(201, {"ref": sent.ref, "text": sent.text, "link": link, "code": code})


@router.get(
    "/response/requests", response=list[AskedRowOut], operation_id="list_freeze_requests", summary="Asked of one's desk"
)
def list_freeze_requests(request: HttpRequest) -> list[dict[str, Any]]:
    """What others ask of the desk: what waits, the longest first, then what was answered, the last first."""
    by = reader(request)
    policy.must_raise(by)
    known_only(request, ())
    return asked_rows(by)


@router.get(
    "/response/requests/{ref}", response=FreezeRequestOut, operation_id="get_freeze_request", summary="A request"
)
def get_freeze_request(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Of an alarm that one sees, or one that one's own desk was asked."""
    by = reader(request)
    asked = request_named(by, ref)
    actions.look_at(alarm=asked.alarm, by=by)
    return freeze_out(asked)


@router.post(
    "/response/requests/{ref}/answers",
    response=FreezeRequestOut,
    operation_id="answer_freeze_request",
    summary="Answer a request",
)
def answered_freeze(request: HttpRequest, ref: str, said: Body[FreezeAnswerIn]) -> dict[str, Any]:
    """By the desk that was asked, or by the one that asks (what a bank said by telephone)."""
    by = writer(request)
    answer = actions.AnswerSaid(
        leg=said.leg, kind=said.kind, amount=said.amount, reason=said.reason, onward=said.onward
    )
    actions.answer_request(request=request_named(by, ref), said=answer, by=by)
    return freeze_out(request_named(by, ref))


@router.post(
    "/response/requests/{ref}/acknowledge",
    response=FreezeRequestOut,
    operation_id="acknowledge_freeze_request",
    summary="Acknowledge a request",
)
def acknowledged_freeze(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Says that the other side has it."""
    by = writer(request)
    return freeze_out(actions.acknowledge_request(request=request_named(by, ref), by=by))


@router.post(
    "/response/requests/{ref}/withdraw",
    response=FreezeRequestOut,
    operation_id="withdraw_freeze_request",
    summary="Withdraw a request",
)
def withdrawn_freeze(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Takes a request back, its link too."""
    by = writer(request)
    return freeze_out(actions.withdraw_request(request=request_named(by, ref), by=by))


@router.post(
    "/response/requests/{ref}/pass_on",
    response={201: FreezeMadeOut},
    operation_id="pass_on_freeze_request",
    summary="Ask a bank what another node asks",
)
def passed_on_freeze(request: HttpRequest, ref: str, said: Body[PassedOnIn]) -> Status[Any]:
    """The link's path and the code that is told by another way; what the bank answers goes to that node at once."""
    by = writer(request)
    made, secret, code = actions.pass_to_bank(request=request_named(by, ref), bank=said.bank, by=by)
    return Status(201, {"ref": made.ref, "text": made.text, "link": f"/response/bank/{secret}/", "code": code})


@router.post("/response/alarms/{ref}/close", response=AlarmRowOut, operation_id="close_alarm", summary="Close an alarm")
def closed_alarm(request: HttpRequest, ref: str, said: Body[CloseIn]) -> dict[str, Any]:
    """With what it ended."""
    by = writer(request)
    return alarm_row(actions.close_alarm(alarm=alarm_named(by, ref), outcome=said.outcome, by=by))


@router.post(
    "/response/alarms/{ref}/reopen", response=AlarmRowOut, operation_id="reopen_alarm", summary="Open it again"
)
def reopened_alarm(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Money was found."""
    by = writer(request)
    return alarm_row(actions.reopen_alarm(alarm=alarm_named(by, ref), by=by))


@router.get("/response/alarms/{ref}/recall/{number}", operation_id="recall_message", summary="The recall, camt.056")
def recall_of(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """As the bank's machine reads it."""
    by = reader(request)
    alarm = alarm_named(by, ref)
    actions.look_at(alarm=alarm, by=by)
    content = recall_message(alarm=alarm, leg=leg_of(alarm, number), moment=now())
    return HttpResponse(content, content_type="application/xml")


_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@router.post(
    "/response/mails",
    response={201: MailOut},
    operation_id="bring_fraud_mail",
    summary="Bring a mail",
    openapi_extra={"requestBody": {"required": True, "content": _BYTES}},
)
def brought_mail(request: HttpRequest, said: Query[MailNameIn]) -> Status[dict[str, Any]]:
    """The bytes of an .eml or .msg as the body, read apart from the node: facts, and the file that an alarm names."""
    by = writer(request)
    known_only(request, MailNameIn.model_fields)
    with scratch() as folder:
        path = folder / "mail"
        path.write_bytes(request.body)
        kept = actions.bring_mail(path=path, name=clean_name(said.name), by=by)
    return Status(201, {"file": kept.ref, "facts": kept.facts})
