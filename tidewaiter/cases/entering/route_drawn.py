"""A route on a map: of a case, and of what is typed of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import code_view, code_views
from tidewaiter.drawing.routes import Stop, anchor, point_of, route_map


def with_seizure(legs: Sequence[Mapping[str, Any]], country: str, place: str) -> list[dict[str, Any]]:
    """The stops of a route, each with `here`: whether the goods were seized there. A route that does not name the place
    of the seizure is given it, before its end.
    """
    found = [
        {**leg, "here": leg.get("role") == "seizure" or (bool(place) and leg.get("place") == place)} for leg in legs
    ]
    if found and not any(leg["here"] for leg in found):
        at = next((n for n, leg in enumerate(found) if leg.get("role") == "destination"), len(found))
        here = {"role": "seizure", "country": country, "place": place, "here": True, "certainty": "known"}
        found.insert(at, here)
    return found


def drawn(header: Mapping[str, str], lang: str, legs: Sequence[Mapping[str, Any]], place: str) -> SafeString:
    """The map of the rows of an entry, as far as they are read: `legs` are those of `fields.legs_shown`, `place` is the
    code of the place of the seizure.
    """
    read = []
    for leg in legs:
        code = leg["box"]["echo"].code if leg["box"]["echo"].kind == "is" else ""
        if code:
            where = {"place": code, "country": code[:2]} if len(code) > 2 else {"country": code}
            said = {
                "certainty": header.get(f"{leg['row']}.certainty", ""),
                "date": header.get(f"{leg['row']}.date", ""),
            }
            read.append({"role": leg["row"].split(".")[1], **where, **said})
    return drawn_of_legs(with_seizure(read, place[:2], place) if place else read, lang)


def drawn_of_legs(legs: Iterable[Mapping[str, Any]], lang: str) -> SafeString:
    """The map of the stops of a route; nothing where none can be shown."""
    stops = []
    for leg in legs:
        code = str(leg.get("place") or leg.get("country") or "")
        if code:
            sure = leg.get("certainty") in (None, "", "known")
            stops.append((code, str(leg.get("date") or ""), bool(leg.get("here")), sure))
    return _map(stops, lang)


def _map(stops: Sequence[tuple[str, str, bool, bool]], lang: str) -> SafeString:
    places = code_views("unlocode", [code for code, *_rest in stops if len(code) > 2])
    found: list[Stop] = []
    for code, says, here, sure in stops:
        at = point_of(str(places[code].data.get("coordinates", ""))) if code in places else None
        at = at or anchor(code[:2])
        country = code_view("country", code[:2])
        name = places[code].label(lang) if code in places else country.label(lang) if country else code
        if at is not None:
            found.append(Stop(at, name, says, here, sure))
    label = _("The route: %(places)s") % {"places": ", ".join(stop.name for stop in found)}
    return route_map(found, label=label)
