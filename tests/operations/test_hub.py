"""Whoever comes to a stream while others are being told hears everything from their own place on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tidewaiter.operations import streaming
from tidewaiter.operations.actions.messages import Written, send
from tidewaiter.operations.actions.opening import open_operation
from tidewaiter.operations.models import Membership, Message, Operation
from tidewaiter.operations.planned import read_planned
from tidewaiter.operations.queries import room_of
from tidewaiter.operations.room_keys import drop_key
from tidewaiter.operations.streaming import Happened, Hub, Listener, Looked, events_since


async def _heard(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, bytes]:
    """What two listeners hear of events 1 to 7 where the second comes, from event 2 on, during a look from 5 on."""
    looking, go_on = threading.Event(), threading.Event()

    def look(reached: dict[str, int], *_rest: Any) -> Looked:
        looking.set()
        go_on.wait(10)
        events = [Happened(n, f"e-{n}", "joined", None, f"p{n}", None) for n in range(reached["R"] + 1, 8)]
        return Looked(events={"R": events})

    monkeypatch.setattr(streaming, "_look", look)
    first = Listener("R", Membership(username="first"), seq=5)
    second = Listener("R", Membership(username="second"), seq=2)
    hub.add(first)
    while not looking.is_set():
        await asyncio.sleep(0.01)
    hub.add(second)
    go_on.set()
    await asyncio.sleep(0.6)
    said = tuple(b"".join(one.waiting.get_nowait() for _n in range(one.waiting.qsize())) for one in (first, second))
    hub.drop(first)
    hub.drop(second)
    return said[0], said[1]


def test_who_comes_from_further_back_during_a_look_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some of a thousand readers lost messages after a restart: a look begun before they came told them its end."""
    first, second = asyncio.run(_heard(Hub(), monkeypatch))
    assert [line for line in first.split(b"\n") if line.startswith(b"id:")] == [b"id: e-6", b"id: e-7"]
    assert [line for line in second.split(b"\n") if line.startswith(b"id:")] == [
        b"id: e-3",
        b"id: e-4",
        b"id: e-5",
        b"id: e-6",
        b"id: e-7",
    ]


@pytest.mark.django_db
def test_a_message_written_during_a_look_is_left_to_the_next(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    """One that was numbered after the room was read is not opened yet: it went out empty, and never again."""
    ref = room(staff.kenya).ref
    before = Operation.objects.get(pk=ref)
    from_here = before.last_event
    send(
        room=room(staff.jordan),
        said=Written(template="instruction", data={"text": "Hold", "lang": "en"}),
        by=staff.jordan,
    )
    assert events_since(before, from_here) == []
    told = [one for one in events_since(Operation.objects.get(pk=ref), from_here) if one.kind == "message"]
    assert [b"Hold" in one.for_(room(staff.kenya).member) for one in told] == [True]


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["key", "content"])
def test_a_room_that_cannot_be_read_stops_no_other_room(
    room: Callable[..., Any], staff: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Its key was lost, or a piece of it was changed: the others are told all the same."""
    monkeypatch.setattr(streaming, "close_old_connections", lambda: None)  # the test's own
    well = room(staff.kenya)
    broken = open_operation(said=read_planned({"title": "Broken"}), by=staff.ocu)
    said = Written(template="instruction", data={"text": "Hold", "lang": "en"})
    send(room=room_of(staff.ocu, broken.ref), said=said, by=staff.ocu)
    send(room=well, said=said, by=staff.kenya)
    if fault == "key":
        drop_key(broken.ref)
    else:
        Message.objects.filter(operation=broken).update(template="none")
    listeners = [
        Listener(broken.ref, room_of(staff.ocu, broken.ref).member, seq=1),
        Listener(well.ref, well.member, seq=1),
    ]
    reached = {broken.ref: 1, well.ref: 1}
    found = streaming._look(reached, listeners, False, False, frozenset())
    assert any(b"Hold" in one.for_(well.member) for one in found.events[well.ref])
    assert found.failed == {broken.ref}
    assert broken.ref not in found.events
    monkeypatch.setattr(streaming, "events_since", None)
    again = streaming._look(reached, listeners, False, False, frozenset(reached))
    assert (again.events, again.failed) == ({}, set()), "one that failed is left alone for a while"
