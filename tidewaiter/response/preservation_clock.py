"""The clock of a preservation as a drawing: its days, the warnings before its end, today, and what ends the warning."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.response import states
from tidewaiter.response.models import Preservation

LEFT, WIDE = 8, 884
NEAR = 70
"""Points within which two words would run into each other."""


def preservation_clock(one: Preservation, today: date) -> dict[str, Any]:
    """Marks along its days, to scale; nothing for a draft."""
    begins, ends = one.ordered_on, one.expires_on
    if begins is None or ends is None:
        return {}
    whole = max(1, (ends - begins).days)

    def place(day: date) -> int:
        return LEFT + round(WIDE * min(max((day - begins).days, 0), whole) / whole)

    now_x = place(today)
    marks = [
        _mark(LEFT, begins.isoformat(), "b", y=66, anchor="start"),
        _mark(LEFT + WIDE, ends.isoformat(), "b", y=66, anchor="end"),
    ]
    for days in states.WARNED_DAYS:
        day = ends - timedelta(days=days)
        if day > begins:
            marks.append(_mark(place(day), f"−{days}", "s warn", y=22, bottom=47))
    if one.mla_on is not None:
        x = place(one.mla_on)
        said = _("assistance asked for %(day)s") % {"day": one.mla_on.isoformat()}
        marks.append(_mark(x, said, "s", y=22, anchor=_anchor(x), bottom=47))
    apart = abs(now_x - LEFT) > NEAR and abs(now_x - LEFT - WIDE) > NEAR
    words = _("today, day %(n)s") % {"n": (today - begins).days}
    marks.append(_mark(now_x, words, "stop", y=66 if apart else 80, anchor=_anchor(now_x), line="o-now"))
    said = _("From %(begins)s to %(ends)s; today is day %(n)s of %(whole)s.") % {
        "begins": begins.isoformat(),
        "ends": ends.isoformat(),
        "n": (today - begins).days,
        "whole": whole,
    }
    return {"marks": marks, "done": max(0, now_x - LEFT), "said": said}


def _anchor(x: int) -> str:
    return "start" if x < LEFT + 120 else "end" if x > LEFT + WIDE - 120 else "middle"


def _mark(
    x: int, said: str, css: str, *, y: int, anchor: str = "middle", bottom: int = 54, line: str = "o-mark"
) -> dict[str, Any]:
    return {"x": x, "said": said, "css": css, "y": y, "anchor": anchor, "top": 28, "bottom": bottom, "line": line}
