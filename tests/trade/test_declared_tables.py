"""Tables of declarations as countries write them: heads, marks, dates, flows, units and
currencies; nothing pooled that differs.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.trade.asking import declared, said_by

pytestmark = pytest.mark.django_db
TEN = ("--min-group", "10")


def test_codes_of_eleven_digits_stay_as_they_are(tmp_path: Path) -> None:
    said = said_by("unit_prices", tmp_path, declared(40, "2024-01-{day},69072100140,CN,100,{value}"), *TEN)
    assert said["rows"] == 40
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["hs"] for row in rows} == {"69072100140"}
    assert "a screen, not a finding" in rows[0]["about"].lower()
    assert "quantiles 0.25/0.75, beside 0.1/0.9" in rows[0]["about"]
    assert float(rows[0]["amount_beside"]) <= float(rows[0]["amount"])
    assert (said["parameters"]["min_group"], len(said["caveats"])) == (10, 3)
    assert (said["over_value"], said["over_value_beside"]) == (55.0, 10.0)


def test_currencies_are_not_pooled_without_rates(tmp_path: Path) -> None:
    heads = "date,hs,origin,net_weight,customs_value,currency"
    yen = declared(60, "2024-01-{day},690721,CN,100,15{value},JPY", heads=heads)
    dollars = declared(60, "2024-01-{day},690721,CN,100,{value},US$", heads=heads).split("\n", 1)[1]
    said = said_by("unit_prices", tmp_path, yen + dollars, *TEN)
    assert (said["rows"], said["groups"], said["over_value"]) == (120, 2, None)
    assert [(one["currency"], one["rows"], one["over_value"]) for one in said["by_currency"]] == [
        ("JPY", 60, 120.0),
        ("USD", 60, 120.0),
    ]
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,rate\nUSD,1\n")
    one = said_by("unit_prices", tmp_path, yen + dollars, *TEN, "--rates", str(rates), "--anyway")
    assert one["dropped"] == {"unknown_currency": 60}
    assert (one["over_value"], one["by_currency"]) == (120.0, [])
    assert one["not_understood"][0]["value"] == "JPY"


def test_days_first_and_flows_in_german(tmp_path: Path) -> None:
    table = declared(
        40,
        "{day}/02/2024,690721,CN,100,{value},Einfuhr",
        heads="date,hs,origin,net_weight,customs_value,flow",
        last="28/02/2024,690721,CN,100,9000,Einfuhr",
    )
    said = said_by("unit_prices", tmp_path, table, *TEN)
    assert (said["vintage"]["from"], said["vintage"]["until"], said["date_unread"]) == (2024, 2024, 0)
    assert said["outflow"] == pytest.approx(8016, abs=1)
    assert said["inflow"] < 1000


def test_marks_of_thousands_are_told_by_the_column(tmp_path: Path) -> None:
    lines = [f'2024-01-01,690721,CN,100,"1,{n:03}.50"' for n in range(39)] + ['2024-01-30,690721,CN,100,"9,060.50"']
    table = "date,hs,origin,net_weight,customs_value\n" + "\n".join(lines) + "\n"
    said = said_by("unit_prices", tmp_path, table, *TEN)
    assert (said["rows"], said["over_value_beside"]) == (40, 8031.0)


def test_only_finite_numbers_are_numbers(tmp_path: Path) -> None:
    table = declared(99, "2024-01-{day},690721,CN,100,{value}")
    table += "2024-01-01,690721,CN,inf,1000\n2024-01-01,690721,CN,100,inf\n2024-01-01,690721,CN,-5,100\n"
    said = said_by("unit_prices", tmp_path, table, *TEN)
    assert (said["rows"], said["usable"]) == (102, 99)
    assert said["dropped"] == {"no_quantity": 1, "no_value": 1, "quantity_not_positive": 1}
    assert [(one["column"], one["value"]) for one in said["not_understood"]] == [
        ("net_weight", "inf"),
        ("customs_value", "inf"),
    ]


def test_an_unknown_flow_is_left_out_and_never_guessed_by_a_letter(tmp_path: Path) -> None:
    heads = "date,hs,origin,net_weight,customs_value,flow"
    table = (
        declared(40, "2024-01-{day},690721,CN,100,{value},Exotic", heads=heads)
        + "2024-01-01,690721,CN,100,1000,Export\n"
    )
    said = said_by("unit_prices", tmp_path, table, *TEN)
    assert said["error"] == "not_understood"
    said = said_by("unit_prices", tmp_path, table, *TEN, "--anyway")
    assert said["dropped"] == {"unknown_flow": 40}


def test_a_second_quantity_is_never_pooled_with_weights(tmp_path: Path) -> None:
    heads = "Fecha;Subpartida;País de origen;Cantidad;Unidad;Peso neto;Valor FOB"
    lines = [f"{1 + n:02}/02/2024;6109.10.00;China;{10 + n};U;{100 + n};{1000 + n},50" for n in range(20)]
    lines += [f"{1 + n:02}/02/2024;6109.10.00;China;;;{100 + n};{1000 + n},50" for n in range(20)]
    said = said_by("unit_prices", tmp_path, "\n".join([heads, *lines]) + "\n", *TEN)
    assert (said["rows"], said["usable"], said["groups"]) == (40, 40, 2)
    assert said["columns"]["quantity"] == "Cantidad"
    with (tmp_path / "out.csv").open() as file:
        assert {(row["unit"], row["partner"], row["hs"]) for row in csv.DictReader(file)} == {
            ("H87", "CN", "61091000"),
            ("KGM", "CN", "61091000"),
        }


def test_brazils_own_numbers_of_countries_are_not_taken_for_others(tmp_path: Path) -> None:
    heads = (
        '"CO_ANO";"CO_MES";"CO_NCM";"CO_UNID";"CO_PAIS";"SG_UF_NCM";"CO_VIA";"CO_URF";"QT_ESTAT";"KG_LIQUIDO";"VL_FOB"'
    )
    lines = [
        f'"2024";"{1 + n % 3:02}";"61091000";"11";"{("160", "249")[n % 2]}";"SP";"01";"0817800";{n};100;{1000 + n}'
        for n in range(40)
    ]
    said = said_by("unit_prices", tmp_path, "\n".join([heads, *lines]) + "\n", *TEN)
    assert (said["layout"], said["vintage"]["from"]) == ("comex_stat", 2024)
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["partner"] for row in rows} == {"CN", "US"}
    assert {row["unit"] for row in rows} == {"KGM"}
    assert {row["month"] for row in rows} <= {"1", "2", "3"}
