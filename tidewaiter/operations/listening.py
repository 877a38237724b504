"""The door of streams: what a listener has missed, then what happens."""

from __future__ import annotations

from secrets import randbelow

from django.http import HttpRequest, HttpResponse

from tidewaiter.foundation.live_answers import goes_on
from tidewaiter.operations import policy
from tidewaiter.operations.actions.joining import was_here
from tidewaiter.operations.queries import Room
from tidewaiter.operations.streaming import (
    HUB,
    MOST_REPLAYED,
    RELOAD,
    Listener,
    block,
    event_id,
    events_since,
    seq_of,
)


def stream(request: HttpRequest, room: Room, *, token: str = "", session: str = "") -> HttpResponse:
    """The events of a room from `Last-Event-ID` on (from now on without one), as `text/event-stream`.

    Raises a refusal. One that is of another epoch, or too long ago, is answered with `reload`.
    """
    operation = room.operation
    policy.must_be_open(operation)
    HUB.must_have_room(room.member.username)
    was_here(room=room)
    said = request.headers.get("Last-Event-ID", "") or request.GET.get("last", "")
    seq = seq_of(operation, said) if said else operation.last_event
    missed = events_since(operation, seq) if said and seq is not None else []
    again = 1000 + randbelow(4000)  # not all of a thousand in the same moment when the node comes back
    parts = [f"retry: {again}\n\n".encode()]
    if seq is None or len(missed) > MOST_REPLAYED:
        parts.append(RELOAD)
        seq, missed = operation.last_event, []
    parts += [one.for_(room.member) for one in missed]
    seq = missed[-1].seq if missed else seq
    parts.append(block("hello", {"operation": operation.ref}, event_id(operation, seq)))
    answer = HttpResponse(b"".join(parts), content_type="text/event-stream; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    goes_on(request, Listener(operation.ref, room.member, seq, token=token, session=session))
    return answer
