"""The dashboard and the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tidewaiter.drawing import charts, maps
from tidewaiter.drawing.world import CENTRES
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.parameters import year_of
from tidewaiter.statistics.dashboard.figures import chosen, overview, rows_by, span, usual_period
from tidewaiter.statistics.dashboard.route_legs import Leg, edges
from tidewaiter.statistics.dashboard.scope import Scope, month_text, read_scope
from tidewaiter.statistics.disclosure.thresholds import too_few
from tidewaiter.statistics.labels import value_word
from tidewaiter.statistics.presenters import (
    bands_shown,
    centres,
    coverage_shown,
    drawable,
    drawn_map,
    frame_of,
    hiding_shown,
    left_out_words,
    month_chart,
    period_words,
    route_shown,
    small_multiples,
    spots_of,
    table_of,
    ways_shown,
)
from tidewaiter.statistics.result_cache import remembered
from tidewaiter.statistics.tables.predefined import QUESTIONS

ROUTES = 7
FLOWS = 60


def scope_of(request: HttpRequest) -> Scope:
    """The scope of an address; where it says no period, the latest year in which cases lie, up to its last month."""
    if year := year_of(request.GET.get("year-of", "")):
        return read_scope(request.GET, f"{year}-01", f"{year}-12")
    by = actor_of(request)
    known = (
        remembered("usual period", None, by, lambda: usual_period(by))
        if not (request.GET.get("since") and request.GET.get("until"))
        else None
    )
    last = month_text(now().year * 12 + now().month - 1)
    return read_scope(request.GET, *(known or (f"{last[:4]}-01", last)))


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """The period against the one before: key figures, coverage, flows, months, routes, commodity by region, methods."""
    by, lang = actor_of(request), get_language() or "en"
    scope = scope_of(request)
    every = remembered("overview", scope, by, lambda: overview(scope, by))
    found, legs = every.figures, drawable(every.legs.legs, FLOWS)
    centre = _centre(request, legs)
    shown = frame_of(scope, lang) | {
        "found": found,
        "coverage": coverage_shown(found, scope),
        "routes": [route_shown(row, scope, lang, found.tables["routes"]) for row in found.tables["routes"][:ROUTES]],
        "route_count": len(found.tables["routes"]),
        "months": month_chart(found, scope),
        "small": small_multiples(every.quarters, scope, lang),
        "map": drawn_map(legs, found, lang, centre),
        "centres": centres(scope, centre),
        "legs": len(every.legs.legs),
        "drawn": len(legs),
        "left_out": left_out_words(every.legs.drawn(legs)),
        "bands": bands_shown(found, lang),
        "ways": ways_shown(every.ways, scope, lang),
        "hiding": hiding_shown(found.tables["hiding"], scope, lang),
        "questions": QUESTIONS,
    }
    return render(request, "statistics/dashboard.html", shown)


@require_GET
def world_map(request: HttpRequest) -> HttpResponse:
    """Density, flows or places on the map of the world, year by year; as a table too."""
    by, lang = actor_of(request), get_language() or "en"
    scope = scope_of(request)
    layer = request.GET.get("layer", "flows")
    layer = layer if layer in ("density", "places") else "flows"
    with chosen(scope, by) as connection:
        every = edges(connection)
        countries = [row for row in rows_by(connection, ("country",)) if row.cases.now]
        places = (
            [row for row in rows_by(connection, ("place",), known=True) if row.cases.now] if layer == "places" else []
        )
    legs = drawable(every.legs, FLOWS)
    centre = _centre(request, legs)
    counts = {str(row.keys[0]): row.cases.now for row in countries if row.keys[0]}
    flows = (
        [
            maps.Flow(a, b, n, f"{value_word('country', a, lang)} → {value_word('country', b, lang)}: {n}")
            for a, b, n, _who in legs
        ]
        if layer == "flows"
        else []
    )
    spots = spots_of(places, lang)
    names = {code: value_word("country", code, lang) for leg in legs[:12] for code in leg[:2]}
    known_span = remembered("span", None, by, lambda: span(by))
    years = [str(n) for n in range(int(known_span[0][:4]), int(known_span[1][:4]) + 1)] if known_span else []
    shown = frame_of(scope, lang) | {
        "map": maps.flow_map(
            label=_LAYERS_SAID[layer]() % {"period": period_words(scope)},
            centre=centre,
            flows=flows,
            counts=counts,
            spots=spots,
            names=names,
            linked=True,
        ),
        "layer": layer,
        "layers": [
            {"code": code, "word": said, "on": code == layer, "query": scope.query(layer=code, centre=centre)}
            for code, said in _layers()
        ],
        "centres": [{**one, "query": f"{one['query']}&layer={layer}"} for one in centres(scope, centre)],
        "centre": centre,
        "legs": _legs_in_words(legs, lang),
        "leg_count": len(every.legs),
        "rows": table_of(
            countries if layer != "places" else places, "country" if layer != "places" else "place", scope, lang
        ),
        "left_out": left_out_words(every.drawn(legs)),
        "placed": len(spots),
        "years": years,
        "year": scope.until[:4],
    }
    template = "statistics/_map.html" if request.headers.get("HX-Request") else "statistics/map.html"
    return render(request, template, shown)


def _centre(request: HttpRequest, legs: Sequence[Leg]) -> str:
    """The ocean in the middle that was asked for, else the one that cuts the fewest of these legs."""
    asked = request.GET.get("centre", "")
    return asked if asked in CENTRES else maps.best_centre([maps.Flow(a, b, n) for a, b, n, _who in legs])


def _legs_in_words(legs: Sequence[Leg], lang: str) -> list[dict[str, Any]]:
    """Legs of routes, the busiest first, as lines of a table with bars."""
    return [
        {
            "ends": [value_word("country", one, lang) for one in leg[:2]],
            "n": leg[2],
            "few": too_few(leg[3]),
            "bar": charts.share(leg[2], legs[0][2], "of-flow"),
        }
        for leg in legs
    ]


def _layers() -> list[tuple[str, str]]:
    return [("flows", _("Flows")), ("density", _("Density")), ("places", _("Places"))]


_LAYERS_SAID = {
    "flows": lambda: _("World map of trafficking flows, %(period)s; the table below says the same"),
    "density": lambda: _("World map of cases by reporting country, %(period)s; the table below says the same"),
    "places": lambda: _("World map of places of seizure, %(period)s; the table below says the same"),
}
