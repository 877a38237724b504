"""What happens in rooms, told within a second to whoever listens: server-sent events (HTML Living Standard §9.2).

One look at the database a process, however many listen: the hub asks which rooms have new events, opens their messages
once, and hands each listener what they see. Numbers come from the database, so a listener who comes again with
`Last-Event-ID` gets what they missed, also after a restart; one who missed too much is told to load the room anew.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import DatabaseError, close_old_connections
from django.utils.translation import gettext as _

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.operations import policy, states
from tidewaiter.operations.models import Event, Membership, Operation
from tidewaiter.operations.opened import Told, forget_closed, opened
from tidewaiter.people.models import Officer, Token

EVERY = 0.15
"""Seconds between two looks at the database while somebody listens."""
CHECKED_EVERY, SEEN_EVERY, HEARTBEAT = 2.0, 30.0, 15.0
MOST_REPLAYED = 500
HERE = timedelta(seconds=75)
MOST_NAMED = 200
"""Names that an event of presence tells; it tells how many there are in any case."""
AT_ONCE = 64 * 1024
QUEUE = 2000
"""Blocks that wait for a slow listener; one with more is told to load anew."""
WITH_MESSAGE = ("message", "corrected", "withdrawn")


def event_id(operation: Operation, seq: int) -> str:
    """The number of an event as listeners know it: the room's epoch and the event's place in it."""
    return f"{operation.key_print[:8]}-{seq}"


def seq_of(operation: Operation, said: str) -> int | None:
    """The place that an id tells; nothing for one of another epoch, or of a place that is not reached yet."""
    epoch, _dash, number = said.strip().partition("-")
    if epoch != operation.key_print[:8] or not (number.isascii() and number.isdigit() and len(number) < 12):
        return None
    return int(number) if int(number) <= operation.last_event else None


def block(kind: str, data: Any, id_: str = "") -> bytes:
    """One event as it is sent."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"{f'id: {id_}' + chr(10) if id_ else ''}event: {kind}\ndata: {text}\n\n".encode()


RELOAD = block("reload", {})


@dataclass(slots=True, eq=False)
class Happened:
    """An event with what it is about."""

    seq: int
    id: str
    kind: str
    number: int | None
    about: str
    told: Told | None
    blocks: dict[bool, bytes] = field(default_factory=dict)

    def for_(self, member: Membership) -> bytes:
        """The event as a member gets it; nothing where it is about a message that is not theirs."""
        if self.number is None:
            return block(self.kind, {"kind": self.kind, "who": self.about}, self.id)
        told = self.told
        if told is None or not policy.sees(member, to=told.to, administration=told.administration, by=told.by):
            return b""
        whole = policy.reads_names(member)
        if whole not in self.blocks:  # made once for all who read names, and once for those who do not
            said = {"kind": self.kind, "number": self.number}
            if self.kind in WITH_MESSAGE:
                said |= {"message": told.plain(member)}
            self.blocks[whole] = block(self.kind, said, self.id)
        return self.blocks[whole]


def events_since(operation: Operation, seq: int) -> list[Happened]:
    """What happened after a place, oldest first, as far as one replays.

    Up to where the operation stood when it was read: a message of later is not opened yet, and is told by the next look.
    """
    since = Event.objects.filter(operation=operation, seq__gt=seq, seq__lte=operation.last_event)
    rows = list(since.order_by("seq")[: MOST_REPLAYED + 1])
    held = opened(operation).messages if rows and operation.phase in states.OPEN else {}
    return [
        Happened(row.seq, event_id(operation, row.seq), row.kind, row.number, row.about, held.get(row.number or 0))
        for row in rows
    ]


@dataclass(slots=True, eq=False)
class Listener:
    """Somebody who listens to a room: a `Live` answer. `token` or `session`: what they came in with."""

    operation: str
    member: Membership
    seq: int
    token: str = ""
    session: str = ""
    waiting: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    ended: bool = False

    async def blocks(self) -> AsyncIterator[bytes]:
        """What happens, until it is over for this listener; a sign of life where nothing does."""
        HUB.add(self)
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    said = await self.waiting.get()
            except TimeoutError:
                said = b": here\n\n"
            while said and not self.waiting.empty() and len(said) < AT_ONCE:  # what waits is sent together
                more = self.waiting.get_nowait()
                if not more:
                    yield said
                    return
                said += more
            if not said:
                return
            yield said

    def stop(self) -> None:
        """Ends without a word: whoever listens comes again with the last number they have."""
        self.finish()

    def end(self) -> None:
        """Listens no longer."""
        HUB.drop(self)

    def give(self, said: bytes) -> None:
        """Lets a block wait for the listener; where too many do, all are dropped for «load anew»."""
        if self.ended or not said:
            return
        if self.waiting.qsize() >= QUEUE - 2:
            while not self.waiting.empty():
                self.waiting.get_nowait()
            self.waiting.put_nowait(RELOAD)
            self.finish()
            return
        self.waiting.put_nowait(said)

    def finish(self, said: bytes = b"") -> None:
        """Ends it, after a last word."""
        if not self.ended:
            self.ended = True
            if said:
                self.waiting.put_nowait(said)
            self.waiting.put_nowait(b"")


@dataclass(slots=True)
class Looked:
    """What one look at the database found: events by room, rooms that closed, listeners whose access ended."""

    events: dict[str, list[Happened]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    out: set[int] = field(default_factory=set)
    here: dict[str, list[str]] = field(default_factory=dict)


class Hub:
    """All who listen in this process."""

    def __init__(self) -> None:
        self.rooms: dict[str, set[Listener]] = {}
        self.reached: dict[str, int] = {}
        self.present: dict[str, list[str]] = {}
        self._people: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._looking = ThreadPoolExecutor(1, "listening")

    def must_have_room(self, username: str) -> None:
        """Raises `OverLimit` where as many listen as may: of one person, and in all."""
        if self._people[username] >= most("room_streams_person"):
            raise over("room_streams_person", _("Close one of them."), waiting_helps=True)
        if sum(self._people.values()) >= most("room_streams_node"):
            raise over("room_streams_node", _("Look at the page anew in a while."), waiting_helps=True)

    def add(self, listener: Listener) -> None:
        """Somebody begins to listen: from their own place on, which may lie before what others have heard."""
        self._people[listener.member.username] += 1
        self.rooms.setdefault(listener.operation, set()).add(listener)
        reached = self.reached.get(listener.operation)
        self.reached[listener.operation] = listener.seq if reached is None else min(reached, listener.seq)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    def drop(self, listener: Listener) -> None:
        """Somebody listens no longer."""
        here = self.rooms.get(listener.operation, set())
        if listener in here:
            here.discard(listener)
            self._people[listener.member.username] -= 1
        if not here:
            self.rooms.pop(listener.operation, None)
            self.reached.pop(listener.operation, None)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        checked = seen = 0.0
        while self.rooms:
            moment = loop.time()
            check, see = moment - checked > CHECKED_EVERY, moment - seen > SEEN_EVERY
            everybody = [one for some in self.rooms.values() for one in some]
            reached = dict(self.reached)
            try:
                found = await loop.run_in_executor(self._looking, _look, reached, everybody, check, see)
            except (DatabaseError, Refusal):  # busy, or a room that is just closing: the next look tells
                await asyncio.sleep(1.0)
                continue
            checked, seen = moment if check else checked, moment if see else seen
            self._tell(found, reached)
            await asyncio.sleep(EVERY)

    def _tell(self, found: Looked, asked: dict[str, int]) -> None:
        for ref, events in found.events.items():
            if not events:
                continue
            for listener in list(self.rooms.get(ref, ())):
                if listener.seq >= asked[ref]:  # who came meanwhile from further back hears all of it in the next look
                    self._tell_one(listener, events)
            if self.reached.get(ref) == asked[ref]:  # else somebody has come who begins before
                self.reached[ref] = events[-1].seq
        for ref in found.closed:
            for listener in list(self.rooms.get(ref, ())):
                listener.finish(block("closed", {}))
        for some in list(self.rooms.values()):
            for listener in list(some):
                if listener.member.pk in found.out or id(listener) in found.out:
                    listener.finish(block("ended", {}))
        for ref, here in found.here.items():
            if self.present.get(ref) != here:
                self.present[ref] = here
                said = block("presence", {"here": here[:MOST_NAMED], "number": len(here)})  # made once for all
                for listener in list(self.rooms.get(ref, ())):
                    listener.give(said)

    @staticmethod
    def _tell_one(listener: Listener, events: list[Happened]) -> None:
        for one in events:
            if one.seq <= listener.seq or listener.ended:
                continue
            listener.seq = one.seq
            if one.kind == "left" and one.about == listener.member.username:
                listener.finish(block("ended", {}))
            else:
                listener.give(one.for_(listener.member))


def _look(reached: dict[str, int], everybody: list[Listener], check: bool, see: bool) -> Looked:
    """One look, in a thread of its own."""
    close_old_connections()
    found = Looked()
    for operation in Operation.objects.filter(ref__in=list(reached)):
        if operation.phase not in states.OPEN:
            found.closed.add(operation.ref)
        elif operation.last_event > reached[operation.ref]:
            found.events[operation.ref] = events_since(operation, reached[operation.ref])
    if check:
        found.closed |= set(reached) - set(
            Operation.objects.filter(ref__in=list(reached)).values_list("ref", flat=True)
        )
        found.out = _out(everybody)
        forget_closed()
    if see:
        moment = now()
        Membership.objects.filter(pk__in={one.member.pk for one in everybody}).update(here_at=moment)
        rows = Membership.objects.filter(
            operation_id__in=list(reached), ended_at=None, here_at__gt=moment - HERE
        ).values_list("operation_id", "username")
        for ref, username in rows.order_by("username"):
            found.here.setdefault(ref, []).append(username)
    return found


def _out(everybody: list[Listener]) -> set[int]:
    """Whose access has ended since they began: as a member, as an account, or what they came in with."""
    members = {one.member.pk for one in everybody}
    names = {one.member.username for one in everybody}
    in_it = set(Membership.objects.filter(pk__in=members, ended_at=None).values_list("pk", flat=True))
    active = set(Officer.objects.filter(username__in=names, is_active=True).values_list("username", flat=True))
    tokens = {one.token for one in everybody if one.token}
    valid = set(
        Token.objects.filter(ref__in=tokens, revoked_at=None, expires_at__gt=now()).values_list("ref", flat=True)
    )
    keys = {one.session for one in everybody if one.session}
    open_ = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=now()).values_list("session_key", flat=True)
    )
    return {
        id(one)
        for one in everybody
        if one.member.pk not in in_it
        or one.member.username not in active
        or (one.token and one.token not in valid)
        or (one.session and one.session not in open_)
    }


HUB = Hub()
