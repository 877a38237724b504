"""Wildlife beside CITES trade: confiscations are no trade, a synonym is its species, a genus meets its species."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.actions import make_token
from tidewaiter.statistics.comparisons.external_tables import bring_table

pytestmark = pytest.mark.django_db

HEAD = "Year,Taxon,Importer,Exporter,Importer reported quantity,Exporter reported quantity,Term,Unit,Purpose,Source\n"
TRADE = (
    HEAD
    + """2025,Manis gigantea,KE,CD,40,30,scales,kg,T,W
2025,Smutsia gigantea,KE,CD,2,0,scales,kg,T,W
2025,Smutsia gigantea,KE,CD,900,900,scales,kg,T,I
2025,Smutsia gigantea,KE,CD,700,700,scales,kg,L,W
2025,Smutsia gigantea,KE,CD,600,600,scales,kg,Law enforcement,Confiscated or seized
2025,Manis javanica,KE,CD,5,5,scales,kg,T,W
2025,Boa constrictor,KE,CD,8,8,skins,,T,W
2025,Pterocarpus spp.,KE,CD,70,60,logs,m3,T,W
"""
)


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _program(person: Any) -> Client:
    _token, text = make_token(officer=person, scope="read", by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def _seized(people: SimpleNamespace, *species: str) -> None:
    route = [{"role": "departure", "country": "CD"}, {"role": "destination", "country": "KE"}]
    cases = [
        case_in(
            national_ref=f"KE-T{n}",
            form="CIT",
            place="",
            date="2025-05-05",
            route=route,
            lines=[{"subtype": "SCA", "quantity": "12", "unit": "KGM", "fields": {"species": one}}],
        )
        for n, one in enumerate(species)
    ]
    draft(cases=cases, by=people.contact, channel="csv")
    submit(cases=Case.objects.all(), by=people.contact)
    validate(cases=Case.objects.all(), by=people.secretariat, unopened="test")


def _file(tmp_path: Path, text: str = TRADE) -> Path:
    path = tmp_path / "trade.csv"
    path.write_text(text)
    return path


def _by_command(people: SimpleNamespace, path: Path, out: Path, capsys: Any) -> tuple[dict[str, Any], list[Any]]:
    call_command(
        "compare_cites", str(path), since=2025, until=2025, output=str(out), by=people.analyst.username, format="json"
    )
    rows = list(load_workbook(out).active.iter_rows(values_only=True))
    return json.loads(capsys.readouterr().out), [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_a_synonym_is_its_species_and_confiscations_are_no_trade_by_page_command_and_api(
    people: SimpleNamespace, tmp_path: Path, capsys: Any
) -> None:
    _seized(people, "Smutsia gigantea")
    said, (row,) = _by_command(people, _file(tmp_path), tmp_path / "out.xlsx", capsys)
    assert said["dropped"] == {"confiscation": 3}
    assert (said["rows"], said["same_route"], said["not_in_trade"]) == (1, 1, 0)
    assert row["Rows of trade on the route"] == 2
    assert (row["By importers"], row["By exporters"]) == ("42 kg scales", "30 kg scales")
    assert row["Reported as"] == "Manis gigantea; Smutsia gigantea"
    assert row["Reading"] == "Traded on this route too: look at permits."
    (told,) = _program(people.analyst).get("/api/v1/statistics/wildlife?since=2025&until=2025").json()
    assert told == row
    page = _client(people.analyst).get("/statistics/wildlife/?since=2025-01&until=2025-12").content.decode()
    for word in (
        "42 kg scales",
        "3 rows of the table are confiscations and no trade",
        "Reported as Manis gigantea; Smutsia gigantea.",
    ):
        assert word in page, word


def test_a_genus_meets_its_species_and_says_so(people: SimpleNamespace, tmp_path: Path, capsys: Any) -> None:
    _seized(people, "Manis spp.", "Pterocarpus erinaceus", "Manis pentadactyla")
    said, rows = _by_command(people, _file(tmp_path), tmp_path / "out.xlsx", capsys)
    by_species = {row["Species"]: row for row in rows}
    pangolins = by_species["Manis spp."]
    assert pangolins["Reported as"] == "Manis gigantea; Manis javanica; Smutsia gigantea"
    assert (pangolins["Rows of trade on the route"], pangolins["By importers"]) == (3, "47 kg scales")
    assert pangolins["Reading"] == "On this route trade is reported of its genus, or of species of it: look at permits."
    vene = by_species["Pterocarpus erinaceus"]
    assert (vene["Reported as"], vene["By exporters"]) == ("Pterocarpus spp.", "60 m3 logs")
    chinese = by_species["Manis pentadactyla"]
    assert (chinese["Reading"], chinese["Reported as"]) == ("No trade of this species was reported.", "")
    assert (said["same_route"], said["not_in_trade"]) == (2, 1)


def test_a_row_of_49_seizures_is_49_seizures_of_one_case(people: SimpleNamespace, tmp_path: Path, capsys: Any) -> None:
    line = {"subtype": "SCA", "quantity": "12", "unit": "KGM"}
    lines = [
        line | {"fields": {"species": "Smutsia gigantea"}},
        line | {"fields": {"species": "Smutsia gigantea"}},
        line,
    ]
    route = [{"role": "departure", "country": "CD"}, {"role": "destination", "country": "KE"}]
    case = case_in(national_ref="KE-E", form="CIT", place="", date="2025-05-05", route=route, lines=lines)
    for at, events in ((0, 49), (2, 4)):  # as a form of a node's own may say
        case.lines[at].setdefault("fields", {})["events"] = events
    draft(cases=[case], by=people.contact, channel="csv")
    submit(cases=Case.objects.all(), by=people.contact)
    validate(cases=Case.objects.all(), by=people.secretariat, unopened="test")
    _said, (row,) = _by_command(people, _file(tmp_path), tmp_path / "out.xlsx", capsys)
    assert (row["Cases"], row["Seizures"]) == (1, 50)
    page = _client(people.analyst).get("/statistics/wildlife/?since=2025-01&until=2025-12").content.decode()
    assert "4 seizures without a species" in page


def test_a_family_with_a_common_name_is_not_taken_for_a_species(
    people: SimpleNamespace, tmp_path: Path, capsys: Any
) -> None:
    _seized(people, "Boidae")
    _said, (row,) = _by_command(people, _file(tmp_path), tmp_path / "out.xlsx", capsys)
    assert row["Reading"] == "No trade of this species was reported."


def test_a_table_of_confiscations_alone_is_refused(people: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="confiscation 2"):
        bring_table(
            kind="cites",
            name="",
            by=people.analyst,
            path=_file(
                tmp_path,
                HEAD + "2025,Manis javanica,KE,CD,5,5,scales,kg,T,I\n2025,Manis javanica,KE,CD,5,5,scales,kg,L,W\n",
            ),
        )


@pytest.mark.parametrize(
    ("former", "code"),
    [
        ("Manis gigantea", "manis_gigantea"),
        ("Uncia uncia", "panthera_uncia"),
        ("Python reticulatus", "malayopython_reticulatus"),
        ("Geochelone radiata", "astrochelys_radiata"),
        ("Lobatus gigas", "strombus_gigas"),
        ("Carduelis cucullata", "carduelis"),
        ("Nardostachys jatamansi", "nardostachys"),
    ],
)
def test_a_former_name_is_read_as_its_species(former: str, code: str) -> None:
    assert list_view("species").resolve(former).code == code
