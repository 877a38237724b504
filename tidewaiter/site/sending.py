"""Answers as they are sent: made by threads that work, waited for by nobody's
thread, ended where they are not taken.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.http.response import FileResponse, HttpResponse
from django.utils.translation import gettext

from tidewaiter.foundation.budgets import WAIT, over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.scratch import spooled
from tidewaiter.site.wires import TurnedAway

type Send = Callable[[dict[str, Any]], Awaitable[None]]
SMALL = 256 * 1024
"""Bytes of an answer that the web server and the machine take off our hands: nobody has to wait for its reader."""
_BLOCK = 64 * 1024


class Whole:
    """An answer that is all here."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.small = len(content) <= SMALL

    async def parts(self) -> AsyncIterator[bytes]:
        """Block after block."""
        for at in range(0, len(self.content), _BLOCK):
            yield self.content[at : at + _BLOCK]

    async def close(self) -> None:
        """Nobody wants more."""


class Pulled:
    """A file, read a block at a time by a working thread (which looks too whether its person may still have it)."""

    small = False

    def __init__(self, found: FileResponse, working: ThreadPoolExecutor) -> None:
        self._found, self._working = found, working
        self._parts: Iterator[bytes] = iter(found)

    async def parts(self) -> AsyncIterator[bytes]:
        """Block after block, each read when the one before it is taken."""
        loop = asyncio.get_running_loop()
        while block := await loop.run_in_executor(self._working, self._block):
            yield block

    def _block(self) -> bytes:
        block = bytearray()
        for part in self._parts:
            block += part
            if len(block) >= SMALL:
                break
        return bytes(block)

    async def close(self) -> None:
        """Nobody wants more: a working thread closes the file, for whoever listens to that may ask the database."""
        await asyncio.get_running_loop().run_in_executor(self._working, self._found.close)


class Ahead:
    """An answer that is made while it is sent: as fast as its maker can, put aside until its reader takes it.

    It is made by one thread, since it may read from that thread's connection. What is far ahead of its reader waits.
    """

    small = False

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._news = loop, asyncio.Event()
        self._aside, self._changed = spooled(), threading.Condition()
        self._made = self._taken = 0
        self._ended = self._unwanted = False

    def fill(self, found: Iterable[bytes]) -> None:
        """Makes it, until nobody wants more."""
        try:
            for part in found:
                if not self._put(part):
                    break
        finally:
            close = getattr(found, "close", None)
            if close is not None:
                close()
            with self._changed:
                self._ended = True
                if self._unwanted:
                    self._aside.close()
            self._tell()

    def _put(self, part: bytes) -> bool:
        with self._changed:
            self._changed.wait_for(
                lambda: self._unwanted or self._made - self._taken <= most("answer_ahead_bytes"), timeout=None
            )
            if self._unwanted:
                return False
            self._aside.seek(self._made)
            self._made += self._aside.write(part)
        self._tell()
        return True

    def _tell(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    async def parts(self) -> AsyncIterator[bytes]:
        """Block after block, as they are made."""
        while True:
            self._news.clear()
            with self._changed:
                self._aside.seek(self._taken)
                block = self._aside.read(_BLOCK)
                self._taken += len(block)
                ended = self._ended
                self._changed.notify()
            if block:
                yield block
            elif ended:
                return
            else:
                await self._news.wait()

    async def close(self) -> None:
        """Nobody wants more."""
        with self._changed:
            self._unwanted = True
            self._changed.notify()
            if self._ended:
                self._aside.close()


type Answer = Whole | Pulled | Ahead


def answer_of(found: Iterable[bytes], working: ThreadPoolExecutor, loop: asyncio.AbstractEventLoop) -> Answer:
    """What an application gave; one that is made while it is sent must still be filled."""
    if isinstance(found, FileResponse):
        if int(found.get("Content-Length") or SMALL + 1) > SMALL:
            return Pulled(found, working)
        content = b"".join(found)
        found.close()
        return Whole(content)
    if isinstance(found, HttpResponse):
        content = found.content
        found.close()
        return Whole(content)
    return Ahead(loop)


class Downloads:
    """How many large answers are being sent: to one person, to one source of strangers, to all."""

    def __init__(self) -> None:
        self._sent: Counter[str] = Counter()

    @contextmanager
    def one(self, person: str, source: str) -> Iterator[None]:
        """While a large answer is sent. Raises `TurnedAway`."""
        who, limit = (f"person {person}", "downloads_person") if person else (f"source {source}", "downloads_source")
        if self._sent[who] >= most(limit):
            advice = gettext("Take those that you have begun, then ask again.")
            raise TurnedAway(429, over(limit, advice).sentence, WAIT)
        if self._sent.total() >= most("downloads_node"):
            raise TurnedAway(503, over("downloads_node", gettext("Ask again in a moment.")).sentence, WAIT)
        self._sent[who] += 1
        try:
            yield
        finally:
            self._sent[who] -= 1
            if not self._sent[who]:
                del self._sent[who]


class TooSlowly(Exception):
    """An answer is not taken by who asked for it."""


class Patience:
    """Sends under a deadline: so many bytes a second, after a grace."""

    def __init__(self, send: Send) -> None:
        self._send, self._loop = send, asyncio.get_running_loop()
        self._sent, self._waited = 0, 0.0

    async def body(self, block: bytes, *, more: bool) -> None:
        """Sends a block. Raises `TooSlowly`."""
        began = self._loop.time()
        patience = most("answer_grace_seconds") + self._sent / most("answer_bytes_second") - self._waited
        try:
            async with asyncio.timeout(patience):
                await self._send({"type": "http.response.body", "body": block, "more_body": more})
        except TimeoutError as late:
            raise TooSlowly from late
        self._waited += self._loop.time() - began
        self._sent += len(block)
