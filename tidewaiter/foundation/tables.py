"""Tables to take away as CSV or as a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse

from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.text import neutral

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""What a workbook is called on the web."""


class _Echo:
    def write(self, text: str) -> str:
        """Gives back what the CSV writer would write."""
        return text


def csv_answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """`rows` as a CSV file of that name, row by row as they are read, with nothing that a spreadsheet would run."""
    answer = StreamingHttpResponse(_lines(heads, rows), content_type="text/csv; charset=utf-8")
    return attached(answer, f"{name}.csv")


def csv_of_rows(heads: Sequence[str], rows: Iterable[Sequence[Any]], top: Sequence[Sequence[str]] = ()) -> bytes:
    """`rows` as the bytes of a CSV file, `top` before the heads."""
    return "".join(_lines(heads, rows, top)).encode()


def _lines(heads: Sequence[str], rows: Iterable[Sequence[Any]], top: Sequence[Sequence[str]] = ()) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in (*top, heads):
        yield writer.writerow([neutral(str(text)) for text in row])
    for row in rows:
        yield writer.writerow([neutral("" if value is None else str(value)) for value in row])


def workbook_of_rows(heads: Sequence[str], rows: Iterable[Sequence[Any]], top: Sequence[Sequence[str]] = ()) -> bytes:
    """`rows` as a workbook, `top` above the heads: numbers as numbers, all else as text that nothing runs."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for number, row in enumerate(top):
        for at, text in enumerate(row):
            sheet.write_string(number, at, neutral(text), bold if at == 0 else None)
    for at, head in enumerate(heads):
        sheet.write_string(len(top), at, head, bold)
    for number, row in enumerate(rows, len(top) + 1):
        for at, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(number, at, value)
            elif value is not None:
                sheet.write_string(number, at, neutral(str(value)))
    sheet.freeze_panes(len(top) + 1, 0)
    sheet.autofit()
    book.close()
    return out.getvalue()


def workbook_answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """`workbook_of_rows` as a download of that name."""
    answer = HttpResponse(workbook_of_rows(heads, rows), content_type=XLSX)
    return attached(answer, f"{name}.xlsx")
