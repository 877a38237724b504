"""Places that lie apart on a map: numbered points of a few kinds, each kind a shape of its own, no way between them.

Land is the file that a browser keeps, as on the map of a route (`drawing.routes`), or stands in the drawing on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tidewaiter.drawing.lines import Point, projected
from tidewaiter.drawing.maps import framed, labels
from tidewaiter.drawing.world import CENTRES, outlines_name, shape, world

SEIZED, SEEN, LIVED = "seized", "seen", "lived"
"""A filled circle; a diamond; an open square."""
LEAST, SIZE, TIMES = 0.2, 10.0, 1.7
"""How much of the world is shown at least; half the height of a sign, on a map of the page's width; how much larger
words are than there, for it has part of the page."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point: longitude and latitude in degrees, its kind, what is written beside it, and more in words."""

    at: Point
    kind: str
    name: str
    title: str = ""
    sure: bool = True
    """Whether it is the place; else it stands in the middle of its country, and is drawn paler."""


def mark_map(marks: Sequence[Mark], *, label: str, linked: bool = True) -> SafeString:
    """The marks; `label` says in words what is seen. Empty where there is none. `linked`: land is a file of the
    node.
    """
    if not marks:
        return SafeString("")
    centre = _best_centre(marks)
    view = world()["views"][centre]
    points = [projected(mark.at, view) for mark in marks]
    frame = framed(points, LEAST)
    size = SIZE * frame.share
    points = _apart(points, 2.4 * size)
    parts = [
        f'<svg class="map route marks" viewBox="{frame.x:.1f} {frame.y:.1f} {frame.width:.1f} {frame.height:.1f}"'
        f' role="img" aria-label="{escape(label)}">',
        *_land(centre, linked=linked),
    ]
    for mark, (x, y) in sorted(zip(marks, points, strict=True), key=lambda one: one[0].kind == SEIZED):
        pale = "" if mark.sure else ' fill-opacity="0.35" stroke-dasharray="2 2"'
        title = f"<title>{escape(mark.title or mark.name)}</title>"
        parts.append(f'<path class="pt {mark.kind}" d="{_sign(mark.kind, x, y, size)}"{pale}>{title}</path>')
    named = {mark.name: point for mark, point in zip(marks, points, strict=True)}  # beside the last of a place
    words = [(name, named[name]) for name in dict.fromkeys(mark.name for mark in marks)]
    parts += labels(words, points, frame, times=TIMES)
    return mark_safe("".join(parts) + "</svg>")  # noqa: S308 -- numbers, our own outlines, and words that are escaped


def _apart(points: Sequence[Point], step: float) -> list[Point]:
    """The same, those at one place beside each other."""
    there: dict[tuple[int, int], int] = {}
    made = []
    for x, y in points:
        at = round(x), round(y)
        made.append((x + step * there.get(at, 0), y))
        there[at] = there.get(at, 0) + 1
    return made


def _land(centre: str, *, linked: bool) -> list[str]:
    if linked:
        return [f'<use class="land" href="{escape(static(outlines_name(centre)))}#land"/>']
    return [
        f'{shape(code, outline, centre, False)} class="land"/>'
        for code, outline in world()["views"][centre]["countries"].items()
    ]


def _sign(kind: str, x: float, y: float, half: float) -> str:
    if kind == SEEN:
        far = half * 1.2
        return f"M{x:.1f},{y - far:.1f}l{far:.1f},{far:.1f}l{-far:.1f},{far:.1f}l{-far:.1f},{-far:.1f}z"
    if kind == LIVED:
        side = 1.7 * half
        return f"M{x - side / 2:.1f},{y - side / 2:.1f}h{side:.1f}v{side:.1f}h{-side:.1f}z"
    half = round(half, 1)  # a diameter that is not twice the drawn radius makes an egg of it
    turn = f"a{half:.1f},{half:.1f} 0 1 0 "
    return f"M{x - half:.1f},{y:.1f}{turn}{2 * half:.1f},0{turn}{-2 * half:.1f},0z"


def _best_centre(marks: Sequence[Mark]) -> str:
    """The ocean in the middle at which they lie nearest to each other, then nearest to the middle."""
    middle = world()["width"] / 2

    def cost(centre: str) -> tuple[float, float]:
        across = [projected(mark.at, world()["views"][centre])[0] for mark in marks]
        return round(max(across) - min(across)), max(abs(x - middle) for x in across)

    return min(CENTRES, key=cost)
