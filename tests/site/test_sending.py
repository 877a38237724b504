"""What is sent arrives whole, in order, or as the error that it was; who reads slowly holds no thread."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.http import FileResponse

from tests.site.asking import Asker, limited, page, running, said_by, until, waited
from tidewaiter.site.front import Front


@running
async def test_answers_in_parts_come_in_order_and_from_one_thread() -> None:
    threads: set[int] = set()

    def parts() -> Iterator[bytes]:
        for number in range(200):
            threads.add(threading.get_ident())
            yield f"{number},".encode()

    answer = await Asker().ask(Front(lambda _environ, start: said_by(parts(), start)))
    assert answer.body == "".join(f"{number}," for number in range(200)).encode()
    assert (answer.whole, len(threads)) == (True, 1)


@running
async def test_a_mistake_is_raised_and_half_an_answer_never_looks_whole() -> None:
    def failing(_environ: Any, _start: Any) -> Iterable[bytes]:
        raise ValueError("before")

    def failing_later() -> Iterator[bytes]:
        yield b"begun"
        raise ValueError("later")

    with pytest.raises(ValueError, match="before"):
        await Asker().ask(Front(failing))
    asker = Asker()
    with pytest.raises(ValueError, match="later"):
        await asker.ask(Front(lambda _environ, start: said_by(failing_later(), start)))
    assert (asker.body, asker.whole) == (b"begun", False)


class Threads(io.BytesIO):
    """A file that knows which threads read it, and whether it was closed."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.by: set[str] = set()

    def read(self, size: int | None = -1) -> bytes:
        self.by.add(threading.current_thread().name.partition("_")[0])
        return super().read(size)


@running
async def test_a_file_is_read_by_threads_that_work_as_it_is_taken() -> None:
    file = Threads(b"x" * 3_000_000)
    front = Front(lambda _environ, start: said_by(FileResponse(file), start))
    asker = Asker()
    asker.may_take.clear()
    asked = asker.asking(front)
    await until(lambda: asker.status == 200)
    assert (await Asker().ask(Front(page))).body == b"page"
    assert file.tell() <= 600_000, "no more is read than is taken"
    asker.may_take.set()
    assert len((await asked).body) == 3_000_000
    assert file.by == {"working"}
    await until(lambda: file.closed)


def endless(ended: threading.Event) -> Callable[..., Iterator[bytes]]:
    """An answer without an end."""

    def parts() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 10_000
        finally:
            ended.set()

    return lambda _environ, start: said_by(parts(), start)


@running
async def test_who_takes_nothing_is_left_alone_and_frees_the_thread_that_works(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, answer_grace_seconds=1, answer_bytes_second=1_000_000, answer_ahead_bytes=50_000)
    ended = threading.Event()
    asker = Asker()
    asker.may_take.clear()
    await asker.ask(Front(endless(ended)))
    assert (asker.status, asker.body) == (200, b"")
    assert await asyncio.to_thread(waited, ended)


@running
async def test_who_leaves_half_way_frees_the_thread_that_works() -> None:
    ended = threading.Event()
    asker = Asker()

    async def receive() -> dict[str, Any]:
        await until(lambda: len(asker.body) > 20_000)
        return {"type": "http.disconnect"}

    await asyncio.wait_for(Front(endless(ended))(asker.scope, receive, asker.send), 60)
    assert await asyncio.to_thread(waited, ended)


@running
async def test_slow_readers_hold_no_thread_and_one_person_has_a_share_of_downloads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limited(monkeypatch, downloads_person=2)

    def files(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        environ["tidewaiter.person"] = environ.get("HTTP_PERSON", "")
        if environ["PATH_INFO"] == "/small":
            return page(environ, start)
        return said_by(FileResponse(io.BytesIO(b"x" * 3_000_000)), start)  # type: ignore[no-any-return]

    front = Front(files)
    slow = [Asker(person="amina") for _ in range(2)] + [Asker(person=f"p{n}") for n in range(30)]
    for one in slow:
        one.may_take.clear()
    asked = [one.asking(front) for one in slow]
    await until(lambda: all(one.status == 200 for one in slow))
    third = await Asker(person="amina").ask(front)
    assert (third.status, third.headers["retry-after"]) == (429, "30")
    assert b"To one person 2 large answers" in third.body
    assert (await Asker(person="amina", path="/small").ask(front)).body == b"page"
    for one in slow:
        one.may_take.set()
    assert {len(one.body) for one in await asyncio.gather(*asked)} == {3_000_000}
    assert len((await Asker(person="amina").ask(front)).body) == 3_000_000
