"""The route of one case as SVG: its stops on the land around them, drawn by the node as every map is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import hypot
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tidewaiter.drawing.maps import Point, great_circle, projected
from tidewaiter.drawing.world import CENTRES, world

_WIDTH = 500.0
"""Units of the drawn map from side to side."""
_LEAST = 110.0
"""Units of the world's map that are seen at least, from side to side: a way inside one country has its shores."""
_MARGIN = 0.22
_SHAPE = 1.75
"""How much wider than high a route's map is at least."""
_LINE, _WORD = 26.0, 96.0
"""Names whose lines are nearer than this, and that begin nearer than this, would lie over one another."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on a route: longitude and latitude, its name, what is said under it, whether goods were seized there, and
    whether the way to it is known.
    """

    at: Point
    name: str
    says: str = ""
    here: bool = False
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Seen:
    """A window on the world's map."""

    left: float
    top: float
    width: float
    height: float


def anchor(country: str) -> Point | None:
    """A point in a country, longitude and latitude; nothing for a code that the map does not have."""
    found = world()["anchors"].get(country)
    return (float(found[0]), float(found[1])) if found else None


def point_of(coordinates: str) -> Point | None:
    """The point that UN/LOCODE writes as `0403S 03940E`; nothing where it writes none."""
    parts = coordinates.split()
    if len(parts) != 2:
        return None
    north, east = parts
    if not (north[:-1].isdigit() and east[:-1].isdigit() and len(north) == 5 and len(east) == 6):
        return None
    latitude = int(north[:2]) + int(north[2:4]) / 60
    longitude = int(east[:3]) + int(east[3:5]) / 60
    return (-longitude if east[-1] == "W" else longitude, -latitude if north[-1] == "S" else latitude)


def route_map(stops: Sequence[Stop], *, label: str) -> SafeString:
    """The way from stop to stop with a chevron on each leg; dotted where it is declared or suspected. `label` says in
    words what is seen. Nothing for no stop.
    """
    if not stops:
        return SafeString("")
    centre = _best(stops)
    view = world()["views"][centre]
    ways = [_way(one.at, other.at, view) for one, other in pairwise(stops)]
    points = [projected(stop.at, view) for stop in stops]
    seen = _seen([*points, *(at for way in ways for at in way)])
    size = _WIDTH / seen.width
    high = seen.height * size
    land = "".join(f'<path class="land" d="{view["countries"][code]}"/>' for code in _in_sight(centre, seen))
    parts = [
        f'<svg class="map route" viewBox="0 0 {_WIDTH:.0f} {high:.0f}" role="img" aria-label="{escape(label)}">',
        f'<g transform="scale({size:.3f}) translate({-seen.left:.1f} {-seen.top:.1f})">',
        f'<path class="grat" d="{view["graticule"]}"/>{land}</g>',
    ]
    ways = [[_on(at, seen, size) for at in way] for way in ways]
    points = [_on(at, seen, size) for at in points]
    parts += [_leg(way, sure=stop.sure) for way, stop in zip(ways, stops[1:], strict=False)]
    parts += [_point(at, stop) for at, stop in zip(points, stops, strict=True)]
    parts += _names(points, stops, high)
    return mark_safe("".join(parts) + "</svg>")  # noqa: S308 -- numbers, our own outlines, and words that are escaped


def _on(at: Point, seen: _Seen, size: float) -> Point:
    return (at[0] - seen.left) * size, (at[1] - seen.top) * size


def _best(stops: Sequence[Stop]) -> str:
    """The centre of the view that cuts no leg, on which the route is narrowest."""
    views: Mapping[str, Mapping[str, Any]] = world()["views"]

    def cost(centre: str) -> tuple[bool, float]:
        view = views[centre]
        xs = [projected(stop.at, view)[0] for stop in stops]
        cut = False
        for one, other in pairwise(stops):
            line = [projected(at, view)[0] for at in great_circle(one.at, other.at)]
            cut = cut or any(abs(a - b) > world()["width"] / 2 for a, b in pairwise(line))
            xs += line
        return cut, max(xs) - min(xs)

    return min(CENTRES, key=cost)


def _way(start: Point, end: Point, view: Mapping[str, Any]) -> list[Point]:
    """The drawn leg; of one that every view cuts, the longer piece."""
    line = [projected(at, view) for at in great_circle(start, end)]
    for n, (one, other) in enumerate(pairwise(line), 1):
        if abs(one[0] - other[0]) > world()["width"] / 2:
            return max(line[:n], line[n:], key=len)
    return line


def _seen(points: Sequence[Point]) -> _Seen:
    """The window around the points, with room for names."""
    xs, ys = [at[0] for at in points], [at[1] for at in points]
    wide = max((max(xs) - min(xs)) * (1 + 2 * _MARGIN), _LEAST)
    high = max((max(ys) - min(ys)) * (1 + 2 * _MARGIN), wide / _SHAPE)
    wide = max(wide, high * _SHAPE)
    return _Seen((max(xs) + min(xs) - wide) / 2, (max(ys) + min(ys) - high) / 2, wide, high)


_pair = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


@lru_cache(maxsize=len(CENTRES))
def _bounds(centre: str) -> dict[str, _Seen]:
    """The box around each country of a view."""
    found = {}
    for code, outline in world()["views"][centre]["countries"].items():
        pairs = [(float(x), float(y)) for x, y in _pair.findall(outline)]
        xs, ys = [x for x, _y in pairs], [y for _x, y in pairs]
        found[code] = _Seen(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return found


def _in_sight(centre: str, seen: _Seen) -> list[str]:
    """The countries of which something may be seen in a window: the others are not sent."""
    return [
        code
        for code, box in _bounds(centre).items()
        if box.left < seen.left + seen.width
        and box.left + box.width > seen.left
        and box.top < seen.top + seen.height
        and box.top + box.height > seen.top
    ]


def _leg(way: Sequence[Point], *, sure: bool) -> str:
    path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in way)
    css = "flow" if sure else "flow sus"
    n = len(way) * 55 // 100
    (x, y), (u, v) = way[max(n - 1, 0)], way[min(n + 1, len(way) - 1)]
    length = max(hypot(u - x, v - y), 1e-9)
    whole = hypot(way[0][0] - way[-1][0], way[0][1] - way[-1][1])
    dx, dy = (u - x) / length * 6, (v - y) / length * 6
    x, y = way[n]
    wings = (f"{x - dx - dy:.1f},{y - dy + dx:.1f}", f"{x - dx + dy:.1f},{y - dy - dx:.1f}")
    head = f"M{wings[0]}L{x:.1f},{y:.1f}L{wings[1]}"
    chevron = f'<path class="chevron" d="{head}"/>' if whole > 40 else ""
    return f'<path class="{css}" d="{path}" stroke-width="2"/>{chevron}'


def _point(at: Point, stop: Stop) -> str:
    css, size = ("pt here", 6) if stop.here else ("pt", 4.5)
    title = f"<title>{escape(stop.name)}</title>"
    return f'<circle class="{css}" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{size}">{title}</circle>'


def _names(points: Sequence[Point], stops: Sequence[Stop], high: float) -> list[str]:
    """The names beside the stops, the place of the seizure first; one that finds no room has its title alone."""
    written: list[Point] = []
    found = []
    for at, stop in sorted(zip(points, stops, strict=True), key=lambda one: not one[1].here):
        side = _side(at, written, high)
        if side is None:
            continue
        x, y, end = side
        written.append((x, y))
        found.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{end}">{escape(stop.name)}</text>')
        if stop.says:
            found.append(f'<text class="q" x="{x:.1f}" y="{y + 13:.1f}" text-anchor="{end}">{escape(stop.says)}</text>')
    return found


def _side(at: Point, written: Sequence[Point], high: float) -> tuple[float, float, str] | None:
    """Where a name is written: its point and which end of it; nothing where there is no room."""
    x, y = at
    after, before = (x + 11, y + 4, "start"), (x - 11, y + 4, "end")
    above, below = (x, y - 24, "middle"), (x, y + 22, "middle")
    if x > _WIDTH * 0.7:
        places = [before, above, below]
    elif x < _WIDTH * 0.3:
        places = [after, above, below]
    else:
        places = [after, above, below, before]
    for one in places:
        free = all(abs(one[1] - v) > _LINE or abs(one[0] - u) > _WORD for u, v in written)
        if free and 14 < one[1] < high - 14:
            return one
    return None
