"""Seizures beside other organisations' tables: GTRIC as its equations say, wildlife by
species and route, any column names.
"""

from __future__ import annotations

import csv
import io
import json
import math
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.codelists.species import name_of_taxon
from tidewaiter.foundation.refusals import BadInput, NotAllowed
from tidewaiter.intake.mapping.foreign_columns import NotSaid, read_table_mapping
from tidewaiter.people.actions import make_token
from tidewaiter.statistics.comparisons.external_tables import bring_table, columns_of
from tidewaiter.statistics.comparisons.gtric import factors, gtric, truncated_normal
from tidewaiter.statistics.comparisons.wildlife_trade import compared
from tidewaiter.statistics.dashboard.scope import Scope

COMTRADE = """reporterISO,partnerISO,cmdCode,flowCode,refYear,primaryValue
KEN,W00,64,M,2025,1000
KEN,CHN,64,M,2025,300
KEN,TUR,64,M,2025,100
KEN,CHN,42,M,2025,100
KEN,CHN,84,M,2025,1500
KEN,CHN,64,X,2025,7000
USA,CHN,64,M,2025,600
USA,TUR,42,M,2025,900
842,CHN,84,M,2025,2500
USA,_X,84,M,2025,11
USA,CHN,30,M,2025,
USA,CHN,TOTAL,M,2025,9000
"""
CITES = """\
Year,App.,Taxon,Importer,Exporter,Origin,Importer reported quantity,Exporter reported quantity,Term,Unit,Purpose,Source
2025,I,Testudo hermanni,KE,MG,,40,55,live,,T,C
2025,I,Astrochelys radiata,US,DE,,2,2,live,,T,C
2024,I,Astrochelys radiata,KE,MG,,9,9,live,,T,C
2025,II,,KE,MG,,9,9,live,,T,C
"""
YEAR = Scope("2025-01", "2025-12")


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _validated(people: SimpleNamespace, by: Any, cases: list[Any]) -> None:
    country = by.administration_id
    draft(cases=cases, by=by, channel="csv")
    submit(cases=Case.objects.filter(administration=country, status="draft"), by=by)
    validate(
        cases=Case.objects.filter(administration=country, status="submitted"), by=people.secretariat, unopened="test"
    )


def _counterfeits(people: SimpleNamespace) -> None:
    """Kenya: four lines of shoes from China and one of bags; the United States: one of shoes, three of
    bags from Turkey; one without a code.
    """
    said = {
        "KE": [("640411", "CN")] * 4 + [("420221", "CN")],
        "US": [("640411", "CN"), ("420221", "TR"), ("420221", "TR"), ("420221", "TR"), ("", "TR")],
    }
    for by in (people.contact, people.american):
        home = by.administration_id
        cases = [
            case_in(
                national_ref=f"{home}-I{n}",
                form="IPR",
                country=home,
                place="",
                date="2025-03-04",
                route=[{"role": "departure", "country": whence}, {"role": "destination", "country": home}],
                lines=[
                    {
                        "subtype": "footwear" if hs.startswith("64") else "bags",
                        "quantity": "10",
                        "unit": "H87",
                        "fields": {"right": "trademark"},
                    }
                    | ({"hs": hs} if hs else {})
                ],
            )
            for n, (hs, whence) in enumerate(said[home])
        ]
        _validated(people, by, cases)


def _file(tmp_path: Path, text: str, name: str = "trade.csv") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def _f(value: float, values: list[float]) -> float:
    """F of a normal cut off at nought, by the book and not by the program."""
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((one - mean) ** 2 for one in values) / (len(values) - 1))

    def phi(z: float) -> float:
        return 0.5 * math.erfc(-z / math.sqrt(2))

    return (phi((value - mean) / spread) - phi(-mean / spread)) / (1 - phi(-mean / spread))


@pytest.mark.django_db
def test_the_factors_are_those_of_the_equations(people: SimpleNamespace, tmp_path: Path) -> None:
    _counterfeits(people)
    table = bring_table(kind="imports", name="", path=_file(tmp_path, COMTRADE), by=people.analyst)
    assert table.rows == 12
    assert table.dropped == {"another_flow": 1, "no_country": 1, "no_product": 1, "no_value": 1, "world": 1}
    found = gtric(YEAR, people.analyst, table, fixed_point=0.1)
    # sensitive imports (chapters 64 and 42): Kenya 500, United States 1500; world 6000 of which 64 1000, 42 1000
    shoes = (0.25 * 4 / 5 + 0.75 * 1 / 4) / (1000 / 6000)
    bags = (0.25 * 1 / 5 + 0.75 * 3 / 4) / (1000 / 6000)
    by_key = {one.key: one for one in found.products}
    assert [one.key for one in found.products] == ["42", "64"]
    assert by_key["64"].factor == pytest.approx(shoes)
    assert by_key["42"].factor == pytest.approx(bags)
    logs = [math.log(shoes + 1), math.log(bags + 1)]
    assert by_key["64"].propensity == pytest.approx(_f(logs[0], logs))
    assert by_key["42"].propensity == pytest.approx(_f(logs[1], logs))
    china = (0.25 * 5 / 5 + 0.75 * 1 / 5) / (5000 / 6000)
    assert {one.key: one.factor for one in found.provenances}["CN"] == pytest.approx(china)
    assert (found.seizures, found.without_product, found.economies) == (10, 1, ("KE", "US"))
    cells = {("CN", "64"): 900, ("TR", "64"): 100, ("CN", "42"): 100, ("TR", "42"): 900}
    whence = {one.key: one.propensity for one in found.provenances}
    ceiling = 0.1 * sum(amount * whence[a] * by_key[b].propensity for (a, b), amount in cells.items())
    assert found.ceiling == pytest.approx(ceiling)
    assert gtric(YEAR, people.analyst, table).ceiling is None


@pytest.mark.django_db
def test_a_row_of_49_seizures_weighs_as_49_beside_single_ones(people: SimpleNamespace, tmp_path: Path) -> None:
    route = [{"role": "departure", "country": "CN"}, {"role": "destination", "country": "KE"}]
    lines = [
        {"subtype": "footwear", "hs": "640411", "quantity": "980", "unit": "H87"},
        {"subtype": "bags", "hs": "420221", "quantity": "5", "unit": "H87"},
        {"subtype": "bags", "quantity": "5", "unit": "H87"},
    ]
    case = case_in(national_ref="KE-E", form="IPR", place="", date="2025-03-04", route=route, lines=lines)
    for line, events in ((0, 49), (2, 3)):  # as a form of a node's own may say
        case.lines[line].setdefault("fields", {})["events"] = events
    _validated(people, people.contact, [case])
    table = bring_table(kind="imports", name="", path=_file(tmp_path, COMTRADE), by=people.analyst)
    found = gtric(YEAR, people.analyst, table)
    assert (found.seizures, found.without_product, found.without_provenance) == (53, 3, 0)
    assert {one.key: one.seized for one in found.products} == {"64": pytest.approx(0.98), "42": pytest.approx(0.02)}


@given(st.dictionaries(st.text("abc", min_size=1, max_size=4), st.floats(0, 50), min_size=1, max_size=30))
def test_a_propensity_is_between_nought_and_one_and_keeps_the_order(values: dict[str, float]) -> None:
    found = truncated_normal(values)
    assert all(0.0 <= one <= 1.0 for one in found.values())
    ordered = sorted(values, key=lambda key: values[key])
    assert all(found[a] <= found[b] + 1e-12 for a, b in pairwise(ordered))


def test_what_is_never_traded_or_never_seized_is_not_ranked() -> None:
    found = factors({("KE", "64"): 3.0, ("KE", "97"): 2.0}, {"KE": 10.0}, {"64": 5.0, "84": 5.0})
    assert [one.key for one in found] == ["64"]
    assert factors({}, {}, {"64": 1.0}) == []


@pytest.mark.django_db
def test_wildlife_stands_beside_the_trade_of_its_species_and_route(people: SimpleNamespace, tmp_path: Path) -> None:
    route = [{"role": "departure", "country": "MG"}, {"role": "destination", "country": "KE"}]
    lines = [
        {"subtype": "LIV", "quantity": "12", "unit": "H87", "fields": {"species": "astrochelys_radiata"}},
        {"subtype": "SCA", "quantity": "2.5", "unit": "KGM", "fields": {"species": "astrochelys_radiata"}},
    ]
    cases = [
        case_in(national_ref=f"KE-C{n}", form="CIT", place="", date="2025-05-05", route=route, lines=lines)
        for n in range(2)
    ]
    _validated(people, people.contact, cases)
    table = bring_table(kind="cites", name="CITES", path=_file(tmp_path, CITES), by=people.analyst)
    assert (table.first, table.last, table.dropped) == (2024, 2025, {"no_species": 1})
    (one,), unsaid = compared(people.analyst, table, 2025, 2025)
    assert (one.species, one.departure, one.destination, one.cases, one.seizures, unsaid) == (
        "Astrochelys radiata",
        "MG",
        "KE",
        2,
        4,
        0,
    )
    assert one.seized == {("LIV", "H87"): "24", ("SCA", "KGM"): "5"}, "unlike specimens and units are not added"
    assert (one.verdict, one.shipments, one.anywhere) == ("species", 0, 1)
    (one,), _unsaid = compared(people.analyst, table, 2024, 2025)
    assert (one.verdict, one.on_route) == ("route", {("LIV", ""): (9.0, 9.0)})
    page = _client(people.analyst).get("/statistics/wildlife/?since=2024-01&until=2025-12").content.decode()
    assert "Astrochelys radiata" in page
    assert "Traded on this route too" in page
    answer = _client(people.analyst).get("/statistics/wildlife/?since=2024-01&until=2025-12&format=xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[2]][:4] == ["Astrochelys radiata", "Madagascar", "Kenya", 2]
    _token, text = make_token(officer=people.analyst, scope="read", by=people.analyst)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    (row,) = program.get("/api/v1/statistics/wildlife?since=2024&until=2025").json()
    assert row["Reading"] == "Traded on this route too: look at permits."
    out = io.StringIO()
    call_command(
        "compare_cites",
        str(_file(tmp_path, CITES)),
        since=2025,
        until=2025,
        output=str(tmp_path / "o.xlsx"),
        by=people.analyst.username,
        format="json",
        stdout=out,
    )
    assert {key: json.loads(out.getvalue())[key] for key in ("rows", "same_route", "not_in_trade")} == {
        "rows": 1,
        "same_route": 0,
        "not_in_trade": 0,
    }


@pytest.mark.django_db
def test_gtric_goes_by_page_command_and_api(people: SimpleNamespace, tmp_path: Path) -> None:
    _counterfeits(people)
    client = _client(people.analyst)
    upload = SimpleUploadedFile("imports.csv", COMTRADE.encode())
    answer = client.post("/statistics/bring/imports/", {"file": upload, "name": "Comtrade 2025"}, follow=True)
    assert "12 rows read, 5 left out." in answer.content.decode()
    page = client.get("/statistics/counterfeits/?since=2025-01&until=2025-12&fixed=10").content.decode()
    for said in ("Comtrade 2025", "Ceiling", "China", "not how much there is"):
        assert said in page, said
    assert "Ceiling" not in client.get("/statistics/counterfeits/?since=2025-01&until=2025-12").content.decode()
    assert (
        "no trade of these years"
        in client.get("/statistics/counterfeits/?since=2019-01&until=2019-12").content.decode()
    )
    answer = client.get("/statistics/counterfeits/?since=2025-01&until=2025-12&format=xlsx")
    assert [cell.value for cell in load_workbook(io.BytesIO(answer.content)).active[2]][:2] == ["product", "42"]
    out = io.StringIO()
    call_command(
        "gtric",
        str(_file(tmp_path, COMTRADE)),
        since="2025-01",
        until="2025-12",
        output=str(tmp_path / "g.csv"),
        by=people.analyst.username,
        format="json",
        stdout=out,
    )
    said_by_command = json.loads(out.getvalue())
    with (tmp_path / "g.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert (said_by_command["products"], said_by_command["ceiling"], len(rows)) == (2, None, 4)
    _token, text = make_token(officer=people.analyst, scope="read", by=people.analyst)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    by_program = program.get("/api/v1/statistics/gtric?since=2025-01&until=2025-12").json()
    assert f"{by_program['products'][0]['factor']:.4f}" == rows[0]["factor"]


@pytest.mark.django_db
def test_columns_of_any_name_are_asked_for_once(people: SimpleNamespace, tmp_path: Path) -> None:
    odd = COMTRADE.replace("reporterISO", "wer").replace("primaryValue", "was")
    path = _file(tmp_path, odd)
    with pytest.raises(NotSaid) as refused:
        bring_table(kind="imports", name="", path=path, by=people.analyst)
    assert refused.value.missing == ["reporter", "value"]
    client = _client(people.analyst)
    page = client.post("/statistics/bring/imports/", {"file": SimpleUploadedFile("odd.csv", odd.encode())})
    assert page.status_code == 400
    assert "Which column says what?" in page.content.decode()
    held = page.context["held"]
    said = {
        "held": held,
        "name": "odd",
        "c.reporter": "wer",
        "c.value": "was",
        "c.partner": "partnerISO",
        "c.hs": "cmdCode",
        "c.year": "refYear",
        "c.flow": "flowCode",
    }
    assert client.post("/statistics/bring/imports/", said).status_code == 302
    table = bring_table(kind="imports", name="", path=_file(tmp_path, COMTRADE, "plain.csv"), by=people.analyst)
    assert table.name == "odd", "the same content is the same table, whatever its columns were called"
    mapped = read_table_mapping('[columns]\nreporter = "wer"\nvalue = "was"\n')
    assert bring_table(kind="imports", name="", path=path, chosen=mapped, by=people.analyst).ref == table.ref
    with pytest.raises(BadInput, match="no column «nothing»"):
        bring_table(kind="imports", name="", path=path, chosen={"value": "nothing"}, by=people.analyst)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("reporter,partner,hs,value\nKEN,CHN,64,-5\nZZZZ,CHN,64,5\n", "no_rows"),
        ("reporter,partner,hs,value\nKEN,CHN,64,=1+1\n", "no_rows"),
        ("", "no_rows"),
        ("a\n", "missing_column"),
        ("PK\x03\x04 not a workbook", "unreadable"),
        ("{}", "unreadable"),
    ],
)
def test_what_cannot_be_used_is_said(people: SimpleNamespace, tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        bring_table(kind="imports", name="", path=_file(tmp_path, text), by=people.analyst)
    assert refused.value.code == code


@pytest.mark.django_db
def test_lost_zeros_levels_and_thousands(people: SimpleNamespace, tmp_path: Path) -> None:
    text = (
        "ReporterISO3,PartnerISO3,ProductCode,TradeFlowName,Year,TradeValue in 1000 USD\n"
        "KEN,CHN,30441,Import,2020,2\n"
        "KEN,CHN,03,Import,2020,2\n"
        "KEN,CHN,640411,Import,2020,3\n"
    )
    table = bring_table(kind="imports", name="", path=_file(tmp_path, text), by=people.analyst)
    assert columns_of(table).to_pylist() == [
        {"year": 2020, "reporter": "KE", "partner": "CN", "chapter": "03", "value": 2000.0},
        {"year": 2020, "reporter": "KE", "partner": "CN", "chapter": "64", "value": 3000.0},
    ]
    assert table.dropped == {"another_level": 1}


@pytest.mark.django_db
def test_who_brings_and_who_reads(people: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        bring_table(kind="imports", name="", path=_file(tmp_path, COMTRADE), by=people.officer)
    table = bring_table(kind="imports", name="x", path=_file(tmp_path, COMTRADE), by=people.analyst)
    _counterfeits(people)
    assert _client(people.officer).get("/statistics/counterfeits/?since=2025-01&until=2025-12").status_code == 200
    assert _client(people.partner).get("/statistics/counterfeits/").status_code == 404
    assert _client(people.partner).get("/statistics/wildlife/").status_code == 404
    assert _client(people.officer).post("/statistics/bring/imports/", {"forget": table.ref}).status_code == 403
    _client(people.analyst).post("/statistics/bring/imports/", {"forget": table.ref})
    assert (
        "No table of imports is here yet" in _client(people.analyst).get("/statistics/counterfeits/").content.decode()
    )


def test_names_of_taxa_are_compared_without_authors_and_ranks() -> None:
    assert name_of_taxon("Testudo hermanni boettgeri") == name_of_taxon("TESTUDO HERMANNI") == "testudo hermanni"
    assert name_of_taxon("Manis spp.") == "manis"


@pytest.mark.django_db
def test_predefined_questions_go_by_command_and_api(people: SimpleNamespace) -> None:
    _counterfeits(people)
    _token, text = make_token(officer=people.analyst, scope="read", by=people.analyst)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    known = program.get("/api/v1/statistics/questions").json()
    assert len(known) == 20
    for one in known:
        rows = program.get("/api/v1/statistics", {"question": one["name"]}).json()
        out = io.StringIO()
        call_command("statistics", question=one["name"], format="json", stdout=out)
        assert json.loads(out.getvalue()) == rows, one["name"]
    assert program.get("/api/v1/statistics?question=none").json()["code"] == "question"
