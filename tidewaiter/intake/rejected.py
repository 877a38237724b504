"""The error sheet: the rows of a receipt that need mending, as a file that can be brought in again as it is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import xlsxwriter

from tidewaiter.forms.columns import as_text, laid_flat
from tidewaiter.forms.problems import problem_of
from tidewaiter.forms.xml import dated
from tidewaiter.foundation.text import neutral
from tidewaiter.intake.models import Receipt, StagedRow
from tidewaiter.intake.rows import MENDING

SHEET_ROWS = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows_to_mend(receipt: Receipt) -> Iterator[tuple[dict[str, str], dict[str, str], int]]:
    """(cells by path, what to mend by path, row number): clean values as cleaned, wrong ones as they were written."""
    rows = StagedRow.objects.filter(receipt=receipt, state="rejected").order_by("number")
    for row in rows.iterator(chunk_size=5000):
        problems = [problem_of(item) for item in json.loads(row.problems or "[]")]
        said = json.loads(row.raw or "{}")
        header = {path: as_text(value) for path, value in laid_flat(row.header) if path != "date_precision"}
        mend: dict[str, str] = {}
        for problem in problems:
            path = problem.path.split(".", 2)[-1] if problem.path.startswith("lines.") else problem.path
            mend[path] = f"{mend[path]} {problem.sentence()}" if path in mend else problem.sentence()
        for line in row.lines or [{}]:
            cells = {
                **header,
                "form": row.form,
                **{name: as_text(value) for name, value in line.items() if name != "fields"},
            }
            cells |= {name: as_text(value) for name, value in line.get("fields", {}).items()}
            cells |= {path: text for path, text in said.items() if text and (path in mend or path not in cells)}
            if "date" in row.header and "date" not in mend:
                cells["date"] = dated(row.header)
            yield cells, mend, row.number


def write_rejected(receipt: Receipt) -> tuple[bytes, str, str]:
    """(content, media type, suffix) of the error sheet: a workbook, or CSV above 100,000 rows."""
    columns: dict[str, None] = {"form": None, "national_ref": None, "date": None, "country": None}
    count = 0
    for cells, mend, _ in rows_to_mend(receipt):
        columns |= dict.fromkeys(cells) | dict.fromkeys(path for path in mend if path)
        count += 1
    names = list(columns)
    if count > SHEET_ROWS:
        return _csv(receipt, names), "text/csv", "csv"
    return _xlsx(receipt, names), XLSX, "xlsx"


def _csv(receipt: Receipt, names: list[str]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*names, *MENDING])
    for cells, mend, number in rows_to_mend(receipt):
        words = "; ".join(f"{path}: {text}" if path else text for path, text in mend.items())
        writer.writerow([*(neutral(cells.get(name, "")) for name in names), number, words])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(receipt: Receipt, names: list[str]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": False, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E1EFF2", "bottom": 1})
    bad = book.add_format({"bg_color": "#FBE8EA", "font_color": "#A01528", "num_format": "@"})
    plain = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("Data")
    sheet.freeze_panes(1, 0)
    for at, name in enumerate([*names, *MENDING]):
        sheet.write_string(0, at, name, head)
    sheet.set_column(0, len(names) - 1, 16, plain)
    sheet.set_column(len(names), len(names), 8)
    sheet.set_column(len(names) + 1, len(names) + 1, 70)
    for row, (cells, mend, number) in enumerate(rows_to_mend(receipt), 1):
        for at, name in enumerate(names):
            if name in mend:
                sheet.write_string(row, at, cells.get(name, ""), bad)
                sheet.write_comment(row, at, mend[name])
            elif cells.get(name):
                sheet.write_string(row, at, cells[name], plain)
        sheet.write_number(row, len(names), number)
        sheet.write_string(
            row, len(names) + 1, "; ".join(f"{path}: {text}" if path else text for path, text in mend.items())
        )
    book.close()
    return out.getvalue()
