"""The rights matrix of rooms: every door × every person × their room and a foreign one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.operations.conftest import page_of, program_of
from tidewaiter.operations.actions.messages import Written, send
from tidewaiter.operations.actions.opening import open_operation
from tidewaiter.operations.planned import read_planned
from tidewaiter.operations.room import ROOM

pytestmark = pytest.mark.django_db
MEMBERS = ("ocu", "second", "kenya", "jordan", "spain", "watcher", "private")
STRANGERS = ("outsider", "steward", "kenya_too")
READS = ("", "cards/", "stream/", "board/", "board/map.csv", "members/", "templates/", "closing/", "messages/1/")
COORDINATES = (("post", "templates/", {"code": "x1", "label": "X"}), ("post", "phase/", {"phase": "training"}))
WRITES = (
    ("get", "write/warning/", {}),
    ("post", "say/", {"text": "hello"}),
    ("post", "closing/give_up/", {}),
)


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route, str(pattern.name)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    routes = list(_routes(get_resolver().url_patterns))
    assert {name for route, name in routes if route.startswith("operations/")} == set(ROOM.rights.pages)
    assert {name for route, name in routes if route.startswith("api/v1/operations")} == set(ROOM.rights.programs)


def test_every_person_asks_every_page_of_every_room(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    own = room(staff.ocu).ref
    send(
        room=room(staff.ocu),
        said=Written(template="instruction", data={"text": "Secret", "lang": "en"}),
        by=staff.ocu,
    )
    foreign = open_operation(said=read_planned({"title": "Elsewhere"}), by=staff.second).ref
    wrong = []
    for key in (*MEMBERS, *STRANGERS):
        person = getattr(staff, key)
        browser = page_of(person)
        inside = key in MEMBERS
        for rest in READS:
            status = browser.get(f"/operations/{own}/{rest}").status_code
            if (status == 200) != inside or (not inside and status != 404):
                wrong.append((key, rest, status))
            status = browser.get(f"/operations/{foreign}/{rest}").status_code
            if key != "second" and status != 404:
                wrong.append((key, "foreign", rest, status))
        for method, rest, data in WRITES:
            answers = rest == "closing/give_up/"  # whoever answers for an administration: no private partner
            writes = inside and key not in (("watcher", "private") if answers else ("watcher",))
            status = getattr(browser, method)(f"/operations/{own}/{rest}", data).status_code
            if status not in ({200, 302} if writes else {403} if inside else {404}):
                wrong.append((key, rest, status))
            if key != "second":
                status = getattr(browser, method)(f"/operations/{foreign}/{rest}", data).status_code
                if status != 404:
                    wrong.append((key, "foreign", rest, status))
        if key not in ("ocu", "second"):
            for method, rest, data in COORDINATES:
                status = getattr(browser, method)(f"/operations/{own}/{rest}", data).status_code
                if status != (403 if inside else 404):
                    wrong.append((key, rest, status))
        for deed in ("close", "share", "open_again", "hold", "ask", "destroy"):
            if key not in ("ocu", "second"):
                status = browser.post(f"/operations/{own}/closing/{deed}/", {"sure": "Grey Heron"}).status_code
                if status not in ({403, 404, 409, 422} if inside else {404}):
                    wrong.append((key, deed, status))
        assert browser.get(f"/operations/{own}/messages/99/").status_code == 404
    assert wrong == []
    assert room(staff.ocu).operation.phase == "planned", "nobody of them has moved it"


def test_every_program_asks_every_door_and_a_reading_token_writes_nothing(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    own = room(staff.ocu).ref
    paths = {
        route.removeprefix("api/v1/"): name
        for route, name in _routes(get_resolver().url_patterns)
        if route.startswith("api/v1/operations/")
    }
    reads = ("", "messages", "members", "templates", "figures", "stream")
    for key in (*MEMBERS, *STRANGERS):
        program = program_of(getattr(staff, key))
        for rest in reads:
            address = f"/api/v1/operations/{own}" + (f"/{rest}" if rest else "")
            assert program.get(address).status_code == (200 if key in MEMBERS else 404), (key, rest)
    reader = program_of(staff.ocu, scope="read")
    strangers = [program_of(getattr(staff, key)) for key in STRANGERS[:1]]
    for route in paths:
        address = "/api/v1/" + re.sub(r"<[^>]*number>", "1", route).replace("<ref>", own)
        address = re.sub(r"<[^>]*>", "x", address)
        body: dict[str, Any] = {"data": {}, "template": "warning", "username": "x", "part": "observer", "phase": "live"}
        body |= {"keep": [], "on": True, "second": "x", "yes": True}
        unsigned = Client().post(address, body, content_type="application/json").status_code
        assert unsigned in (401, 405), (address, unsigned)
        status = reader.post(address, body, content_type="application/json").status_code
        assert status in (403, 405), (address, status)
        for stranger in strangers:
            status = stranger.post(f"{address}?name=x", body, content_type="application/json").status_code
            assert status in (404, 405), (address, status)
