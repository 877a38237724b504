"""A receipt: what became of the rows, the sheet that goes back in the sender's own layout, proposals that are
filled in, and the cases it brought.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.conftest import PASSWORD, Program
from tests.intake.files import xml_of
from tests.intake.test_intake import bring, write
from tidewaiter.cases.models import Case
from tidewaiter.forms.queries import form_named
from tidewaiter.forms.workbook import template
from tidewaiter.intake.models import Receipt, StagedRow
from tidewaiter.people.actions import make_token
from tidewaiter.vault.actions import read

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

HEAD = "form,national_ref,date,country,place,subtype,quantity,unit\n"
FIVE = HEAD + (
    "WPN,R-1,2026-01-02,KE,KEMBA,pistol,2,H87\n"
    "WPN,R-2,2026-01-03,KE,Mombasaa,pistol,3,H87\n"
    "WPN,R-3,2026-01-04,KE,KEMBA,pistoll,4,H87\n"
    "WPN,R-4,2026-11-31,KE,KEMBA,pistol,5,H87\n"
    "WPN,R-5,2026-01-05,KE,Mombasaa,rifle,many,H87\n"
)
MAPPING = """form = "WPN"
[constants]
country = "KE"
[columns]
national_ref = "Register No."
date = "Date of seizure"
subtype = "What"
quantity = "How many"
unit = "In"
place = "Where"
[values.subtype]
"Pistole" = "pistol"
[formats]
decimal = ","
"""
FOREIGN = (
    "Register No.;Officer;Where;What;How many;In;Date of seizure\n"
    "A-1;Jane Doe;KEMBA;Pistole;1.200;H87;2026-02-01\n"
    "A-2;John Roe;KEMBA;Pistole;1.300,0;H87;2026-02-30\n"
    "A-3;Jim Poe;Mombasaa;Pistole;7;H87;2026-02-03\n"
    "A-4;Jo Loe;KEMBA;Keule;1.400;H87;2026-02-04\n"
)


def book_of(content: bytes) -> Any:
    """The workbook in some bytes."""
    return openpyxl.load_workbook(io.BytesIO(content))


def sheet_of(receipt: str) -> bytes:
    """The sheet of rows to mend of a receipt."""
    return read(Receipt.objects.get(ref=receipt).rejected_digest)


def heads_of(sheet: Any, row: int = 1) -> list[str]:
    """The texts of a row of heads."""
    return [cell.value or "" for cell in sheet[row]]


def _again(people: SimpleNamespace, content: bytes, folder: Path, mapping: str = "") -> dict[str, Any]:
    path = folder / "again.xlsx"
    path.write_bytes(content)
    return bring(people.contact, path, mapping)


def page_of(people: SimpleNamespace, username: str = "contact.ke") -> Client:
    """The browser of somebody."""
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    return client


def program_of(person: Any) -> Client:
    """A program with a token of somebody."""
    _token, text = make_token(officer=person, scope="write", by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def _counts(answer: dict[str, Any]) -> tuple[int, int, int]:
    return answer["accepted"], answer["unchanged"], answer["rejected"]


def test_the_sheet_of_a_mapped_file_is_the_senders_own_and_goes_in_again_with_the_same_mapping(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    answer = bring(people.contact, write(tmp_path, FOREIGN), MAPPING)
    assert _counts(answer) == (1, 0, 3)
    assert answer["error_counts"] == {"date_day": 1, "unknown_code": 1, "unknown_place": 1}
    content = sheet_of(answer["receipt"])
    book = book_of(content)
    sheet = book["Data"]
    assert heads_of(sheet) == [
        "Register No.",
        "Officer",
        "Where",
        "What",
        "How many",
        "In",
        "Date of seizure",
        "_row",
        "_mend",
    ]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[:7] for row in rows] == [
        ["A-2", None, "KEMBA", "Pistole", 1300, "H87", "2026-02-30"],
        ["A-3", None, "Mombasaa", "Pistole", "7", "H87", "2026-02-03"],
        ["A-4", None, "KEMBA", "Keule", 1400, "H87", "2026-02-04"],
    ], "what no field was read from is not kept; a number whose column tells its marks is one"
    assert [row[7] for row in rows] == [3, 4, 5]
    assert "February 2026 has 28 days" in rows[0][8]
    marked = {
        cell.coordinate for row in sheet.iter_rows(min_row=2) for cell in row if cell.fill.fgColor.rgb == "FFFBE8EA"
    }
    assert marked == {"G2", "C3", "D4"}
    assert "28 days" in sheet["G2"].comment.text
    assert b"Jane Doe" not in content
    assert "Jim Poe" not in json.dumps(rows)
    lists = [one.sqref for one in sheet.data_validations.dataValidation]
    assert any("D2" in str(cells) for cells in lists), "what is seized is chosen from a list"
    words = [cell.value for column in book["Codes"].iter_cols() for cell in column if cell.value]
    assert "Pistole" in words
    assert "KE Kenya" not in words
    again = _again(people, content, tmp_path, MAPPING)
    assert (_counts(again), again["error_counts"]) == ((0, 0, 3), answer["error_counts"]), "as it is it says the same"
    sheet["G2"], sheet["C3"], sheet["D4"] = "2026-02-20", "KEMBA", "Pistole"
    out = io.BytesIO()
    book.save(out)
    mended = _again(people, out.getvalue(), tmp_path, MAPPING)
    assert _counts(mended) == (3, 0, 0)
    assert {
        case.national_ref: str(case.main_quantity.normalize()) for case in Case.objects.all() if case.main_quantity
    } == {
        "A-1": "1.2E+3",
        "A-2": "1.3E+3",
        "A-3": "7",
        "A-4": "1.4E+3",
    }


def test_heads_in_two_rows_under_a_title_come_back_where_the_mapping_looks_for_them(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    mapping = """form = "WPN"
[constants]
country = "KE"
unit = "H87"
[columns]
national_ref = "No."
date = "Day"
subtype = "Goods kind"
quantity = "Goods number"
[reader]
header = [2, 3]
"""
    text = "Seizures of the year,,,\nNo.,Day,Goods,\n,,kind,number\nB-1,2026-01-01,pistol,1\nB-2,2026-01-01,pistol,x\n"
    answer = bring(people.contact, write(tmp_path, text), mapping)
    assert _counts(answer) == (1, 0, 1)
    content = sheet_of(answer["receipt"])
    sheet = book_of(content)["Data"]
    assert [heads_of(sheet, n)[:4] for n in (1, 2, 3)] == [
        ["", "", "", ""],
        ["No.", "Day", "Goods", ""],
        ["", "", "kind", "number"],
    ]
    again = _again(people, content, tmp_path, mapping)
    assert (_counts(again), again["error_counts"]) == ((0, 0, 1), {"not_a_number": 1})


def test_heads_in_two_rows_name_nobody_in_the_sheet(people: SimpleNamespace, tmp_path: Path) -> None:
    mapping = MAPPING.replace("[constants]", "[reader]\nheader = [1, 2]\n[constants]")
    mapping = mapping.replace('"Register No."', '"The Register No."').replace('"Where"', '"The Where"')
    rows = (
        "The,Mr Juan Carlos Perez Gomez,The,,,,\n"
        "Register No.,passport A1234567,Where,What,How many,In,Date of seizure\n"
        "A-2,x,KEMBA,Pistole,1,H87,2026-02-30\n"
    )
    mapping = mapping.replace('"Date of seizure"', '"The Date of seizure"').replace('"What"', '"The What"')
    mapping = mapping.replace('"How many"', '"The How many"').replace('"In"', '"The In"')
    path = tmp_path / "rows.csv"
    path.write_text(rows)
    answer = bring(people.contact, path, mapping)
    assert _counts(answer) == (0, 0, 1)
    sheet = book_of(sheet_of(answer["receipt"]))["Data"]
    said = [str(cell.value or "") for row in sheet.iter_rows(max_row=2) for cell in row]
    assert "Mr █████" in said
    assert "passport █████" in said
    assert not [text for text in said if "Gomez" in text or "A1234567" in text]


def test_a_table_with_the_forms_names_comes_back_in_its_own_order(people: SimpleNamespace, tmp_path: Path) -> None:
    answer = bring(people.contact, write(tmp_path, FIVE))
    assert _counts(answer) == (1, 0, 4)
    sheet = book_of(sheet_of(answer["receipt"]))["Data"]
    assert heads_of(sheet) == [
        "form",
        "national_ref",
        "date",
        "country",
        "place",
        "subtype",
        "quantity",
        "unit",
        "_row",
        "_mend",
    ]
    assert [cell.value for cell in sheet[2]][:8] == ["WPN", "R-2", "2026-01-03", "KE", "Mombasaa", "pistol", "3", "H87"]
    assert _counts(_again(people, sheet_of(answer["receipt"]), tmp_path)) == (0, 0, 4)


def test_a_column_of_one_word_that_no_form_has_comes_back_empty_and_is_kept_nowhere(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        HEAD.replace("unit", "unit,Driver,Passport") + "WPN,R-4,2026-11-31,KE,KEMBA,pistol,5,H87,Otieno,A1234567\n"
    )
    answer = bring(people.contact, path)
    assert _counts(answer) == (0, 0, 1)
    row = StagedRow.objects.get()
    assert "Otieno" not in row.raw
    assert "A1234567" not in row.raw
    sheet = book_of(sheet_of(answer["receipt"])).active
    assert heads_of(sheet)[7:10] == ["unit", "Driver", "Passport"]
    assert [cell.value or "" for cell in sheet[2]][6:10] == ["5", "H87", "", ""]


def test_a_template_comes_back_as_the_template(people: SimpleNamespace, tmp_path: Path) -> None:
    book = book_of(template(form_named("WPN"), simple=True))
    names = heads_of(book["Data"], 2)
    for row, (ref, number) in enumerate((("T-1", "2"), ("T-2", "two")), 3):
        for name, value in {
            "national_ref": ref,
            "date": "2026-03-01",
            "country": "KE Kenya",
            "subtype": "pistol Pistol",
            "currency": "GEL Georgian Lari",
            "value": "10",
            "quantity": number,
            "unit": "H87 piece",
        }.items():
            book["Data"].cell(row, names.index(name) + 1, value)
    path = tmp_path / "t.xlsx"
    book.save(path)
    answer = bring(people.contact, path)
    assert _counts(answer) == (1, 0, 1)
    back = book_of(sheet_of(answer["receipt"]))
    assert heads_of(back["Data"], 2) == [*names, "_row", "_mend"]
    assert back["Data"].row_dimensions[2].hidden
    assert {row[0].value: row[1].value for row in back["About"].iter_rows(max_row=2)} == {
        "form": "WPN",
        "version": str(form_named("WPN").version),
    }
    assert len(back["Data"].data_validations.dataValidation) >= 5
    back["Data"].cell(3, names.index("quantity") + 1, "4")
    out = io.BytesIO()
    back.save(out)
    mended = _again(people, out.getvalue(), tmp_path)
    assert [error["message"] for error in mended["errors"]] == []
    assert Case.objects.get(national_ref="T-2").main_quantity == 4


def test_records_come_back_in_the_template_of_their_form(people: SimpleNamespace, tmp_path: Path) -> None:
    row = {
        "form": "WPN",
        "national_ref": "X-1",
        "date": "2026-11-01",
        "country": "KE",
        "subtype": "pistol",
        "quantity": "2",
        "unit": "H87",
    }
    path = tmp_path / "x.xml"
    path.write_bytes(xml_of(row | {"quantity": "none"}))
    answer = bring(people.contact, path)
    book = book_of(sheet_of(answer["receipt"]))
    names = heads_of(book["Data"], 2)
    assert names[-2:] == ["_row", "_mend"]
    assert {"date", "country", "subtype", "quantity", "location_type"} <= set(names)
    at = names.index("quantity") + 1
    assert book["Data"].cell(3, at).value == "none"
    assert book["Data"].cell(3, names.index("subtype") + 1).value.startswith("pistol ")
    assert _counts(_again(people, sheet_of(answer["receipt"]), tmp_path)) == (0, 0, 1)
    book["Data"].cell(3, at, "2")
    out = io.BytesIO()
    book.save(out)
    assert _counts(_again(people, out.getvalue(), tmp_path)) == (1, 0, 0)


def test_a_record_of_several_lines_stays_one_case(people: SimpleNamespace, tmp_path: Path) -> None:
    lines = [
        {"subtype": "pistol", "quantity": "2", "unit": "H87"},
        {"subtype": "rifle", "quantity": "x", "unit": "H87"},
    ]
    path = tmp_path / "l.json"
    path.write_text(json.dumps([{"form": "WPN", "date": "2026-11-01", "country": "KE", "lines": lines}]))
    answer = bring(people.contact, path)
    assert [error["column"] for error in answer["errors"]] == ["lines.2.quantity"]
    book = book_of(sheet_of(answer["receipt"]))
    sheet, names = book["Data"], heads_of(book["Data"], 2)
    at = names.index("quantity") + 1
    assert [sheet.cell(row, at).value for row in (3, 4)] == ["2", "x"]
    assert sheet.cell(3, at).fill.fgColor.rgb != "FFFBE8EA"
    sheet.cell(4, at, "5")
    out = io.BytesIO()
    book.save(out)
    assert _counts(_again(people, out.getvalue(), tmp_path)) == (2, 0, 0)
    assert [case.lines_count for case in Case.objects.all()] == [2]


def test_a_row_with_too_many_cells_says_so_again_when_it_comes_back(people: SimpleNamespace, tmp_path: Path) -> None:
    text = "form,national_ref,date,country,subtype,quantity,unit\nWPN,G-1,2026-01-01,KE,pistol,1,H87,extra\n"
    answer = bring(people.contact, write(tmp_path, text))
    assert answer["error_counts"] == {"ragged_row": 1}
    again = _again(people, sheet_of(answer["receipt"]), tmp_path)
    assert (_counts(again), again["error_counts"]) == ((0, 0, 1), {"ragged_row": 1})


def test_equal_rows_that_come_back_mended_are_one_case(people: SimpleNamespace, tmp_path: Path) -> None:
    text = "form,date,country,subtype,quantity,unit\n" + "WPN,2026-01-01,KE,pistol,one,H87\n" * 2
    answer = bring(people.contact, write(tmp_path, text))
    book = book_of(sheet_of(answer["receipt"]))
    for row in (2, 3):
        book["Data"].cell(row, 5, "1")
    out = io.BytesIO()
    book.save(out)
    mended = _again(people, out.getvalue(), tmp_path)
    assert (_counts(mended), mended["findings"]) == ((1, 1, 0), {"duplicate_in_file": 1})


def test_the_command_writes_the_sheet_in_the_senders_layout(node: Program, tmp_path: Path) -> None:
    node.person("ke.contact", "KE", "contact")
    (tmp_path / "m.toml").write_text(MAPPING)
    path = write(tmp_path, FOREIGN)
    answer = node.json("import_cases", str(path), "--by", "ke.contact", "--mapping", str(tmp_path / "m.toml"), code=1)
    assert (answer["accepted"], answer["rejected"]) == (1, 3)
    assert path.exists(), "a file of the command line is its owner's"
    book = openpyxl.load_workbook(answer["rejected_file"])
    book["Data"]["G2"], book["Data"]["C3"], book["Data"]["D4"] = "2026-02-20", "KEMBA", "Pistole"
    mended = tmp_path / "mended.xlsx"
    book.save(mended)
    again = node.json("import_cases", str(mended), "--by", "ke.contact", "--mapping", str(tmp_path / "m.toml"))
    assert (again["accepted"], again["rejected"]) == (3, 0)
