"""What the checks say of days, places, routes and carriers: row by row."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.stand_ins import context, said
from tidewaiter.checks import journey


@pytest.mark.parametrize(
    ("day", "precision", "code"),
    [
        ("2026-11-22", "day", ""),
        ("2026-11-23", "day", "date_in_future"),
        ("1950-01-01", "day", ""),
        ("1949-12-31", "day", "date_impossible"),
        ("", "day", ""),
        ("2026-11-30", "month", ""),
        ("2026-12-01", "month", "date_in_future"),
        ("2026-12-31", "year", ""),
        ("2027-01-01", "year", "date_in_future"),
        ("2026-11-23", "", "date_in_future"),
        ("1949-12-31", "year", "date_impossible"),
        ("1949-06-01", "month", "date_impossible"),
    ],
)
def test_a_day_lies_between_the_first_records_and_today(day: str, precision: str, code: str) -> None:
    header = {"date": day, "date_precision": precision} if precision else {"date": day}
    found = journey.check_date(header, [], context())
    assert said(found) == ([(code, "stop", "date")] if code else [])


def test_a_day_is_said_as_exactly_as_it_was_known() -> None:
    for precision, shown in (("day", "2027-12-31"), ("month", "2027-12"), ("year", "2027")):
        [found] = journey.check_date({"date": "2027-12-31", "date_precision": precision}, [], context())
        assert found.says == {"date": shown, "today": "2026-11-22"}
    for precision, shown in (("day", "1900-02-03"), ("month", "1900-02"), ("year", "1900")):
        [found] = journey.check_date({"date": "1900-02-03", "date_precision": precision}, [], context())
        assert found.says == {"date": shown, "earliest": "1950"}


ABROAD, NO_PORT = "is not in the reporting country", "is no seaport in UN/LOCODE"
NO_AIRPORT, NO_RAILWAY = "is no airport in UN/LOCODE", "has no railway in UN/LOCODE"
NOT_BY_AIR = "is an airport, the mode of transport is not by air"
AT_SEAPORT = "is a seaport, the mode of transport is by air"
BY_POST = "is a mail centre, the mode of transport is by ship"


@pytest.mark.parametrize(
    ("place", "kind", "mode", "why"),
    [
        ("KEMBA", "", "", ""),
        ("", "", "", ""),
        ("USNYC", "", "", ABROAD),
        ("USNYC", "seaport", "4", ABROAD),
        ("KEMBA", "seaport", "1", ""),
        ("KENBO", "seaport", "1", NO_PORT),
        ("KEXXX", "seaport", "1", ""),  # a place of which nothing is known
        ("KENBO", "airport", "4", ""),
        ("KEMBA", "airport", "4", NO_AIRPORT),
        ("KENBO", "railway_station", "2", ""),
        ("KEMBA", "railway_station", "2", NO_RAILWAY),
        ("KEMBA", "warehouse", "4", ""),
        *[("KENBO", "airport", mode, NOT_BY_AIR) for mode in "12378"],
        *[("KENBO", "airport", mode, "") for mode in "04569"],
        ("KEMBA", "seaport", "4", AT_SEAPORT),
        *[("KEMBA", "seaport", mode, "") for mode in "0123789"],
        *[("KENBO", "mail_centre", mode, BY_POST) for mode in "18"],
        *[("KENBO", "mail_centre", mode, "") for mode in "2345"],
        ("", "airport", "1", NOT_BY_AIR),
    ],
)
def test_a_place_is_what_its_type_and_the_mode_say(place: str, kind: str, mode: str, why: str) -> None:
    header = {"country": "KE", "place": place, "location_type": kind, "conveyance": {"mode": mode}}
    found = journey.check_place(header, [], context())
    assert [(one.says["place"], one.says["why"]) for one in found] == ([(place or kind, why)] if why else [])
    assert said(found) == ([("place_mismatch", "warn", "place")] if why else [])


CIRCLE, ASIDE = "It leaves from where it goes to.", "No leg of the route names the country of the seizure."
LATE, BACKWARD = "It left after the day of the seizure.", "Its dates do not follow one another."


def leg(role: str, where: str = "", day: str = "") -> dict[str, str]:
    """A leg: `KE` names a country, `KEMBA` a place in it, `/KEMBA` the place alone."""
    made = {"role": role}
    if where.startswith("/"):
        made["place"] = where[1:]
    elif where:
        made |= {"country": where[:2]} | ({"place": where} if len(where) > 2 else {})
    return made | ({"date": day} if day else {})


def legs(*words: str) -> list[dict[str, str]]:
    """`from TRIST`, `via EG`, `to KEMBA 2026-03-04`."""
    roles = {"from": "departure", "via": "transit", "to": "destination", "of": "origin"}
    return [leg(roles[word.split()[0]], *word.split()[1:]) for word in words]


@pytest.mark.parametrize(
    ("words", "changes", "whats"),
    [
        ([], {}, []),
        (["from TRIST", "to KEMBA"], {}, []),
        (["from KEMBA", "to TRIST"], {}, []),
        (["from KEMBA", "to KEMBA"], {}, [CIRCLE]),
        (["from KE", "to KE"], {}, [CIRCLE]),
        (["from KE", "to KE"], {"direction": "domestic"}, []),
        (["from KEMBA", "to KEMBA"], {"direction": "domestic"}, [CIRCLE]),
        (["from KEMBA", "to KENBO"], {}, []),
        (["from KEMBA", "via UG", "to KEMBA"], {}, []),
        (["to KEMBA"], {}, []),
        (["from TR", "to UG"], {}, [ASIDE]),
        (["from TR"], {}, []),
        (["to UG"], {}, []),
        (["from TR", "via /KEMBA", "to UG"], {}, []),
        (["from TR", "via KE", "to UG"], {}, []),
        (["of KE", "from TR", "to UG"], {}, []),
        (["from TR", "to UG"], {"direction": "import"}, [ASIDE]),
        (["from TR", "to UG"], {"direction": "export"}, [ASIDE]),
        (["from TR", "to UG"], {"direction": "domestic"}, [ASIDE]),
        (["from TR", "to UG"], {"direction": "transit"}, []),
        (["from TR", "to UG"], {"direction": None}, []),
        (["from UG", "to UG"], {}, [CIRCLE, ASIDE]),
        (["from TR 2026-03-04", "to KE"], {}, []),
        (["from TR 2026-03-05", "to KE"], {}, [LATE]),
        (["of TR 2026-03-05", "to KE"], {}, [LATE]),
        (["of TR 2026-03-05", "from TR 2026-03-05", "to KE"], {}, [LATE, LATE]),
        (["from TR", "to KE 2026-03-09"], {}, []),
        (["from TR 2026-03-05", "to KE"], {"date_precision": "month"}, []),
        (["from TR 2026-04-01", "to KE"], {"date_precision": "month"}, [LATE]),
        (["from TR 2026-12-31", "to KE"], {"date_precision": "year"}, []),
        (["from TR 2027-01-01", "to KE"], {"date_precision": "year"}, [LATE]),
        (["from TR 2026-03-03", "via EG 2026-03-02", "to KE"], {}, [BACKWARD]),
        (["from TR 2026-03-03", "via EG 2026-03-03", "to KE 2026-03-04"], {}, []),
        (["from TR 2026-03-05", "via EG 2026-03-02", "to KE"], {}, [LATE]),  # once is enough
    ],
)
def test_a_route_leads_somewhere_through_the_country_and_forward(
    words: list[str], changes: dict[str, Any], whats: list[str]
) -> None:
    header = {"country": "KE", "date": "2026-03-04", "date_precision": "day", "direction": "import"}
    header |= {"route": legs(*words)} | changes
    found = journey.check_route(header, [], context())
    assert [one.says["what"] for one in found] == whats
    paths = {LATE: {"route.origin.date", "route.departure.date"}}
    assert all(one.path in paths.get(one.says["what"], {"route"}) for one in found)
    assert {one.severity for one in found} <= {"warn"}


def test_a_case_without_a_day_of_its_own_precision_is_known_to_the_day() -> None:
    header = {
        "country": "KE",
        "date": "2026-03-04",
        "direction": "import",
        "route": legs("from TR 2026-03-05", "to KE"),
    }
    assert [one.path for one in journey.check_route(header, [], context())] == ["route.departure.date"]


@pytest.mark.parametrize(
    ("conveyance", "paths"),
    [
        ({}, []),
        *[({"mode": mode, "carrier": "KQ"}, []) for mode in ("", "0", "4", "5", "6", "9")],
        *[({"mode": mode, "carrier": "KQ"}, ["conveyance.carrier"]) for mode in "12378"],
        *[({"mode": mode, "imo": "9319466"}, []) for mode in ("", "0", "1", "6", "8", "9")],
        *[({"mode": mode, "imo": "9319466"}, ["conveyance.imo"]) for mode in "23457"],
        ({"mode": "3", "carrier": "KQ", "imo": "9319466"}, ["conveyance.carrier", "conveyance.imo"]),
        ({"mode": "3"}, []),
    ],
)
def test_an_airline_flies_and_an_imo_number_sails(conveyance: dict[str, str], paths: list[str]) -> None:
    found = journey.check_carrier({"conveyance": conveyance}, [], context())
    assert said(found) == [("carrier_mode", "warn", path) for path in paths]
