"""Sending, correcting, withdrawing, acknowledging; drafts and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.operations import policy, states
from tidewaiter.operations.content import read_content
from tidewaiter.operations.definitions import LONGEST_CLOCK, SHORTEST_CLOCK, Template
from tidewaiter.operations.events import happened, held_with
from tidewaiter.operations.models import (
    Attachment,
    Correction,
    Draft,
    Membership,
    Message,
    MessageTemplate,
    Operation,
    Owed,
    Receipt,
)
from tidewaiter.operations.opened import opened_template
from tidewaiter.operations.queries import Room
from tidewaiter.operations.room_keys import key_of
from tidewaiter.operations.writing import read_to, template_in_use
from tidewaiter.people.queries import language_of

ACK_MINUTES = 15
"""How long an urgent message waits for an acknowledgement before people are called again."""
MOST_FILES = 20
WARNING, REQUEST = "warning", "request"
"""Templates with answers of their own: feedback, and a reply."""


@dataclass(slots=True)
class Written:
    """A message as somebody sends it; `files` are refs of their own files that hang on no message yet."""

    template: str
    data: Any
    to: list[str] = field(default_factory=list)
    reply_to: int | None = None
    urgent: bool = False
    reply_minutes: int | None = None
    files: Sequence[str] = ()


def send(*, room: Room, said: Written, by: Actor) -> Message:
    """Sends a message; its number is the operation's next. Raises a refusal, `NotValid` for what does not fit."""
    operation = room.operation
    policy.may_send(room.member, operation)
    key = key_of(operation.ref, operation.key_print)
    template, version = template_in_use(key, operation, said.template)
    content = read_content(template, said.data, lang=language_of(by.username))
    if not content.data and not content.text and not content.annex and not said.files:
        raise BadInput("message", _("The message says nothing."))
    to = read_to(operation, said.to)
    with transaction.atomic():
        operation = held_with(room.member)
        policy.may_send(room.member, operation)
        answered = _answered(operation, said, room.member)
        operation.last_number += 1
        number = operation.last_number
        moment = happened(operation, "message", number)
        message = Message.objects.create(
            operation=operation,
            number=number,
            template=template.code,
            template_version=version,
            by=by.username,
            administration=room.member.administration,
            to=to,
            at=moment,
            reply_to=answered.number if answered else None,
            urgent=said.urgent,
            training=operation.phase == states.TRAINING,
            content=key.seal_json(f"message {number}", content.plain()),
        )
        _take_files(operation, said.files, number, by)
        _owe(operation, template, message, said)
        if answered is not None:
            _met(room.member, answered, message, template)
        Receipt.objects.create(
            operation=operation,
            number=number,
            username=by.username,
            administration=room.member.administration,
            read_at=moment,
        )
        Draft.objects.filter(operation=operation, username=by.username, template=template.code).delete()
        record(by=by, deed="operations.sent", ref=operation.ref, version=number, detail={"template": template.code})
        if said.urgent:
            _ring(operation, message, by)
    return message


def _answered(operation: Operation, said: Written, member: Membership) -> Message | None:
    if said.reply_to is None:
        return None
    found = Message.objects.filter(operation=operation, number=said.reply_to).first()
    if found is None or not policy.sees(member, to=list(found.to), administration=found.administration, by=found.by):
        raise BadInput("reply_to", _("There is no message #%(number)s.") % {"number": said.reply_to})
    return found


def _owe(operation: Operation, template: Template, message: Message, said: Written) -> None:
    """Writes down who owes an answer, and of an urgent message an acknowledgement. An answer is asked for by the
    template, or by who says until when: so an instruction becomes a task that somebody reports back on.
    """
    countries = [to for to in message.to if not to.startswith("@") and to != message.administration] or [""]
    wanted = []
    if template.asks == "reply" or said.reply_minutes is not None:
        minutes = template.reply_minutes if said.reply_minutes is None else said.reply_minutes
        if not SHORTEST_CLOCK <= minutes <= LONGEST_CLOCK:
            raise BadInput(
                "reply_minutes",
                _("An answer is asked for within %(least)s to %(most)s minutes.")
                % {"least": SHORTEST_CLOCK, "most": LONGEST_CLOCK},
            )
        wanted.append(("reply", minutes))
    if message.urgent:
        wanted.append(("ack", ACK_MINUTES))
    Owed.objects.bulk_create(
        [
            Owed(
                operation=operation,
                number=message.number,
                administration=country,
                what=what,
                asked_at=message.at,
                due_at=message.at + timedelta(minutes=minutes),
            )
            for what, minutes in wanted
            for country in countries
        ]
    )


def _met(member: Membership, answered: Message, message: Message, template: Template) -> None:
    """An answer meets what its writer owes; a reply acknowledges too. A warning is met by feedback, not by a question
    back; a task by whatever reports on it, a raid or a seizure too.
    """
    own = _owed_by(member, answered)
    own.filter(what="ack").update(met_at=message.at, met_by=message.number)
    replies = answered.template != WARNING and template.code == "reply"
    reports = answered.template not in (WARNING, REQUEST) and template.asks != "reply"
    if answered.template in template.answers or replies or reports:
        own.filter(what="reply").update(met_at=message.at, met_by=message.number)


def _owed_by(member: Membership, asked: Message) -> QuerySet[Owed]:
    """What is open for a message, and is this member's to give."""
    open_ = Owed.objects.filter(operation_id=asked.operation_id, number=asked.number, met_at=None)
    to, home = list(asked.to), asked.administration
    own = [one.pk for one in open_ if policy.owes(member, one.administration, to=to, administration=home)]
    return open_.filter(pk__in=own)


def _ring(operation: Operation, message: Message, by: Actor) -> None:
    members = operation.members.filter(ended_at=None, joined_at__isnull=False)
    told = [
        one.username
        for one in members
        if policy.sees(one, to=list(message.to), administration=message.administration, by=message.by)
    ]
    tell(to=[(name, operation.ref, message.number) for name in told], deed="operations.urgent", by=by)


def correct(*, room: Room, number: int, data: Any, by: Actor) -> Correction:
    """Says anew what a message says; what it said before stays beside it. Raises a refusal, `NotValid`."""
    key = key_of(room.ref, room.operation.key_print)
    message = _own(room, number)
    template = opened_template(
        key,
        MessageTemplate.objects.get(operation=room.operation, code=message.template, version=message.template_version),
    )
    content = read_content(template, data, lang=language_of(by.username))
    with transaction.atomic():
        operation = held_with(room.member)
        message = _own(room, number, for_update=True)
        policy.may_correct(room.member, operation, message)
        at = message.corrections.count() + 1
        moment = happened(operation, "corrected", number)
        made = Correction.objects.create(
            message=message,
            number=at,
            by=by.username,
            at=moment,
            content=key.seal_json(f"correction {number} {at}", content.plain()),
        )
        record(by=by, deed="operations.corrected", ref=operation.ref, version=number)
    return made


def withdraw(*, room: Room, number: int, by: Actor) -> Message:
    """Withdraws a message: it stays, struck through, and nothing is owed for it any longer. Raises a refusal."""
    with transaction.atomic():
        operation = held_with(room.member)
        message = _own(room, number, for_update=True)
        policy.may_correct(room.member, operation, message)
        message.withdrawn_at, message.withdrawn_by = happened(operation, "withdrawn", number), by.username
        message.save(update_fields=["withdrawn_at", "withdrawn_by"])
        Owed.objects.filter(operation=operation, number=number, met_at=None).delete()
        record(by=by, deed="operations.message_withdrawn", ref=operation.ref, version=number)
    return message


def _own(room: Room, number: int, *, for_update: bool = False) -> Message:
    """A message that the member sees. Raises `Missing`."""
    rows = Message.objects.select_for_update() if for_update else Message.objects
    found = rows.filter(operation_id=room.ref, number=number).first()
    if found is None or not policy.sees(
        room.member, to=list(found.to), administration=found.administration, by=found.by
    ):
        raise Missing("no_message", _("There is no such message in this room."))
    return found


def acknowledge(*, room: Room, number: int, by: Actor) -> None:
    """Says that one has read a message and acts on it; nobody is called for it any longer in that country.

    Raises a refusal: an observer acts on nothing.
    """
    with transaction.atomic():
        operation = held_with(room.member)
        policy.may_send(room.member, operation)
        message = _own(room, number)
        moment = now()
        receipt, _made = Receipt.objects.get_or_create(
            operation=operation,
            number=number,
            username=by.username,
            defaults={"administration": room.member.administration, "read_at": moment},
        )
        if receipt.acknowledged_at is not None:
            return
        receipt.acknowledged_at = moment
        receipt.save(update_fields=["acknowledged_at"])
        _owed_by(room.member, message).filter(what="ack").update(met_at=moment)
        record(by=by, deed="operations.acknowledged", ref=operation.ref, version=number)
        happened(operation, "acknowledged", number)


def have_read(*, room: Room, numbers: Sequence[int], by: Actor, purpose: str = "") -> int:
    """Remembers that messages were read, each once a person, and writes one entry for all that are new to them; gives
    how many.
    """
    known = set(
        Receipt.objects.filter(operation_id=room.ref, username=by.username, number__in=numbers).values_list(
            "number", flat=True
        )
    )
    fresh = [number for number in numbers if number not in known]
    if not fresh:
        return 0
    moment = now()
    detail: dict[str, Any] = {"messages": len(fresh), "from": min(fresh), "to": max(fresh)}
    with transaction.atomic():
        Receipt.objects.bulk_create(
            [
                Receipt(
                    operation_id=room.ref,
                    number=number,
                    username=by.username,
                    administration=room.member.administration,
                    read_at=moment,
                )
                for number in fresh
            ],
            ignore_conflicts=True,
        )
        record(by=by, deed="operations.read", ref=room.ref, detail=detail | ({"purpose": purpose} if purpose else {}))
    return len(fresh)


def _take_files(operation: Operation, refs: Sequence[str], number: int, by: Actor) -> None:
    if not refs:
        return
    if len(refs) > MOST_FILES:
        raise BadInput("files", _("A message has at most %(most)s files.") % {"most": MOST_FILES})
    taken = Attachment.objects.filter(operation=operation, ref__in=refs, number=None, by=by.username).update(
        number=number
    )
    if taken != len(set(refs)):
        raise Refusal("files", _("One of the files is not here any longer: attach it again."))
