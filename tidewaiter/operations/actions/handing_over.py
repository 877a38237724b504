"""From room to home: on a node of operations a seizure message goes to its owner's own node, by their act."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import NotAllowed
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy
from tidewaiter.operations.events import happened, held_with
from tidewaiter.operations.models import Message
from tidewaiter.operations.opened import Told
from tidewaiter.operations.queries import Room
from tidewaiter.operations.recordable import may_record


def hand_over(*, room: Room, told: Told, by: Actor, names: bool = False) -> str:
    """Lets a seizure message go to the node of the administration that wrote it, where it becomes a case; gives what it
    is called on the way. The names of its annex go with it where their owner says so (`names`). Raises a refusal.
    """
    may_record(room, told)
    if names and not policy.reads_names(room.member):
        raise NotAllowed("names", _("It names people, whom you do not read: record it without its names."))
    ref = called(room.ref, told.number)
    with transaction.atomic():
        operation = held_with(room.member)
        policy.must_be_open(operation)
        Message.objects.filter(operation=operation, number=told.number).update(case_ref=ref)
        detail = {"to": told.administration, "names": len(told.content.annex) if names else 0}
        record(by=by, deed="operations.handed_over", ref=operation.ref, version=told.number, detail=detail)
        happened(operation, "recorded", told.number)
    return ref


def called(operation: str, number: int) -> str:
    """What a message is called outside its room."""
    return f"{operation}-{number}"
