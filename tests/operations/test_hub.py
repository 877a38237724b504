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
from tidewaiter.operations.models import Membership, Operation
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
