"""What any output for the public counts, and that no two of them tell what neither does."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in, unindented
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.models import Officer
from tidewaiter.statistics.actions import keep_table
from tidewaiter.statistics.report.frozen_data import freeze
from tidewaiter.statistics.report.illicit_trade_report import as_html, composed

pytestmark = pytest.mark.django_db
YEAR = "since=2025-01&until=2025-12"


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _reported(people: SimpleNamespace, country: str, number: int, month: int = 3, **said: Any) -> None:
    mark = Case.objects.count()
    cases = [
        case_in(
            national_ref=f"{country}-{mark}-{n}",
            country=country,
            place="",
            route=[],
            date=f"2025-{month:02d}-1{n % 9}",
            **said,
        )
        for n in range(number)
    ]
    refs = draft(cases=cases, by=people.steward, channel="csv").refs
    submit(cases=Case.objects.filter(ref__in=refs), by=people.steward)
    assert validate(cases=Case.objects.filter(ref__in=refs), by=people.secretariat, unopened="x")[0] == number


def _public(person: Any, query: str) -> dict[str, str]:
    answer = _client(person).get(f"/statistics/table/?{query}&{YEAR}&audience=public&format=csv")
    assert answer.status_code == 200
    return {row[0]: row[1] for row in csv.reader(io.StringIO(answer.content.decode())) if row}


@pytest.mark.parametrize("mark", ["RED", "AMBER+STRICT"])
def test_a_public_table_counts_no_marked_case_whoever_makes_it(people: SimpleNamespace, mark: str) -> None:
    for country in ("KE", "US", "CL"):
        _reported(people, country, 2)
        _reported(people, country, 1, handling=mark)
    for person in (people.analyst, people.officer, people.reviewer):
        assert _public(person, "by=mode")["total"] == "6"
    frozen = freeze(name="", since="2025-01", until="2025-12", audience="public", by=people.analyst)
    assert frozen.cases == 6, "the public edition counts the same"
    whole = _client(people.analyst).get(f"/statistics/table/?by=mode&{YEAR}&format=csv").content.decode()
    assert "total,9" in whole, "for members all nine are counted"


@pytest.mark.parametrize(
    "query",
    [
        "by=mode&administration=KE&administration=CL",
        "by=mode&country=KE",
        "by=mode&region=ESA",
        "by=mode&place=KEMBA",
        "by=administration",
        "by=mode&and=administration",
    ],
)
def test_a_public_table_is_not_narrowed_by_who_reported(people: SimpleNamespace, query: str) -> None:
    """Two tables, one country apart, would tell that country's figures."""
    for country in ("KE", "US", "CL"):
        _reported(people, country, 2)
    client = _client(people.analyst)
    for form in ("", "&format=csv"):
        refused = client.get(f"/statistics/table/?{query}&{YEAR}&audience=public{form}")
        assert refused.status_code == 400
        assert "neither narrowed by who reported" in refused.content.decode()
    assert client.get(f"/statistics/table/?{query}&{YEAR}").status_code == 200, "for members it is"


def test_a_partner_reads_no_name_of_a_shared_table(people: SimpleNamespace) -> None:
    keep_table(name="Joint operation PELICAN", query="by=commodity", shared=True, by=people.officer)
    assert "PELICAN" in _client(people.chilean).get("/statistics/table/").content.decode()
    page = _client(Officer.objects.get(username=people.partner.username)).get("/statistics/table/").content.decode()
    assert "PELICAN" not in page
    assert people.officer.username not in page


def test_a_public_figure_that_is_nearly_one_countrys_is_hidden_as_count_and_as_amount(people: SimpleNamespace) -> None:
    """By sea Kenya has 40 of 42 cases; by road three have as many. The other two could work Kenya's out."""
    for country, sea in (("KE", 40), ("US", 1), ("CL", 1)):
        _reported(people, country, sea, conveyance={"mode": "1"})
        _reported(people, country, 15, conveyance={"mode": "3"})
        _reported(people, country, 5, conveyance={"mode": "4"})
    found = _public(people.analyst, "by=mode")
    assert found["Maritime"] == "hidden"
    assert sorted(found[mode] for mode in ("Road", "Air")) in (["15", "hidden"], ["45", "hidden"]), "and one with it"
    sums = _client(people.analyst).get(f"/statistics/table/?by=mode&measure=quantity&{YEAR}&audience=public&format=csv")
    assert {row[0]: row[2] for row in csv.reader(io.StringIO(sums.content.decode()))}["Maritime"] == "hidden"


def _edition(people: SimpleNamespace) -> Any:
    return freeze(name="2025", since="2025-01", until="2025-12", audience="public", by=people.analyst)


def _weapons(snapshot: Any) -> tuple[bool, int]:
    said = composed(snapshot, "en")
    (section,) = [one for one in said["sections"] if one["name"] == "security"]
    return section["hide"], section["found"].cases.now


def test_two_public_editions_of_a_year_do_not_tell_what_one_country_reported_between(people: SimpleNamespace) -> None:
    for country in ("KE", "US", "CL"):
        _reported(people, country, 2, month=3)
    first = _edition(people)
    _reported(people, "KE", 1, month=9)
    second = _edition(people)
    assert _weapons(first) == (False, 6)
    assert _weapons(second)[0], "7 less 6 is Kenya's one"
    html = unindented(as_html(second, "en"))
    assert ">7<" not in html
    assert ">7 " not in html
    assert _weapons(first) == (False, 6), "what was said stays said"


def test_nor_what_was_reported_between_by_three_of_whom_one_has_nearly_all(people: SimpleNamespace) -> None:
    for country in ("KE", "US", "CL"):
        _reported(people, country, 20, month=3)
    first = _edition(people)
    for country, number in (("KE", 18), ("US", 1), ("CL", 1)):
        _reported(people, country, number, month=9)
    assert _weapons(first) == (False, 60)
    assert _weapons(_edition(people))[0], "80 less 60 is 18 of Kenya and 2 of others"


def test_what_three_countries_reported_between_two_editions_is_shown_but_for_a_row_that_one_changed(
    people: SimpleNamespace,
) -> None:
    for country in ("KE", "US", "CL"):
        _reported(people, country, 2, month=3, conveyance={"mode": "1"})
        _reported(people, country, 4, month=3, conveyance={"mode": "3"})
        _reported(people, country, 5, month=3, conveyance={"mode": "4"})
    _edition(people)
    for country in ("KE", "US", "CL"):
        _reported(people, country, 1, month=9, conveyance={"mode": "3"})
    _reported(people, "KE", 1, month=9, conveyance={"mode": "1"})
    second = _edition(people)
    assert _weapons(second) == (False, 37)
    (section,) = [one for one in composed(second, "en")["sections"] if one["name"] == "security"]
    (modes,) = [one for one in section["tables"] if str(one["title"]) == "Mode of transport"]
    rows = {str(word): "hidden" if cell.hidden else cell.now for word, cell, _bar in modes["rows"]}
    assert rows["Maritime"] == "hidden", "7 less 6 is Kenya's one"
    assert sorted(map(str, rows.values())) in (["15", "hidden", "hidden"], ["hidden", "hidden", "15"]), rows


@pytest.mark.parametrize(("since", "until"), [("2025-01", "2025-03"), ("2025-04", "2025-12"), ("2024-01", "2025-12")])
def test_the_public_reads_whole_years_alone(people: SimpleNamespace, since: str, until: str) -> None:
    """January, March and the quarter of both, each open by itself, would tell the hidden February."""
    for country in ("KE", "US", "CL"):
        _reported(people, country, 2, month=3)
    words = "What the public reads goes by calendar years: from January to December of one year."
    with pytest.raises(BadInput) as refused:
        freeze(name="", since=since, until=until, audience="public", by=people.analyst)
    assert refused.value.sentence == words
    answer = _client(people.analyst).get(f"/statistics/table/?by=mode&since={since}&until={until}&audience=public")
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert freeze(name="", since=since, until=until, audience="members", by=people.analyst).cases in (0, 6)
