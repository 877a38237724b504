"""The house in one picture (`docs/pictures/house.svg`): floors from the import contract, rooms from their cards."""

from __future__ import annotations

import tomllib
from html import escape
from pathlib import Path
from typing import Any

_WIDTH, _FLOOR, _GAP, _LEFT, _TOP = 960, 58, 10, 24, 64
_COLOURS = {"every": ("#e3f1f1", "#0b5d66"), "some": ("#fbeeda", "#8a5a12"), "none": ("#eef0f1", "#4d5b63")}
"""Ground and ink of rooms in every shape, in some, and of what is no room (the program, the foundation)."""


def floors_of(house: Path) -> list[list[str]]:
    """Rooms of each floor, the uppermost first; those that are still to come stand in brackets and are left out."""
    contract = tomllib.loads((house / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = contract["contracts"][0]["layers"]
    floors = [[name.strip() for name in layer.split("|")] for layer in layers]
    return [here for floor in floors if (here := [name for name in floor if not name.startswith("(")])]


def picture(floors: list[list[str]], cards: list[dict[str, Any]]) -> str:
    """An SVG: a row for each floor, a box for each room with what it is for."""
    known = {card["name"]: card for card in cards}
    height = _TOP + len(floors) * (_FLOOR + _GAP) + 20
    said = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="IBM Plex Sans, Segoe UI, sans-serif" role="img" '
        'aria-label="The floors of the house: a room imports only from floors below">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="28" font-size="17" font-weight="600" fill="#17262e">'
        "The house: a room imports only from floors below</text>",
        f'<text x="{_LEFT}" y="48" font-size="12" fill="#4d5b63">'
        "Teal: in every shape of a node. Amber: in some. Grey: no room of its own.</text>",
    ]
    for at, floor in enumerate(floors):
        wide = (_WIDTH - 2 * _LEFT - _GAP * (len(floor) - 1)) / len(floor)
        for place, name in enumerate(floor):
            card = known.get(name)
            kind = "none" if card is None else "every" if len(card["shapes"]) == 3 else "some"
            said += _box(_LEFT + place * (wide + _GAP), _TOP + at * (_FLOOR + _GAP), wide, name, card, kind)
    return "\n".join([*said, "</svg>"]) + "\n"


def _box(left: float, top: float, wide: float, name: str, card: dict[str, Any] | None, kind: str) -> list[str]:
    ground, ink = _COLOURS[kind]
    about = _ABOUT.get(name, "") if card is None else str(card["about"])
    room = int(wide / 6)
    short = about if len(about) <= room else f"{about[: room - 1].rsplit(' ', 1)[0].rstrip(',;:')} …"
    return [
        f'<rect x="{left:.1f}" y="{top}" width="{wide:.1f}" height="{_FLOOR}" rx="6" fill="{ground}" stroke="{ink}" '
        'stroke-opacity=".35"/>',
        f'<text x="{left + 12:.1f}" y="{top + 24}" font-size="14" font-weight="600" fill="{ink}">{escape(name)}</text>',
        f'<text x="{left + 12:.1f}" y="{top + 43}" font-size="11.5" fill="#35444c">{escape(short)}</text>',
    ]


_ABOUT = {
    "__main__": "The command `tidewaiter`",
    "privacy": "Finds and masks what names a person; marked columns",
    "drawing": "Charts, maps, paper: what is printed",
    "checks": "What is usual; what a record looks like beside others",
    "foundation": "Readers, sandboxes, limits, keys, canonical bytes: what every room rests on",
}
"""What those do that have no card."""
