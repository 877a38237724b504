"""What a process keeps of rooms in memory, and what a reader is told who sees nothing of what happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tidewaiter.operations import opened as opened_rooms
from tidewaiter.operations import streaming
from tidewaiter.operations.actions.messages import Written, send
from tidewaiter.operations.actions.opening import open_operation
from tidewaiter.operations.opened import opened
from tidewaiter.operations.planned import read_planned
from tidewaiter.operations.queries import room_of
from tidewaiter.operations.streaming import Listener, seq_of

pytestmark = pytest.mark.django_db
SAID = Written(template="instruction", data={"text": "Hold", "lang": "en"})


def test_rooms_are_kept_by_how_much_is_in_them_not_by_their_number(
    staff: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred groups a year: the thirteenth that was open made every look at one of them open it anew."""
    opened_rooms._opened.clear()
    refs = [open_operation(said=read_planned({"title": f"Room {n}"}), by=staff.ocu).ref for n in range(14)]
    for ref in refs:
        send(room=room_of(staff.ocu, ref), said=SAID, by=staff.ocu)
        opened(room_of(staff.ocu, ref).operation)
    assert list(opened_rooms._opened) == refs
    monkeypatch.setattr(opened_rooms, "MOST_MESSAGES", 5)
    assert len(opened(room_of(staff.ocu, refs[0]).operation).messages) == 1
    assert list(opened_rooms._opened) == [*refs[10:], refs[0]], "those asked for least lately are forgotten"
    monkeypatch.setattr(opened_rooms, "MOST_MESSAGES", 0)
    assert len(opened(room_of(staff.ocu, refs[5]).operation).messages) == 1
    assert list(opened_rooms._opened) == [refs[5]], "the one at hand stays, however much is in it"


def test_a_sign_of_life_tells_how_far_a_reader_is_who_sees_nothing_of_it(
    room: Callable[..., Any], staff: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One who sees little came again with an old place, and was told to load anew for what was not theirs."""
    monkeypatch.setattr(streaming, "HEARTBEAT", 0.01)
    monkeypatch.setattr(streaming.HUB, "add", lambda _listener: None)
    member = room(staff.private).member
    listener = Listener(room(staff.private).ref, member, seq=1)

    async def first() -> bytes:
        listener.seq = 7
        return await anext(aiter(listener.blocks()))

    said = asyncio.run(first()).decode()
    assert said.endswith("\n\n")
    [line] = [line for line in said.splitlines() if line.startswith("id: ")]
    operation = room(staff.ocu).operation
    operation.last_event = 9
    assert seq_of(operation, line.removeprefix("id: ")) == 7
    assert "data:" not in said, "nothing is told by it"
