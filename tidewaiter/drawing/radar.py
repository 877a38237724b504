"""A radar of up to eight domains: this round filled, the last a grey line, the region dotted; only beside its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

MOST = 8
_WIDTH, _HEIGHT, _RADIUS = 560, 400, 130


@dataclass(frozen=True, slots=True)
class Spoke:
    """One domain: its name, and what it is now, was before, and is in the region; nothing where nobody knows."""

    label: str
    now: float | None
    was: float | None = None
    region: float | None = None


def radar(*, label: str, spokes: Sequence[Spoke], top: int) -> SafeString:
    """The drawing, its numbers beside each name; of more than eight domains the first eight."""
    some = list(spokes)[:MOST]
    parts = [f'<svg class="radar" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(label)}">']
    for ring in range(1, top + 1):
        parts.append(f'<path class="ring" d="{_closed([_at(n, len(some), ring / top) for n in range(len(some))])}"/>')
    for n in range(len(some)):
        x, y = _at(n, len(some), 1)
        parts.append(f'<line class="spoke" x1="{_WIDTH / 2:.1f}" y1="{_HEIGHT / 2:.1f}" x2="{x:.1f}" y2="{y:.1f}"/>')
    for css, values in (
        ("region", [one.region for one in some]),
        ("was", [one.was for one in some]),
        ("now", [one.now for one in some]),
    ):
        points = [_at(n, len(some), value / top) for n, value in enumerate(values) if value is not None]
        if len(points) > 2:
            parts.append(f'<path class="{css}" d="{_closed(points)}"/>')
        if css == "now":
            parts += [f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in points]
    for ring in range(1, top + 1):
        y = _HEIGHT / 2 - _RADIUS * ring / top
        parts.append(f'<text class="ax" font-size="11" x="{_WIDTH / 2 + 5:.1f}" y="{y + 4:.1f}">{ring}</text>')
    parts += [_word(n, len(some), one) for n, one in enumerate(some)]
    return mark_safe("".join(parts) + "</svg>")  # noqa: S308 -- numbers, and words that are escaped


def _at(n: int, of: int, share: float) -> tuple[float, float]:
    turn = 2 * pi * n / max(1, of)
    return _WIDTH / 2 + sin(turn) * _RADIUS * share, _HEIGHT / 2 - cos(turn) * _RADIUS * share


def _closed(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _word(n: int, of: int, one: Spoke) -> str:
    """The name of a domain at the end of its spoke, its numbers under it."""
    x, y = _at(n, of, 1.14)
    beside = abs(x - _WIDTH / 2) > 8
    anchor = ("start" if x > _WIDTH / 2 else "end") if beside else "middle"
    y = y if beside else y - 8 if y < _HEIGHT / 2 else y + 8
    numbers = " → ".join(_number(value) for value in ((one.was, one.now) if one.was is not None else (one.now,)))
    return (
        f'<text class="name" font-size="12" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(one.label)}</text>'
        f'<text class="ax" font-size="12" x="{x:.1f}" y="{y + 14:.1f}" text-anchor="{anchor}">{numbers}</text>'
    )


def _number(value: float | None) -> str:
    return "–" if value is None else number_format(value, 1)
