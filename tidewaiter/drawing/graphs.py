"""Graphs as SVG, drawn by the node from the places where somebody has put things: for pages and for paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT, EDGE = 1_000.0, 620.0, 46.0
COLOURS = ("#1f6f8b", "#a8512a", "#4c7a34", "#7a4b8f", "#8a6d1d", "#2f5da8", "#9c3b57", "#3d7f74")
"""Of communities, the largest first; further ones are grey. Each is told by its number too, never by colour alone."""
GREY = "#66757a"
_SQUARE, _DIAMOND = ("company",), ("phone", "email", "address", "document")


@dataclass(frozen=True, slots=True)
class Dot:
    """A thing: where it stands, what kind it is of, what it is called, the number of its community (from 1)."""

    x: float
    y: float
    kind: str
    caption: str
    community: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What ties two dots, by their places in the list; `weak`: one source alone says so."""

    start: int
    end: int
    weak: bool = False


def colour_of(community: int) -> str:
    """The colour of a community."""
    return COLOURS[community - 1] if 0 < community <= len(COLOURS) else GREY


def graph_drawing(dots: Sequence[Dot], lines: Sequence[Line], *, label: str) -> SafeString:
    """The graph in a frame of one shape, however far its things stand apart; `label` says in words what is seen."""
    spots = _fitted(dots)
    size = max(4.0, min(11.0, 160 / max(len(dots), 1) ** 0.5))
    parts = [f'<svg class="graph" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" aria-label="{escape(label)}">']
    for line in lines:
        (x, y), (to_x, to_y) = spots[line.start], spots[line.end]
        dashes = ' stroke-dasharray="3 3"' if line.weak else ""
        parts.append(
            f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="#9aa7ab"'
            f' stroke-width="1.2"{dashes}/>'
        )
    for dot, (x, y) in zip(dots, spots, strict=True):
        parts.append(_sign(dot, x, y, size))
    written = max(6.5, min(12.0, size + 2))
    for dot, (x, y) in zip(dots, spots, strict=True):
        words = escape(dot.caption[:28] + ("…" if len(dot.caption) > 28 else ""))
        number = f" · {dot.community}" if dot.community else ""
        parts.append(
            f'<text x="{x:.1f}" y="{y + size + written:.1f}" font-size="{written:.1f}" text-anchor="middle"'
            f' fill="currentColor">{words}{number}</text>'
        )
    return mark_safe("".join(parts) + "</svg>")  # noqa: S308 -- numbers, and words that are escaped


def _fitted(dots: Sequence[Dot]) -> list[tuple[float, float]]:
    if not dots:
        return []
    left, right = min(dot.x for dot in dots), max(dot.x for dot in dots)
    top, bottom = min(dot.y for dot in dots), max(dot.y for dot in dots)
    scale = min((WIDTH - 3 * EDGE) / max(right - left, 1e-6), (HEIGHT - 2 * EDGE) / max(bottom - top, 1e-6), 3.0)
    middle = ((left + right) / 2, (top + bottom) / 2)
    return [(WIDTH / 2 + (dot.x - middle[0]) * scale, HEIGHT / 2 + (dot.y - middle[1]) * scale) for dot in dots]


def _sign(dot: Dot, x: float, y: float, size: float) -> str:
    title = f"<title>{escape(dot.caption)}</title>"
    fill = f'fill="{colour_of(dot.community)}"'
    if dot.kind in _SQUARE:
        return (
            f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size:.1f}" height="{2 * size:.1f}" {fill}>'
            f"{title}</rect>"
        )
    if dot.kind == "case" or dot.kind in _DIAMOND:
        points = f"{x:.1f},{y - size:.1f} {x + size:.1f},{y:.1f} {x:.1f},{y + size:.1f} {x - size:.1f},{y:.1f}"
        return f'<polygon points="{points}" {fill}>{title}</polygon>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" {fill}>{title}</circle>'
