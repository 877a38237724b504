"""Ways over sea between two places: by waypoints off the coasts and through the straits, never over land.

A ship's real way is not known; this is the short one that ships take. Waypoints stand off capes and in straits, lanes
join them (`data/sea_lanes.json`); a test holds every lane against the outlines of our maps.
"""

from __future__ import annotations

import heapq
import json
from collections import defaultdict
from functools import lru_cache
from itertools import pairwise
from math import asin, cos, degrees, radians, sin, sqrt
from pathlib import Path
from typing import Any

from tidewaiter.drawing.lines import Point, great_circle, projected
from tidewaiter.drawing.world import world

NEAREST, NEAR, OVER_LAND = 8, 1.6, 30.0
"""Waypoints that a port is joined to at most; degrees around a port within which land is not looked at, for coasts are
drawn coarsely; how many times longer a way over land counts.
"""


@lru_cache(maxsize=1)
def sea_lanes() -> dict[str, Any]:
    """Waypoints by name, lanes, and those of the lanes that are straits or canals, too narrow for our maps."""
    read: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "sea_lanes.json").read_text())
    return read


@lru_cache(maxsize=1)
def waypoints() -> dict[str, Point]:
    """Longitude and latitude of each waypoint."""
    return {name: (float(at[0]), float(at[1])) for name, at in sea_lanes()["waypoints"].items()}


def port(code: str) -> Point | None:
    """Longitude and latitude of a large port for which UN/LOCODE gives none."""
    at = sea_lanes()["ports"].get(code)
    return (float(at[0]), float(at[1])) if at else None


def lanes() -> list[tuple[str, str]]:
    """The two ends of each lane."""
    return [(one, other) for one, _dash, other in (lane.partition("-") for lane in sea_lanes()["lanes"])]


@lru_cache(maxsize=4096)
def sea_way(start: Point, end: Point) -> tuple[Point, ...]:
    """The short way over sea between two ports (longitude and latitude): the two, and the waypoints between them."""
    straight = _length(start, end) * (1 + OVER_LAND * land_share(start, end))
    joined = _lanes()
    best: dict[str, float] = {}
    waiting: list[tuple[float, str, tuple[str, ...]]] = [(cost, name, (name,)) for name, cost in _joined(start)]
    ends = dict(_joined(end))
    heapq.heapify(waiting)
    found: tuple[str, ...] = ()
    least = straight
    while waiting:
        cost, name, way = heapq.heappop(waiting)
        if cost >= least or best.get(name, cost + 1) <= cost:
            continue
        best[name] = cost
        if name in ends and cost + ends[name] < least:
            found, least = way, cost + ends[name]
        for other, length in joined[name]:
            if other not in best:
                heapq.heappush(waiting, (cost + length, other, (*way, other)))
    return (start, *(waypoints()[name] for name in found), end)


def line_of(way: tuple[Point, ...]) -> list[Point]:
    """Points along a way, near enough to each other to be drawn."""
    points = [way[0]]
    for one, other in pairwise(way):
        points += great_circle(one, other, 16)[1:]
    return points


@lru_cache(maxsize=1024)
def _joined(port: Point) -> tuple[tuple[str, float], ...]:
    """The waypoints that a port is joined to, and what the way there costs."""
    known = waypoints()
    near = sorted(known, key=lambda name: _length(port, known[name]))[:NEAREST]
    return tuple((name, _length(port, known[name]) * (1 + OVER_LAND * land_share(port, known[name]))) for name in near)


@lru_cache(maxsize=1)
def _lanes() -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for one, other in lanes():
        length = _length(waypoints()[one], waypoints()[other])
        found[one].append((other, length))
        found[other].append((one, length))
    return found


def land_share(start: Point, end: Point) -> float:
    """How much of the straight way lies over land, its ends aside: from 0 to 1."""
    points = [
        point
        for point in great_circle(start, end, 40)
        if _length(point, start) > NEAR and _length(point, end) > NEAR / 4
    ]
    return sum(map(is_land, points)) / len(points) if points else 0.0


def is_land(at: Point) -> bool:
    """Whether a longitude and latitude lie on land, as our maps draw it."""
    x, y = projected(at, world()["views"]["atlantic"])
    return any(
        left <= x <= right and top <= y <= bottom and _inside(x, y, ring) for left, top, right, bottom, ring in _land()
    )


def _inside(x: float, y: float, ring: tuple[Point, ...]) -> bool:
    inside = False
    for (a, b), (c, d) in pairwise((*ring, ring[0])):
        if (b > y) != (d > y) and x < (c - a) * (y - b) / (d - b) + a:
            inside = not inside
    return inside


@lru_cache(maxsize=1)
def _land() -> list[tuple[float, float, float, float, tuple[Point, ...]]]:
    """Every ring of land with its box, in the units of the view with the Atlantic in the middle."""
    found = []
    for outline in world()["views"]["atlantic"]["countries"].values():
        for part in outline.split("M")[1:]:
            points = tuple(
                (float(x), float(y)) for x, _comma, y in (one.partition(",") for one in part.rstrip("Z").split("L"))
            )
            across, down = [x for x, _y in points], [y for _x, y in points]
            found.append((min(across), min(down), max(across), max(down), points))
    return found


def _length(one: Point, other: Point) -> float:
    """The distance of two places in degrees of a great circle."""
    (a, b), (c, d) = ((radians(at[0]), radians(at[1])) for at in (one, other))
    half = sin((d - b) / 2) ** 2 + cos(b) * cos(d) * sin((c - a) / 2) ** 2
    return degrees(2 * asin(min(1.0, sqrt(half))))
