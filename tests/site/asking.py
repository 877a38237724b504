"""Somebody who asks a front over a connection that is as slow as a test wants it:
bodies and answers a part at a time.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.http import HttpResponse

from tidewaiter.site.front import Front

SLOW = 60.0
"""Seconds after which a busy machine is given up on; nothing is expected to take that long."""


class Asker:
    """One request: what is sent with it (a part that is `None` never comes), and what is taken of its answer."""

    def __init__(
        self,
        *parts: bytes | None,
        length: int | None = None,
        path: str = "/",
        source: str = "198.51.100.1",
        **headers: str,
    ) -> None:
        self._parts = list(parts)
        self.may_come, self.may_take = asyncio.Event(), asyncio.Event()
        self.may_come.set()
        self.may_take.set()
        self.status, self.headers, self.body, self.whole = 0, {}, b"", False
        said = (
            {"content-length": str(length)} if length is not None else {"transfer-encoding": "chunked"} if parts else {}
        )
        self.scope = {
            "type": "http",
            "method": "POST" if parts else "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "http_version": "1.1",
            "scheme": "http",
            "server": ("127.0.0.1", "0"),
            "client": (source, "1"),
            "headers": [(name.replace("_", "-").encode(), text.encode()) for name, text in {**said, **headers}.items()],
        }

    async def receive(self) -> dict[str, Any]:
        """A part, when it may come."""
        await self.may_come.wait()
        if not self._parts:
            return await asyncio.Event().wait()  # type: ignore[return-value]
        part = self._parts.pop(0)
        if part is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": part, "more_body": bool(self._parts)}

    async def send(self, said: dict[str, Any]) -> None:
        """Takes what is sent, when it may."""
        if said["type"] == "http.response.start":
            self.status = said["status"]
            self.headers = {name.decode(): text.decode() for name, text in said["headers"]}
            return
        await self.may_take.wait()
        self.body += said["body"]
        self.whole = not said.get("more_body", False)

    async def ask(self, front: Front) -> Asker:
        """Asks, and waits for the end of it."""
        await asyncio.wait_for(front(self.scope, self.receive, self.send), SLOW)
        return self

    def asking(self, front: Front) -> asyncio.Task[Asker]:
        """Asks meanwhile."""
        return asyncio.ensure_future(self.ask(front))


async def until(holds: Callable[[], Any]) -> None:
    """Waits until something holds."""
    for _ in range(int(SLOW * 100)):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("never so")


def waited(event: threading.Event) -> bool:
    """Whether something happened, in a thread."""
    return event.wait(SLOW)


def in_a_loop[Answer](asking: Coroutine[Any, Any, Answer]) -> Answer:
    """What comes of it, in a loop of its own in a thread of its own: a browser's
    driver may keep one running in this one.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asking).result()


LARGE = 64 * 1024 + 1


def running(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """A test in a loop of its own."""

    def run(*said: Any, **named: Any) -> None:
        in_a_loop(test(*said, **named))  # type: ignore[arg-type]

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    run.__wrapped__ = test  # type: ignore[attr-defined]
    return run


def limited(monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    """Bounds of this test."""
    for name, most in limits.items():
        monkeypatch.setenv(f"TIDEWAITER_LIMIT_{name.upper()}", str(most))


def said_by(answer: Any, start: Any, status: str = "200 OK", *headers: tuple[str, str]) -> Any:
    start(status, list(headers))
    return answer


def echo(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Says what was sent."""
    return said_by(HttpResponse(environ["wsgi.input"].read()), start)  # type: ignore[no-any-return]


def page(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """A page."""
    return said_by(HttpResponse(b"page"), start)  # type: ignore[no-any-return]
