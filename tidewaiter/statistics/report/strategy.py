"""The page of a report from which a strategy is made: what is known, what other organisations hold, what to do next."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tidewaiter.statistics.dashboard.figures import Figures
from tidewaiter.statistics.dashboard.route_legs import Legs
from tidewaiter.statistics.labels import value_word
from tidewaiter.statistics.models import BroughtTable
from tidewaiter.statistics.presenters import percent, whole

MOST = 3
HOLDERS = (
    (
        "drugs",
        "UNODC",
        gettext_lazy("individual seizures and prices that countries answer for each year"),
        gettext_lazy("trends by drug and region, with purity and prices beside seizures"),
    ),
    (
        "environment",
        "CITES, TRAFFIC",
        gettext_lazy("permits of legal trade, elephant products seized (ETIS), reported incidents"),
        gettext_lazy("legal and illegal trade side by side; trends corrected for how much is looked for and reported"),
    ),
    (
        "heritage",
        "INTERPOL, UNESCO, ICOM",
        gettext_lazy("stolen works of art, red lists of objects at risk"),
        gettext_lazy("an object is compared with what is known to be stolen"),
    ),
    (
        "property",
        "OECD, EUIPO",
        gettext_lazy("seizures of several administrations beside imports"),
        gettext_lazy("a propensity of products and provenances to be counterfeit, never a sum of money seized"),
    ),
    (
        "health",
        "WHO, INTERPOL",
        gettext_lazy("alerts on falsified and substandard products; results of operation Pangea"),
        gettext_lazy("by product and supply chain: who was harmed comes before what it was worth"),
    ),
    (
        "security",
        "INTERPOL, UNODC",
        gettext_lazy("lost, stolen and traced firearms; yearly questionnaire on arms flows"),
        gettext_lazy("a weapon is traced to its last legal owner; flows by type and route"),
    ),
)
"""Organisations by chapter: who, what they hold, and how they read it."""


def strategy(
    whole_figures: Figures, sections: list[dict[str, Any]], legs: Legs, lang: str, silent: int
) -> dict[str, Any]:
    """What the figures alone say to it, for a report that members read: sentences, and a table of other holders."""
    shown = [one for one in sections if one.get("tables")]
    names = {one["name"] for one in shown}
    return {
        "known": _known(shown, legs, lang),
        "others": [
            (one["title"], who, str(holds), str(reads))
            for one in shown
            for name, who, holds, reads in HOLDERS
            if name == one["name"] and name in names
        ],
        "brought": [
            {"name": one.name, "rows": one.rows, "first": one.first, "last": one.last}
            for one in BroughtTable.objects.order_by("-brought_at")[:6]
        ],
        "next": _next(whole_figures, sections, legs, silent),
    }


def _change(change: float) -> str:
    """A change as the figures say it, so that one number stands for one fact; the minus is a real one."""
    return f"{'−' if change < 0 else '+'}{number_format(abs(change), decimal_pos=1, use_l10n=True)} %"


def _known(shown: list[dict[str, Any]], legs: Legs, lang: str) -> list[str]:
    said = []
    largest = sorted(shown, key=lambda one: -one["found"].cases.now)[:MOST]
    if largest:
        said.append(
            _("Most cases: %(list)s.")
            % {"list": "; ".join(f"{one['title']} {whole(one['found'].cases.now)}" for one in largest)}
        )
    moved = [(one["found"].coverage.same.change, one["title"]) for one in shown]
    rose = sorted(((change, title) for change, title in moved if change and change > 0), reverse=True)[:MOST]
    fell = sorted((change, title) for change, title in moved if change and change < 0)[:MOST]
    for words, rows in ((_("More, of the same reporters: %(list)s."), rose), (_("Less: %(list)s."), fell)):
        if rows:
            said.append(words % {"list": "; ".join(f"{title} {_change(change)}" for change, title in rows)})
    routes = [
        f"{value_word('country', a, lang)} → {value_word('country', b, lang)} ({whole(number)})"
        for a, b, number, _who in legs.legs[:MOST]
    ]
    if routes:
        said.append(_("The busiest legs of routes: %(list)s.") % {"list": "; ".join(routes)})
    return said


def _next(found: Figures, sections: list[dict[str, Any]], legs: Legs, silent: int) -> list[str]:
    """What would let the next edition say more: of what is missing in this one."""
    said = []
    if silent:
        said.append(_("Ask the %(n)s administrations that sent nothing what they hold.") % {"n": whole(silent)})
    if found.coverage.seldom:
        said.append(
            _("%(n)s reported in fewer than three months: help them to send every month.")
            % {"n": whole(len(found.coverage.seldom))}
        )
    if legs.unknown:
        share = percent(legs.unknown, legs.total)
        of = f"{share:.0f} %" if share is not None else f"{whole(legs.unknown)} / {whole(legs.total)}"
        said.append(_("Ask for both ends of the route: one is unknown in %(share)s of the cases.") % {"share": of})
    empty = [one["title"] for one in sections if not one["found"].cases.now]
    if empty:
        said.append(_("Find out who holds what nobody reported: %(list)s.") % {"list": ", ".join(empty)})
    return said
