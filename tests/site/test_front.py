"""Threads that work never wait for somebody's next byte; what they make arrives whole,
in order, or as the error that it was.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterable
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpResponse

from tests.site.asking import LARGE, Asker, echo, limited, page, running, said_by, until, waited
from tidewaiter.foundation.budgets import OverLimit
from tidewaiter.site.front import Front


@running
async def test_twenty_half_sent_forms_keep_nobody_waiting() -> None:
    front = Front(echo)
    slow = [Asker(b"half", b" whole", length=10) for _ in range(20)]
    for one in slow:
        one.may_come.clear()
    asked = [one.asking(front) for one in slow]
    for _ in range(50):
        assert (await Asker(b"quick", length=5).ask(front)).body == b"quick"
    assert not any(one.done() for one in asked)
    for one in slow:
        one.may_come.set()
    assert [one.body for one in await asyncio.gather(*asked)] == [b"half whole"] * 20


@running
async def test_one_source_has_a_share_and_who_is_silent_longest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, bodies_source=3)
    front = Front(echo)
    silent = [Asker(None, length=10, source="198.51.100.1").asking(front) for _ in range(3)]
    elsewhere = Asker(None, length=10, source="198.51.100.2").asking(front)
    await asyncio.sleep(0.6)
    assert not any(one.done() for one in (*silent, elsewhere))
    assert (await Asker(b"login", length=5, source="198.51.100.1").ask(front)).body == b"login", (
        "whole at once: no place"
    )
    fourth = Asker(None, length=10, source="198.51.100.1").asking(front)
    first = await silent[0]
    assert (first.status, first.headers["retry-after"], first.headers["connection"]) == (503, "30", "close")
    assert b"Too many people are sending at once" in first.body
    assert not any(one.done() for one in (*silent[1:], elsewhere, fourth))
    for one in (*silent[1:], elsewhere, fourth):
        one.cancel()


@running
async def test_where_all_places_are_held_the_busiest_source_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, bodies_node=3)
    front = Front(page)
    lone = Asker(None, length=9, source="198.51.100.9").asking(front)
    many = [
        Asker(None, length=9, source="2001:db8::1").asking(front),
        Asker(None, length=9, source="2001:db8::2").asking(front),
    ]
    await asyncio.sleep(0.6)
    new = Asker(None, length=9, source="198.51.100.7").asking(front)
    assert (await many[0]).status == 503, "two addresses of one /64 are one source"
    for one in (lone, many[1], new):
        assert not one.done()
        one.cancel()


@running
async def test_behind_declared_proxies_the_source_is_what_they_say(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    limited(monkeypatch, bodies_source=1)
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    front = Front(page)
    asked = [
        Asker(None, length=9, source="10.0.0.1", x_forwarded_for=f"198.51.100.77, 198.51.100.{n}").asking(front)
        for n in (1, 2, 1)
    ]
    assert (await asked[0]).status == 503
    assert not any(one.done() for one in asked[1:])
    for one in asked[1:]:
        one.cancel()


@running
async def test_behind_a_proxy_nobody_declared_people_do_not_share_the_places_of_one_source(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    limited(monkeypatch, bodies_source=1)
    settings.TIDEWAITER_URL, settings.ALLAUTH_TRUSTED_PROXY_COUNT = "https://tide.example", 0
    front = Front(page)
    asked = [
        Asker(None, length=9, source="10.0.0.1", x_forwarded_for=f"203.0.113.1, 198.51.100.{n}").asking(front)
        for n in (1, 2, 1)
    ]
    assert (await asked[0]).status == 503, "two from where the proxy itself was asked"
    assert not any(one.done() for one in asked[1:])
    for one in asked[1:]:
        one.cancel()


@running
async def test_on_a_node_without_https_what_a_header_says_is_no_source(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    limited(monkeypatch, bodies_source=1)
    settings.TIDEWAITER_URL, settings.ALLAUTH_TRUSTED_PROXY_COUNT = "http://127.0.0.1:8000", 0
    front = Front(page)
    asked = [Asker(None, length=9, source="10.0.0.1", x_forwarded_for=f"198.51.100.{n}").asking(front) for n in (1, 2)]
    assert (await asked[0]).status == 503
    assert not asked[1].done()
    asked[1].cancel()


@running
async def test_a_body_that_does_not_come_is_told_so_and_the_connection_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, body_first_seconds=1)
    front = Front(page)
    late = await Asker(b"half", None, length=10).ask(front)
    assert (late.status, late.headers["connection"]) == (408, "close")
    assert b"did not arrive in time" in late.body
    late = await Asker(b"{", None, length=10, path="/api/v1/cases").ask(front)
    assert (late.status, json.loads(late.body)["status"]) == (408, 408)


@running
async def test_a_large_body_must_bring_so_many_bytes_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, body_grace_seconds=1, body_bytes_second=1_000_000)
    front = Front(echo)
    late = await Asker(b"x" * 1000, None, length=LARGE).ask(front)
    assert (late.status, late.headers["connection"]) == (408, "close")
    whole = [b"x" * 30_000] * 3
    assert (await Asker(*whole, length=90_000).ask(front)).body == b"x" * 90_000


@running
async def test_a_body_whose_sender_leaves_is_an_error_for_who_reads_it() -> None:
    seen: list[BaseException] = []
    ended = threading.Event()

    def reading(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        try:
            environ["wsgi.input"].read()
        except BadRequest as error:
            seen.append(error)
        ended.set()
        return page(environ, start)

    one = Asker(b"begun", None, length=LARGE)

    async def receive() -> dict[str, Any]:
        return (await one.receive()) if one._parts[0] else {"type": "http.disconnect"}

    await asyncio.wait_for(Front(reading)(one.scope, receive, one.send), 60)
    assert waited(ended)
    assert [str(one) for one in seen] == ["The body was cut off."]


@running
async def test_large_bodies_of_one_person_are_counted_and_those_of_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limited(monkeypatch, uploads_person=2)

    def door(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        try:
            environ["tidewaiter.upload"](environ["HTTP_PERSON"])
        except OverLimit as refusal:
            return said_by(HttpResponse(refusal.sentence), start, "429 Too Many")  # type: ignore[no-any-return]
        return echo(environ, start)

    front = Front(door)
    held = [Asker(b"x", None, length=LARGE, person="amina") for _ in range(2)]
    asked = [one.asking(front) for one in held]
    await until(lambda: front._uploads._read["person amina"] == 2)
    third = await Asker(b"x", None, length=LARGE, person="amina").ask(front)
    assert (third.status, b"Of one person 2 large bodies" in third.body) == (429, True)
    other = await Asker(b"x" * 70_000, length=70_000, person="bo").ask(front)
    assert (other.status, len(other.body)) == (200, 70_000)
    for one in held:
        one.scope["over"] = True
    for task in asked:
        task.cancel()
    held[0]._parts = held[1]._parts = []


@running
async def test_one_administration_does_not_hold_the_places_of_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, uploads_person=2, uploads_administration=3)

    def door(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        try:
            environ["tidewaiter.upload"](environ["HTTP_PERSON"], environ["HTTP_ADMINISTRATION"])
        except OverLimit as refusal:
            return said_by(HttpResponse(refusal.sentence), start, "429 Too Many")  # type: ignore[no-any-return]
        return echo(environ, start)

    front = Front(door)
    held = [Asker(b"x", None, length=LARGE, person=name, administration="KE") for name in ("amina", "bo", "chidi")]
    asked = [one.asking(front) for one in held]
    await until(lambda: front._uploads._read.total() == 6)
    fourth = await Asker(b"x", None, length=LARGE, person="dalila", administration="KE").ask(front)
    assert (fourth.status, b"Of one administration 3 large bodies" in fourth.body) == (429, True)
    for _ in range(2):
        other = await Asker(b"x" * 70_000, length=70_000, person="efua", administration="GH").ask(front)
        assert (other.status, len(other.body)) == (200, 70_000), "a place is given back"
    for one in held:
        one.scope["over"] = True
    for task in asked:
        task.cancel()
    for one in held:
        one._parts = []


@running
async def test_more_large_bodies_than_may_wait_are_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, uploads_waiting=1)
    may_end = threading.Event()

    def slow(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        assert waited(may_end)
        return page(environ, start)

    front = Front(slow)
    asked = [Asker(b"x" * LARGE, length=LARGE).asking(front) for _ in range(13)]
    await asyncio.sleep(0)
    await until(lambda: front._asked[True] == 13)
    over = await Asker(b"x" * LARGE, length=LARGE).ask(front)
    assert (over.status, over.headers["retry-after"]) == (503, "30")
    assert b"1 large bodies wait" in over.body
    may_end.set()
    assert {one.status for one in await asyncio.gather(*asked)} == {200}
    assert (await Asker(b"x" * LARGE, length=LARGE).ask(front)).status == 200


@running
async def test_a_large_body_is_left_to_the_door_and_one_in_chunks_is_begun() -> None:
    assert (await Asker(None, length=LARGE).ask(Front(page))).body == b"page", "it was not read"
    whole = bytes(range(256)) * 4096
    parts = [whole[at : at + 50_000] for at in range(0, len(whole), 50_000)]
    assert (await Asker(*parts).ask(Front(echo))).body == whole
    assert (await Asker(b"few", b"").ask(Front(echo))).body == b"few"


@running
async def test_an_application_is_told_what_was_asked_as_wsgi_has_it() -> None:
    seen: dict[str, Any] = {}

    def looking(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        seen.update(environ)
        return page(environ, start)

    asker = Asker(path="/caf%C3%A9%00")
    asker.scope["headers"] = [
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"x-a", b"1"),
        (b"x-a", b"2"),
        (b"x_forwarded_for", b"6.6.6.6"),
        (b"content-type", b"text/plain"),
    ]
    await asker.ask(Front(looking))
    assert seen["PATH_INFO"].encode("latin-1") == b"/caf\xc3\xa9\x00"
    assert (seen["HTTP_COOKIE"], seen["HTTP_X_A"], seen["CONTENT_TYPE"]) == ("a=1; b=2", "1,2", "text/plain")
    assert "HTTP_X_FORWARDED_FOR" not in seen, "an underscore does not pass for a hyphen"
    assert (seen["REMOTE_ADDR"], seen["wsgi.input"].read()) == ("198.51.100.1", b"")
