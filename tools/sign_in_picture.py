"""Draws the sea beside the sign-in form: `.venv/bin/python tools/sign_in_picture.py [--check]`.

Takes the land between Africa and the middle of the Pacific from static/world-pacific.svg, leaves out what is too small
to be seen there, and writes it as one outline of 17 kB (6 kB on the line) into static/sign-in-sea.svg.
"""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
MAP = PROJECT / "tidewaiter" / "site" / "static" / "world-pacific.svg"
PICTURE = PROJECT / "tidewaiter" / "site" / "static" / "sign-in-sea.svg"
BOX = (130.0, 20.0, 570.0, 413.0)
"""Left, top, right, bottom of what is shown, in the map's units; templates/account/_sea.html shows the same."""
FINE, SMALL = 0.7, 4.0
"""How far an outline may be off, and the least area of an island that is drawn."""

Point = tuple[float, float]


def rings_of(path: str) -> list[list[Point]]:
    """The closed outlines of a path of M, L and Z."""
    return [
        [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", ring)]
        for ring in path.split("Z")
        if ring.strip()
    ]


def area(ring: list[Point]) -> float:
    """What a ring encloses."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def thinned(ring: list[Point]) -> list[Point]:
    """The points of a ring without which its outline would be off by more than `FINE` (after Douglas and Peucker)."""
    kept, spans = {0, len(ring) - 1}, [(0, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        (ax, ay), (bx, by) = ring[first], ring[last]
        long = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        far, at = FINE, 0
        for n in range(first + 1, last):
            x, y = ring[n]
            off = abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / long if long else abs(x - ax) + abs(y - ay)
            if off > far:
                far, at = off, n
        if at:
            kept.add(at)
            spans += [(first, at), (at, last)]
    return [ring[n] for n in sorted(kept)]


def shown(ring: list[Point]) -> bool:
    """Whether a ring is large enough and reaches into the picture."""
    left, top, right, bottom = BOX
    return area(ring) >= SMALL and any(left <= x <= right and top <= y <= bottom for x, y in ring)


def drawn(ring: list[Point]) -> str:
    """A ring in whole units."""
    points = [(round(x), round(y)) for x, y in thinned(ring)]
    steps = (f"{x - a},{y - b}" for (a, b), (x, y) in pairwise(points))
    return f"M{points[0][0]},{points[0][1]}l" + " ".join(steps) + "z"


def picture() -> str:
    """The land as one outline, which a page draws in its own colours."""
    said = MAP.read_text(encoding="utf-8")
    lands = re.findall(r'<path id="[A-Z]{2}"[^>]* d="([^"]+)"', said)
    shapes = "".join(drawn(ring) for land in lands for ring in rings_of(land) if shown(ring))
    return f'<svg xmlns="http://www.w3.org/2000/svg"><path id="land" d="{shapes}"/></svg>\n'


def main() -> int:
    """Writes it, or says whether it is as it would be written."""
    made = picture()
    if "--check" in sys.argv[1:]:
        return int(PICTURE.read_text(encoding="utf-8") != made)
    PICTURE.write_text(made, encoding="utf-8")
    print(f"{PICTURE.relative_to(PROJECT)}  {len(made):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
