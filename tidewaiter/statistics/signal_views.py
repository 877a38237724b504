"""What rose lately, as a ranked list with a chart each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tidewaiter.drawing import charts
from tidewaiter.foundation.doors import actor_of
from tidewaiter.statistics.dashboard.scope import month_number, month_text
from tidewaiter.statistics.labels import value_word
from tidewaiter.statistics.presenters import frame_of
from tidewaiter.statistics.signals import HISTORY, LATELY, Signal, signals
from tidewaiter.statistics.views import scope_of

SHOWN = 60


@require_GET
def rising(request: HttpRequest) -> HttpResponse:
    """Goods, routes and methods whose last three months are more than their own history explains."""
    by, lang = actor_of(request), get_language() or "en"
    scope = scope_of(request)
    found, asked = signals(by, scope.until, scope)
    first = month_text(month_number(scope.until) - LATELY + 1)
    rows = [
        {
            "signal": one,
            "words": words_of(one, lang),
            "bars": charts.bars(one.months, max(one.months)),
            "kind": one.keys["commodity"],
            "query": scope.query(
                since=first, until=scope.until, measure="", **{f"is.{name}": value for name, value in one.keys.items()}
            ),
        }
        for one in found[:SHOWN]
    ]
    shown: dict[str, Any] = {"rows": rows, "asked": asked, "number": len(found), "history": HISTORY, "lately": LATELY}
    return render(request, "statistics/signals.html", frame_of(scope, lang) | shown)


def words_of(one: Signal, lang: str) -> str:
    """«Drugs · Chile → Netherlands · rip-on/rip-off»."""
    word = {name: value_word(name, value, lang) for name, value in one.keys.items()}
    parts = [word["commodity"]]
    if "departure" in word:
        parts.append(f"{word['departure']} → {word['destination']}")
    if "concealment" in word:
        parts.append(word["concealment"])
    if "mode" in word:
        parts.append(_("by %(mode)s") % {"mode": word["mode"]})
    return " · ".join(parts)
