"""Deeds in a group by name: one table for the pages, the JSON door and the command line, so that all three do the same.

Each reads what was said field by field (`said.py`), finds its thing with the seat of whoever speaks, and does the deed.
It gives the thing that came of it.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.experts import actions, work_deeds
from tidewaiter.experts.policy import Seat
from tidewaiter.experts.queries import member_named, seat_in, seat_within
from tidewaiter.experts.said import Fields, code, line, moment_of, number, several, the_day, words, yes
from tidewaiter.experts.words import OFFICES, SECTORS, STANDINGS
from tidewaiter.experts.work_deeds import Do, meeting_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing
from tidewaiter.people.queries import officer_named


def _mend(seat: Seat, said: Fields) -> Any:
    changes: dict[str, Any] = {
        name: line(said, name, needed=False) for name in ("title", "reports_to") if said.get(name)
    }
    changes |= {name: words(said, name) for name in ("purpose", "terms") if said.get(name)}
    days = ("confirmed_on", "updated_on", "begins_on", "ends_on")
    changes |= {name: the_day(said, name) for name in days if said.get(name)}
    return actions.mend_group(seat=seat, changes=changes)


def _paragraph(seat: Seat, said: Fields) -> Any:
    return actions.write_paragraph(
        seat=seat, number=number(said, "number", 1, 99), title=line(said, "title"), text=words(said, "text")
    )


def _admit(seat: Seat, said: Fields) -> Any:
    return actions.admit_member(
        seat=seat,
        officer=officer_named(line(said, "username", 150)),
        sector=code(said, "sector", SECTORS),
        standing=code(said, "standing", STANDINGS, "expert"),
        agency=line(said, "agency", needed=False),
    )


def _appoint(seat: Seat, said: Fields) -> Any:
    return actions.appoint(
        seat=seat,
        member=member_named(seat, line(said, "username", 150)),
        office=code(said, "office", OFFICES),
        ends_on=the_day(said, "ends_on"),
    )


def _end(seat: Seat, said: Fields) -> Any:
    member = member_named(seat, line(said, "username", 150, needed=False) or seat.by.username)
    return actions.end_membership(seat=seat, member=member, reason=line(said, "reason", 300, needed=False))


def _convene(seat: Seat, said: Fields) -> Any:
    return actions.convene(
        seat=seat,
        title=line(said, "title"),
        begins_at=moment_of(seat.by, said, "begins_at"),
        ends_at=moment_of(seat.by, said, "ends_at"),
        place=line(said, "place", needed=False),
        for_private=yes(said, "for_private"),
        agenda=several(said, "agenda"),
    )


def _put_item(seat: Seat, said: Fields) -> Any:
    paper = line(said, "paper", 64, needed=False)
    return actions.put_item(
        seat=seat, meeting=meeting_of(seat, said), title=line(said, "title", 300), paper=paper
    ).meeting


def _answer_call(seat: Seat, said: Fields) -> Any:
    comes = code(said, "comes", ("yes", "no")) == "yes"
    return actions.answer_call(seat=seat, meeting=meeting_of(seat, said), comes=comes).meeting


def _attended(seat: Seat, said: Fields) -> Any:
    meeting = meeting_of(seat, said)
    actions.note_attendance(seat=seat, meeting=meeting, came=several(said, "came"))
    return meeting


def _decide(seat: Seat, said: Fields) -> Any:
    return actions.decide(seat=seat, meeting=meeting_of(seat, said), text=words(said, "text", needed=True)).meeting


def _moves_meeting(deed: str) -> Do:
    return lambda seat, said: actions.move_meeting(seat=seat, meeting=meeting_of(seat, said), deed=deed)


def _accept(seat: Seat, said: Fields) -> Any:
    return actions.accept_terms(seat=seat, version=number(said, "version", 1, 10_000)).group


BEFORE_TERMS = ("accept", "end_membership")
"""What is done by somebody who has not accepted the terms: accepting them, or leaving."""
DEEDS: dict[str, Do] = {
    "accept": _accept,
    "mend": _mend,
    "paragraph": _paragraph,
    "close": lambda seat, _said: actions.close_group(seat=seat),
    "admit": _admit,
    "end_membership": _end,
    "appoint": _appoint,
    "convene": _convene,
    "put_item": _put_item,
    "answer_call": _answer_call,
    "note_attendance": _attended,
    "decide": _decide,
    "hold": _moves_meeting("hold"),
    "call_off": _moves_meeting("call_off"),
} | work_deeds.DEEDS


def do_deed(by: Actor, group: str, deed: str, said: Fields) -> Any:
    """Does a deed by name in a group one has a seat in; gives what came of it. Raises a refusal."""
    if deed not in DEEDS:
        raise Missing("missing", _("There is no such deed."))
    seat = (seat_in if deed in BEFORE_TERMS else seat_within)(by, group)
    return DEEDS[deed](seat, said)


def ref_of(made: Any) -> str:
    """The ref of what came of a deed: its own, else its group's."""
    return str(getattr(made, "ref", "") or getattr(made, "group_id", "") or made.pk)
