"""The page of a mirror comparison: gaps, a map, one pair of countries by years."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from tidewaiter.drawing import charts, maps
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import Missing
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.presenters.labels import (
    KINDS,
    ROWS,
    country_word,
    dropped_in_words,
    product_words,
    summaries_shown,
    understanding,
)
from tidewaiter.trade.results import first_rows, flows_of_pair, gaps_by_country, pair_by_years


def mirror_page(run: TradeRun, asked: QueryDict, lang: str, _by: Actor) -> JsonObject:
    """The listed gaps on a map and in a table, and with `exporter` and `importer` one pair.

    Raises `Missing` for a pair that has no flow.
    """
    entrepots = asked.get("entrepots") == "1"
    rows = [_flow(one, lang) for one in first_rows(run, ROWS, entrepots=entrepots)]
    side = "exporter" if asked.get("side") == "exporter" else "importer"
    gaps = gaps_by_country(run, side)
    counts = {code: round(gap) for code, gap in gaps.items() if gap >= 1}
    said: JsonObject = {
        "rows": rows,
        "entrepots": entrepots,
        "side": side,
        "dropped": dropped_in_words(run.answer),
        "kinds": [(str(KINDS.get(kind, kind)), n) for kind, n in run.answer["gaps_by_kind"].items()],
        "map": maps.flow_map(label=_("Countries shaded by the size of listed gaps"), counts=counts, linked=True),
        "summaries": summaries_shown(run, lang),
        "countries": [
            (country_word(code, lang), gap) for code, gap in sorted(gaps.items(), key=lambda one: -one[1])[:12]
        ],
    } | understanding(run.answer)
    if asked.get("exporter") and asked.get("importer"):
        said["pair"] = _pair(run, str(asked["exporter"]), str(asked["importer"]), lang)
    return said


def _flow(one: JsonObject, lang: str) -> JsonObject:
    return one | {
        "from_word": country_word(one["exporter"], lang),
        "to_word": country_word(one["importer"], lang),
        "product_word": product_words(one["product"], lang),
        "kind_word": KINDS.get(one["kind"] or "", ""),
        "share": None if one["relative"] is None else 100 * one["relative"],
    }


def _pair(run: TradeRun, exporter: str, importer: str, lang: str) -> JsonObject:
    years = pair_by_years(run, exporter, importer)
    if not years:
        raise Missing("no_rows", _("There is no such pair."))
    chart = charts.lines(
        label=_("What the importer reports (thick) beside what the exporter reports (thin), by year"),
        ticks=[str(one["year"]) for one in years],
        now=[round(one["imported"]) for one in years],
        was=[round(one["exported"]) for one in years],
    )
    return {
        "from": country_word(exporter, lang),
        "to": country_word(importer, lang),
        "years": years,
        "chart": chart if len(years) > 1 else "",
        "flows": [_flow(one, lang) for one in flows_of_pair(run, exporter, importer, 50)],
    }
