"""Who sees, owes and does what in a room, as a table: what holds of people and messages, and nothing of pages."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing, NotAllowed, Refusal
from tidewaiter.operations import policy, states
from tidewaiter.operations.models import Membership, Message, Operation, Share
from tidewaiter.operations.waiting import destroyable_from, must_be_due

LIVE = Operation(ref="OP-1", phase="live")
SEALED = Operation(ref="OP-1", phase="sealed")


def _member(who: str) -> Membership:
    """`name part agency country`."""
    name, part, agency, country = who.split()
    return Membership(username=name, part=part, agency=agency, administration=country, joined_at=now())


UNIT = _member("unit coordinator customs INT")
DESK = _member("desk participant customs INT")
FIRM = _member("firm participant private INT")
KENYA = _member("kenya participant customs KE")
POLICE = _member("police participant police KE")
BODY = _member("body participant organisation KE")
WATCHER = _member("watcher observer customs KE")
GUEST = _member("guest observer private KE")
JORDAN = _member("jordan participant customs JO")
EVERYBODY = (UNIT, DESK, FIRM, KENYA, POLICE, BODY, WATCHER, GUEST, JORDAN)


def _names(found: Any) -> str:
    return " ".join(one.username for one in found)


@pytest.mark.parametrize(
    ("to", "by", "seen"),
    [
        ([], JORDAN, "unit desk firm kenya police body watcher guest jordan"),
        (["KE"], JORDAN, "unit kenya police body watcher jordan"),
        (["INT"], JORDAN, "unit desk jordan"),
        (["OCU"], JORDAN, "unit jordan"),
        (["@firm"], JORDAN, "unit firm jordan"),
        (["@guest"], JORDAN, "unit guest jordan"),
        (["@kenya"], JORDAN, "unit kenya jordan"),
        (["@kenya"], DESK, "unit desk kenya"),
        (["JO"], FIRM, "unit desk firm jordan"),
        (["JO"], UNIT, "unit desk jordan"),
        (["KE", "@firm"], JORDAN, "unit firm kenya police body watcher jordan"),
    ],
)
def test_who_sees_a_message(to: list[str], by: Membership, seen: str) -> None:
    found = [one for one in EVERYBODY if policy.sees(one, to=to, administration=by.administration, by=by.username)]
    assert _names(found) == seen


@pytest.mark.parametrize(
    ("whose", "to", "asks", "owe", "asked"),
    [
        ("", [], "JO", "unit desk kenya police body", "desk kenya police body"),
        ("", [], "KE", "unit desk jordan", "desk jordan"),
        ("KE", ["KE"], "JO", "kenya police body", "kenya police body"),
        ("INT", ["INT"], "JO", "unit desk", "unit desk"),
        ("OCU", ["OCU"], "JO", "unit", "unit"),
        ("", ["@firm"], "JO", "firm", "firm"),
        ("", ["@desk"], "INT", "desk", "desk"),
        ("", ["@unit"], "JO", "unit", "unit"),
        ("", ["@guest", "@watcher"], "JO", "", ""),
        ("", ["KE"], "KE", "unit desk jordan", "unit desk jordan"),
    ],
)
def test_who_owes_an_answer(whose: str, to: list[str], asks: str, owe: str, asked: str) -> None:
    assert _names(one for one in EVERYBODY if policy.owes(one, whose, to=to, administration=asks)) == owe
    assert _names(one for one in EVERYBODY if policy.is_asked(one, whose, to=to, administration=asks)) == asked


def _done(deed: Any, *said: Any) -> str:
    try:
        deed(*said)
    except Refusal as refusal:
        return refusal.code
    return "done"


def test_who_coordinates_sends_and_answers_for_a_country() -> None:
    rows = {
        one.username: [
            _done(deed, one, operation)
            for operation in (LIVE, SEALED)
            for deed in (policy.may_coordinate, policy.may_send, policy.may_answer_for)
        ]
        for one in (UNIT, DESK, FIRM, WATCHER)
    }
    assert rows == {
        "unit": ["done", "done", "done", "sealed", "sealed", "sealed"],
        "desk": ["coordinator", "done", "done", "coordinator", "sealed", "sealed"],
        "firm": ["coordinator", "done", "private", "coordinator", "sealed", "sealed"],
        "watcher": ["coordinator", "observer", "observer", "coordinator", "observer", "observer"],
    }
    assert policy.allowed("coordinate", UNIT, LIVE)
    assert not policy.allowed("coordinate", DESK, LIVE)
    assert policy.allowed("send", DESK, LIVE)
    assert not policy.allowed("send", WATCHER, LIVE)


def test_who_corrects_a_message_and_reads_names() -> None:
    of_kenya = Message(administration="KE", by="kenya")
    of_firm = Message(administration="INT", by="firm")
    gone = Message(administration="KE", by="kenya", withdrawn_at=now(), withdrawn_by="kenya")
    said = {
        one.username: [_done(policy.may_correct, one, LIVE, message) for message in (of_kenya, of_firm, gone)]
        for one in (UNIT, FIRM, KENYA, POLICE, WATCHER)
    }
    assert said == {
        "unit": ["not_yours", "done", "not_yours"],
        "firm": ["not_yours", "done", "not_yours"],
        "kenya": ["done", "not_yours", "withdrawn"],
        "police": ["done", "not_yours", "withdrawn"],
        "watcher": ["observer", "observer", "observer"],
    }
    assert _done(policy.may_correct, KENYA, SEALED, of_kenya) == "sealed"
    assert _names(one for one in EVERYBODY if policy.reads_names(one)) == "unit desk kenya police body jordan"


def test_who_is_in_the_room() -> None:
    left = Membership(username="x", joined_at=now(), ended_at=now(), ended_by="y")
    for nobody in (None, Membership(username="x"), left):
        with pytest.raises(Missing):
            policy.may_see_room(nobody)
    assert policy.may_see_room(KENYA) is KENYA
    policy.must_be_another("a", "b")
    with pytest.raises(Refusal, match="Two people"):
        policy.must_be_another("a", "a")
    policy.must_not_be_held(LIVE)
    with pytest.raises(Refusal, match="legal hold"):
        policy.must_not_be_held(Operation(phase="live", hold_by="a", hold_at=now()))


@pytest.mark.django_db
def test_who_opens_and_who_destroys(staff: SimpleNamespace, room: Any) -> None:
    operation = room(staff.ocu).operation
    Share.objects.create(operation=operation, holder=staff.spain.username, print="x")
    people = ("ocu", "second", "kenya", "spain", "watcher", "private", "steward", "outsider")
    assert [one for one in people if policy.opens(getattr(staff, one))] == ["ocu", "second"]
    assert [one for one in people if _done(policy.may_open, getattr(staff, one)) == "done"] == ["ocu", "second"]
    destroys = [one for one in people if _done(policy.may_destroy, getattr(staff, one), operation) == "done"]
    assert destroys == ["ocu", "second", "spain", "steward"]
    Membership.objects.filter(username=staff.second.username).update(ended_at=now(), ended_by="x")
    with pytest.raises(NotAllowed):
        policy.may_destroy(staff.second, operation)
    Membership.objects.filter(username=staff.ocu.username).update(joined_at=None)
    with pytest.raises(NotAllowed):
        policy.may_destroy(staff.ocu, operation)


def test_the_phases_and_where_each_leads() -> None:
    assert states.OPEN == ("planned", "training", "live", "consolidation", "report")
    assert {phase: states.next_phases(phase) for phase in states.PHASES} == {
        "planned": ("training", "live"),
        "training": ("planned", "live"),
        "live": ("consolidation",),
        "consolidation": ("live", "report"),
        "report": ("consolidation",),
        "sealed": (),
        "destroyed": (),
    }
    assert {deed: states.MOVES[deed] for deed in ("close", "open_again", "destroy")} == {
        "close": dict.fromkeys(("planned", "training", "live", "consolidation", "report"), "sealed"),
        "open_again": {"sealed": "consolidation"},
        "destroy": {"sealed": "destroyed"},
    }
    assert states.OWNERS["sealed"] == "holder"
    assert states.ENDS == ("destroyed",)


def test_from_when_a_sealed_room_may_be_destroyed() -> None:
    moment = now()
    assert destroyable_from(Operation(waiting_days=14)) is None

    def said(days: float, **more: Any) -> str:
        more = {"phase": "sealed", "waiting_days": 14, **more}
        return _done(must_be_due, Operation(sealed_at=moment - timedelta(days=days), **more))

    assert destroyable_from(Operation(sealed_at=moment, waiting_days=2)) == moment + timedelta(days=2)
    assert [said(13.99), said(14.01)] == ["waiting", "done"]
    assert said(0, waiting_days=0, test=True) == "done"
    assert said(400, hold_by="x", hold_at=moment) == "hold"
    assert said(400, phase="destroyed") == "destroyed"
    assert said(400, phase="live") == "state"
    assert _done(must_be_due, Operation(phase="sealed", waiting_days=14)) == "state"


@pytest.mark.django_db
def test_a_token_opens_no_more_than_its_account_does(staff: SimpleNamespace) -> None:
    def opens(person: Any, door: str, *roles: str) -> bool:
        name = person if isinstance(person, str) else person.username
        return policy.opens(SimpleNamespace(username=name, door=door, role_codes=frozenset(roles)))

    assert opens(staff.ocu, "token:TK-1", "coordinator")
    assert not opens(staff.ocu, "token:TK-1", "participant"), "a token that was made with less"
    assert not opens(staff.kenya, "token:TK-1", "coordinator"), "an account that has less since"
    assert not opens("nobody", "token:TK-1", "coordinator")
    assert opens(staff.kenya, "page", "coordinator"), "what a page knows was asked for this request"
