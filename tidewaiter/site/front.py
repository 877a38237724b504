"""People on slow lines wait before the desk, not at it: threads that work never wait for a stranger's next byte.

The web server speaks ASGI to this module, which holds no thread for who sends or reads slowly, and no
connection to the database. A small body is taken in, then one of the few threads that work (those alone hold
connections) makes the answer with Django's WSGI application, and what it made is carried out. Bodies larger
than a stranger's are read by threads of their own, once the door knows who sends them. Every body and every
answer has a deadline, every person and every source a share.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext

from tidewaiter.foundation.budgets import WAIT, over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.live_answers import LIVE, Live
from tidewaiter.foundation.problems import problem
from tidewaiter.site.arriving import Gone, Places, Receive, leaving, taken_in, too_slow
from tidewaiter.site.sending import Ahead, Answer, Downloads, Patience, Send, TooSlowly, answer_of
from tidewaiter.site.wires import Scope, TurnedAway, cut, environ_of, source_of

WORKING = 4
CARRYING = 12
"""Threads that do work, and threads that read large bodies, of each web process."""
PERSON, UPLOAD = "tidewaiter.person", "tidewaiter.upload"
"""In a request's environment: who asked, as the door found out; what the door calls with name
and administration before a large body.
"""

STOPPED_EVERY = 0.25
"""Seconds between two looks whether the node stops, while answers go on."""

type Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Front:
    """An ASGI application before a WSGI one."""

    def __init__(self, application: Application, stopping: Callable[[], bool] = lambda: False) -> None:
        self._application = application
        self._going = Going(stopping)
        self._working = ThreadPoolExecutor(WORKING, "working")
        self._carrying = ThreadPoolExecutor(CARRYING, "carrying")
        self._places, self._downloads, self._uploads = Places(), Downloads(), Uploads()
        self._asked: Counter[bool] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or turns away whom there is no room for."""
        if scope["type"] != "http":
            return
        try:
            await self._serve(scope, receive, send)
        except TurnedAway as away:
            await _turned_away(scope, send, away)
        except TooSlowly:
            cut(scope)
        except Gone:
            return

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        source = source_of(scope)
        body = await taken_in(scope, receive, self._places, source)
        with ExitStack() as held:
            work = _Work(self._application, environ_of(scope, body.stream), self._working)
            if body.large:
                work.environ[UPLOAD] = self._uploads.claim(held)
            done = self._in_turn(work, large=body.large)
            try:
                answer = await work.answered(done)
            except BadRequest as error:
                raise too_slow() if body.late else error from error
            try:
                if body.late:
                    raise too_slow()
                live = work.environ.get(LIVE)
                left = None if body.large or (answer.small and not live) else held.enter_context(leaving(receive))
                await self._carry(scope, send, work, answer, source, left)
                if live is not None and left is not None and scope["method"] != "HEAD":
                    await self._going.on(live, Patience(send), left)
            finally:
                await answer.close()
            await done  # what went wrong while it was made is raised here: half a table must not look whole
            await send({"type": "http.response.body", "body": b""})

    def _in_turn(self, work: _Work, *, large: bool) -> asyncio.Future[None]:
        """Lets it wait for a thread. Raises `TurnedAway` where as many wait as may."""
        limit, threads = ("uploads_waiting", CARRYING) if large else ("requests_waiting", WORKING)
        if self._asked[large] >= most(limit) + threads:
            raise TurnedAway(503, over(limit, gettext("Ask again in a moment.")).sentence, WAIT)
        self._asked[large] += 1
        done = asyncio.get_running_loop().run_in_executor(self._carrying if large else self._working, work.run)
        done.add_done_callback(lambda _done: self._asked.subtract({large: 1}))
        return done

    async def _carry(
        self, scope: Scope, send: Send, work: _Work, answer: Answer, source: str, left: asyncio.Future[None] | None
    ) -> None:
        """Sends an answer but for its end. Raises `Gone` where its reader has left, `TooSlowly`, `TurnedAway`."""
        with ExitStack() as held:
            patience = Patience(send)
            if scope["method"] == "HEAD":
                await send(work.start())
                return
            if not answer.small:
                held.enter_context(self._downloads.one(work.environ.get(PERSON, ""), source))
            await send(work.start())
            async for block in answer.parts():
                if left is not None and left.done():
                    raise Gone
                await patience.body(block, more=True)
                await asyncio.sleep(0)  # who takes fast, or has left, lets others have their turn


class Going:
    """Answers that go on. They end when the node stops: the web server would wait for each of them in vain."""

    def __init__(self, stopping: Callable[[], bool]) -> None:
        self._stopping = stopping
        self._lives: set[Live] = set()
        self._watch: asyncio.Task[None] | None = None

    async def on(self, live: Live, patience: Patience, left: asyncio.Future[None]) -> None:
        """Carries what happens after an answer. Raises `Gone` where its reader has left, `TooSlowly`."""
        self._lives.add(live)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.get_running_loop().create_task(self._watched())
        blocks = aiter(live.blocks())
        try:
            while True:
                coming = asyncio.ensure_future(anext(blocks, b""))
                either: set[asyncio.Future[Any]] = {coming, left}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if left.done():
                    coming.cancel()
                    raise Gone
                if not (block := coming.result()):
                    return
                await patience.body(block, more=True)
        finally:
            self._lives.discard(live)
            live.end()

    async def _watched(self) -> None:
        while self._lives and not self._stopping():
            await asyncio.sleep(STOPPED_EVERY)
        for live in list(self._lives):
            live.stop()


class Uploads:
    """How many large bodies are being read: of one person, and of all people of one administration."""

    def __init__(self) -> None:
        self._read: Counter[str] = Counter()
        self._lock = threading.Lock()

    def claim(self, held: ExitStack) -> Callable[[str, str], None]:
        """What the door calls with a person's name and administration, from its thread.

        Raises `OverLimit` where as many are read as may.
        """

        def claimed(person: str, administration: str = "") -> None:
            shares = [(f"person {person}", "uploads_person")]
            if administration:
                shares.append((f"administration {administration}", "uploads_administration"))
            with self._lock:
                for who, limit in shares:
                    if self._read[who] >= most(limit):
                        raise over(limit, gettext("Wait until one is done."), waiting_helps=True)
                whose = [who for who, _limit in shares]
                self._read.update(whose)
            held.callback(self._give_back, whose)

        return claimed

    def _give_back(self, whose: list[str]) -> None:
        with self._lock:
            self._read.subtract(whose)
            for who in whose:
                if not self._read[who]:
                    del self._read[who]


class _Work:
    """One request on a working thread, and its answer for who carries it out."""

    def __init__(self, application: Application, environ: dict[str, Any], working: ThreadPoolExecutor) -> None:
        self._application, self.environ, self._working = application, environ, working
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Answer] = self._loop.create_future()
        self._status, self._headers = 500, list[tuple[str, str]]()

    def run(self) -> None:
        """Does it. A whole answer is handed over at once, a file to be pulled, all else while it is made."""
        found = self._application(self.environ, self._started)
        answer = answer_of(found, self._working, self._loop)
        self._loop.call_soon_threadsafe(self._answer.set_result, answer)
        if isinstance(answer, Ahead):
            answer.fill(found)

    def _started(self, status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        self._status, self._headers = int(status[:3]), list(headers)

    async def answered(self, done: asyncio.Future[None]) -> Answer:
        """The answer, as soon as it begins. Raises what the application raised."""
        either: set[asyncio.Future[Any]] = {done, self._answer}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not self._answer.done():
            done.result()
        return await self._answer

    def start(self) -> dict[str, Any]:
        """Status and headers, as ASGI has them."""
        headers = [
            (name.lower().encode("latin-1"), said.encode("latin-1"))
            for name, said in self._headers
            if LIVE not in self.environ or name.lower() != "content-length"  # nobody knows how long it will be
        ]
        return {"type": "http.response.start", "status": self._status, "headers": headers}


async def _turned_away(scope: Scope, send: Send, away: TurnedAway) -> None:
    """The answer of the door itself. The connection ends with it: what is still sent is not read."""
    if scope["path"].startswith("/api/"):
        answer = problem(away.status, away.code, away.sentence)
        kind, content = answer["Content-Type"], answer.content
    else:
        kind, content = "text/plain; charset=utf-8", f"{away.sentence}\n".encode()
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", b"%d" % len(content)),
        (b"connection", b"close"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    ]  # no part of the pages has seen this answer
    if away.again:
        headers.append((b"retry-after", b"%d" % away.again))
    await send({"type": "http.response.start", "status": away.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
