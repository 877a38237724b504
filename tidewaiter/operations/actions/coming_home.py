"""From a room to its owner's own node: a message that was handed over elsewhere becomes a case here."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tidewaiter.cases.actions import draft
from tidewaiter.cases.annexes import keep_annexes, wrong_in_annexes
from tidewaiter.cases.validate_record import check_record
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.foundation.wire_kinds import PUT, Arriving, Taken
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.operations.actions.handing_over import called
from tidewaiter.operations.actions.recording import AT_ONCE, row_of_annex
from tidewaiter.operations.content import MOST_NAMED
from tidewaiter.operations.recordable import KEEPS_CASES
from tidewaiter.people.models import Officer

OF_PERSON = ("name", "role", "birth_date", "nationality", "document", "note")
TOLD = ("officer", "contact", "investigator")
"""Who at the owner's node hears that a message came home."""


class HomeDesk:
    """The administration whose message comes home: its case is a draft of its own, for its people to submit."""

    region_code = ""
    role_codes: Set[str] = frozenset({"officer", "investigator"})
    reviewed_regions: Set[str] = frozenset()

    def __init__(self, came: Arriving, home: str) -> None:
        self.username, self.display_name = came.by.username, came.by.display_name
        self.administration_code, self.door = home, came.by.door


def come_home(*, came: Arriving) -> Taken:
    """Drafts the case that a message says, with the persons of its annex beside it. Call in the
    transaction of its envelope. Raises a refusal.
    """
    if settings.TIDEWAITER_SHAPE != KEEPS_CASES:
        raise Refusal("elsewhere", _("A message comes home to a national node."))
    if came.op != PUT:
        raise Refusal("handed_over", _("What was handed over is its owner's record now."))
    case, home = _case(came)
    by = HomeDesk(came, home)
    annex = _annex(came.body.get("annex", []))
    known = _known_here([one["name"] for one in annex])
    outcome = draft(cases=[case], by=by, channel="operation")
    [ref], [word] = outcome.refs, outcome.words
    if word == "withdrawn":
        raise Refusal("withdrawn", _("The case was withdrawn: that is its end."))
    if word == "accepted":
        _keep(ref, annex, by)
    record(by=by, deed="operations.came_home", ref=ref, detail={"message": came.ref, "names": len(annex)})
    people = Officer.objects.filter(is_active=True, administration=home, grants__role__in=TOLD).distinct()
    tell(to=[(one, ref, 1) for one in people.values_list("username", flat=True)], deed="operations.came_home", by=by)
    if known:
        record(by=by, deed="operations.known_here", ref=ref, detail={"names": len(known)})
        readers = people.filter(grants__role="investigator").values_list("username", flat=True)
        tell(to=[(one, ref, 1) for one in readers], deed="operations.known_here", by=by)
    return Taken(ref, "unchanged" if word == "unchanged" else "processed")


def _case(came: Arriving) -> tuple[Any, str]:
    said = came.body.get("record")
    if not isinstance(said, dict):
        raise Refusal("record", _("The message says no seizure."))
    said = {name: value for name, value in said.items() if name not in ("photos", "links", "judged")}
    said.setdefault("national_ref", called(str(came.body.get("operation")), int(came.body.get("number") or 0)))
    said.setdefault("operation", f"{came.body.get('title')} #{came.body.get('number')}"[:100])
    case, problems = check_record(said)
    if case is None:
        raise Refusal("form", f"{problems[0].path}: {problems[0].code}")
    home = str(case.header["country"])
    if not Officer.objects.filter(administration=home).exists():
        raise Refusal("not_your_country", _("The message is of another country than this node."))
    return case, home


def _annex(said: object) -> list[dict[str, str]]:
    if not isinstance(said, list) or len(said) > MOST_NAMED:
        raise Refusal("annex", _("The names of the message cannot be read."))
    found = []
    for one in said:
        if not isinstance(one, dict) or not isinstance(one.get("name"), str) or set(one) - set(OF_PERSON):
            raise Refusal("annex", _("The names of the message cannot be read."))
        found.append({name: str(text) for name, text in one.items()})
    return found


def _known_here(names: Sequence[str]) -> Set[str]:
    """What of these names the rooms of this node know to be somebody's."""
    return {name for room in rooms_of_node() if room.names_in is not None for name in room.names_in(names)}


def _keep(case: str, annex: Sequence[dict[str, str]], by: Actor) -> None:
    for begin in range(0, len(annex), AT_ONCE):
        typed = {
            f"named.{at}.{name}": text
            for at, person in enumerate(annex[begin : begin + AT_ONCE], 1)
            for name, text in row_of_annex(person).items()
        }
        if wrong := wrong_in_annexes(typed, by):
            raise Refusal("annex", f"{wrong[0][0]}: {wrong[0][1]}")
        keep_annexes(case, typed, by)
