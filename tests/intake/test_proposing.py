"""What is proposed for files of agencies: columns, units, days, lines, sums; what is asked and never guessed."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tidewaiter.forms.queries import form_named
from tidewaiter.intake.mapping.mapping_file import read_mapping
from tidewaiter.intake.proposals.writing import mapping_text
from tidewaiter.intake.proposing import LINES, Proposed, propose

LAYOUTS = Path(__file__).parent / "layouts"
pytestmark = pytest.mark.django_db


def proposed(form: str, table: str, **known: str) -> Proposed:
    """What is proposed for a small table, cells parted by `|`."""
    heads, *rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return propose(form_named(form), heads, rows, **known)


def asked(answer: Proposed) -> set[str]:
    """What a person must say."""
    return {one.about for one in answer.questions}


@pytest.mark.parametrize("half", ["tuning", "held_out", "fresh"])
def test_columns_of_public_layouts_are_told_right(half: str) -> None:
    right = wrong = fields = 0
    for path in sorted(LAYOUTS.glob("*.toml")):
        layout = tomllib.loads(path.read_text())
        if layout["half"] != half:
            continue
        columns: dict[str, str] = layout["columns"]
        answer = propose(
            form_named(layout["form"]), list(columns), layout["table"]["rows"], country=layout.get("country", "")
        )
        for one, is_here in zip(answer.columns, columns.values(), strict=True):
            given = "quantity" if one.path == LINES else one.path or "-"
            allowed = is_here.split("/")
            fields += given != "-" or "-" not in allowed
            right += given in allowed and given != "-"
            wrong += given not in allowed and given != "-"
    assert fields > 80
    assert right / fields >= 0.95
    assert wrong / fields <= 0.02


def test_there_are_sixty_layouts() -> None:
    assert len(list(LAYOUTS.glob("*.toml"))) >= 60


def test_drugs_across_columns_are_lines_with_subtype_and_unit() -> None:
    answer = proposed("DRG", "Date|Country|Cocaine_Kg|Heroin (g)\n2024-01-02|Kenya|12.5|0\n2024-01-03|Kenya|3|40")
    assert answer.mapping.lines == (
        {"subtype": "cocaine", "quantity": "{Cocaine_Kg}", "unit": "KGM"},
        {"subtype": "heroin", "quantity": "{Heroin (g)}", "unit": "GRM"},
    )
    assert answer.mapping.columns == {"date": "Date", "country": "Country"}


def test_years_across_columns_are_lines_with_a_date() -> None:
    answer = proposed(
        "CIT", "Country|Species|Term|2019|2020\nKenya|Loxodonta africana|TUS|12|0\nUganda|Manis tricuspis|SCA|3|9"
    )
    assert answer.mapping.lines == (
        {"date": "2019", "quantity": "{2019}"},
        {"date": "2020", "quantity": "{2020}"},
    )
    assert answer.mapping.columns == {"country": "Country", "species": "Species", "subtype": "Term"}


@pytest.mark.parametrize(
    ("head", "unit"),
    [("Weight (g)", "GRM"), ("Sum Qty (lbs)", "LBR"), ("Вес, кг", "KGM"), ("Peso_kg", "KGM"), ("重量(千克)", "KGM")],
)
def test_the_unit_of_a_head_is_the_unit_of_all_rows(head: str, unit: str) -> None:
    answer = proposed("DRG", f"Date|Drug|{head}\n2024-01-02|Cocaine|12.5\n2024-01-03|Heroin|3")
    assert answer.mapping.columns["quantity"] == head
    assert answer.mapping.constants["unit"] == unit


def test_a_currency_of_a_head_is_a_constant_and_a_dollar_alone_is_asked() -> None:
    table = "Date|Goods|Qty|Unit|Value ({})\n2024-01-02|toys|12|pcs|100\n2024-01-03|toys|3|pcs|40"
    assert proposed("IPR", table.format("EUR")).mapping.constants["currency"] == "EUR"
    dollars = proposed("IPR", table.format("$"))
    assert "currency" not in dollars.mapping.constants
    assert "currency" in asked(dollars)


def test_lakhs_are_left_out_and_said() -> None:
    answer = proposed(
        "CUR", "Date|Item|Qty (kg)|Value (Rs. in lakhs)\n2024-01-02|gold|1.5|75.2\n2024-01-03|silver|3|2.5"
    )
    assert "value" not in answer.mapping.columns
    assert "lakhs" in answer.columns[3].why


def test_days_first_are_told_by_a_row_and_asked_where_none_tells() -> None:
    told = proposed("DRG", "Date|Drug|Kg\n03/02/2024|Cocaine|1\n25/02/2024|Heroin|3")
    assert told.mapping.formats.date == ("%d/%m/%Y",)
    told = proposed("DRG", "Date|Drug|Kg\n03-02-24 10:15|Cocaine|1\n02-25-24 11:00|Heroin|3")
    assert told.mapping.formats.date == ("%m-%d-%y %H:%M",)
    told = proposed("DRG", "Date (dd/mm/yyyy)|Drug|Kg\n03/02/2024|Cocaine|1\n04/02/2024|Heroin|3")
    assert told.mapping.formats.date == ("%d/%m/%Y",)
    silent = proposed("DRG", "Date|Drug|Kg\n03/02/2024|Cocaine|1\n04/02/2024|Heroin|3")
    assert silent.mapping.formats.date == ()
    assert "date" in asked(silent)
    assert all("%" not in one.why for one in (*silent.questions, *silent.columns))


def test_year_and_month_make_a_date() -> None:
    answer = proposed("DRG", "Ano|Mês|Droga|Peso (kg)\n2024|janeiro|cocaína|12,5\n2024|março|maconha|3")
    assert answer.mapping.columns["date"] == "{Ano}-{Mês}"
    assert answer.mapping.formats.decimal == ","


def test_fiscal_years_begin_where_the_running_one_does_or_by_country_and_are_else_asked() -> None:
    months = ["OCT", "NOV", "DEC", "JAN", "FEB"]
    running = "\n".join(f"2025 (FYTD)|{month}|Cocaine|1" for month in months)
    answer = proposed("DRG", f"FY|Month|Drug|Kg\n2024|APR|Cocaine|2\n{running}")
    assert answer.mapping.formats.fiscal_year_starts == 10
    assert answer.mapping.clean == {"FY": r"\d{4}"}
    table = "Fiscal year|Month|Drug|Kg\n2024|APR|Cocaine|2\n2024|JUN|Heroin|1"
    assert proposed("DRG", table, country="GB").mapping.formats.fiscal_year_starts == 4
    silent = proposed("DRG", table)
    assert "date" not in silent.mapping.columns
    assert "fiscal_year_starts" in asked(silent)


def test_sums_are_skipped_and_headings_told() -> None:
    answer = proposed("DRG", "Date|Drug|Kg\n2024-01-02|Cocaine|1\n2024-01-03|Heroin|3\nTotal||4")
    assert answer.mapping.skip == {"Date": ("Total",)}
    assert answer.mapping.columns["date"] == "Date"
    answer = proposed(
        "DRG", "Group|Drug|Date|Kg\nNorth|||\n|Cocaine|2024-01-02|1\n|Heroin|2024-01-03|2\nSouth|||\n|Khat|2024-01-04|3"
    )
    assert answer.mapping.reader.headings == "Group"


def test_values_veto_a_name() -> None:
    answer = proposed(
        "DRG", "Date|Drug|Quantity|Unit|Country\n2024-01-02|Cocaine|twelve|kg|12\n2024-01-03|Heroin|three|kg|14"
    )
    assert "quantity" not in answer.mapping.columns
    assert "country" not in answer.mapping.columns
    assert "Quantity" in answer.columns[2].why


def test_names_of_persons_and_row_numbers_are_not_read() -> None:
    answer = proposed(
        "DRG",
        (
            "No.|Name of accused|Date of birth|Date|Drug|Kg\n"
            "1|A B|1990-01-02|2024-01-02|Cocaine|1\n"
            "2|C D|1985-03-04|2024-01-03|Heroin|3\n"
            "3|E F|1999-12-31|2024-01-04|Khat|2"
        ),
    )
    assert set(answer.mapping.columns.values()) == {"Date", "Drug", "Kg"}


def test_a_reference_that_a_program_wrote_as_a_number_is_cleaned() -> None:
    answer = proposed(
        "DRG",
        (
            "Event ID|Date|Drug|Kg\n"
            "-2147483648.0|2024-01-01|Khat|1\n"
            "346001.0|2024-01-02|Cocaine|1\n"
            "346002.0|2024-01-03|Heroin|3"
        ),
    )
    assert answer.mapping.clean == {"Event ID": r"\d+"}
    assert answer.mapping.empty == {"Event ID": ("-2147483648.0",)}


def test_what_is_written_is_a_mapping_that_reads_back() -> None:
    for path in sorted(LAYOUTS.glob("*.toml"))[:12]:
        layout = tomllib.loads(path.read_text())
        answer = propose(form_named(layout["form"]), list(layout["columns"]), layout["table"]["rows"])
        assert read_mapping(mapping_text(answer.mapping, answer.questions)) == answer.mapping


def command(path: Path, out: Path, capsys: Any, **options: Any) -> dict[str, Any]:
    """The JSON of the command."""
    call_command("propose_mapping", str(path), output=out, format="json", **options)
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_the_command_writes_a_mapping_of_ten_thousand_rows_in_seconds(tmp_path: Path, capsys: Any) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "map.toml"
    goods = ("Cocaine", "Heroin", "Khat", "Ketamine")
    rows = (
        f"R-{at};{at % 28 + 1:02}/0{at % 9 + 1}/2024;Puerto {at % 40};{goods[at % 4]};{at % 97},5;kg"
        for at in range(10_000)
    )
    file.write_text("Expediente;Fecha;Aduana;Sustancia;Cantidad;Unidad\n" + "\n".join(rows))
    answer = command(file, out, capsys)
    assert answer["form"] == "DRG"
    assert answer["columns"] == {
        "national_ref": "Expediente",
        "date": "Fecha",
        "office": "Aduana",
        "subtype": "Sustancia",
        "quantity": "Cantidad",
        "unit": "Unidad",
    }
    assert set(answer["sure"]) == set(answer["columns"])
    assert all(0.6 < sure <= 1 for sure in answer["sure"].values())
    assert answer["seconds"] < 10, "3 on a quiet machine"
    written = tomllib.loads(out.read_text())
    assert written["columns"] == answer["columns"]
    assert written["formats"] == {"date": ["%d/%m/%Y"], "decimal": ","}


def test_titles_two_rows_of_heads_and_wrapped_json_are_read(tmp_path: Path, capsys: Any) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "map.toml"
    file.write_text(
        "Seizures of the year,,,\n"
        ",,,\n"
        "Date,Drug,Quantity,\n"
        ",,kg,pieces\n"
        "2024-01-02,Cocaine,12.5,\n"
        "2024-01-03,Heroin,3,\n"
    )
    answer = command(file, out, capsys, form="DRG")
    assert tomllib.loads(out.read_text())["reader"]["header"] == [3, 4]
    assert answer["columns"]["subtype"] == "Drug"
    rows = [
        {"date": "2024-01-02", "drug": "Cocaine", "qty_kg": 1.5},
        {"date": "2024-01-03", "drug": "Khat", "qty_kg": 2},
    ]
    file.write_text(json.dumps({"count": 2, "data": rows}))
    answer = command(file, out, capsys, form="DRG")
    assert answer["columns"] == {"date": "date", "subtype": "drug", "quantity": "qty_kg"}
    assert answer["constants"] == {"unit": "KGM"}


def test_an_unsure_encoding_and_unknown_goods_are_refused_with_choices(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "in.csv"
    file.write_bytes("Data;Ilość;Uwagi\n2024-01-02;3;Żółć\n".encode("cp1250"))
    with pytest.raises(CommandError, match="cp1250"):
        command(file, tmp_path / "map.toml", capsys, form="DRG")
    file.write_text("Date,Thing,Kg\n2024-01-02,widget,3\n2024-01-03,gadget,4\n")
    with pytest.raises(CommandError, match="--form"):
        command(file, tmp_path / "map.toml", capsys)
