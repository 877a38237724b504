"""Cells whose signs contradict their row are asked, and cells that a program has wrapped are read as what they hold."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter

from tests.intake.test_intake import bring
from tests.intake.test_understood import lines
from tidewaiter.cases.models import Case

pytestmark = pytest.mark.django_db
HEADS = "form,national_ref,date,country,subtype,quantity,unit,value,currency\n"


def _file(folder: Path, *rows: str) -> Path:
    path = folder / "cells.csv"
    path.write_text(HEADS + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("value", "currency", "asked"),
    [
        ("€ 500", "USD", True),
        ("500 €", "USD", True),
        ("£500", "EUR", True),
        ("R$ 500", "USD", True),
        ("-", "USD", None),
        ("€ 500", "EUR", False),
        ("$500", "USD", False),
        ("$ 500", "MXN", False),
        ("US$ 500", "USD", False),
        ("US$ 500", "MXN", True),
        ("₹500", "INR", False),
        ("Rs. 500", "PKR", False),
        ("500", "USD", False),
    ],
)
def test_a_value_whose_sign_is_of_another_currency_is_asked(
    people: SimpleNamespace, tmp_path: Path, value: str, currency: str, asked: bool | None
) -> None:
    path = _file(tmp_path, f"DRG,A1,2026-11-01,KE,cocaine,1.5,kg,{value},{currency}")
    answer = bring(people.contact, path)
    codes = [(one["column"], one["code"]) for one in answer["errors"]]
    expected = {True: [("value", "currency_contradicts")], False: [], None: [("value", "not_a_number")]}
    assert codes == expected[asked]


def test_the_currency_that_a_number_format_shows_must_be_that_of_the_row(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, HEADS.strip().split(","))
    shown: list[tuple[str, Any]] = [("[$€-407] #,##0.00", "EUR"), ("[$€-407] #,##0.00", "USD"), ('0 "KES"', "UGX")]
    for at, (code, currency) in enumerate(shown, 1):
        sheet.write_row(at, 0, ["DRG", f"A{at}", "2026-11-01", "KE", "cocaine", "1.5", "kg"])
        sheet.write_number(at, 7, 500, book.add_format({"num_format": code}))
        sheet.write_string(at, 8, currency)
    book.close()
    path = tmp_path / "money.xlsx"
    path.write_bytes(out.getvalue())
    answer = bring(people.contact, path)
    assert (answer["accepted"], answer["rejected"]) == (1, 2)
    assert [(one["row"], one["code"]) for one in answer["errors"]] == [
        (3, "currency_contradicts"),
        (4, "currency_contradicts"),
    ]


def test_cells_that_are_wrapped_for_a_spreadsheet_hold_what_is_inside(people: SimpleNamespace, tmp_path: Path) -> None:
    path = _file(tmp_path, 'DRG,"=""0012""",2026-11-01,KE,cocaine,"=""1.5""",kg,,')
    answer = bring(people.contact, path)
    assert answer["accepted"] == 1, answer["errors"]
    assert lines() == [("2026-11-01", "KE", "cocaine", "1.5", "KGM")]
    assert Case.objects.get().national_ref == "0012"


@pytest.mark.parametrize(("unit", "code"), [("mg", "MGM"), ("MG", "MGM"), ("Kg", "KGM"), ("Mg", None)])
def test_a_megagram_is_asked_where_milligrams_are_taken(
    people: SimpleNamespace, tmp_path: Path, unit: str, code: str | None
) -> None:
    answer = bring(people.contact, _file(tmp_path, f"DRG,A1,2026-11-01,KE,cocaine,1.5,{unit},,"))
    if code:
        assert lines() == [("2026-11-01", "KE", "cocaine", "1.5", code)]
        return
    [error] = answer["errors"]
    assert (error["column"], error["code"]) == ("unit", "ambiguous_code")
    assert "MGM" in error["message"]
    assert "2U" in error["message"]
