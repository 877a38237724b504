"""What a proposal makes of parts of a country, of fiscal years beside months, and of whole months under «Month»."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.intake.test_proposing import asked, proposed
from tidewaiter.cases.models import Case
from tidewaiter.foundation.actors import NODE
from tidewaiter.intake.proposals.writing import mapping_text
from tidewaiter.people.actions import add_officer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("head", "values", "country"),
    [
        ("DEPARTAMENTO", ("ANTIOQUIA", "VALLE"), "CO"),
        ("UF", ("SP", "PR"), "BR"),
        ("PROVINCIA", ("Salta", "Jujuy"), "AR"),
        ("STATE", ("Texas", "Arizona"), "US"),
        ("Субъект РФ", ("Омская область", "Московская область"), "RU"),
        ("المحافظة", ("الأنبار", "البصرة"), "IQ"),
        ("省份", ("广东", "云南"), "CN"),
        ("Mkoa", ("Tanga", "Mwanza"), "TZ"),
        ("Provinsi", ("Riau", "Bali"), "ID"),
        ("Bundesland", ("Hessen", "Bayern"), "DE"),
    ],
)
def test_a_part_of_a_country_is_no_office_and_is_said(head: str, values: tuple[str, str], country: str) -> None:
    table = f"Date|{head}|Drug|Kg\n2024-01-13|{values[0]}|Cocaine|5\n2024-02-25|{values[1]}|Heroin|6"
    answer = proposed("DRG", table, country=country)
    assert set(answer.mapping.columns) == {"date", "subtype", "quantity"}
    said = {one.head: one.why for one in answer.columns}
    assert said[head].startswith("A part of the country:")


def test_an_office_beside_it_stays_an_office() -> None:
    answer = proposed("DRG", "Tanggal|Provinsi|Kantor|Jenis|Kg\n2024-01-13|Riau|KPPBC Dumai|Sabu|5", country="ID")
    assert answer.mapping.columns["office"] == "Kantor"


def test_fiscal_years_of_two_digits_beside_months_make_a_date(tmp_path: Path, capsys: Any) -> None:
    table = "Fiscal Year|Month (abbv)|Drug|Kg\nFY22|OCT|Cocaine|5\nFY22|JAN|Heroin|6"
    answer = proposed("DRG", table, country="US")
    assert asked(answer) == set()
    (tmp_path / "in.csv").write_text(table.replace("|", ","))
    (tmp_path / "map.toml").write_text(mapping_text(answer.mapping))
    add_officer(username="ana.us", administration="US", role="officer", password="Correct-Horse-9-Battery", by=NODE)
    asked_for = [
        str(tmp_path / "in.csv"),
        "--by",
        "ana.us",
        "--mapping",
        str(tmp_path / "map.toml"),
        "--format",
        "json",
    ]
    call_command("import_cases", *asked_for)
    assert json.loads(capsys.readouterr().out)["accepted"] == 2
    assert sorted((str(day), how) for day, how in Case.objects.values_list("date", "date_precision")) == [
        ("2021-10-01", "month"),
        ("2022-01-01", "month"),
    ]


def test_whole_months_under_the_head_month_are_the_date() -> None:
    answer = proposed("DRG", "Month|Drug|Kg\n2024-01|Cocaine|5\n2024-02|Heroin|6\n2024-04|Heroin|6", country="KE")
    assert answer.mapping.columns["date"] == "Month"
    years = proposed("DRG", "Month|Drug|Kg\n2009-10|Cocaine|5\n2010-11|Heroin|6", country="KE")
    assert "date" not in years.mapping.columns, "each followed by the next: these may be fiscal years"
