"""Small charts as SVG, drawn by the node: from zero, no second axis, colours by class (docs/decisions/0018)."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10

from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def round_up(number: float) -> float:
    """The top of an axis: 1, 2, 3, 4, 5, 6 or 8 times a power of ten, at or above a number; 1 for nothing."""
    if number <= 0:
        return 1
    power: float = 10.0 ** floor(log10(number))
    return next(step * power for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= number * (1 - 1e-12))


def lines(
    *,
    label: str,
    ticks: Sequence[str],
    now: Sequence[int | None],
    was: Sequence[int | None],
    open_from: int | None = None,
    wide: bool = False,
) -> SafeString:
    """This period thick and the one before thin; from point `open_from` on dotted, as
    still arriving. `ticks` names each point. Where nothing is known (None) the line has a gap. `wide` is for paper:
    more names of points find room.
    """
    width, height, left, right, top, bottom = (760 if wide else 440), 176, 46, 12, 10, 24
    most = round_up(max([0, *(n for n in (*now, *was) if n is not None)]))
    across, down = width - left - right, height - top - bottom
    last = max(1, len(ticks) - 1)

    def at(n: int, value: float) -> str:
        return f"{left + across * n / last:.1f},{top + down * (1 - value / most):.1f}"

    def path(values: Sequence[int | None], start: int = 0, end: int | None = None) -> str:
        made, pen = "", "M"
        for n, value in enumerate(values):
            if value is None:
                pen = "M"
            elif n >= start and (end is None or n <= end):
                made += pen + at(n, value)
                pen = "L"
        return made if "L" in made else ""

    parts = [f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">']
    for number in _steps(most, (4, 3, 5, 2)):
        parts += _rule(left, width - right, top + down * (1 - number / most), number)
    room = 12 if wide else 6
    every = max(1, (len(ticks) + room - 1) // room)
    for n in range(0, len(ticks), every):
        anchor = "start" if n == 0 else "end" if n == len(ticks) - 1 else "middle"
        parts.append(
            f'<text class="ax" font-size="11" x="{left + across * n / last:.1f}" y="{height - 6}"'
            f' text-anchor="{anchor}">{escape(ticks[n])}</text>'
        )
    if before := path(was):
        parts.append(f'<path class="ln was" d="{before}"/>')
    parts += [
        '<circle class="dotw" cx="{}" cy="{}" r="1.6"/>'.format(*at(n, value).split(",")) for n, value in _alone(was)
    ]
    if sure := path(now, 0, open_from):
        parts.append(f'<path class="ln now" d="{sure}"/>')
    if open_from is not None and (arriving := path(now, open_from)):
        parts.append(f'<path class="ln now open" d="{arriving}"/>')
    for n, value in enumerate(now):
        if value is not None:
            x, _comma, low = at(n, value).partition(",")
            parts.append(
                f'<circle class="dotn" cx="{x}" cy="{low}" r="2.2"><title>{escape(ticks[n])}: {value}</title></circle>'
            )
    return mark_safe("".join(parts) + "</svg>")  # noqa: S308 -- numbers, and words that are escaped


def _steps(most: float, parts: Sequence[int]) -> list[int]:
    """The numbers at an axis: whole ones, equally far from each other, in the first of `parts` that gives such."""
    whole = int(most)
    by = next((by for by in parts if whole % by == 0), 1)
    return [whole * n // by for n in range(by + 1)]


def _rule(left: int, right: int, y: float, number: int) -> tuple[str, str]:
    """A line across and its number before it."""
    return (
        f'<line class="rule" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>',
        f'<text class="ax" font-size="11" x="{left - 6}" y="{y + 4:.1f}"'
        f' text-anchor="end">{number_format(number, use_l10n=True, force_grouping=True)}</text>',
    )


def _alone(values: Sequence[int | None]) -> list[tuple[int, int]]:
    """Points without a known neighbour, which no line would show."""
    beside = [None, *values, None]
    return [
        (n, value)
        for n, value in enumerate(values)
        if value is not None and beside[n] is None and beside[n + 2] is None
    ]


def histogram(
    *,
    label: str,
    counts: Sequence[int],
    ticks: Sequence[str],
    at: float | None = None,
    between: tuple[float, float] | None = None,
    unit: str = "",
) -> SafeString:
    """Columns from zero; `ticks` names their edges (one more than columns). `between` shades a range and `at` marks
    a place, both as shares of the width.
    """
    width, height, left, right, top, bottom = 440, 176, 46, 12, 10, 34
    across, down = width - left - right, height - top - bottom
    most = round_up(max([1, *counts]))
    parts = [f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">']
    if between:
        low, high = (left + across * min(max(share, 0.0), 1.0) for share in between)
        parts.append(f'<rect class="lv1" x="{low:.1f}" y="{top}" width="{max(high - low, 1):.1f}" height="{down}"/>')
    for number in _steps(most, (2,)):
        parts += _rule(left, width - right, top + down * (1 - number / most), number)
    each = across / max(1, len(counts))
    for n, count in enumerate(counts):
        tall = down * count / most
        parts.append(
            f'<rect class="lv4" x="{left + n * each + 0.6:.1f}" y="{top + down - tall:.1f}"'
            f' width="{max(each - 1.2, 0.5):.1f}" height="{tall:.1f}"><title>{escape(ticks[n])} –'
            f" {escape(ticks[n + 1])}: {count}</title></rect>"
        )
    every = max(1, len(counts) // 4)
    for n in range(0, len(ticks), every):
        anchor = "start" if n == 0 else "end" if n == len(ticks) - 1 else "middle"
        parts.append(
            f'<text class="ax" font-size="11" x="{left + n * each:.1f}" y="{height - 18}"'
            f' text-anchor="{anchor}">{escape(ticks[n])}</text>'
        )
    if unit:
        parts.append(
            f'<text class="ax" font-size="11" x="{width - right}" y="{height - 4}"'
            f' text-anchor="end">{escape(unit)}</text>'
        )
    if at is not None:
        x = left + across * min(max(at, 0.0), 1.0)
        parts.append(
            f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{top - 4}" y2="{top + down}"/><path class="markhead"'
            f' d="M{x - 5:.1f} {top - 6}L{x + 5:.1f} {top - 6}L{x:.1f} {top + 2}Z"/>'
        )
    return mark_safe("".join(parts) + "</svg>")  # noqa: S308 -- numbers, and words that are escaped


def bars(values: Sequence[int | None], most: int) -> SafeString:
    """A row of small columns on one scale, the last in the accent; for a cell of a table, whose words stand beside it.
    A zero is a line on the ground, what is not known (None) a gap.
    """
    width, height = 96.0, 26.0
    each = width / max(1, len(values))
    drawn = [
        f'<rect class="{"lv5" if n == len(values) - 1 else "lv3"}" x="{n * each + 0.5:.1f}" y="{height - tall:.1f}"'
        f' width="{each - 1.2:.1f}" height="{tall:.1f}"/>'
        for n, value in enumerate(values)
        if value is not None and (tall := max(1.0, value / max(1, most) * (height - 2)))
    ]
    return mark_safe(  # noqa: S308 -- numbers alone
        f'<svg class="cellbars" viewBox="0 0 {width:.0f} {height:.0f}" aria-hidden="true">{"".join(drawn)}</svg>'
    )


def share(part: float, whole: float, css: str = "") -> SafeString:
    """A bar that is filled in part."""
    filled = round(100 * part / whole, 1) if whole else 0
    return mark_safe(  # noqa: S308 -- numbers alone
        f'<svg class="hbar {escape(css)}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect'
        f' class="bg" width="100" height="10"/><rect width="{filled}" height="10"/></svg>'
    )
