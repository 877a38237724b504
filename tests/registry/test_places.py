"""Where a record was, on a map and in a table: addresses, sightings, seizures."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.making import case_in
from tests.registry.conftest import page_of
from tidewaiter.cases.actions import draft
from tidewaiter.people.actions import make_token
from tidewaiter.registry.actions.entering import enter, say_of_entity, tie_to_case
from tidewaiter.registry.actions.suspects import report_sighting, signal
from tidewaiter.registry.models import Entity
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PURPOSE = "case KE-1, investigation"


def entered(by: Any, *values: tuple[str, str], kind: str = "person") -> Entity:
    said = SaidThing(key="", kind=kind, values=[("name", "Yusuf Kassarani"), *values], source="register")
    return enter(said=said, by=by)


def told(person: Any, one: Entity) -> list[dict[str, Any]]:
    token = make_token(officer=person, scope="read", by=person)[1]
    answer = Client().get(
        f"/api/v1/registry/entities/{one.ref}/places", HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_X_PURPOSE=PURPOSE
    )
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()
    return found


@pytest.mark.parametrize(
    ("said", "place", "country"),
    [
        ("Ganjoni, Mombasa", "KEMBA", "KE"),
        ("P.O. Box 90420-80100 Mombasa", "KEMBA", "KE"),
        ("Moi Avenue 12, Mombasa, Kenya", "KEMBA", "KE"),
        ("KENBO, arrivals", "KENBO", "KE"),
        ("Kaistr. 3, 20457 Hamburg, Germany", "DEHAM", "DE"),
        ("somewhere, Chile", "", "CL"),
        ("Hamburg", "", ""),
        ("behind the market", "", ""),
    ],
)
def test_an_address_lies_where_its_words_say_and_nowhere_by_guessing(
    staff: SimpleNamespace, said: str, place: str, country: str
) -> None:
    [row] = told(staff.officer, entered(staff.investigator, ("address", said)))
    assert (row["kind"], row["said"], row["place"], row["country"]) == ("lived", said, place, country)
    assert (row["longitude"] is None) == (not country)


def test_a_firms_own_country_is_where_its_town_is_sought(staff: SimpleNamespace) -> None:
    firm = entered(staff.investigator, ("address", "Rua 7, Santos"), ("country", "BR"), kind="company")
    [row] = told(staff.officer, firm)
    assert (row["place"], row["longitude"] < -40, row["latitude"] < -20) == ("BRSSZ", True, True)


def met(staff: SimpleNamespace) -> Entity:
    one = entered(staff.investigator, ("address", "Ganjoni, Mombasa"))
    say_of_entity(
        entity=one, prop="address", value="Zanzibar, Tanzania", source="a call", handling="RED", by=staff.investigator
    )
    header = {"national_ref": "KE-2026-0418", "date": "2026-08-03", "place": "KENBO"}
    [case] = draft(cases=[case_in(**header)], by=staff.officer, channel="page").refs
    tie_to_case(entity=one, case=case, role="courier", by=staff.investigator)
    signal(entity=one, reason="carries for others", by=staff.officer)
    report_sighting(ref=one.ref, seen_on="2026-09-01", place="Kisumu", what="in a grey pick-up", by=staff.officer)
    return one


def test_sightings_seizures_and_addresses_stand_on_one_map_the_newest_first(staff: SimpleNamespace) -> None:
    one = met(staff)
    rows = told(staff.officer, one)
    assert [(row["kind"], row["date"], row["place"]) for row in rows] == [
        ("seen", "2026-09-01", "KEKIS"),
        ("seized", "2026-08-03", "KENBO"),
        ("lived", "", "KEMBA"),
    ]
    text = page_of(staff.officer).get(f"/registry/{one.ref}/").content.decode()
    section = text[text.index('id="h-places"') : text.index('id="h-time"')]
    assert "3 of 3 are on the map" in section
    assert re.findall(r'class="pt (\w+)"', section) == ["seen", "lived", "seized"]
    assert "KE-2026-0418" in section
    assert "Zanzibar" not in text


def test_who_does_not_see_a_case_or_a_statement_sees_no_place_of_it(staff: SimpleNamespace) -> None:
    one = met(staff)
    assert "Zanzibar, Tanzania" in [row["said"] for row in told(staff.investigator, one)]
    token = make_token(officer=staff.foreign, scope="read", by=staff.foreign)[1]
    address = f"/api/v1/registry/entities/{one.ref}/places"
    keys = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_X_PURPOSE": PURPOSE}
    assert Client().get(address, **keys).status_code == 404  # type: ignore[arg-type]


def test_a_name_of_a_place_is_escaped_and_paper_has_the_map_with_its_land(
    staff: SimpleNamespace, tmp_path: Path
) -> None:
    one = entered(staff.investigator, ("address", "<script>alert(1)</script>, Mombasa"))
    assert "<script>alert(1)" not in page_of(staff.officer).get(f"/registry/{one.ref}/").content.decode()
    file = tmp_path / "copy.html"
    call_command("print_profile", one.ref, output=str(file), by="officer.ke", purpose=PURPOSE, format="json")
    text = file.read_text()
    assert 'class="pt lived"' in text
    assert "<use" not in text
    assert "<script>alert(1)" not in text
