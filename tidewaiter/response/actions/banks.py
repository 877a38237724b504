"""Deeds with what banks write: their answers to a recall as messages (ISO 20022)."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import clean_name
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.actions import record
from tidewaiter.response import policy, states
from tidewaiter.response.actions.alarms import held, keep_evidence
from tidewaiter.response.actions.requests import AnswerSaid, acknowledge_request, answer_request
from tidewaiter.response.models import Alarm, Answer, Leg, Request
from tidewaiter.response.payments import messages
from tidewaiter.response.payments.messages import Message, Said

RECALL = "bank_recall"


def take_bank_message(*, alarm: Alarm, path: Path, name: str, by: Actor) -> list[Answer]:
    """Keeps a bank's camt.029 or pacs.004 as it came, and writes down what it answers of each payment it names.

    Raises `BadInput` for what is no such message, is about no payment of this alarm, or does not add up; then nothing
    is kept.
    """
    policy.may_act(by, alarm)
    message = messages.message_in(path)
    with transaction.atomic():
        alarm = held(alarm)
        facts = {"message": message.kind, "id": message.id, "bank": message.bank}
        if message.id and any(one.facts == facts for one in alarm.files.all()):
            raise BadInput(
                "message", _("This message (%(id)s) was taken before: it counts once.") % {"id": message.id[:40]}
            )
        file = keep_evidence(path=path, name=clean_name(name), media="application/xml", by=by, alarm=alarm, facts=facts)
        given = []
        for item in message.items:
            leg = _leg_of(alarm, item)
            if leg is not None:
                given += _given(alarm, leg, item, message, by)
        if not given:
            raise BadInput(
                "message",
                _("The message (%(kind)s, %(id)s) is about no payment of this alarm, or says nothing of one.")
                % {"kind": message.kind, "id": message.id[:40]},
            )
        detail = {"kind": message.kind, "file": file.ref, "answers": len(given)}
        record(by=by, deed="response.message_taken", ref=alarm.ref, detail=detail)
    return [one for one in given if one is not None]


def _leg_of(alarm: Alarm, item: Said) -> Leg | None:
    """The payment that a message speaks of: by its UETR, else by the case of the recall where that names one."""
    legs = list(alarm.legs.order_by("number"))
    if item.uetr:
        return next((leg for leg in legs if leg.uetr == item.uetr), None)
    case = alarm.reference.replace("/", "-")
    for leg in legs:
        if item.case in (f"{case}-{leg.number}"[:35], case[:35]) and (item.case != case[:35] or len(legs) == 1):
            return leg
    return None


def _given(alarm: Alarm, leg: Leg, item: Said, message: Message, by: Actor) -> list[Answer | None]:
    if item.amount and item.currency and item.currency != leg.currency:
        raise BadInput(
            "currency",
            _("The message speaks of %(said)s, payment %(n)s is in %(currency)s.")
            % {"said": item.currency, "n": leg.number, "currency": leg.currency},
        )
    asked = _recall_of(alarm, leg, message.bank, by)
    if item.status in (messages.PENDING, messages.PARTLY):
        acknowledge_request(request=asked, by=by)
        return [None]
    kind, amount = _kind_of(leg, item)
    if not kind:
        return []
    said = AnswerSaid(leg=leg.number, kind=kind, amount=amount, reason=f"{message.kind}: {item.words}".strip(": "))
    return [answer_request(request=asked, said=said, by=by)]


def _kind_of(leg: Leg, item: Said) -> tuple[str, str]:
    """What a status means in the desk's words, and of how much."""
    if item.status == messages.RETURNED:
        return states.RETURNED, item.amount
    if item.status == messages.ACCEPTED:
        return (states.FROZEN_FULL, "") if leg.rest > 0 else ("", "")
    if item.status == messages.REJECTED:
        return (states.NOT_FOUND if item.reason in messages.NOT_THERE else states.REFUSED), ""
    return "", ""


def _recall_of(alarm: Alarm, leg: Leg, bank: str, by: Actor) -> Request:
    """The last request to a bank about the payment; where the recall went from the victim's bank alone, that."""
    found = alarm.requests.filter(legs=leg, to_kind="bank", parent=None).exclude(state=states.WITHDRAWN)
    if (last := found.order_by("-at").first()) is not None:
        return last
    made = Request.objects.create(
        ref=new_ref("FR"),
        alarm=alarm,
        scheme=RECALL,
        to_kind="bank",
        to=bank[:200],
        to_name=bank[:200],
        text=_("Recalled by the victim's bank (camt.056)."),
        by=by.username,
        at=alarm.recall_at or now(),
    )
    made.legs.set([leg])
    return made
