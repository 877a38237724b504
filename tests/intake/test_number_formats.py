"""A unit that a workbook's number format shows beside a number is read with it, or asked."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tests.intake.test_intake import bring
from tests.intake.test_understood import lines
from tidewaiter.cases.models import Line
from tidewaiter.intake.reading.number_formats import shown_by

pytestmark = pytest.mark.django_db

HEADS = ("form", "national_ref", "date", "country", "subtype", "quantity", "unit")


def _book(folder: Path, heads: tuple[str, ...], *rows: tuple[Any, ...]) -> Path:
    """A workbook; a cell that is a number and its format is written so."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, heads)
    for at, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, tuple):
                sheet.write_number(at, column, cell[0], book.add_format({"num_format": cell[1]}))
            elif cell != "":
                sheet.write(at, column, cell)
    book.close()
    path = folder / "formats.xlsx"
    path.write_bytes(out.getvalue())
    return path


def _drug(quantity: Any, unit: str = "", number: int = 1) -> tuple[Any, ...]:
    return ("DRG", f"F-{number}", "2026-11-01", "KE", "cocaine", quantity, unit)


@pytest.mark.parametrize(
    ("number", "code", "quantity", "unit"),
    [
        (12, '0 "kg"', "12", "KGM"),
        (12.5, '#,##0.0\\ "kg"', "12.5", "KGM"),
        (1250, '#,##0" g"', "1250", "GRM"),
        (0.75, "0.00\\ \\k\\g", "0.75", "KGM"),
        (2.5, '0.0 "кг"', "2.5", "KGM"),
        (12500, '0.0,"t"', "12.5", "TNE"),
        (3, 'General "kg net"', "3", "KGM"),
        (1.25, '_-* #,##0.00\\ "kg"_-', "1.25", "KGM"),
    ],
)
def test_a_unit_shown_by_the_format_is_the_unit_of_the_line(
    people: SimpleNamespace, tmp_path: Path, number: float, code: str, quantity: str, unit: str
) -> None:
    answer = bring(people.contact, _book(tmp_path, HEADS, _drug((number, code))))
    assert answer["accepted"] == 1, answer["errors"]
    assert lines() == [("2026-11-01", "KE", "cocaine", quantity, unit)]


def test_a_format_that_contradicts_the_unit_of_its_row_is_asked(people: SimpleNamespace, tmp_path: Path) -> None:
    book = _book(tmp_path, HEADS, _drug((12, '0 "g"'), "KGM"), _drug((12, '0 "kg"'), "KGM", 2))
    answer = bring(people.contact, book)
    assert (answer["accepted"], answer["rejected"]) == (1, 1)
    [error] = answer["errors"]
    assert (error["row"], error["column"], error["code"]) == (2, "quantity", "unit_contradicts")
    assert "12 g" in error["message"]


def test_a_word_that_names_no_unit_is_asked_where_the_row_has_none(people: SimpleNamespace, tmp_path: Path) -> None:
    answer = bring(people.contact, _book(tmp_path, HEADS, _drug((12, '0 "zzzz"')), _drug((12, '0 "zzzz"'), "KGM", 2)))
    assert (answer["accepted"], answer["rejected"]) == (1, 1)
    assert [(one["row"], one["code"]) for one in answer["errors"]] == [(2, "unknown_unit")]
    assert "zzzz" in answer["errors"][0]["message"]


def test_the_same_number_in_two_formats_is_two_quantities(people: SimpleNamespace, tmp_path: Path) -> None:
    bring(people.contact, _book(tmp_path, HEADS, _drug((12, '0 "kg"')), _drug((12, '0 "g"'), number=2)))
    assert [line[3:] for line in lines()] == [("12", "GRM"), ("12", "KGM")]


def test_a_sheet_of_a_foreign_layout_carries_its_unit_in_the_format(people: SimpleNamespace, tmp_path: Path) -> None:
    heads = ("Ref", "Day", "Drug", "Weight")
    mapping = (
        'form = "DRG"\n[constants]\ncountry = "KE"\n[columns]\nnational_ref = "Ref"\ndate = "Day"\n'
        'subtype = "Drug"\nquantity = "Weight"\nunit = "Weight"\n[formats]\ndecimal = ","\n'
    )
    row = ("W-1", "2026-11-01", "cocaine", (1.25, '0.000 "kg"'))
    answer = bring(people.contact, _book(tmp_path, heads, row), mapping)
    assert answer["accepted"] == 1, answer["errors"]
    assert lines() == [("2026-11-01", "KE", "cocaine", "1.25", "KGM")]


def test_per_cent_is_read_as_it_is_shown(people: SimpleNamespace, tmp_path: Path) -> None:
    heads = (*HEADS, "purity")
    book = _book(
        tmp_path,
        heads,
        (*_drug(1, "KGM"), (0.82, "0%")),
        (*_drug(1, "KGM", 2), (0.825, "0.0%")),
        (*_drug(1, "KGM", 3), 82),
        (*_drug(1, "KGM", 4), "82 %"),
        (*_drug((5, "0%"), "KGM", 5), 82),
    )
    answer = bring(people.contact, book)
    assert (answer["accepted"], answer["rejected"]) == (4, 1), answer["errors"]
    found = [line.document["fields"]["purity"] for line in Line.objects.order_by("case__national_ref")]
    assert found == ["82", "82.5", "82", "82"]
    assert [(one["row"], one["column"]) for one in answer["errors"]] == [(6, "quantity")]


def test_a_row_to_mend_goes_back_with_the_unit_that_its_format_showed(people: SimpleNamespace, tmp_path: Path) -> None:
    from tidewaiter.intake.models import Receipt
    from tidewaiter.vault.actions import read

    wrong = ("DRG", "F-1", "no day", "KE", "cocaine", (12, '0 "kg"'), "")
    answer = bring(people.contact, _book(tmp_path, HEADS, wrong))
    assert answer["rejected"] == 1
    sheet = tmp_path / "mend.xlsx"
    sheet.write_bytes(read(Receipt.objects.get().rejected_digest))
    book = openpyxl.load_workbook(sheet)
    rows = [[cell.value for cell in row] for row in book["Data"].iter_rows()]
    [head] = [row for row in rows if "quantity" in row]
    [mend] = [row for row in rows if "F-1" in row]
    assert mend[head.index("quantity")] == "12 kg"


def test_cells_without_places_of_their_own_are_counted_on(people: SimpleNamespace, tmp_path: Path) -> None:
    path = _book(tmp_path, HEADS, _drug((12, '0 "kg"')))
    bare = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(bare, "w") as without:
        for name in whole.namelist():
            text = whole.read(name)
            if name == "xl/worksheets/sheet1.xml":
                for column in b"ABCDEFG":
                    for row in b"12":
                        text = text.replace(b' r="%c%c"' % (column, row), b"")
            without.writestr(name, text)
    assert bring(people.contact, bare)["accepted"] == 1
    assert lines() == [("2026-11-01", "KE", "cocaine", "12", "KGM")]


@pytest.mark.parametrize(
    ("code", "word", "shift"),
    [
        ('0 "kg"', "kg", 0),
        ('[Red]0 "kg";[Blue]-0 "g"', "kg", 0),
        ('#,##0.00 "kg"', "kg", 0),
        ('0,, "t"', "t", -6),
        ("0%", "%", 2),
        ('"Qty "0', "Qty", 0),
        ('"<"0 "g"', "< g", 0),
        ("0.00 [$EUR-407]", "EUR", 0),
        ("[$€-407] #,##0.00", "€", 0),
    ],
)
def test_a_format_shows_a_word(code: str, word: str, shift: int) -> None:
    shown = shown_by(code)
    assert shown is not None
    assert (shown.word, shown.shift) == (word, shift)


def test_which_section_holds_is_not_guessed() -> None:
    shown = shown_by('[>=1000]0.0,"kg";0"g"')
    assert shown is not None
    assert shown.word not in ("kg", "g")


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "0",
        "#,##0.00",
        "yyyy-mm-dd",
        'd" de "mmmm',
        "@",
        "0.00E+00",
        "# ?/?",
        "_(* #,##0.00_);_(* (#,##0.00)",
        '0;"none"',
        '0" °"',
    ],
)
def test_a_format_shows_the_number_alone(code: str) -> None:
    assert shown_by(code) is None
