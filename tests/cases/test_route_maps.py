"""The route of a case and the list of cases, drawn on a map."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in, unindented
from tests.prepared import PROJECT
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.cases.route_maps import drawn_route

LEGS: list[dict[str, Any]] = [
    {"role": "departure", "country": "CL", "place": "CLSAI", "certainty": "declared"},
    {"role": "transit", "country": "KR", "place": "KRPUS"},
    {"role": "seizure", "country": "KE", "place": "KEMBA", "here": True},
]


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


@pytest.mark.django_db
def test_a_route_is_drawn_where_it_is_not_cut_with_its_places_named_and_no_coast_sent() -> None:
    drawn = drawn_route(LEGS, "en")
    assert re.search(r"world-pacific[.\w]*\.svg#land", drawn), "over the Pacific, so that the way from Chile is whole"
    assert re.findall(r"<text [^>]*>([^<]*)</text>", drawn) == ["Mombasa", "San Antonio", "Busan"]
    assert drawn.count('class="flow"') == 2
    assert drawn.count("stroke-dasharray") == 1, "what is declared is dotted"
    assert drawn.count('class="pt here"') == 1
    assert 'aria-label="Map of the route: San Antonio → Busan → Mombasa"' in drawn
    assert len(drawn) < 6000
    assert "style=" not in drawn


@pytest.mark.django_db
def test_one_place_or_none_is_no_route() -> None:
    assert drawn_route(LEGS[2:], "en") == ""
    assert drawn_route([{"role": "departure", "country": "ZZ"}, LEGS[2]], "en") == ""
    assert "#land" in drawn_route([{"role": "departure", "country": "CO"}, LEGS[2]], "en"), "a country has its middle"


def test_all_land_and_each_country_of_it_lie_in_one_file() -> None:
    for ocean in ("atlantic", "indian", "pacific"):
        kept = (PROJECT / "tidewaiter" / "site" / "static" / f"world-{ocean}.svg").read_text()
        land = kept[kept.index('<g id="land">') :]
        assert '<path id="KE" d="M' in land
        assert '<path id="edge"' not in land


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_list_says_the_next_step_and_shows_its_cases_on_a_map(people: SimpleNamespace) -> None:
    route = [{"role": "departure", "country": "CL"}, {"role": "destination", "country": "KE"}]
    for n in range(3):
        draft(cases=[case_in(national_ref=f"L-{n}", route=route if n else [])], by=people.contact, channel="csv")
    submit(cases=Case.objects.filter(national_ref__in=("L-1", "L-2")), by=people.contact)
    validate(cases=Case.objects.filter(national_ref="L-2"), by=people.secretariat, unopened="test")
    mine = unindented(_client(people.contact).get("/cases/").content.decode())
    assert "<b>You: submit</b>" in mine
    assert "Regional office: review" in mine
    theirs = unindented(_client(people.reviewer).get("/cases/").content.decode())
    assert "<b>You: validate or return</b>" in theirs
    shown = unindented(_client(people.contact).get("/cases/?view=map").content.decode())
    assert "Routes of 2 of 3 cases, points where they were seized; with an unknown end: 1." in shown
    assert "<title>Chile → Kenya: 2</title>" in shown
    narrowed = unindented(_client(people.contact).get("/cases/?view=map&status=validated").content.decode())
    assert "Routes of 1 of 1 cases" in narrowed
