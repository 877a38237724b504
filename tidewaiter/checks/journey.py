"""Checks of when, where and how: dates, places, routes, carriers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

from tidewaiter.checks.context import Context, Lines
from tidewaiter.checks.findings import STOP, WARN, Finding

EARLIEST = "1950-01-01"
_FUNCTIONS = {
    "seaport": ("1", gettext_noop("is no seaport in UN/LOCODE")),
    "railway_station": ("2", gettext_noop("has no railway in UN/LOCODE")),
    "airport": ("4", gettext_noop("is no airport in UN/LOCODE")),
}
_MODES = {
    "airport": (frozenset("12378"), gettext_noop("is an airport, the mode of transport is not by air")),
    "seaport": (frozenset("4"), gettext_noop("is a seaport, the mode of transport is by air")),
    "mail_centre": (frozenset("18"), gettext_noop("is a mail centre, the mode of transport is by ship")),
}
"""By type of location: the modes that do not belong there."""
_BY_AIR, _BY_SHIP = frozenset("4"), frozenset("18")
_ENDS_HERE = ("import", "export", "domestic")
"""Directions of goods that leave from the country of the seizure or go to it."""
_UNSAID = frozenset(("", "0", "6", "9"))


def check_date(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """A seizure is not in the future, nor before the records begin."""
    day, today = str(header.get("date", "")), context.iso_today
    if EARLIEST <= day <= today:
        return []
    length = {"year": 4, "month": 7}.get(str(header.get("date_precision", "day")), 10)
    if day and day[:length] > today[:length]:
        return [Finding("date_in_future", STOP, "date", {"date": day[:length], "today": today})]
    if day and day < EARLIEST:
        return [Finding("date_impossible", STOP, "date", {"date": day[:length], "earliest": EARLIEST[:4]})]
    return []


def check_place(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """The place lies in the reporting country and is what the type of location and the mode say."""
    place, kind = str(header.get("place", "")), str(header.get("location_type", ""))
    mode = str(header.get("conveyance", {}).get("mode", ""))
    if place and place[:2] != header.get("country"):
        return [_place(place, gettext_noop("is not in the reporting country"))]
    needed = _FUNCTIONS.get(kind)
    functions = context.place_functions.get(place, "")
    if place and needed and functions and needed[0] not in functions:
        return [_place(place, needed[1])]
    odd = _MODES.get(kind)
    return [_place(place or kind, odd[1])] if odd and mode in odd[0] else []


def _place(place: str, why: str) -> Finding:
    return Finding("place_mismatch", WARN, "place", {"place": place, "why": why})


def check_route(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """A route leads from one place to another, through the country of the seizure, forward in time."""
    legs = header.get("route")
    if not legs:
        return []
    by_role = {leg["role"]: leg for leg in legs if leg["role"] != "transit"}
    departure, destination = by_role.get("departure", {}), by_role.get("destination", {})
    left, goes_to = departure.get("country"), destination.get("country")
    findings = []
    if left and left == goes_to and departure.get("place") == destination.get("place"):
        through = any(leg["role"] == "transit" for leg in legs)
        if not through and (header.get("direction") != "domestic" or departure.get("place")):
            findings.append(_route("route", gettext_noop("It leaves from where it goes to.")))
    if left and goes_to and not _is_on_route(header, legs):
        findings.append(_route("route", gettext_noop("No leg of the route names the country of the seizure.")))
    dated = [str(leg["date"]) for leg in legs if leg.get("date")]
    if not dated:
        return findings
    length = {"year": 4, "month": 7}.get(str(header.get("date_precision", "day")), 10)
    for role in ("origin", "departure"):
        if str(by_role.get(role, {}).get("date", ""))[:length] > str(header.get("date", ""))[:length]:
            findings.append(_route(f"route.{role}.date", gettext_noop("It left after the day of the seizure.")))
    if not findings and dated != sorted(dated):
        findings.append(_route("route", gettext_noop("Its dates do not follow one another.")))
    return findings


def _is_on_route(header: dict[str, Any], legs: list[dict[str, Any]]) -> bool:
    """Whether the country of the seizure is one of the route: a leg names it or a place in it. Of goods that neither
    came from there nor were to stay, the place of the seizure is itself a stop on their way.
    """
    country = header.get("country")
    on_it = {leg.get("country") or str(leg.get("place", ""))[:2] for leg in legs}
    return country in on_it or header.get("direction") not in _ENDS_HERE


def _route(path: str, what: str) -> Finding:
    return Finding("route_conflict", WARN, path, {"what": what})


def check_carrier(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """An airline carries by air, an IMO number belongs to a ship."""
    conveyance = header.get("conveyance", {})
    mode = str(conveyance.get("mode", ""))
    findings = []
    if conveyance.get("carrier") and mode not in _UNSAID | _BY_AIR | {"5"}:
        what = gettext_noop("An airline is given, the mode of transport is not by air.")
        findings.append(Finding("carrier_mode", WARN, "conveyance.carrier", {"what": what}))
    if conveyance.get("imo") and mode not in _UNSAID | _BY_SHIP:
        what = gettext_noop("An IMO number is given, the mode of transport is not by ship.")
        findings.append(Finding("carrier_mode", WARN, "conveyance.imo", {"what": what}))
    return findings
