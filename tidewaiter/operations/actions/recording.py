"""From room to record: a seizure message becomes a case of its owner, by their click, with where it came from."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.cases.actions import draft
from tidewaiter.cases.rows import CaseIn
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy
from tidewaiter.operations.events import happened, held
from tidewaiter.operations.models import Message
from tidewaiter.operations.opened import opened, visible
from tidewaiter.operations.queries import Room
from tidewaiter.operations.recordable import may_record


def record_seizure(*, room: Room, number: int, by: Actor) -> str:
    """Drafts the case that a seizure message says, without the names of its annex; gives its ref. Raises a refusal."""
    told = next((one for one in visible(opened(room.operation), room.member) if one.number == number), None)
    if told is None:
        raise Missing("no_message", _("There is no such message in this room."))
    may_record(room, told)
    said = dict(told.content.data["record"])
    lines = said.pop("lines")
    said.setdefault("national_ref", f"{room.ref}-{number}")
    said.setdefault("operation", f"{room.operation.title} #{number}"[:100])
    with transaction.atomic():
        operation = held(room.ref)
        policy.must_be_open(operation)
        case = draft(cases=[CaseIn(said, lines)], by=by, channel="operation", source=room.ref).refs[0]
        Message.objects.filter(operation=operation, number=number).update(case_ref=case)
        record(by=by, deed="operations.recorded", ref=operation.ref, version=number, detail={"case": case})
        happened(operation, "recorded", number)
    return case
