"""Maps as SVG, drawn by the node: the same on the page, in print and without a line (docs/decisions/0018).

Land is drawn beforehand (tools/build_world.mjs); points and great circles are projected here by the
same projection, Equal Earth: B. Šavrič, T. Patterson and B. Jenny, The Equal Earth map projection,
Int. J. Geogr. Inf. Sci. 33(3), 2019.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import acos, asin, atan2, cos, degrees, hypot, radians, sin, sqrt
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

CENTRES = ("atlantic", "indian", "pacific")
_A = (1.340264, -0.081106, 0.000893, 0.003796)
_STEPS = 48
_UNSEEN = 0.15
"""How far a drawn line may lie from the true one, in units of a view, which is a thousand wide."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Flow:
    """A leg of trafficking between two countries (ISO codes) and how many cases went along it."""

    start: str
    end: str
    number: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A point: longitude and latitude in degrees, how many cases, and what it is called."""

    at: Point
    number: int
    title: str = ""


@lru_cache(maxsize=1)
def world() -> dict[str, Any]:
    """The drawn world: views by centre, and a point in each country."""
    read: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "world.json").read_text())
    return read


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


def _strokes(points: Sequence[Point], view: Mapping[str, Any]) -> list[list[Point]]:
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


def _path(strokes: Sequence[Sequence[Point]]) -> str:
    return "".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in _thinned(stroke)) for stroke in strokes)


def _chevron(stroke: Sequence[Point], size: float) -> str:
    """An open arrow a little past the middle of a stroke."""
    n = len(stroke) * 55 // 100
    (x, y), (u, v) = stroke[n], stroke[min(n + 1, len(stroke) - 1)]
    turn = degrees(atan2(v - y, u - x))
    return (
        f'<path class="chevron" d="M{-size:.1f},{-size:.1f}L{size * 0.7:.1f},0L{-size:.1f},{size:.1f}"'
        f' transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})"/>'
    )


def level(number: int, most: int) -> int:
    """Which of the five shades a number has: each holds three times as much as the
    one before, the last up to the most.
    """
    if number <= 0:
        return 0
    step, edge = 5, float(most)
    while step > 1 and number < edge / 3:
        step, edge = step - 1, edge / 3
    return step


_FRAME = {"edge": "edge", "graticule": "grat"}
"""Lines that are no country: their names, and their classes."""


def outlines_name(centre: str) -> str:
    """The static file that has the outlines of countries as `outlines` draws them, each under its code."""
    return f"world-{centre}.svg"


def outlines(centre: str) -> str:
    """That file's text."""
    view = world()["views"][centre]
    lines = {name: view[name] for name in _FRAME} | view["countries"]
    drawn = "".join(f'<path id="{name}" d="{line}"/>' for name, line in lines.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg">{drawn}</svg>\n'


def _shape(name: str, line: str, centre: str, linked: bool) -> str:
    """The beginning of an element that draws the line, of the file or as it is."""
    return f'<use href="{static(outlines_name(centre))}#{name}"' if linked else f'<path d="{line}"'


def flow_map(
    *,
    label: str,
    centre: str = "indian",
    flows: Sequence[Flow] = (),
    counts: Mapping[str, int] | None = None,
    spots: Sequence[Spot] = (),
    names: Mapping[str, str] | None = None,
    linked: bool = False,
) -> SafeString:
    """The world with countries shaded by `counts` (hatched where a country is not in it), flows with a
    width by the root of their number, and spots. `label` says in words what is seen; `names` are written
    beside the ends of the widest flows. `linked`: the outlines of countries stay in a file of the node that a
    browser keeps, and the drawing names them; on paper they stand in the drawing.
    """
    drawn = world()
    centre = centre if centre in CENTRES else "indian"
    view, anchors = drawn["views"][centre], drawn["anchors"]
    parts = [
        f'<svg class="map" viewBox="0 0 {drawn["width"]} {drawn["height"]}" role="img" aria-label="{escape(label)}">',
        '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">',
        '<line y2="5" class="hatch" stroke="#b3c0c3" stroke-width="0.8"/></pattern></defs>',
        *(f'{_shape(name, view[name], centre, linked)} class="{css}"/>' for name, css in _FRAME.items()),
    ]
    most = max((counts or {}).values(), default=0)
    for code, outline in view["countries"].items():
        number = (counts or {}).get(code)
        shade = "land" if number is None else f"lv{level(number, most)}"
        shape = _shape(code, outline, centre, linked)
        parts.append(f'{shape} class="lvl {shade}"/>')
        if number is None and counts is not None:
            parts.append(f'{shape} class="hatched" fill="url(#hatch)"/>')
    parts += _small_countries(counts or {}, view, anchors, most)
    parts += _flows(flows, centre, names or {})
    widest = max((spot.number for spot in spots), default=1)
    for spot in sorted(spots, key=lambda one: -one.number):
        x, y = projected(spot.at, view)
        size = 1.8 + 8 * sqrt(spot.number / widest)
        parts.append(
            f'<circle class="spot" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}">'
            f"<title>{escape(spot.title)}</title></circle>"
        )
    return mark_safe("".join(parts) + "</svg>")  # noqa: S308 -- numbers, our own outlines, and words that are escaped


def _small_countries(
    counts: Mapping[str, int], view: Mapping[str, Any], anchors: Mapping[str, Any], most: int
) -> list[str]:
    """Countries too small to be drawn, as dots of their shade."""
    found = []
    for code, number in counts.items():
        if code not in view["countries"] and code in anchors:
            x, y = projected(anchors[code], view)
            found.append(f'<circle class="lvl lv{level(number, most)} dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>')
    return found


@lru_cache(maxsize=8192)  # the ways between countries are few, and do not change
def _way(centre: str, start: str, end: str) -> tuple[str, list[Point]] | None:
    """(the drawn way between two countries, its longest stroke); nothing where it is none."""
    drawn = world()
    ends = [tuple(drawn["anchors"][one]) for one in (start, end)]
    strokes = _strokes(great_circle(ends[0], ends[1]), drawn["views"][centre])
    return (_path(strokes), max(strokes, key=len)) if strokes else None


def _flows(flows: Sequence[Flow], centre: str, names: Mapping[str, str]) -> list[str]:
    view, anchors = world()["views"][centre], world()["anchors"]
    found: list[str] = []
    ends: dict[str, Point] = {}
    most = max((flow.number for flow in flows), default=1)
    for flow in sorted(flows, key=lambda one: -one.number):
        if flow.start not in anchors or flow.end not in anchors:
            continue
        way = _way(centre, flow.start, flow.end)
        if way is None:
            continue
        path, longest = way
        width = 1 + 7 * sqrt(flow.number / most)
        found.append(
            f'<path class="halo" d="{path}" stroke-width="{width + 2:.1f}"/>'
            f'<path class="flow" d="{path}" stroke-width="{width:.1f}"><title>{escape(flow.title)}</title></path>'
            + _chevron(longest, max(3.0, width * 0.55)).replace(
                '"chevron"', '"chevron light"' if width > 4 else '"chevron"'
            )
        )
        for code in (flow.start, flow.end):
            ends.setdefault(code, projected(anchors[code], view))
    taken: list[Point] = []
    for code, (x, y) in ends.items():
        found.append(f'<circle class="pt" cx="{x:.1f}" cy="{y:.1f}" r="3.4"/>')
        if code in names and all(abs(x - u) > 60 or abs(y - v) > 14 for u, v in taken) and len(taken) < 12:
            taken.append((x, y))
            left = x > world()["width"] * 0.86
            anchor = ' text-anchor="end"' if left else ""
            found.append(
                f'<text font-size="12" x="{x - 8 if left else x + 8:.1f}" y="{y + 4:.1f}"{anchor}>'
                f"{escape(names[code])}</text>"
            )
    return found
