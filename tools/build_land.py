"""Makes tidewaiter/site/static/land-<ocean>.svg of tidewaiter/drawing/data/world.json: the land under routes, which a
browser keeps, so that a page with a map sends no coast: `python tools/build_land.py`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
STATIC = PROJECT / "tidewaiter" / "site" / "static"


def land(world: dict[str, Any], ocean: str) -> str:
    """The file of one view: every country as one path, and the lines of the degrees."""
    view = world["views"][ocean]
    outlines = "".join(view["countries"].values())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {world["width"]} {world["height"]}"><g id="land">'
        f'<path fill="none" stroke="currentColor" stroke-width=".3" d="{view["graticule"]}"/>'
        f'<path d="{outlines}"/></g></svg>\n'
    )


def main() -> None:
    """Writes the three files."""
    world = json.loads((PROJECT / "tidewaiter" / "drawing" / "data" / "world.json").read_text())
    for ocean in world["views"]:
        (STATIC / f"land-{ocean}.svg").write_text(land(world, ocean))


if __name__ == "__main__":
    main()
