"""What the room cards say, as the documents `docs/rooms.md` and `docs/rights.md`.

Cards can be read only where Django is set up for a shape, so each shape's are told by a process of its own
(`python tools/room_documents.py`, which prints them as JSON), and put together here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SHAPES = ("central", "national", "operation")


def told(house: Path, shape: str) -> list[dict[str, Any]]:
    """The cards of a shape of the house that lies in this folder, the lowest first."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "TIDEWAITER_SHAPE": shape, "TIDEWAITER_HOME": home, "PYTHONPATH": str(house)}
        environment |= {"DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"}
        environment.pop("TIDEWAITER_KEYS", None)
        done = subprocess.run(
            [sys.executable, str(Path(__file__).resolve())],
            env=environment,
            cwd=home,
            capture_output=True,
            text=True,
            check=True,
        )
    cards: list[dict[str, Any]] = json.loads(done.stdout)
    return cards


def cards_of(house: Path) -> list[dict[str, Any]]:
    """The cards of all shapes, each with the shapes in which its room is."""
    rooms: dict[str, dict[str, Any]] = {}
    for shape in SHAPES:
        for card in told(house, shape):
            rooms.setdefault(card["name"], card | {"shapes": []})["shapes"].append(shape)
    return list(rooms.values())


def rooms_document(cards: list[dict[str, Any]]) -> str:
    """What each room is, has, and does."""
    text = "\n# Rooms\n\nWhat each room says of itself on its card (`room.py`); the lowest first.\n"
    for card in cards:
        shapes = "every shape" if len(card["shapes"]) == len(SHAPES) else ", ".join(card["shapes"])
        text += f"\n## {card['name']}\n\n{card['about']} In {shapes}.\n\n"
        text += "".join(f"- **{head}**: {said}\n" for head, said in card["facts"] if said)
        if card["deeds"]:
            text += "\n| deed in the ledger | words |\n|---|---|\n"
            text += "".join(f"| `{name}` | {word} |\n" for name, word in card["deeds"])
    return text


def wire_documents(cards: list[dict[str, Any]]) -> dict[str, str]:
    """By file: the JSON Schema of the body of each kind that nodes exchange."""
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {
        f"docs/wire/{name}.schema.json": json.dumps(
            {"$schema": draft, "title": f"{word}, version {version}", **schema}, indent=1, ensure_ascii=False
        )
        + "\n"
        for card in cards
        for name, version, word, schema in card.get("wire", ())
    }


def rights_document(cards: list[dict[str, Any]]) -> str:
    """Who may do what at which door."""
    text = (
        "\n# Rights\n\nWho may do what at which door, as the room cards say it; a test asks every door as every role. "
    )
    text += (
        "`see.X`: X is missing for whoever may not see it. `do.X.DEED`: as the table of X says. `post`: no other"
        " method.\n"
    )
    for card in cards:
        if not card["doors"]:
            continue
        text += f"\n## {card['name']}\n\n| door | address | rule |\n|---|---|---|\n"
        text += "".join(f"| `{name}` | `{address}` | {rule} |\n" for name, address, rule in card["doors"])
        if card["things"]:
            text += "\n| thing | state or deed | who |\n|---|---|---|\n"
            text += "".join(f"| {thing} | {what} | {who} |\n" for thing, what, who in card["things"])
        if card["open"]:
            text += f"\nOpen to partners and experts: {card['open']}.\n"
    return text


def _print_cards() -> None:
    import django  # noqa: PLC0415 -- only where cards are told

    django.setup()
    from tidewaiter.foundation.room_cards import rooms_of_node  # noqa: PLC0415

    addresses = dict(_addresses())
    print(json.dumps([_card(room, addresses) for room in reversed(rooms_of_node())]))


def _addresses() -> list[tuple[tuple[str, bool], str]]:
    from django.urls import URLResolver, get_resolver  # noqa: PLC0415

    found, waiting = [], [("/", pattern) for pattern in get_resolver().url_patterns]
    while waiting:
        before, pattern = waiting.pop()
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            waiting += [(address, one) for one in pattern.url_patterns]
        else:
            found.append(((str(pattern.name), address.startswith("/api/v1/")), address))
    return found


def _card(room: Any, addresses: dict[tuple[str, bool], str]) -> dict[str, Any]:
    module = sys.modules[f"{room.package}.room"]
    rights = room.rights
    doors = [(name, addresses[name, False], rule) for name, rule in rights.pages.items()]
    doors += [(name, addresses[name, True], rule) for name, rule in rights.programs.items()]
    return {
        "name": room.name,
        "about": module.__doc__,
        "facts": _facts(room),
        "deeds": sorted((name, str(word)) for name, word in room.labels.deeds.items()),
        "wire": [(kind.name, kind.version, str(kind.word), dict(kind.schema)) for kind in room.wire],
        "doors": doors,
        "things": _things(rights),
        "open": ", ".join(f"`/{word}`" for word in sorted(rights.open_pages)),
    }


def _facts(room: Any) -> list[tuple[str, str]]:
    def named(pairs: Any) -> str:
        return ", ".join(f"`{name}` ({word})" if word else f"`{name}`" for name, word in pairs)

    return [
        ("pages", f"`/{room.urls}`" if room.urls is not None else ""),
        ("rail", ", ".join(str(entry.word) for entry in room.rail)),
        ("states", ", ".join(str(word) for word in room.labels.states.values())),
        ("kinds on the wire", named((kind.name, kind.word) for kind in room.wire)),
        ("work", named((name, kind.title) for name, kind in room.tasks.items())),
        ("by the clock", named((name, deed.word) for name, deed in room.schedule.items())),
        ("follows the ledger", named((name, "") for name in room.follows)),
        ("shown on pages of others", named((name, "") for name in room.panels)),
        ("takes space", named((name, one.word) for name, one in room.stored.items())),
        ("folders of the data folder", named((folder.name, "") for folder in room.folders)),
    ]


def _things(rights: Any) -> list[tuple[str, str, str]]:
    def said(who: Any) -> str:
        if isinstance(who, dict):
            before = f" (from {', '.join(who['from'])})" if "from" in who else ""
            return ", ".join(who["who"]) + before
        return ", ".join(who)

    rows = [(thing, f"seen, {state}", said(who)) for thing, by in rights.sees.items() for state, who in by.items()]
    rows += [(thing, f"`{deed}`", said(who)) for thing, by in rights.does.items() for deed, who in by.items()]
    return rows + [(thing, "its thread", said(who)) for thing, who in rights.talks.items()]


if __name__ == "__main__":
    _print_cards()
