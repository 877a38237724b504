"""The route of a case on a map: its stops joined by the shortest ways, centred where no way is cut, the part of the
world shown in which it lies.

Land is one file that a browser keeps (`drawing.world.outlines`): a page says where it lies, and sends no
coast. After decision 0018 the node draws all of it; nothing runs in the browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tidewaiter.drawing.lines import Point, chevron, great_circle, path_of, projected, strokes, within
from tidewaiter.drawing.maps import framed, labels
from tidewaiter.drawing.world import CENTRES, outlines_name, world

LEAST = 0.28
"""How much of the world is shown at least: of a short route, its part of a continent."""
TIMES, WIDE = 1.8, 1.2
"""How much larger signs and words are than on a map of the page's width: one beside its stops has half of it or less;
a wide one stands alone in a column of text.
"""
NEAR = 6
"""Stops nearer to each other than this, in units of the map, are named once."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place of a route: longitude and latitude in degrees, its name, whether the seizure was here, and whether it is
    known that goods came by (else it was declared or is suspected).
    """

    at: Point
    name: str
    here: bool = False
    sure: bool = True


def route_map(stops: Sequence[Stop], *, label: str, wide: bool = False) -> SafeString:
    """The stops in their order; `label` says in words what is seen. Empty where there is no stop.

    Legs to a stop that is not known for sure are dotted; the place of the seizure is the filled point.
    """
    if not stops:
        return SafeString("")
    centre = _best_centre(stops)
    view = world()["views"][centre]
    points = [projected(stop.at, view) for stop in stops]
    ways = [strokes(within(great_circle(a.at, b.at)), view) for a, b in pairwise(stops) if a.at != b.at]
    sure = [b.sure and a.sure for a, b in pairwise(stops) if a.at != b.at]
    frame = framed([*points, *(at for way in ways for stroke in way for at in stroke)], LEAST)
    times = WIDE if wide else TIMES
    size = frame.share * times
    parts = [
        f'<svg class="map route" viewBox="{frame.x:.1f} {frame.y:.1f} {frame.width:.1f} {frame.height:.1f}" role="img"'
        f' aria-label="{escape(label)}">',
        f'<use class="land" href="{escape(static(outlines_name(centre)))}#land"/>',
    ]
    for way, known in zip(ways, sure, strict=True):
        dotted = "" if known else f' stroke-dasharray="{0.1 * size:.2f} {4 * size:.1f}"'
        path = path_of(way)
        parts.append(f'<path class="halo" d="{path}" stroke-width="{5 * size:.1f}"/>')
        parts.append(f'<path class="flow" d="{path}" stroke-width="{2.4 * size:.1f}"{dotted}/>')
        if way:
            parts.append(chevron(max(way, key=len), 4.5 * size))
    for stop, (x, y) in zip(stops, points, strict=True):
        kind = "pt here" if stop.here else "pt"
        radius = (6 if stop.here else 4) * size
        parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>')
    parts += labels(_named(stops, points, size), points, frame, times=times)
    return mark_safe("".join(parts) + "</svg>")  # noqa: S308 -- numbers, an address of ours, and words that are escaped


def _best_centre(stops: Sequence[Stop]) -> str:
    """The ocean in the middle at which no way is cut, the stops nearest to the middle."""
    middle = world()["width"] / 2

    def cost(centre: str) -> tuple[int, float]:
        view = world()["views"][centre]
        cut = sum(len(strokes(within(great_circle(a.at, b.at)), view)) > 1 for a, b in pairwise(stops) if a.at != b.at)
        return cut, max(abs(projected(stop.at, view)[0] - middle) for stop in stops)

    return min(CENTRES, key=cost)


def _named(stops: Sequence[Stop], points: Sequence[Point], size: float) -> list[tuple[str, Point]]:
    """What is written: the place of the seizure first; of stops at one place one name."""
    order = sorted(range(len(stops)), key=lambda at: not stops[at].here)
    found: list[tuple[str, Point]] = []
    for at in order:
        x, y = points[at]
        if all(abs(x - u) > NEAR * size or abs(y - v) > NEAR * size for _word, (u, v) in found):
            found.append((stops[at].name, points[at]))
    return found
