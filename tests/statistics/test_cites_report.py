"""The CITES annual illegal trade report: whose, of which year, who may share it, and each column in words."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.people.actions import make_token

pytestmark = pytest.mark.django_db

ROUTE = [
    {"role": "origin", "country": "CM"},
    {"role": "departure", "country": "CD"},
    {"role": "transit", "country": "UG"},
    {"role": "destination", "country": "VN"},
]
LINE = {"subtype": "SCA", "quantity": "220", "unit": "KGM", "fields": {"species": "Manis gigantea", "appendix": "I"}}
NOT_SHARED = "DO NOT SHARE beyond the CITES Secretariat"


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _program(person: Any) -> Client:
    _token, text = make_token(officer=person, scope="read", by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def _case(people: SimpleNamespace, **said: Any) -> None:
    case = case_in(
        **(
            {"national_ref": "KE-A1", "form": "CIT", "place": "", "date": "2025-05-05", "route": ROUTE, "lines": [LINE]}
            | said
        )
    )
    draft(cases=[case], by=people.contact, channel="csv")
    submit(cases=Case.objects.all(), by=people.contact)
    validate(cases=Case.objects.all(), by=people.secretariat, unopened="test")


def _report(people: SimpleNamespace, out: Path, **options: Any) -> dict[str, Any]:
    stdout = io.StringIO()
    said = {"party": "KE", "year": 2025, "by": people.contact.username, "format": "json"} | options
    call_command("cites_report", output=str(out), stdout=stdout, **said)
    return dict(json.loads(stdout.getvalue()))


def _row(people: SimpleNamespace) -> dict[str, Any]:
    (row,) = _program(people.contact).get("/api/v1/statistics/cites/KE/2025").json()
    return dict(row)


def test_origin_agency_disposal_law_and_sanction_are_in_words(people: SimpleNamespace) -> None:
    fields = {
        "species": "Manis gigantea",
        "placed_with": "destroyed",
        "law": "Wildlife Act 2013, section 92",
        "sanction": "fine",
    }
    _case(people, office="Port control unit", lines=[{**LINE, "fields": fields}])
    row = _row(people)
    assert row["Species (scientific name)"] == "Smutsia gigantea"
    assert row["Alleged country of origin"] == "Cameroon"
    assert row["Country(ies) of transit"] == "Congo - Kinshasa; Uganda"
    assert row["Alleged final destination"] == "Vietnam"
    assert row["Detecting agency"] == "Port control unit, Kenya"
    assert row["Disposal of confiscated specimens"] == "Destroyed"
    assert row["Law under which charges were brought"] == "Wildlife Act 2013, section 92"
    assert row["Sanction"] == "fine"


@pytest.mark.parametrize(
    ("route", "of_line", "origin", "transit"),
    [
        (ROUTE, "GA", "Gabon", "Congo - Kinshasa; Uganda"),
        (ROUTE[1:], None, "Congo - Kinshasa (departure; origin not known)", "Uganda"),
        ([{"role": "origin", "country": "CD"}, *ROUTE[1:]], None, "Congo - Kinshasa", "Uganda"),
        ([], None, "", ""),
    ],
)
def test_the_origin_is_the_lines_else_the_routes_else_the_departure_that_says_so(
    people: SimpleNamespace, route: list[dict[str, str]], of_line: str | None, origin: str, transit: str
) -> None:
    _case(people, route=route, lines=[{**LINE, **({"origin": of_line} if of_line else {})}])
    row = _row(people)
    assert (row["Alleged country of origin"], row["Country(ies) of transit"]) == (origin, transit)


@pytest.mark.parametrize(
    "code", [("stored", "Stored"), ("evidence", "Kept as evidence"), ("sold", "Sold or auctioned")]
)
def test_specimens_that_are_not_alive_are_disposed_of_too(people: SimpleNamespace, code: tuple[str, str]) -> None:
    _case(people, lines=[{**LINE, "fields": {"species": "Manis spp.", "placed_with": code[0]}}])
    assert _row(people)["Disposal of confiscated specimens"] == code[1]


def test_the_file_is_what_its_suffix_says_with_party_year_and_mark_on_top(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    _case(people)
    top = [
        ["Report", "CITES annual illegal trade report"],
        ["Party", "Kenya (KE)"],
        ["Year", "2025"],
        ["Number of rows", "1"],
        ["Sharing", NOT_SHARED],
    ]
    said = _report(people, tmp_path / "r.csv", do_not_share=True)
    assert (said["rows"], said["do_not_share"]) == (1, True)
    rows = list(csv.reader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines()))
    assert (rows[:5], rows[5][:2]) == (top, ["Date of seizure", "Species (scientific name)"])
    assert rows[6][:4] == ["2025-05-05", "Smutsia gigantea", "scales", "220.0"]
    _report(people, tmp_path / "r.XLSX", do_not_share=True)
    sheet = list(load_workbook(tmp_path / "r.XLSX").active.iter_rows(values_only=True))
    assert [list(row[:2]) for row in sheet[:5]] == top
    assert sheet[6][3] == 220
    _report(people, tmp_path / "r.json")
    told = json.loads((tmp_path / "r.json").read_text())
    assert (told["Party"], told["Year"], told["Sharing"]) == (
        "Kenya (KE)",
        "2025",
        "May be shared with the partners of ICCWC",
    )
    assert [row["Species (scientific name)"] for row in told["rows"]] == ["Smutsia gigantea"]


@pytest.mark.parametrize("name", ["r.pdf", "r", "r.xls"])
def test_another_suffix_is_refused_in_words_and_nothing_is_written(
    people: SimpleNamespace, tmp_path: Path, name: str
) -> None:
    with pytest.raises(CommandError, match=r"let the file end in \.xlsx, \.csv, \.json") as refused:
        _report(people, tmp_path / name)
    assert refused.value.returncode == 2
    assert not (tmp_path / name).exists()
    with pytest.raises(CommandError, match=r"let the file end in \.xlsx, \.csv, \.json"):
        call_command(
            "compare_cites", "no.csv", since=2025, until=2025, output=str(tmp_path / name), by=people.analyst.username
        )


def test_page_and_program_give_the_same_mark_and_kinds(people: SimpleNamespace) -> None:
    _case(people)
    client = _client(people.contact)
    page = client.get("/statistics/cites/?party=KE&year=2025&do_not_share=1&format=csv")
    assert page["Content-Type"] == "text/csv; charset=utf-8"
    assert "cites-illegal-trade-KE-2025.csv" in page["Content-Disposition"]
    assert f"Sharing,{NOT_SHARED}\r\n" in page.content.decode()
    assert client.get("/statistics/cites/?party=KE&year=2025&format=pdf").status_code == 400
    assert 'name="do_not_share"' in client.get("/statistics/reports/").content.decode()
    (row,) = _program(people.contact).get("/api/v1/statistics/cites/KE/2025?do_not_share=true").json()
    assert (row["Party"], row["Year"], row["Sharing"]) == ("Kenya (KE)", "2025", NOT_SHARED)


def test_a_year_without_seizures_is_called_a_nil_return(people: SimpleNamespace, tmp_path: Path) -> None:
    _case(people)
    assert _report(people, tmp_path / "nil.csv", year=2024)["rows"] == 0
    rows = list(csv.reader((tmp_path / "nil.csv").read_text("utf-8-sig").splitlines()))
    assert rows[3] == ["Number of rows", "0: a nil return, no validated seizure of wildlife is known"]


def test_a_partner_is_refused_and_not_given_a_nil_return(people: SimpleNamespace, tmp_path: Path) -> None:
    _case(people)
    with pytest.raises(CommandError, match="made of cases, which those who work for customs see") as refused:
        _report(people, tmp_path / "r.xlsx", by=people.partner.username)
    assert refused.value.returncode == 1
    assert not (tmp_path / "r.xlsx").exists()
    assert _client(people.partner).get("/statistics/cites/?party=KE&year=2025").status_code == 404
    assert _program(people.partner).get("/api/v1/statistics/cites/KE/2025").status_code == 404
