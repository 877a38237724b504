"""The order of what happens in a room: every deed holds the operation's row, and numbers what it does from there."""

from __future__ import annotations

from datetime import datetime

from tidewaiter.foundation.moments import now
from tidewaiter.operations import policy
from tidewaiter.operations.models import Event, Membership, Operation


def held(ref: str) -> Operation:
    """The operation as it is now, held until the transaction ends."""
    return Operation.objects.select_for_update().get(pk=ref)


def held_with(member: Membership) -> Operation:
    """The same for a deed of a member, who may have left, or been removed, since they read it: raises `Missing`."""
    operation = held(member.operation_id)
    policy.may_see_room(Membership.objects.filter(pk=member.pk).first())
    return operation


def happened(operation: Operation, kind: str, number: int | None = None, about: str = "") -> datetime:
    """Numbers an event of a held operation, for streams to tell; gives its moment. The caller saves the operation by
    that: both counters are written here.
    """
    moment = now()
    operation.last_event += 1
    Event.objects.create(
        operation=operation, seq=operation.last_event, kind=kind, number=number, about=about, at=moment
    )
    operation.save(update_fields=["last_event", "last_number"])
    return moment
