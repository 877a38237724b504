"""From room to record: a seizure message becomes a case of its owner, by their click, with where it came from."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.cases.actions import draft
from tidewaiter.cases.annexes import keep_annexes, names_in_annexes, wrong_in_annexes
from tidewaiter.cases.rows import CaseIn
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy
from tidewaiter.operations.actions.handing_over import hand_over
from tidewaiter.operations.content import VICTIM
from tidewaiter.operations.events import happened, held_with
from tidewaiter.operations.models import Message
from tidewaiter.operations.opened import opened, visible
from tidewaiter.operations.queries import Room
from tidewaiter.operations.recordable import KEEPS_CASES, may_record

ROLES = {"agent": "declarant", "crew": "other", "organiser": "other"}
"""Parts that the registry calls otherwise; all others have the same code there."""
AT_ONCE = 20


def record_seizure(*, room: Room, number: int, by: Actor, names: bool = False) -> str:
    """Drafts the case that a seizure message says, or on a node of operations hands it over to its owner's node; gives
    its ref. The names of its annex stay in the room, unless its owner says that they go into the node's registry beside
    the case (`names`). Raises a refusal.
    """
    told = next((one for one in visible(opened(room.operation), room.member) if one.number == number), None)
    if told is None:
        raise Missing("no_message", _("There is no such message in this room."))
    may_record(room, told)
    if settings.TIDEWAITER_SHAPE != KEEPS_CASES:
        return hand_over(room=room, told=told, by=by, names=names)
    said = dict(told.content.data["record"])
    lines = said.pop("lines")
    said.setdefault("national_ref", f"{room.ref}-{number}")
    said.setdefault("operation", f"{room.operation.title} #{number}"[:100])
    with transaction.atomic():
        operation = held_with(room.member)
        policy.must_be_open(operation)
        case = draft(cases=[CaseIn(said, lines)], by=by, channel="operation", source=room.ref).refs[0]
        named = _annex(case, told.content.annex, room, by) if names else 0
        Message.objects.filter(operation=operation, number=number).update(case_ref=case)
        detail = {"case": case} | ({"names": named} if named else {})
        record(by=by, deed="operations.recorded", ref=operation.ref, version=number, detail=detail)
        happened(operation, "recorded", number)
    return case


def _annex(case: str, annex: list[dict[str, str]], room: Room, by: Actor) -> int:
    """Enters the persons of an annex beside the case, by the same door as its page of entry; gives how many. A victim
    is no suspect: they are not entered.
    """
    annex = [person for person in annex if person.get("role") != VICTIM]
    if not annex:
        return 0
    if not policy.reads_names(room.member):
        raise NotAllowed("names", _("It names people, whom you do not read: record it without its names."))
    for begin in range(0, len(annex), AT_ONCE):
        typed = {
            f"named.{at}.{name}": text
            for at, person in enumerate(annex[begin : begin + AT_ONCE], 1)
            for name, text in row_of_annex(person).items()
        }
        if wrong := wrong_in_annexes(typed, by):
            raise BadInput("annex", f"{wrong[0][0]}: {wrong[0][1]}")
        keep_annexes(case, typed, by)
    if not names_in_annexes({}, case):  # who reads no names on this node has no annex to enter
        raise NotAllowed("registry", _("Your role enters no names in the registry: record it without its names."))
    return len(annex)


def row_of_annex(person: dict[str, str]) -> dict[str, str]:
    """A person of an annex as the registry's page of entry takes it."""
    role = person.get("role", "") or "other"
    said = {"kind": "person", "name": person["name"], "role": ROLES.get(role, role)}
    return said | {name: person[name] for name in ("birth_date", "nationality", "document", "note") if name in person}
