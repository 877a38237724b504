"""Maps as SVG, drawn by the node: the same on the page, in print and without a line (docs/decisions/0018).

Land is drawn beforehand (tools/build_world.mjs); points and great circles are projected here by the
same projection, Equal Earth: B. Šavrič, T. Patterson and B. Jenny, The Equal Earth map projection,
Int. J. Geogr. Inf. Sci. 33(3), 2019.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Any
from zlib import crc32

from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tidewaiter.drawing.charts import round_up
from tidewaiter.drawing.lines import Point, chevron, great_circle, path_of, projected, strokes, within
from tidewaiter.drawing.world import CENTRES, FRAME_LINES, shape, world

_numbers = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


@dataclass(frozen=True, slots=True)
class Flow:
    """A leg of trafficking between two countries (ISO codes) and how many cases went along it."""

    start: str
    end: str
    number: int
    title: str = ""
    way: tuple[Point, ...] = ()
    """Points of the way, in longitude and latitude, where it is no straight one between the two countries: then `start`
    and `end` are names of its ends.
    """
    share: float | None = None
    """How much of the way lies behind, from 0 to 1: the rest is dotted."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A point: longitude and latitude in degrees, how many cases, and what it is called."""

    at: Point
    number: int
    title: str = ""
    square: bool = False
    """Whether it is drawn as an open square: another kind of thing than the dots, told apart without colour."""


ON_A_PHONE = 2.3
"""How much larger names are drawn for a narrow screen, on which the whole map is so much smaller."""
THIN = 2.6
"""How wide the line of a single consignment is."""


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


def has_place(country: str) -> bool:
    """Whether a country (ISO code) has a place on our maps."""
    return country in world()["anchors"]


def place_of(country: str) -> Point | None:
    """Longitude and latitude of the middle of a country (ISO code), where our maps know it."""
    found = world()["anchors"].get(country)
    return (float(found[0]), float(found[1])) if found else None


def best_centre(flows: Sequence[Flow]) -> str:
    """The ocean in the middle that cuts the fewest of these flows at the edge of the map; of equal ones the one that
    has them nearest to the middle.
    """

    def cost(centre: str) -> tuple[int, float, int]:
        ways = [(flow.number, way) for flow in flows if (way := _way_of(flow, centre))]
        cut = sum(number for number, (path, _longest) in ways if path.count("M") > 1)
        middle = world()["width"] / 2
        aside = sum(
            number * abs(x - middle) for number, (_path, longest) in ways for x, _y in (longest[0], longest[-1])
        )
        return cut, round(aside), ("indian", "atlantic", "pacific").index(centre)

    return min(CENTRES, key=cost)


def _scale(most: int, frame: Frame) -> str:
    """What widths mean, in the lower corner of the map: the widest flow, and two of round numbers."""
    numbers = sorted({most, *(int(round_up(most / part)) for part in (5, 25) if most >= part)}, reverse=True)
    parts, size = [], frame.share
    left, low = frame.x + 6 * size, frame.y + frame.height - 10 * size
    for at, number in enumerate(numbers):
        y = low - 15 * size * (len(numbers) - 1 - at)
        parts.append(
            f'<path class="flow sized" d="M{left:.1f},{y:.1f}h{24 * size:.1f}"'
            f' stroke-width="{line_width(number, most) * size:.1f}"/>'
            f'<text class="q" font-size="{11 * size:.1f}" x="{left + 34 * size:.1f}" y="{y + 4 * size:.1f}">'
            f"{number_format(number, use_l10n=True, force_grouping=True)}</text>"
        )
    return f'<g class="scale" aria-hidden="true">{"".join(parts)}</g>'


def line_width(number: int, most: int) -> float:
    """How wide a flow is drawn: by the root of its number."""
    return 1 + 7 * sqrt(number / most)


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of a view that is shown: its corner, its size, and how much smaller signs are drawn in it."""

    x: float
    y: float
    width: float
    height: float

    @property
    def share(self) -> float:
        """Of the whole width: signs and words are drawn so much smaller that they look the same."""
        return self.width / float(world()["width"])


def whole() -> Frame:
    """The whole of a view."""
    return Frame(0, 0, world()["width"], world()["height"])


def framed(points: Sequence[Point], least: float = 0.42) -> Frame:
    """The part of a view around these drawn points, of the shape of the whole, at least a share of it wide."""
    full = whole()
    if not points:
        return full
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    top, bottom = min(y for _x, y in points), max(y for _x, y in points)
    # room for the names beside the ends
    wanted = max(right - left + 170, (bottom - top + 70) * full.width / full.height, least * full.width)
    width = min(full.width, wanted)
    height = width * full.height / full.width
    x = min(max((left + right) / 2 - width / 2, 0), full.width - width)
    y = min(max((top + bottom) / 2 - height / 2, 0), full.height - height)
    return Frame(x, y, width, height)


def flow_map(
    *,
    label: str,
    centre: str = "",
    flows: Sequence[Flow] = (),
    counts: Mapping[str, int] | None = None,
    spots: Sequence[Spot] = (),
    names: Mapping[str, str] | None = None,
    close: bool = False,
    linked: bool = False,
) -> SafeString:
    """The world with countries shaded by `counts` (hatched where a country is not in it), flows with a
    width by the root of their number and what a width means, and spots. `label` says in words what is seen; `names` are
    written beside the ends of the widest flows. Without a `centre` it is the ocean that cuts the fewest flows; `close`
    shows the part of the world alone in which flows and counted countries lie. `linked`: the outlines of countries
    stay in a file of the node that a browser keeps, and the drawing names them; on paper they stand in the drawing.
    Of a linked map that is close, fewer and larger names are drawn as well, which a narrow screen shows in the place of
    the others.
    """
    drawn = world()
    centre = centre if centre in CENTRES else best_centre(flows)
    view, anchors = drawn["views"][centre], drawn["anchors"]
    frame = framed(_shown_points(flows, counts or {}, spots, centre)) if close else whole()
    box = f"{frame.x:.0f} {frame.y:.0f} {frame.width:.0f} {frame.height:.0f}"
    hatch = f"hatch-{crc32(f'{label}{box}{flows}'.encode()):x}"  # a page may hold several maps
    parts = [
        f'<svg class="map" viewBox="{box}" role="img" aria-label="{escape(label)}">',
        f'<defs><pattern id="{hatch}" width="5" height="5" patternUnits="userSpaceOnUse"',
        ' patternTransform="rotate(45)">',
        '<line y2="5" class="hatch" stroke="#b3c0c3" stroke-width="0.8"/></pattern></defs>',
        *(f'{shape(name, view[name], centre, linked)} class="{css}"/>' for name, css in FRAME_LINES.items()),
    ]
    most = max((counts or {}).values(), default=0)
    for code, outline in view["countries"].items():
        number = (counts or {}).get(code)
        shade = "land" if number is None else f"lv{level(number, most)}"
        drawn_as = shape(code, outline, centre, linked)
        parts.append(f'{drawn_as} class="lvl {shade}"/>')
        if number is None and counts is not None:
            parts.append(f'{drawn_as} class="hatched" fill="url(#{hatch})"/>')
    parts += _small_countries(counts or {}, view, anchors, most)
    drawn_flows, words, points = _flows(flows, centre, names or {}, frame)
    parts += drawn_flows
    wide = labels(words, points, frame) + ([_scale(max(flow.number for flow in flows), frame)] if flows else [])
    if close and linked:
        large = labels(words, points, frame, times=ON_A_PHONE, most=6)
        parts += ['<g class="wide">', *wide, '</g><g class="phone">', *large, "</g>"]
    else:
        parts += wide
    parts += _spots(spots, view, frame)
    return mark_safe("".join(parts) + "</svg>")  # noqa: S308 -- numbers, our own outlines, and words that are escaped


def _spots(spots: Sequence[Spot], view: Mapping[str, Any], frame: Frame) -> list[str]:
    """Dots by the root of their number, the largest first; squares of one size above them."""
    found, widest = [], max((spot.number for spot in spots if not spot.square), default=1)
    for spot in sorted(spots, key=lambda one: (one.square, -one.number)):
        x, y = projected(spot.at, view)
        title = f"<title>{escape(spot.title)}</title>"
        if spot.square:
            half = 5.5 * frame.share
            found.append(
                f'<rect class="raid" x="{x - half:.1f}" y="{y - half:.1f}" width="{2 * half:.1f}"'
                f' height="{2 * half:.1f}" vector-effect="non-scaling-stroke">{title}</rect>'
            )
        else:
            size = (1.8 + 8 * sqrt(spot.number / widest)) * frame.share
            found.append(f'<circle class="spot" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}">{title}</circle>')
    return found


def _shown_points(flows: Sequence[Flow], counts: Mapping[str, int], spots: Sequence[Spot], centre: str) -> list[Point]:
    """Where flows, counted countries and spots lie on a view; a flow that is cut takes the whole of it."""
    drawn, found = world(), []
    for flow in flows:
        way = _way_of(flow, centre)
        found += [(float(x), float(y)) for x, y in _numbers.findall(way[0])] if way else []
    found += [projected(spot.at, drawn["views"][centre]) for spot in spots]
    return found + [projected(drawn["anchors"][one], drawn["views"][centre]) for one in counts if has_place(one)]


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
    way = strokes(within(great_circle(ends[0], ends[1])), drawn["views"][centre])
    return (path_of(way), max(way, key=len)) if way else None


def _way_of(flow: Flow, centre: str) -> tuple[str, list[Point]] | None:
    """The drawn way of a flow, and its longest stroke; nothing where it has none."""
    if flow.way:
        drawn = strokes(flow.way, world()["views"][centre])
        return (path_of(drawn), max(drawn, key=len)) if drawn else None
    return _way(centre, flow.start, flow.end) if has_place(flow.start) and has_place(flow.end) else None


def _line(flow: Flow, path: str, longest: Sequence[Point], width: float) -> str:
    """The line of a flow; of one that is under way, what lies behind it solid, and what lies ahead dotted."""
    title = f"<title>{escape(flow.title)}</title>"
    if flow.share is None or path.count("M") > 1:
        return f'<path class="flow" d="{path}" stroke-width="{width:.1f}">{title}</path>'
    at = round(flow.share * (len(longest) - 1))
    dots = f' stroke-dasharray="0.1 {2 * width:.1f}" stroke-linecap="round"'
    return "".join(
        f'<path class="flow" d="{path_of([part])}" stroke-width="{width:.1f}"{dash}>{title}</path>'
        for part, dash in ((longest[: at + 1], ""), (longest[at:], dots))
        if len(part) > 1
    )


def _flows(
    flows: Sequence[Flow], centre: str, names: Mapping[str, str], frame: Frame
) -> tuple[list[str], list[tuple[str, Point]], list[Point]]:
    """The drawn flows, the names of their ends with where they are, and the ends."""
    view, anchors = world()["views"][centre], world()["anchors"]
    found: list[str] = []
    ends: dict[str, Point] = {}
    most = max((flow.number for flow in flows), default=1)
    size = frame.share
    for flow in sorted(flows, key=lambda one: -one.number):
        way = _way_of(flow, centre)
        if way is None:
            continue
        path, longest = way
        width = line_width(flow.number, most) * size
        stroke: Sequence[Point] = longest
        if flow.share is not None:  # the arrow is where the ship is
            at = max(0, round(flow.share * (len(longest) - 1)) - 1)
            width, stroke = min(width, THIN * size), longest[at : at + 3]
        found.append(
            f'<path class="halo" d="{path}" stroke-width="{width + 2 * size:.1f}"/>'
            + _line(flow, path, longest, width)
            + chevron(stroke, max(3.0 * size, width * 0.55)).replace(
                '"chevron"', '"chevron light"' if width > 4 * size else '"chevron"'
            )
        )
        for code, end in ((flow.start, 0), (flow.end, -1)):
            ends.setdefault(code, projected(flow.way[end] if flow.way else anchors[code], view))
    for x, y in ends.values():
        found.append(f'<circle class="pt" cx="{x:.1f}" cy="{y:.1f}" r="{3.4 * size:.1f}"/>')
    return found, [(names[code], at) for code, at in ends.items() if code in names], list(ends.values())


def labels(
    words: Sequence[tuple[str, Point]], points: Sequence[Point], frame: Frame, *, times: float = 1, most: int = 12
) -> list[str]:
    """Words beside their points, the first ones first: to the right, the left, below or above, wherever they lie on no
    other word, on no point and within the frame; what finds no place is left out. `times` is how much larger than on a
    map of the whole page's width they are.
    """
    font = 12 * frame.share * times
    taken: list[tuple[float, float, float, float]] = [
        (x - font * 0.3, y - font * 0.3, x + font * 0.3, y + font * 0.3) for x, y in points
    ]
    found: list[str] = []
    for text, (x, y) in words:
        long, gap = len(text) * font * 0.56, font * 0.65
        places = (
            ("start", x + gap, y + font * 0.33),
            ("end", x - gap, y + font * 0.33),
            ("middle", x, y + font * 1.45),
            ("middle", x, y - font * 0.75),
        )
        for anchor, at_x, at_y in places:
            left = at_x - {"start": 0.0, "end": long, "middle": long / 2}[anchor]
            box = left, at_y - font * 0.85, left + long, at_y + font * 0.2
            if _inside(box, frame) and not any(_meet(box, other) for other in taken):
                taken.append(box)
                found.append(
                    f'<text font-size="{font:.1f}" x="{at_x:.1f}" y="{at_y:.1f}" text-anchor="{anchor}">'
                    f"{escape(text)}</text>"
                )
                break
        if len(found) == most:
            break
    return found


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _inside(box: tuple[float, float, float, float], frame: Frame) -> bool:
    return (
        box[0] >= frame.x and box[1] >= frame.y and box[2] <= frame.x + frame.width and box[3] <= frame.y + frame.height
    )
