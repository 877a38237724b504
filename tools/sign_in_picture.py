"""Draws the sea beside the sign-in form: `.venv/bin/python tools/sign_in_picture.py [--check]`.

Takes the land between Africa and the middle of the Pacific from static/world-pacific.svg, leaves out what is too small
to be seen there, and writes it as one outline into templates/account/_sea.html. It stands in the page itself, so that
a thin line fetches nothing more, and takes the colours of the page, light or dark.
"""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
MAP = PROJECT / "tidewaiter" / "site" / "static" / "world-pacific.svg"
TEMPLATE = PROJECT / "tidewaiter" / "site" / "templates" / "account" / "_sea.html"
BOX = (130.0, 20.0, 570.0, 413.0)
"""Left, top, right, bottom of what is shown, in the map's units."""
FINE, SMALL = 0.7, 4.0
"""How far an outline may be off, and the least area of an island that is drawn."""
MOMBASA, BUSAN, EAST = (177.0, 240.0), (395.0, 118.0), (570.0, 168.0)
"""Stops of the way, where the map has them, and where it leaves the picture."""

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


def template() -> str:
    """The picture as a template."""
    said = MAP.read_text(encoding="utf-8")
    lands = re.findall(r'<path id="[A-Z]{2}"[^>]* d="([^"]+)"', said)
    shapes = ["".join(drawn(ring) for ring in rings_of(land) if shown(ring)) for land in lands]
    left, top, right, bottom = BOX
    way = f"M{MOMBASA[0]},{MOMBASA[1]}Q280,100 {BUSAN[0]},{BUSAN[1]}Q480,112 {EAST[0]},{EAST[1]}"
    stops = "".join(f'<circle cx="{x}" cy="{y}" r="3"/>' for x, y in (MOMBASA, BUSAN))
    return (
        f'<svg class="sea" viewBox="{left:g} {top:g} {right - left:g} {bottom - top:g}"'
        ' preserveAspectRatio="xMidYMid slice" aria-hidden="true">\n'
        '  <g class="land">\n'
        + "".join(f'    <path d="{shape}"/>\n' for shape in shapes if shape)
        + f'  </g>\n  <path class="way" d="{way}"/>\n  {stops}\n</svg>\n'
    )


def main() -> int:
    """Writes it, or says whether it is as it would be written."""
    made = template()
    if "--check" in sys.argv[1:]:
        return int(TEMPLATE.read_text(encoding="utf-8") != made)
    TEMPLATE.write_text(made, encoding="utf-8")
    print(f"{TEMPLATE.relative_to(PROJECT)}  {len(made):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
