"""Tables of reported trade as statistics publish them: read by layout, code or name;
nothing counted twice, nothing unnamed.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from tests.trade.asking import said_by

pytestmark = pytest.mark.django_db
BY_NAME = "Year,Trade Flow,Reporter,Partner,Commodity Code,Trade Value (US$)\n"
BY_NUMBER = "freqCode,refYear,period,reporterCode,flowCode,partnerCode,cmdCode,primaryValue,netWgt\n"

MATCHED = {
    "names as Comtrade and WITS write them": (
        BY_NAME
        + (
            '2019,Import,Rep. of Korea,"China, Hong Kong SAR",080300,1060\n'
            '2019,Export,"China, Hong Kong SAR",Rep. of Korea,080300,1000\n'
        ),
        1,
    ),
    "nes is a word, no piece of Indonesia": (
        BY_NAME + "2019,Import,Indonesia,Philippines,080300,1060\n2019,Export,Philippines,Indonesia,080300,1000\n",
        1,
    ),
    "national codes are rolled up and totals left out": (
        BY_NAME
        + (
            "2022,Import,Germany,China,85423219,600\n"
            "2022,Import,Germany,China,85423290,460\n"
            "2022,Export,China,Germany,854232,1000\n"
            "2022,Import,Germany,China,TOTAL,1060\n"
            "2022,Export,China,Germany,TOTAL,1000\n"
        ),
        1,
    ),
    "Taiwan by 490, whose letters are no country's": (
        (
            "refYear,reporterCode,reporterISO,flowCode,partnerCode,partnerISO,cmdCode,primaryValue\n"
            "2022,156,CHN,M,490,S19,854232,1060\n"
            "2022,490,S19,X,156,CHN,854232,1000\n"
        ),
        1,
    ),
    "a code that means nothing, and a name that does": (
        (
            "refYear,reporterCode,reporterDesc,flowCode,flowDesc,partnerCode,partnerDesc,cmdCode,"
            "primaryValue\n"
            "2022,9994,Kenya,Q,Import,404,Uganda,854232,7\n"
            "2022,404,Kenya,M,Import,9993,Uganda,854232,1060\n"
            "2022,9993,Uganda,,Export,404,Kenya,854232,1000\n"
        ),
        1,
    ),
    "the same row twice": (
        (
            "freqCode,refYear,reporterCode,flowCode,partnerCode,cmdCode,primaryValue\n"
            "A,2022,392,M,410,854232,1060\n"
            "A,2022,392,M,410,854232,1060\n"
            "A,2022,410,X,392,854232,1000\n"
        ),
        1,
    ),
    "a year beside its months": (
        BY_NUMBER
        + (
            "A,2022,2022,392,M,410,854232,1060,10\n"
            "M,2022,202201,392,M,410,854232,560,5\n"
            "M,2022,202202,392,M,410,854232,500,5\n"
            "A,2022,2022,410,X,392,854232,1000,10\n"
        ),
        1,
    ),
    "two editions of one year": (
        (
            "refYear,reporterCode,flowCode,partnerCode,classificationCode,cmdCode,primaryValue\n"
            "2022,392,M,410,H5,854232,1060\n"
            "2022,392,M,410,H6,854232,1060\n"
            "2022,410,X,392,H6,854232,1000\n"
        ),
        1,
    ),
    "totals that were floats": (
        (
            "period,refYear,reporterCode,flowCode,partnerCode,partner2Code,partner2ISO,cmdCode,"
            "customsCode,motCode,primaryValue,netWgt\n"
            "201901,2019,404.0,M,800.0,0.0,W00,030339,C00,0.0,1060,10\n"
            "201901,2019,800.0,X,404.0,0.0,W00,030339,C00,0.0,1000,10\n"
        ),
        1,
    ),
    "parts that have no total are all there is": (
        (
            "refYear,reporterCode,flowCode,partnerCode,cmdCode,motCode,primaryValue\n"
            "2019,404,M,800,030339,1000,560\n"
            "2019,404,M,800,030339,2100,500\n"
            "2019,800,X,404,030339,3100,1000\n"
        ),
        1,
    ),
    "Comext: countries by its own numbers": (
        (
            "DECLARANT,DECLARANT_ISO,PARTNER,PARTNER_ISO,TRADE_TYPE,PRODUCT_NC,FLOW,STAT_REGIME,PERIOD,"
            "VALUE_IN_EUROS,QUANTITY_IN_KG\n"
            "004,,720,,E,85423219,1,4,202252,1060,10\n"
            "720,,004,,E,85423290,2,4,202252,1000,10\n"
        ),
        1,
    ),
    "WITS: thousands of dollars, numbers of flows": (
        (
            "ReporterISO3,ProductCode,PartnerISO3,Year,TradeFlowCode,TradeValue in 1000 USD\n"
            "KEN,854232,SER,2012,5,1.06\n"
            "SER,854232,KEN,2012,6,1\n"
        ),
        1,
    ),
    "the months of a column of their own, beside their year": (
        (
            "Year,Month,Trade Flow,Reporter,Partner,Commodity Code,Value\n"
            "2019,,Import,Kenya,Uganda,080300,1060\n"
            "2019,1,Import,Kenya,Uganda,080300,500\n"
            "2019,Feb,Import,Kenya,Uganda,080300,560\n"
            "2019,,Export,Uganda,Kenya,080300,1000\n"
        ),
        1,
    ),
    "months by name, and a total that is called one": (
        (
            "Year,Month,Trade Flow,Reporter,Partner,Commodity Code,Value\n"
            "2019,Total,Import,Kenya,Uganda,080300,1060\n"
            "2019,Jan,Import,Kenya,Uganda,080300,500\n"
            "2019,Feb,Import,Kenya,Uganda,080300,560\n"
            "2019,Total,Export,Uganda,Kenya,080300,1000\n"
        ),
        1,
    ),
    "months alone are added up": (
        (
            "Year,Month,Trade Flow,Reporter,Partner,Commodity Code,Value\n2019,1,Import,Kenya,Uganda,080300,500\n"
            "2019,2,Import,Kenya,Uganda,080300,560\n2019,1,Export,Uganda,Kenya,080300,1000\n"
        ),
        1,
    ),
    "a month that says its year": (
        (
            "Month,Trade Flow,Reporter,Partner,Commodity Code,Value\n2019-01,Import,Kenya,Uganda,080300,500\n"
            "2019-02,Import,Kenya,Uganda,080300,560\n2019-01,Export,Uganda,Kenya,080300,1000\n"
        ),
        1,
    ),
    "Spanish heads, a decimal comma": (
        (
            "Año;País declarante;País socio;Flujo;Código SH;Valor (miles de US$);Peso neto (toneladas)\n"
            "2021;Perú;Chile;Importación;854232;1.060,5;1,5\n"
            "2021;Chile;Perú;Exportación;854232;1.000,5;1,5\n"
        ),
        1,
    ),
}


@pytest.mark.parametrize("name", MATCHED)
def test_a_table_is_read_as_it_is_meant(name: str, tmp_path: Path) -> None:
    table, flows = MATCHED[name]
    said = said_by("mirror", tmp_path, table)
    assert (said["flows"], said["matched"]) == (flows, flows), said
    assert said["median_value_ratio"] == pytest.approx(1.0, abs=0.07)


def test_what_was_left_out_for_standing_twice_is_counted(tmp_path: Path) -> None:
    assert said_by("mirror", tmp_path, MATCHED["the same row twice"][0])["dropped"] == {"repeated": 1}
    assert said_by("mirror", tmp_path, MATCHED["a year beside its months"][0])["dropped"] == {"another_period": 2}
    assert said_by("mirror", tmp_path, MATCHED["two editions of one year"][0])["dropped"] == {"another_edition": 1}


def test_several_values_of_one_whole_key_are_not_added_up(tmp_path: Path) -> None:
    heads = "refYear,reporterCode,flowCode,partnerCode,partner2Code,cmdCode,customsCode,motCode,primaryValue\n"
    table = heads + (
        "2022,392,M,410,0,854232,C00,0,1060\n"
        "2022,392,M,410,0,854232,C00,0,2000\n"
        "2022,410,X,392,0,854232,C00,0,1000\n"
        "2022,410,X,392,0,854231,C00,0,5\n"
    )
    said = said_by("mirror", tmp_path, table)
    assert said["dropped"] == {"several_values": 2}
    assert (said["flows"], said["matched"]) == (2, 0)


def _flows(folder: Path) -> list[dict[str, Any]]:
    with (folder / "out.csv").open() as file:
        return list(csv.DictReader(file))


def test_chapters_and_totals_stand_where_nothing_finer_does(tmp_path: Path) -> None:
    rows = [("85", 99), ("8542", 98), ("854232", 60), ("854231", 40), ("64", 7), ("TOTAL", 107)]
    table = BY_NAME + "".join(f"2022,Import,Kenya,China,{code},{value}\n" for code, value in rows)
    table += "2022,Import,Uganda,China,TOTAL,11\n2022,Export,China,Kenya,854232,50\n"
    said = said_by("mirror", tmp_path, table)
    found = {(row["importer"], row["product"]): float(row["imported"]) for row in _flows(tmp_path)}
    assert found == {("KE", "854232"): 60.0, ("KE", "854231"): 40.0, ("KE", "64"): 7.0, ("UG", "TOTAL"): 11.0}
    assert said["dropped"] == {"another_level": 3}


def test_a_weight_of_a_part_is_no_weight(tmp_path: Path) -> None:
    table = BY_NUMBER + (
        "M,2022,202201,392,M,410,854232,560,50\n"
        "M,2022,202202,392,M,410,854232,500,\n"
        "M,2022,202201,410,X,392,854232,1000,100\n"
    )
    said = said_by("mirror", tmp_path, table)
    assert (said["flows"], said["matched"], said["median_weight_ratio"]) == (1, 1, None)
    whole = said_by("mirror", tmp_path, table.replace("500,\n", "500,50\n"))
    assert whole["median_weight_ratio"] == 1.0


def test_a_quantity_is_a_weight_only_in_a_unit_of_mass(tmp_path: Path) -> None:
    heads = "Year,TradeFlow,Reporter,Partner,ProductCode,Trade Value 1000USD,Quantity,Quantity Unit\n"
    table = heads + (
        "2020,Import,Kenya,China,854232,1.06,2,Tonnes\n"
        "2020,Export,China,Kenya,854232,1,2000,Kg\n"
        "2020,Import,Kenya,China,854231,1.06,5,Number of items\n"
        "2020,Export,China,Kenya,854231,1,10,Kg\n"
    )
    said_by("mirror", tmp_path, table)
    ratios = {row["product"]: row["weight_ratio"] for row in _flows(tmp_path)}
    assert ratios == {"854232": "1.0", "854231": ""}


def test_what_is_not_understood_is_named_with_its_share_and_warned_of(tmp_path: Path) -> None:
    table = BY_NAME + "".join(
        f"2019,Import,Kenya,{other},080300,1060\n2019,Export,{other},Kenya,080300,1000\n"
        for other in ("Atlantis", "Uganda", "Rwanda")
    )
    said = said_by("mirror", tmp_path, table)
    assert (said["flows"], said["matched"], said["dropped"]) == (2, 2, {"unknown_country": 2})
    assert said["not_understood"] == [
        {"column": "Partner", "value": "Atlantis", "rows": 1, "share_of_rows": 0.166667, "share_of_value": 0.171521},
        {"column": "Reporter", "value": "Atlantis", "rows": 1, "share_of_rows": 0.166667, "share_of_value": 0.161812},
    ]
    assert said["warnings"] == [
        "33.3 % of the value was not understood and is left out: «Atlantis» (Partner), «Atlantis» (Reporter)."
    ]


def test_more_than_half_not_understood_is_refused_unless_it_is_wanted(tmp_path: Path) -> None:
    table = BY_NAME + (
        "2019,Import,Kenya,Atlantis,080300,900\n"
        "2019,Import,Kenya,Uganda,080300,100\n"
        "2019,Whatever,Kenya,Uganda,080300,50\n"
    )
    said = said_by("mirror", tmp_path, table)
    assert (said["exit"], said["error"]) == (2, "not_understood")
    assert "90.5 %" in said["message"]
    assert "«Atlantis»" in said["message"]
    anyway = said_by("mirror", tmp_path, table, "--anyway")
    assert (anyway["flows"], anyway["dropped"]) == (1, {"unknown_country": 1, "unknown_flow": 1})
    assert {one["value"] for one in anyway["not_understood"]} == {"Atlantis", "Whatever"}


def test_a_file_alone_says_method_parameters_and_caveats(tmp_path: Path) -> None:
    said = said_by("mirror", tmp_path, MATCHED["the same row twice"][0], "--cif-fob", "1.1")
    assert said["parameters"]["factor"] == 1.1
    assert len(said["caveats"]) == 3
    about = _flows(tmp_path)[0]["about"]
    assert "CIF/FOB 1.1" in about
    assert "not an amount of money lost" in about


def test_constants_and_a_decimal_mark_come_by_mapping(tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        '[columns]\nproduct = "ware"\nvalue = "wert"\n[constants]\nreporter = "DE"\npartner = "CN"\nflow ='
        ' "Einfuhr"\nyear = "2020"\n[formats]\ndecimal = ","\n'
    )
    said_by("mirror", tmp_path, "ware;wert\n854232;1,250\n", "--mapping", str(mapping))
    [flow] = _flows(tmp_path)
    assert (flow["exporter"], flow["importer"], float(flow["imported"])) == ("CN", "DE", 1.25)


def test_years_that_are_none_are_named_and_never_added_up(tmp_path: Path) -> None:
    table = BY_NAME + "".join(
        f"{year},Import,Kenya,India,080300,1060\n{year},Export,India,Kenya,080300,1000\n"
        for year in ("2021", "2022", "2023", "n.d.")
    )
    said = said_by("mirror", tmp_path, table)
    assert (said["flows"], said["matched"], said["dropped"]) == (3, 3, {"unknown_period": 2})
    assert [(one["column"], one["value"], one["rows"]) for one in said["not_understood"]] == [("Year", "n.d.", 2)]
    assert len(said["warnings"]) == 1


def test_fiscal_years_are_no_months_and_two_of_them_no_year_alike(tmp_path: Path) -> None:
    years = ("2010-11", "2011-12", "2012-13")
    table = BY_NAME + "".join(
        f"{year},Import,Kenya,India,080300,1060\n{year},Export,India,Kenya,080300,1000\n" for year in years
    )
    said = said_by("mirror", tmp_path, table)
    assert (said["exit"], said["error"]) == (2, "no_rows")
    assert all(f"«{year}» (Year)" in said["message"] for year in years)


@pytest.mark.parametrize(
    ("value", "weight"),
    [
        ("Value (US$ '000)", "Eigenmasse in 1000 kg"),
        ("Value (1,000 USD)", "Net weight (MT)"),
        ("Valor (miles US$)", "Peso neto (T.M.)"),
        ("Value (US$000)", "Net weight (1 000 kg)"),
        ("Wert in Tsd. EUR", "Eigenmasse (t)"),
    ],
)
def test_thousands_that_a_head_says_are_counted(value: str, weight: str, tmp_path: Path) -> None:
    heads = f'Year,Flow,Reporter,Partner,HS,"{value}","{weight}"\n'
    said_by(
        "mirror", tmp_path, heads + "2019,Import,Kenya,Uganda,080300,1.06,0.1\n2019,Export,Uganda,Kenya,080300,1,0.1\n"
    )
    [flow] = _flows(tmp_path)
    assert (float(flow["imported"]), float(flow["exported"])) == pytest.approx((1060.0, 1000.0))
    assert (float(flow["import_weight"]), float(flow["export_weight"])) == pytest.approx((100.0, 100.0))


def test_a_workbook_whose_other_sheets_have_the_same_heads_is_not_read_in_part(tmp_path: Path) -> None:
    heads = ["Year", "Flow", "Reporter", "Partner", "HS", "Value"]
    book = openpyxl.Workbook()
    for year, page in ((2021, book.active), (2022, book.create_sheet("2022"))):
        page.append(heads)
        page.append([year, "Import", "Kenya", "Uganda", "080300", 1060])
        page.append([year, "Export", "Uganda", "Kenya", "080300", 1000])
    notes = book.create_sheet("Notes")
    notes.append(["Source: both customs"])
    book.save(tmp_path / "in.xlsx")
    with pytest.raises(CommandError, match="«2022» too"):
        call_command("mirror", str(tmp_path / "in.xlsx"), "-o", str(tmp_path / "out.csv"))
    del book["2022"]
    book.save(tmp_path / "in.xlsx")
    call_command("mirror", str(tmp_path / "in.xlsx"), "-o", str(tmp_path / "out.csv"))
    assert [(flow["year"], float(flow["imported"])) for flow in _flows(tmp_path)] == [("2021", 1060.0)]


@pytest.mark.parametrize("last", ["Total\n", "Source: customs, provisional\n"])
def test_a_line_of_another_length_is_said_to_be_one(last: str, tmp_path: Path) -> None:
    rows = "2019,Import,Kenya,Uganda,080300,1060\n2019,Export,Uganda,Kenya,080300,1000\n"
    said = said_by("mirror", tmp_path, "Year,Flow,Reporter,Partner,HS,Value\n" + rows * 9 + last)
    assert (said["exit"], said["error"]) == (2, "ragged")
    assert "as many cells as its heads" in said["message"]


def test_a_last_line_with_one_cell_more_is_named_and_not_taken_for_the_heads(tmp_path: Path) -> None:
    rows = "2019,Import,Kenya,Uganda,080300,1060\n2019,Export,Uganda,Kenya,080300,1000\n"
    said = said_by("mirror", tmp_path, "Year,Flow,Reporter,Partner,HS,Value\n" + rows * 9 + rows.strip() + ",99")
    assert (said["exit"], said["error"]) == (2, "ragged")
    assert said["message"].startswith("Line 21 has 7 cells, the heads are 6.")
