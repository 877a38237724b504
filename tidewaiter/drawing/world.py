"""The drawn world of our maps: outlines of countries seen over three oceans, in a drawing or in a file that stays."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.templatetags.static import static

CENTRES = ("atlantic", "indian", "pacific")
FRAME_LINES = {"edge": "edge", "graticule": "grat"}
"""Lines that are no country: their names, and their classes."""


@lru_cache(maxsize=1)
def world() -> dict[str, Any]:
    """The drawn world: views by centre, and a point in each country."""
    read: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "world.json").read_text())
    return read


def outlines_name(centre: str) -> str:
    """The static file that has the outlines of countries as `outlines` draws them: each by its code, all as `land`."""
    return f"world-{centre}.svg"


def outlines(centre: str) -> str:
    """That file's text."""
    view = world()["views"][centre]
    frame = "".join(f'<path id="{name}" d="{view[name]}"/>' for name in FRAME_LINES)
    land = "".join(f'<path id="{code}" d="{line}"/>' for code, line in view["countries"].items())
    return f'<svg xmlns="http://www.w3.org/2000/svg">{frame}<g id="land">{land}</g></svg>\n'


def shape(name: str, line: str, centre: str, linked: bool) -> str:
    """The beginning of an element that draws the line, of the file or as it is."""
    return f'<use href="{static(outlines_name(centre))}#{name}"' if linked else f'<path d="{line}"'
