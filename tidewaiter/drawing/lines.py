"""Lines on our maps: where points lie on a view, the shortest ways between them, and how both are drawn.

The projection is Equal Earth, as the land's: B. Šavrič, T. Patterson and B. Jenny, The Equal Earth map projection,
Int. J. Geogr. Inf. Sci. 33(3), 2019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import acos, asin, atan2, cos, degrees, hypot, radians, sin, sqrt
from typing import Any

from tidewaiter.drawing.world import world

_A = (1.340264, -0.081106, 0.000893, 0.003796)
_STEPS = 48
NORTH, SOUTH = 80.0, -54.0
"""Degrees between which lines are drawn: the land of our views ends a little further."""

_UNSEEN = 0.15
"""How far a drawn line may lie from the true one, in units of a view, which is a thousand wide."""

Point = tuple[float, float]


def projected(at: Point, view: Mapping[str, Any]) -> Point:
    """Where a longitude and latitude (degrees) lie on a view, in its units."""
    turned = (at[0] - view["centre"] + 180) % 360 - 180
    theta = asin(sqrt(3) / 2 * sin(radians(at[1])))
    square = theta * theta
    sixth = square**3
    x = (
        radians(turned)
        * cos(theta)
        / (sqrt(3) / 2 * (_A[0] + 3 * _A[1] * square + sixth * (7 * _A[2] + 9 * _A[3] * square)))
    )
    y = theta * (_A[0] + _A[1] * square + sixth * (_A[2] + _A[3] * square))
    return view["translate"][0] + view["scale"] * x, view["translate"][1] - view["scale"] * y


def great_circle(start: Point, end: Point, steps: int = _STEPS) -> list[Point]:
    """Points along the shortest way between two longitudes and latitudes, ends among them."""
    (a, b), (c, d) = ((radians(one[0]), radians(one[1])) for one in (start, end))
    angle = acos(max(-1.0, min(1.0, sin(b) * sin(d) + cos(b) * cos(d) * cos(c - a))))
    if angle < 1e-9:
        return [start, end]
    found = []
    for step in range(steps + 1):
        share = step / steps
        p, q = sin((1 - share) * angle) / sin(angle), sin(share * angle) / sin(angle)
        x = p * cos(b) * cos(a) + q * cos(d) * cos(c)
        y = p * cos(b) * sin(a) + q * cos(d) * sin(c)
        z = p * sin(b) + q * sin(d)
        found.append((degrees(atan2(y, x)), degrees(atan2(z, hypot(x, y)))))
    return found


def within(points: Sequence[Point]) -> list[Point]:
    """The line, bent so that it leaves the drawn part of the world neither in the north nor in the south.

    The shortest way from Chile to Australia runs over Antarctica, which is not drawn: a line that is bent as little as
    is needed still joins its ends.
    """
    last = max(1, len(points) - 1)
    (_x, start), (_y, end) = points[0], points[-1]
    share = 1.0
    for at, (_lon, lat) in enumerate(points):
        straight = start + (end - start) * at / last
        bound = NORTH if lat > straight else SOUTH
        if (lat - bound) * (straight - bound) < 0:
            share = min(share, (bound - straight) / (lat - straight))
    if share == 1:
        return list(points)
    straight_lats = [start + (end - start) * at / last for at in range(len(points))]
    return [
        (lon, straight + (lat - straight) * share) for (lon, lat), straight in zip(points, straight_lats, strict=True)
    ]


def strokes(points: Sequence[Point], view: Mapping[str, Any]) -> list[list[Point]]:
    """The projected line, cut where it leaves the map at one edge and comes in at the other."""
    strokes: list[list[Point]] = [[]]
    for at in points:
        here = projected(at, view)
        if strokes[-1] and abs(here[0] - strokes[-1][-1][0]) > world()["width"] / 2:
            strokes.append([])
        strokes[-1].append(here)
    return [stroke for stroke in strokes if len(stroke) > 1]


def _thinned(stroke: Sequence[Point]) -> Sequence[Point]:
    """Without points that lie nearer than `_UNSEEN` to the line between those that stay (D. Douglas and T. Peucker,
    Cartographica 10(2), 1973).
    """
    if len(stroke) < 3:
        return stroke
    (x, y), (u, v) = stroke[0], stroke[-1]
    length = hypot(u - x, v - y) or 1.0
    off = [abs((u - x) * (y - q) - (x - p) * (v - y)) / length for p, q in stroke[1:-1]]
    most = max(range(len(off)), key=off.__getitem__)
    if off[most] < _UNSEEN:
        return (stroke[0], stroke[-1])
    return (*_thinned(stroke[: most + 2])[:-1], *_thinned(stroke[most + 1 :]))


def path_of(drawn: Sequence[Sequence[Point]]) -> str:
    """The strokes as an SVG path, without points that nobody sees."""
    return "".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in _thinned(stroke)) for stroke in drawn)


def chevron(stroke: Sequence[Point], size: float) -> str:
    """An open arrow a little past the middle of a stroke."""
    n = len(stroke) * 55 // 100
    (x, y), (u, v) = stroke[n], stroke[min(n + 1, len(stroke) - 1)]
    turn = degrees(atan2(v - y, u - x))
    return (
        f'<path class="chevron" d="M{-size:.1f},{-size:.1f}L{size * 0.7:.1f},0L{-size:.1f},{size:.1f}"'
        f' transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})"/>'
    )
