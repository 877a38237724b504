"""Bodies as they arrive: each has a deadline, and who is silent longest makes room for who comes next.

Nothing waits in a thread but what reads a large body, once the door has let it in.
"""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext

from tidewaiter.foundation.budgets import WAIT
from tidewaiter.foundation.limits import most
from tidewaiter.site.wires import Scope, TurnedAway, header_of

type Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
PROMPT = 0.25
"""Seconds within which a body that was sent whole is here: it needs no place."""


class Gone(Exception):
    """Nobody is at the other end any more."""


@dataclass(slots=True, eq=False)
class _Place:
    source: str
    made_free: asyncio.Event


class Places:
    """Where bodies wait. Those of one source and all together are bounded; one more
    and the one that waits longest goes.
    """

    def __init__(self) -> None:
        self._held: list[_Place] = []

    @contextmanager
    def taken(self, source: str) -> Iterator[asyncio.Event]:
        """A place, and the event that says it was given to another."""
        own = [place for place in self._held if place.source == source]
        if len(own) >= most("bodies_source"):
            self._free(own[0])
        elif len(self._held) >= most("bodies_node"):
            busiest = Counter(place.source for place in self._held).most_common(1)[0][0]
            self._free(next(place for place in self._held if place.source == busiest))
        place = _Place(source, asyncio.Event())
        self._held.append(place)
        try:
            yield place.made_free
        finally:
            if place in self._held:
                self._held.remove(place)

    def _free(self, place: _Place) -> None:
        self._held.remove(place)
        place.made_free.set()


@dataclass(slots=True)
class Body:
    """What was sent: whole, or large and still to come."""

    stream: Any
    late: bool = False
    """It came too slowly: whatever was made of it is not what was asked."""
    large: bool = False


async def taken_in(scope: Scope, receive: Receive, places: Places, source: str) -> Body:
    """Reads a body that a stranger may send too; a larger one is left to come. Raises `TurnedAway`, `Gone`.

    Of one in chunks as much is read as it takes to know.
    """
    said, chunked = header_of(scope, b"content-length"), header_of(scope, b"transfer-encoding")
    if not chunked and said in ("", "0"):
        return Body(io.BytesIO())
    bound = most("stranger_body_bytes")
    if not chunked and (not (said.isascii() and said.isdigit()) or len(said) > 18 or int(said) > bound):
        return _coming(b"", receive)
    whole = bytearray()
    reading = asyncio.ensure_future(_begun(receive, bound, whole))
    try:
        await asyncio.wait({reading}, timeout=PROMPT)
        if not reading.done():
            with places.taken(source) as made_free:
                await _waited_for(reading, made_free, whole)
        begun, ended = reading.result()
    finally:
        reading.cancel()
    if ended:
        return Body(io.BytesIO(begun), large=len(begun) > bound)
    return _coming(begun, receive)


async def _begun(receive: Receive, bound: int, whole: bytearray) -> tuple[bytes, bool]:
    """A body as far as its bound, and whether that is all of it; `whole` is what has come so far."""
    while len(whole) <= bound:
        part, ended = _part(await receive())
        whole += part
        if ended:
            return bytes(whole), True
    return bytes(whole), False


def _part(message: MutableMapping[str, Any]) -> tuple[bytes, bool]:
    if message["type"] == "http.disconnect":
        raise Gone
    return message.get("body", b""), not message.get("more_body", False)


async def _waited_for(reading: asyncio.Future[tuple[bytes, bool]], made_free: asyncio.Event, whole: bytearray) -> None:
    """Waits for a small body: some seconds, and longer as long as it brings what a body must bring a second."""
    displaced = asyncio.ensure_future(made_free.wait())
    began = asyncio.get_running_loop().time()
    try:
        either: set[asyncio.Future[Any]] = {reading, displaced}
        while not reading.done() and not displaced.done():
            until = began + most("body_first_seconds") + len(whole) / most("body_bytes_second")
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                break
            await asyncio.wait(either, timeout=left, return_when=asyncio.FIRST_COMPLETED)
    finally:
        displaced.cancel()
    if reading.done():
        return
    if made_free.is_set():
        sentence = gettext("Too many people are sending at once. Wait a moment, then send it again.")
        raise TurnedAway(503, sentence, WAIT)
    raise too_slow()


@contextmanager
def leaving(receive: Receive) -> Iterator[asyncio.Future[None]]:
    """What is done when nobody is at the other end any more; to be asked once a body is here."""
    left = asyncio.ensure_future(_left(receive))
    try:
        yield left
    finally:
        left.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def too_slow() -> TurnedAway:
    """What is said to who sends too slowly."""
    return TurnedAway(
        408, gettext("What was sent did not arrive in time. Send it again, on a better line or in parts.")
    )


def _coming(begun: bytes, receive: Receive) -> Body:
    body = Body(None, large=True)
    body.stream = io.BufferedReader(_Coming(begun, receive, body), 64 * 1024)
    return body


class _Coming(io.RawIOBase):
    """A large body, read by a thread as it comes: so many bytes a second, after a
    grace, or no more of it is waited for.
    """

    def __init__(self, begun: bytes, receive: Receive, body: Body) -> None:
        self._here, self._receive, self._body = memoryview(begun), receive, body
        self._loop = asyncio.get_running_loop()
        self._came, self._waited, self._ended = 0, 0.0, False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads as `io.RawIOBase` promises. Raises `BadRequest` for one that is late or cut off: no mistake of ours."""
        if not self._here and not self._ended:
            self._here = memoryview(asyncio.run_coroutine_threadsafe(self._next(), self._loop).result())
        data = self._here[: len(buffer)]
        self._here = self._here[len(data) :]
        buffer[: len(data)] = data
        return len(data)

    async def _next(self) -> bytes:
        part = b""
        while not part and not self._ended:
            began = self._loop.time()
            patience = most("body_grace_seconds") + self._came / most("body_bytes_second") - self._waited
            try:
                async with asyncio.timeout(patience):
                    part, self._ended = _part(await self._receive())
            except TimeoutError as late:
                self._body.late = True
                raise BadRequest("The body did not arrive in time.") from late
            except Gone as gone:
                raise BadRequest("The body was cut off.") from gone
            finally:
                self._waited += self._loop.time() - began
            self._came += len(part)
        return part
