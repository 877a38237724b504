"""Opening an operation, moving it through its phases, holding it, renewing it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy, states
from tidewaiter.operations.definitions import BASE, base_template
from tidewaiter.operations.events import happened, held, held_with
from tidewaiter.operations.models import Attachment, Membership, Message, MessageTemplate, Operation, Owed
from tidewaiter.operations.planned import Planned
from tidewaiter.operations.queries import Room
from tidewaiter.operations.room_files import drop_files
from tidewaiter.operations.room_keys import RoomKey, drop_key, make_key, print_of

A_YEAR = timedelta(days=365)


def open_operation(*, said: Planned, by: Actor) -> Operation:
    """Opens a room with a key of its own and the templates that every room has; whoever opens it co-ordinates it.

    Raises a refusal. Where the deed does not stand, neither does the key.
    """
    policy.may_open(by)
    ref, moment = new_ref("OP"), now()
    key = make_key(ref)
    try:
        with transaction.atomic():
            operation = Operation.objects.create(
                ref=ref,
                title=said.title,
                kind=said.kind,
                owner=by.administration_code,
                unit=said.unit,
                countries=said.countries,
                agencies=said.agencies,
                languages=said.languages,
                starts=said.starts,
                ends=said.ends,
                renew_by=None if said.ends else moment.date() + A_YEAR,
                waiting_days=said.waiting_days,
                test=said.test,
                key_print=print_of(key.key),
                made_by=by.username,
                made_at=moment,
                phase_at=moment,
            )
            Membership.objects.create(
                operation=operation,
                username=by.username,
                administration=by.administration_code,
                part=policy.COORDINATOR,
                invited_by=by.username,
                invited_at=moment,
                joined_at=moment,
            )
            _bring_templates(operation, key, by)
            record(
                by=by,
                deed="operations.opened",
                ref=ref,
                detail={"waiting_days": said.waiting_days, "test": said.test, "countries": len(said.countries)},
            )
            happened(operation, "opened")
    except BaseException:
        drop_key(ref)
        raise
    return operation


def _bring_templates(operation: Operation, key: RoomKey, by: Actor) -> None:
    MessageTemplate.objects.bulk_create(
        [
            MessageTemplate(
                operation=operation,
                code=code,
                version=1,
                definition=key.seal_json(f"template {code} 1", base_template(code)),
                made_by=by.username,
                made_at=now(),
            )
            for code in BASE
        ]
    )


def move(*, room: Room, phase: str, by: Actor) -> Operation:
    """Moves an operation to another phase; what was written in training is wiped on going live. Raises a refusal."""
    with transaction.atomic():
        operation = held_with(room.member)
        policy.may_coordinate(room.member, operation)
        if phase not in states.next_phases(operation.phase):
            raise Refusal(
                "state",
                _("From «%(before)s» it goes on to: %(after)s.")
                % {
                    "before": operation.phase,
                    "after": ", ".join(states.next_phases(operation.phase)) or "–",
                },
            )
        wiped = _wipe_training(operation) if phase == states.LIVE else 0
        operation.phase, operation.phase_at, operation.reminded_at = phase, now(), None
        operation.save()
        record(by=by, deed="operations.moved", ref=operation.ref, detail={"phase": phase, "wiped": wiped})
        happened(operation, "wiped" if wiped else "phase")
    return operation


def _wipe_training(operation: Operation) -> int:
    """Deletes what was written in training; gives how many messages."""
    found = Message.objects.filter(operation=operation, training=True)
    numbers = list(found.values_list("number", flat=True))
    if numbers:
        policy.must_not_be_held(operation)
    files = Attachment.objects.filter(operation=operation, number__in=numbers)
    drop_files(operation.ref, list(files.values_list("ref", flat=True)))
    files.delete()
    Owed.objects.filter(operation=operation, number__in=numbers).delete()
    operation.receipts.filter(number__in=numbers).delete()
    found.delete()
    return len(numbers)


def hold(*, operation: Operation, on: bool, by: Actor) -> Operation:
    """Puts everything of an operation under legal hold, or lifts it. Raises a refusal."""
    policy.may_destroy(by, operation)
    with transaction.atomic():
        operation = held(operation.ref)
        if operation.phase == states.DESTROYED:
            raise Refusal("destroyed", _("It is destroyed: nothing is left to hold."))
        if on == bool(operation.hold_by):
            raise Refusal("state", _("It is so already."))
        operation.hold_by, operation.hold_at = (by.username, now()) if on else ("", None)
        operation.save()
        record(by=by, deed="operations.held" if on else "operations.freed", ref=operation.ref)
        happened(operation, "hold")
    return operation


def ask_renewal(*, room: Room, by: Actor) -> Operation:
    """Asks, or confirms as another co-ordinator, that a project goes on for a year. Raises a refusal."""
    with transaction.atomic():
        operation = held_with(room.member)
        policy.may_coordinate(room.member, operation)
        if operation.ends is not None:
            raise Refusal("state", _("An operation with an end date is not renewed."))
        if operation.asked_what != "renew" or not operation.asked_by:
            operation.asked_by, operation.asked_what, operation.asked_at = by.username, "renew", now()
            deed = "operations.renewal_asked"
        else:
            policy.must_be_another(operation.asked_by, by.username)
            operation.asked_by, operation.asked_what, operation.asked_at = "", "", None
            operation.renew_by = now().date() + A_YEAR
            deed = "operations.renewed"
        operation.save()
        record(by=by, deed=deed, ref=operation.ref)
        happened(operation, "phase")
    return operation
