"""The room cards: what a card says holds, and nobody but a shape names a room that may be missing (DESIGN.md §2,
§3).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.conftest import PROJECT
from tidewaiter.foundation.room_cards import Room, rooms_of_node, together
from tidewaiter.site.shapes import packages_of

HOUSE = PROJECT / "tidewaiter"
SHAPES = ("central", "national", "operation")
LIVES_IN: dict[str, set[str]] = {
    path.parent.name: {shape for shape in SHAPES if f"tidewaiter.{path.parent.name}" in packages_of(shape)}
    or set(SHAPES)  # those without a card (foundation, privacy, checks) are in every shape
    for path in HOUSE.glob("*/__init__.py")
}


def _may_be_missing(room: str) -> set[str]:
    """Rooms that are not in every shape in which this one is."""
    return {other for other, shapes in LIVES_IN.items() if not LIVES_IN[room] <= shapes}


def _files(suffix: str) -> Iterator[tuple[str, Path]]:
    for path in HOUSE.rglob(f"*.{suffix}"):
        parts = path.relative_to(HOUSE).parts
        if len(parts) > 1 and "migrations" not in parts and parts[:2] != ("site", "shapes") and parts[0] in LIVES_IN:
            yield parts[0], path


def _named_in(path: Path) -> Iterator[tuple[int, str]]:
    """The rooms that a file names: what it imports, deeds and addresses in its texts, routes that it reverses."""
    owners = {route: room.name for room in rooms_of_node() for route in room.rights.pages}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tidewaiter."):
            yield node.lineno, node.module.split(".")[1]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = re.match(r"/([a-z]+)/|tidewaiter\.([a-z]+)\b|([a-z]+)\.[a-z_]+$", node.value)
            if found:
                yield node.lineno, next(filter(None, found.groups()))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("reverse", "redirect", "resolve_url"):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant):
                yield node.lineno, owners.get(str(first.value), "")


def test_a_room_names_only_rooms_that_are_in_every_shape_in_which_it_is() -> None:
    found = [
        f"{path.relative_to(HOUSE)}:{line} names {named}"
        for room, path in _files("py")
        for line, named in _named_in(path)
        if named in _may_be_missing(room)
    ]
    assert found == []


def test_no_template_leads_to_a_room_that_may_be_missing() -> None:
    owners = {route: room.name for room in rooms_of_node() for route in room.rights.pages}
    found = [
        f"{path.relative_to(HOUSE)} leads to {route}"
        for room, path in _files("html")
        for route in re.findall(r"\{% url ['\"]([\w-]+)['\"]", path.read_text())
        if owners.get(route, "site") in _may_be_missing(room)
    ]
    assert found == []


def test_the_check_sees_a_room_however_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "one.py"
    file.write_text(
        "from tidewaiter.trade.models import TradeRun\nDEED = 'library.said'\nPAGE = '/review/checks/'\n"
        "to = reverse('intake')\nAPP = 'tidewaiter.statistics'\nWORD = 'trade'\n"
    )
    assert {named for _line, named in _named_in(file) if named} == {
        "trade",
        "library",
        "review",
        "intake",
        "statistics",
    }
    assert "trade" in _may_be_missing("site")
    assert "trade" in _may_be_missing("cases")
    assert "cases" not in _may_be_missing("trade")


@pytest.mark.parametrize("room", rooms_of_node(), ids=lambda room: room.name)
def test_a_card_keeps_to_its_room(room: Room) -> None:
    assert (HOUSE / room.name / "room.py").is_file()
    assert all(deed.startswith(f"{room.name}.") for deed in room.labels.deeds)
    assert set(room.follows.values()) <= set(room.schedule)
    assert all(deed.every > 0 and str(deed.word) for deed in room.schedule.values())
    assert all(name == kind.task.name and str(kind.title) for name, kind in room.tasks.items())
    assert all(str(counted.word) for counted in room.stored.values())


def _routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns)
        else:
            yield str(pattern.name)


def test_what_the_cards_lead_to_is_there() -> None:
    routes = set(_routes(get_resolver().url_patterns))
    deeds = set(together(room.labels.deeds for room in rooms_of_node()))
    for room in rooms_of_node():
        for link in room.links:
            assert {link.page, link.many or link.page} <= routes, link
            assert all(name.endswith(".") or name in deeds for name in link.deeds), link
        for entry in room.rail:
            assert get_resolver().resolve(entry.address), entry.name
        assert all(name.endswith(".") or name in deeds for name in room.case_history)
    names = [entry.name for room in rooms_of_node() for entry in room.rail]
    assert len(names) == len(set(names))


def test_two_cards_that_say_different_things_of_one_name_are_refused() -> None:
    assert together([{"a": 1}, {"a": 1, "b": 2}]) == {"a": 1, "b": 2}
    with pytest.raises(ValueError, match="different things of «a»"):
        together([{"a": 1}, {"a": 2}])
