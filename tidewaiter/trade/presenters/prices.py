"""The page of a unit-price screen: flagged rows, and one of them among its like ones."""

from __future__ import annotations

from math import floor, log10

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tidewaiter.cases.policy import FILING_ROLES
from tidewaiter.cases.search_index import code_word
from tidewaiter.drawing import charts
from tidewaiter.forms.queries import forms_in_use
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.presenters.labels import (
    ROWS,
    SLIPS,
    country_word,
    dropped_in_words,
    product_words,
    summaries_shown,
    understanding,
)
from tidewaiter.trade.results import distribution_of, first_rows


def price_page(run: TradeRun, asked: QueryDict, lang: str, by: Actor) -> JsonObject:
    """The flagged rows, and with `row` one of them; `slips=0` leaves out what is likely a typing error."""
    slips = asked.get("slips") != "0"
    rows = [
        one
        | {
            "partner_word": country_word(one["partner"], lang),
            "slip_word": SLIPS.get(one["slip"] or "", ""),
            "product_word": product_words(one["hs"], lang),
        }
        for one in first_rows(run, ROWS, slips=slips)
    ]
    said: JsonObject = {
        "rows": rows,
        "slips": slips,
        "importers": any(one["importer"] for one in rows),
        "dropped": dropped_in_words(run.answer),
        "summaries": summaries_shown(run, lang),
        "amounts": run.answer.get("by_currency") or [run.answer],
    } | understanding(run.answer)
    if asked.get("row"):
        said["one"] = _one_price(run, str(asked["row"]), lang, by)
    return said


def _one_price(run: TradeRun, ident: str, lang: str, by: Actor) -> JsonObject:
    found = distribution_of(run, ident)
    one = found.row
    ticks = [
        number_format(
            edge, decimal_pos=max(0, 2 - floor(log10(edge))) if edge < 100 else 0, use_l10n=True, force_grouping=True
        )
        for edge in found.edges
    ]
    words = [
        product_words(str(value), lang) or str(value)
        if name.startswith("hs")
        else country_word(str(value), lang)
        if name == "partner"
        else str(value)
        for name, value in found.keys.items()
        if value not in (None, "")
    ]
    chart = charts.histogram(
        label=_("Unit prices of like ones, the range in the shade, this row at the mark"),
        counts=found.counts,
        ticks=ticks,
        at=found.at,
        between=found.between,
        unit=_("price per %(unit)s, logarithmic") % {"unit": one["unit"]},
    )
    case = {
        "kind": "seizure",
        "direction": one["flow"].removeprefix("re_"),
        "lines.1.hs": one["hs"][:6],
        "lines.1.quantity": f"{one['quantity']:.12g}",
        "lines.1.unit": one["unit"],
        "lines.1.value": f"{one['value']:.12g}",
        "narrative": _("Trade analysis %(run)s, row %(row)s. %(reason)s")
        % {"run": run.ref, "row": one["id"], "reason": one["reason"] or ""},
    }
    return {
        "row": one,
        "chart": chart,
        "group": ", ".join(words),
        "like": found.like,
        "product": product_words(one["hs"], lang),
        "partner": country_word(one["partner"], lang),
        "slip": SLIPS.get(one["slip"] or "", ""),
        "case": case,
        "forms": [(form.code, code_word("commodity", form.code)) for form in forms_in_use()]
        if by.role_codes & FILING_ROLES
        else [],
    }
