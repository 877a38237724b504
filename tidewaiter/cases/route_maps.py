"""Where the stops of a case lie: the route on a map."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.codelists.queries import CodeView, code_view, code_views
from tidewaiter.drawing.lines import Point
from tidewaiter.drawing.maps import place_of
from tidewaiter.drawing.routes import Stop, route_map

_coordinates = re.compile(r"(\d\d)(\d\d)([NS]) (\d{3})(\d\d)([EW])")


def position(said: str) -> Point | None:
    """Longitude and latitude in degrees of «0400S 03940E», as UN/LOCODE writes them."""
    found = _coordinates.fullmatch(said)
    if found is None:
        return None
    north, east = int(found[1]) + int(found[2]) / 60, int(found[4]) + int(found[5]) / 60
    return (-east if found[6] == "W" else east, -north if found[3] == "S" else north)


def route_of(cases: Iterable[Case], lang: str) -> dict[str, Any] | None:
    """The route that is shown for several cases: of the first one whose stops can be drawn; `{"case", "map"}`."""
    for case in cases:
        if drawn := drawn_route(legs_of(case), lang, wide=True):
            return {"case": case, "map": drawn}
    return None


def legs_of(case: Case) -> list[dict[str, Any]]:
    """The stops of a case's route, with the place of its seizure."""
    return with_seizure(case.header.get("route", []), case.country, case.place)


def with_seizure(route: Sequence[Mapping[str, Any]], country: str, place: str) -> list[dict[str, Any]]:
    """The stops of a route, each with `here`: whether the goods were seized there. A route that does not name the place
    of the seizure is given it, before its end.
    """
    legs = [
        {**leg, "here": leg.get("role") == "seizure" or (bool(place) and leg.get("place") == place)} for leg in route
    ]
    if legs and not any(leg["here"] for leg in legs):
        at = next((n for n, leg in enumerate(legs) if leg.get("role") == "destination"), len(legs))
        here = {"role": "seizure", "country": country, "place": place, "here": True, "certainty": "known"}
        legs.insert(at, here)
    return legs


def drawn_route(legs: Sequence[Mapping[str, Any]], lang: str, least: int = 2, *, wide: bool = False) -> SafeString:
    """The route on a map, as far as places are known; empty where fewer than `least` different ones are."""
    places = code_views("unlocode", {str(leg["place"]) for leg in legs if leg.get("place")})
    stops = [stop for leg in legs if (stop := _stop(leg, places.get(str(leg.get("place"))), lang))]
    if len({stop.at for stop in stops}) < least:
        return SafeString("")
    label = _("Map of the route: %(stops)s") % {"stops": " → ".join(one.name for one in stops)}
    return route_map(stops, label=label, wide=wide)


def _stop(leg: Mapping[str, Any], place: CodeView | None, lang: str) -> Stop | None:
    """A stop at its place, else in the middle of its country."""
    country = str(leg.get("country") or "")
    at = position(str(place.data.get("coordinates") or "")) if place else None
    view = code_view("country", country)
    name = place.label(lang) if place else view.label(lang) if view else country
    sure = leg.get("certainty") not in ("declared", "suspected")
    found = at or place_of(country)
    return Stop(found, name, bool(leg.get("here")), sure) if found else None
