"""How the comparisons with other organisations' tables are shown, on pages and in files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import code_view
from tidewaiter.statistics.comparisons.wildlife_trade import NONE, ROUTE, Compared
from tidewaiter.statistics.labels import unit_word, value_word

WILDLIFE_HEADS = (
    "Species",
    "From",
    "To",
    "Cases",
    "Seizures",
    "Seized",
    "Rows of trade on the route",
    "By importers",
    "By exporters",
    "Rows of trade of the species",
    "Reported as",
    "Reading",
)


def _term(code: str, lang: str) -> str:
    view = code_view("cites_term", code)
    return view.label(lang) if view else code


def amounts(said: Iterable[tuple[tuple[str, str], Any]], lang: str) -> str:
    """«12 kg scales; 3 live»."""
    parts = []
    for (term, unit), amount in said:
        number = f"{amount:g}" if isinstance(amount, float) else str(amount)
        parts.append(" ".join(part for part in (number, unit_word(unit, lang), _term(term, lang)) if part))
    return "; ".join(parts)


def reading(one: Compared) -> str:
    """What a comparison says, in words: trade beside seizures proves nothing by itself."""
    if one.verdict == ROUTE and not one.by_name:
        return _("On this route trade is reported of its genus, or of species of it: look at permits.")
    if one.verdict == ROUTE:
        return _("Traded on this route too: look at permits.")
    if one.verdict == NONE:
        return _("No trade of this species was reported.")
    return _("Traded elsewhere, not reported on this route.")


def wildlife_rows(found: Iterable[Compared], lang: str) -> list[list[Any]]:
    """Rows under `WILDLIFE_HEADS`."""
    return [
        [
            one.species,
            value_word("country", one.departure, lang) if one.departure else "",
            value_word("country", one.destination, lang) if one.destination else "",
            one.cases,
            one.seizures,
            amounts(one.seized.items(), lang),
            one.shipments,
            amounts(((about, both[0]) for about, both in one.on_route.items() if both[0]), lang),
            amounts(((about, both[1]) for about, both in one.on_route.items() if both[1]), lang),
            one.anywhere,
            "; ".join(sorted(one.reported_as)),
            reading(one),
        ]
        for one in found
    ]
