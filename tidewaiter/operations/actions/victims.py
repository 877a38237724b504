"""Victims: told by a number in every message, by name on a sheet of their own; every look at one is recorded."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing, NotAllowed
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy
from tidewaiter.operations.content import victims_of
from tidewaiter.operations.events import held_with
from tidewaiter.operations.opened import opened, visible
from tidewaiter.operations.queries import Room


def look_at_victim(*, room: Room, number: int, victim: int, by: Actor) -> dict[str, str]:
    """What a message says of one of its victims, recorded. Raises a refusal."""
    told = next((one for one in visible(opened(room.operation), room.member) if one.number == number), None)
    found = victims_of(told.content.annex) if told is not None else []
    if not 1 <= victim <= len(found):
        raise Missing("no_victim", _("There is no such sheet in this room."))
    if not policy.reads_names(room.member):
        raise NotAllowed("names", _("Observers and private partners read no names."))
    with transaction.atomic():
        policy.must_be_open(held_with(room.member))
        record(by=by, deed="operations.victim_looked", ref=room.ref, version=number, detail={"victim": victim})
    return found[victim - 1]
