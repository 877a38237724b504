"""Fewer than three reporting countries: said in words at every door, so that a door cannot forget it.

The numbers stand here as an officer would count them; nothing is taken from the code that hides.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.conftest import PASSWORD
from tests.making import case_in, made_by_worker, made_for_program, unindented
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.people.actions import make_token
from tidewaiter.statistics.actions import write_report
from tidewaiter.statistics.models import Report, Snapshot
from tidewaiter.statistics.report.frozen_data import freeze
from tidewaiter.statistics.report.illicit_trade_report import as_html

pytestmark = pytest.mark.django_db
PERIOD = "since=2025-01&until=2025-12"
TWO, THREE = ("KE", "US"), ("KE", "US", "CL")
ROAD, SEA, AIR, RAIL = "3", "1", "4", "2"
PISTOLS = {"subtype": "pistol", "unit": "H87", "currency": "USD"}


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _page(person: Any, address: str) -> str:
    return unindented(_client(person).get(address).content.decode())


def _program(person: Any) -> Client:
    _token, text = make_token(officer=person, scope="write", by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def _reported(people: SimpleNamespace, country: str, number: int, year: int = 2025, **said: Any) -> list[str]:
    """Validated cases of a country: as many as that, all alike."""
    said = {"place": "", "route": [], "lines": [{**PISTOLS, "quantity": "10", "value": "100"}]} | said
    mark = len(Case.objects.all())
    cases = [
        case_in(national_ref=f"{country}-{mark}-{n}", country=country, date=f"{year}-03-1{n % 9}", **said)
        for n in range(number)
    ]
    refs = draft(cases=cases, by=people.steward, channel="csv").refs
    submit(cases=Case.objects.filter(ref__in=refs), by=people.steward)
    assert validate(cases=Case.objects.filter(ref__in=refs), by=people.secretariat, unopened="x")[0] == number
    return refs


@pytest.fixture
def reported(people: SimpleNamespace) -> SimpleNamespace:
    """2025: by sea two countries (5 cases), by road three (15), by air three (24), by rail three (3); the
    year before three by sea and by road.
    """
    whole = [
        {"role": "departure", "country": "CO"},
        {"role": "transit", "country": "PA"},
        {"role": "destination", "country": "NL"},
    ]
    part = [
        {"role": "departure", "country": "BR"},
        {"role": "transit", "country": "SR"},
        {"role": "destination", "country": "FR"},
    ]
    for country, sea, road, air in (("KE", 2, 4, 7), ("US", 3, 5, 8), ("CL", 0, 6, 9)):
        _reported(people, country, sea, conveyance={"mode": SEA}, route=part) if sea else None
        _reported(people, country, road, conveyance={"mode": ROAD}, route=whole)
        _reported(
            people,
            country,
            air,
            conveyance={"mode": AIR},
            lines=[{"subtype": "rifle", "quantity": "3", "unit": "H87", "value": "7", "currency": "USD"}],
        )
        _reported(
            people,
            country,
            1,
            conveyance={"mode": RAIL},
            lines=[{"subtype": "magazine", "quantity": "2", "unit": "H87", "value": "5", "currency": "USD"}],
        )
        _reported(people, country, 11, 2024, conveyance={"mode": SEA})
        _reported(people, country, 4, 2024, conveyance={"mode": ROAD})
    return people


def _public_csv(person: Any, query: str) -> list[list[str]]:
    answer = _client(person).get(f"/statistics/table/?{query}&{PERIOD}&audience=public&format=csv")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode())))


def _public(people: SimpleNamespace) -> Snapshot:
    return freeze(name="2025", since="2025-01", until="2025-12", audience="public", by=people.analyst)


def test_the_public_table_hides_two_countries_and_shows_three(reported: SimpleNamespace) -> None:
    rows = {row[0]: row[1] for row in _public_csv(reported.analyst, "by=mode&measure=cases")[1:]}
    assert rows["Maritime"] == "hidden", "two countries stand behind its 5 cases"
    assert rows["Air"] == "24" or rows["Road"] == "15"
    assert rows["total"] == "47"
    assert sorted(rows.values()).count("hidden") == 2, "one hidden alone would be the total less the others"


def test_hidden_rows_stand_last_so_that_their_place_tells_no_size(reported: SimpleNamespace) -> None:
    rows = [row[1] for row in _public_csv(reported.analyst, "by=mode&measure=cases")[1:-1]]
    assert "hidden" in rows
    assert rows == sorted(rows, key=lambda said: said == "hidden")


@pytest.mark.parametrize(("measure", "two", "three"), [("quantity", "50", "150"), ("value", "500", "1500")])
def test_the_public_sums_hide_two_countries_and_what_would_give_them_away(
    reported: SimpleNamespace, measure: str, two: str, three: str
) -> None:
    head, *rows = _public_csv(reported.analyst, f"by=mode&measure={measure}")
    assert head[2:] == [measure, f"{measure}_before", "seizures", "reporters"]
    by_mode = {row[0]: row[2:] for row in rows}
    assert by_mode["Maritime"] == ["hidden", "", "", ""], f"{two} of two countries"
    assert sum(row[0] == "hidden" for row in by_mode.values()) == 2, "the sum of all less the others would tell it"
    assert not any(row[3] for row in rows), "of the year before the public is told nothing"
    assert [row[2] == "hidden" for row in rows] == sorted(row[2] == "hidden" for row in rows), "by size they would tell"
    members = list(
        csv.reader(
            io.StringIO(
                _client(reported.analyst)
                .get(f"/statistics/table/?by=mode&measure={measure}&{PERIOD}&format=csv")
                .content.decode()
            )
        )
    )
    assert {row[0]: row[2] for row in members[1:]}["Maritime"] == two
    assert {row[0]: row[2] for row in members[1:]}["Road"] == three
    assert all({row[0]: row[3] for row in members[1:]}[mode] for mode in ("Maritime", "Road")), "members are told"
    assert {row[0]: row[3] for row in members[1:]}["Maritime"] == {"quantity": "330", "value": "3300"}[measure]


@pytest.mark.parametrize("measure", ["quantity", "value"])
def test_the_page_of_public_sums_says_hidden_and_no_number(reported: SimpleNamespace, measure: str) -> None:
    page = _page(reported.analyst, f"/statistics/table/?by=mode&measure={measure}&{PERIOD}&audience=public")
    row = re.search(r'<tr><td class="wrap">Maritime</td>(.*?)</tr>', page)
    assert row is not None
    assert "hidden" in row[1]
    assert not re.search(r"\d", re.sub(r"<[^>]*>", "", row[1]))
    assert ">330<" not in page
    assert ">3,300<" not in page
    assert "Hidden: fewer than three reporting countries, or a sum would tell." in page


def test_public_sums_by_two_dimensions_hide_along_rows_and_columns(people: SimpleNamespace) -> None:
    """Pistols and rifles by sea and air: three countries everywhere but for pistols by sea."""
    for country in THREE:
        for goods, mode in (("rifle", SEA), ("rifle", AIR), ("pistol", AIR)):
            _reported(
                people,
                country,
                1,
                conveyance={"mode": mode},
                lines=[{"subtype": goods, "quantity": "7", "unit": "H87"}],
            )
    for country in TWO:
        _reported(
            people, country, 1, conveyance={"mode": SEA}, lines=[{"subtype": "pistol", "quantity": "1", "unit": "H87"}]
        )
    rows = _public_csv(people.analyst, "by=subtype&and=mode&measure=quantity")[1:]
    assert len(rows) == 4
    assert all(row[3] == "hidden" for row in rows), (
        "with totals of goods and of modes any one of them would tell the rest"
    )


def test_the_public_table_says_nothing_of_the_period_before(reported: SimpleNamespace) -> None:
    """By sea 33 cases stood in the year before, of three countries: with this
    year's 5 hidden, a change would give them.
    """
    head, *rows = _public_csv(reported.analyst, "by=mode&measure=cases")
    assert head[-1] == "before"
    assert {row[-1] for row in rows} == {""}
    page = unindented(
        _client(reported.analyst).get(f"/statistics/table/?by=mode&{PERIOD}&audience=public").content.decode()
    )
    table = page[page.index("<table") : page.index("</table>")]
    assert "%" not in re.sub(r"<[^>]*>", "", table)
    members = _page(reported.analyst, f"/statistics/table/?by=mode&{PERIOD}")
    assert "−84.8 %" in members, "5 against 33, for members"


def test_members_see_a_mark_where_two_countries_report_and_none_where_three_do(reported: SimpleNamespace) -> None:
    page = _page(reported.analyst, f"/statistics/table/?by=mode&{PERIOD}")
    rows = dict(re.findall(r'<th scope="row" class="wrap">([^<]*)</th>(.*?)</tr>', page, re.S))
    assert "◦" in rows["Maritime"]
    assert "Fewer than three reporting countries" in rows["Maritime"]
    assert not any("◦" in row for word, row in rows.items() if word != "Maritime")
    sums = unindented(
        _client(reported.analyst).get(f"/statistics/table/?by=mode&measure=quantity&{PERIOD}").content.decode()
    )
    rows = dict(re.findall(r'<tr><td class="wrap">([^<]*)</td>(.*?)</tr>', sums, re.S))
    assert {word for word, row in rows.items() if "◦" in row} == {"Maritime"}


def test_the_map_marks_legs_of_two_countries_and_not_those_of_three(reported: SimpleNamespace) -> None:
    page = _page(reported.analyst, f"/statistics/map/?{PERIOD}")
    legs = dict(re.findall(r'<td class="wrap">([^<]*<span class="arrow">→</span>[^<]*)</td>(.*?)</tr>', page, re.S))
    said = {re.sub(r"<[^>]*>", "", leg): row for leg, row in legs.items()}
    assert "◦" in said["Brazil→Suriname"]
    assert "◦" not in said["Colombia→Panama"]


def _chapter(html: str, name: str) -> str:
    page = unindented(html)
    return page[page.index(f'<section class="chapter" id="{name}"') :].split("</section>")[0]


def _editions(people: SimpleNamespace, frozen: Snapshot) -> Iterator[str]:
    """The report as a document, by the page's door and by the API's."""
    yield as_html(frozen, "en")
    yield unindented(made_by_worker(_client(people.contact), f"/statistics/reports/{frozen.ref}/take/html/").decode())
    yield unindented(
        made_for_program(_program(people.contact), f"/api/v1/statistics/snapshots/{frozen.ref}/report.html").decode()
    )


def test_the_public_report_shows_legs_tables_and_goods_of_three_countries_alone(reported: SimpleNamespace) -> None:
    for html in _editions(reported, _public(reported)):
        said = _chapter(html, "security")
        table = said[said.index("<caption>Legs of known routes</caption>") :].split("</table>")[0]
        assert re.findall(r"<td>([^<]*)</td><td>([^<]*)</td><td class=\"num\">(\d+)</td>", table) == [
            ("Colombia", "Panama", "15")
        ]
        assert said.count('class="flow"') == 1, "one leg is drawn"
        modes = said[said.index("<caption>Mode of transport</caption>") :].split("</table>")[0]
        rows = dict(re.findall(r'<tr><td>([^<]*)</td><td class="num">(.*?)</td>', modes))
        assert "hidden" in rows["Maritime"]
        assert sum("hidden" in one for one in rows.values()) == 2
        assert {"24", "15"} & set(rows.values())
        assert "Sizes of seizures" not in said, "sizes have no reporters that could be counted"
        assert "Countries with most cases" not in said
        assert "−" not in re.sub(r"<[^>]*>", "", said).replace("–", ""), "no change to a period before"
    members = freeze(name="2025", since="2025-01", until="2025-12", audience="members", by=reported.analyst)
    said = _chapter(as_html(members, "en"), "security")
    assert "<td>Brazil</td><td>Suriname</td>" in said
    assert "Sizes of seizures" in said


def test_no_country_is_shaded_on_the_public_map_for_one_country_stands_behind_a_shade(
    reported: SimpleNamespace,
) -> None:
    said = _chapter(as_html(_public(reported), "en"), "security")
    drawing = said[said.index('<svg class="map"') :].split("</svg>")[0]
    assert drawing.count('class="lvl land"') > 100
    assert not re.search(r'class="lvl lv\d', drawing)
    assert "url(#hatch" not in drawing
    members = freeze(name="2025", since="2025-01", until="2025-12", audience="members", by=reported.analyst)
    shaded = re.findall(r'class="lvl lv[1-5]"', _chapter(as_html(members, "en"), "security"))
    assert len(shaded) == 3


def test_the_workbook_of_a_public_report_hides_the_same_and_says_no_period_before(reported: SimpleNamespace) -> None:
    frozen = _public(reported)
    for content in (
        made_by_worker(_client(reported.contact), f"/statistics/reports/{frozen.ref}/take/xlsx/"),
        made_for_program(_program(reported.contact), f"/api/v1/statistics/snapshots/{frozen.ref}/report.xlsx"),
    ):
        rows = [list(row) for row in load_workbook(io.BytesIO(content))["Security"].iter_rows(values_only=True)]
        amounts = rows[1 : rows.index(next(row for row in rows if row[0] is None))]
        assert [row[0] for row in amounts][:1]
        assert all(row[3] is None for row in amounts), "the period before stands in no row"
        modes = rows[next(at for at, row in enumerate(rows) if row[0] == "Mode of transport") + 1 :]
        by_mode = {str(row[0]): row for row in modes[:4]}
        assert by_mode["Maritime"][1] == "hidden"
        assert all(row[2] is None for row in modes[:4])
        legs = rows[next(at for at, row in enumerate(rows) if row[:3] == ["From", "To", "Cases"]) + 1 :]
        assert [row[:3] for row in legs] == [["Colombia", "Panama", 15]]


def test_of_goods_that_two_countries_report_the_public_report_hides_quantity_and_number(
    people: SimpleNamespace,
) -> None:
    for country in THREE:
        for goods in ("rifle", "magazine", "ammunition"):
            unit = "H87" if goods != "ammunition" else "KGM"
            _reported(people, country, 2, lines=[{"subtype": goods, "quantity": "11", "unit": unit}])
    for country in TWO:
        _reported(people, country, 5, lines=[{"subtype": "pistol", "quantity": "13", "unit": "H87"}])
    said = _chapter(as_html(_public(people), "en"), "security")
    table = said[said.index("<h2>What was seized</h2>") :].split("</table>")[0]
    rows = [(word.strip(), rest) for word, rest in re.findall(r"<tr><td>([^<]*)</td>(.*?)</tr>", table)]
    assert rows[-1][0] in ("Pistol", "Rifle", "Magazine", "Ammunition")
    assert "hidden" in dict(rows)["Pistol"]
    assert "130" not in dict(rows)["Pistol"]
    assert ["hidden" in rest for _word, rest in rows] == sorted("hidden" in rest for _word, rest in rows)


@pytest.mark.parametrize("mark", ["RED", "AMBER+STRICT"])
def test_a_marked_case_is_no_study_of_a_report_and_one_marked_since_leaves_it(
    people: SimpleNamespace, mark: str
) -> None:
    open_ref = _reported(people, "KE", 1)[0]
    marked = _reported(people, "US", 1, handling=mark)[0]
    for country in THREE:
        _reported(people, country, 2)
    frozen = _public(people)
    client = _client(people.analyst)
    page = f"/statistics/reports/{frozen.ref}/"
    refused = client.post(page, {"lang": "en", "read": "0", "studies.security": f"{marked}\nBehind a wall."})
    assert refused.status_code == 400
    assert "is no validated case that everybody may see" in refused.content.decode()
    assert not Report.objects.exists()
    said = {"security": f"{open_ref}\nThe seal was wrong."}
    kept = write_report(snapshot=frozen, lang="en", title="", texts={}, studies=said, read=0, by=people.analyst)
    assert "The seal was wrong." in as_html(frozen, "en", kept)
    case = Case.objects.get(ref=open_ref, latest=True)
    again = case_in(
        national_ref=case.national_ref,
        country="KE",
        date=str(case.date),
        place="",
        route=[],
        lines=[{**PISTOLS, "quantity": "10", "value": "100"}],
        handling=mark,
    )
    draft(cases=[again], by=people.steward, channel="csv")
    submit(cases=Case.objects.filter(ref=open_ref, latest=True), by=people.steward)
    validate(cases=Case.objects.filter(ref=open_ref, latest=True), by=people.secretariat, unopened="x")
    for html in (
        as_html(frozen, "en", kept),
        unindented(made_by_worker(_client(people.contact), f"{page}take/html/?lang=en").decode()),
        _page(people.contact, f"{page}?lang=en"),
    ):
        assert "The seal was wrong." not in html
