"""The sheet that goes back: the rows of a receipt that need mending, in the sender's own layout or in the template of
the form, as a file that can be brought in again as it is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import get_language, gettext

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import Column, as_text, normal_path
from tidewaiter.forms.drop_downs import DROP_DOWN, DropDowns
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.tables import XLSX
from tidewaiter.foundation.text import neutral
from tidewaiter.intake.mapping.mapping_file import REST, UNKNOWN, Mapping
from tidewaiter.intake.mending.rows_to_mend import MendedRow, MendedTable, path_of, table_of
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.reading.heads import MENDING
from tidewaiter.intake.reading.layouts import Cell, Layout

SHEET_ROWS, MOST_COMMENTS = 100_000, 20_000
_ROW, _MEND = MENDING


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """An error sheet as it was written, and how many rows did not fit into it."""

    path: Path
    media_type: str
    left_out: int


def write_rejected(receipt: Receipt, folder: Path) -> RejectedFile:
    """The error sheet, written into `folder`: a workbook, or CSV above 100,000 rows. What is wrong is
    written again line by line, so that a sheet may become larger than its file: what is over
    `file_wrong_bytes` is left out and counted.
    """
    table = table_of(receipt)
    count = fits = size = 0
    for row in table.rows():
        count += 1
        size += sum(len(as_text(cell)) for cell in row.cells) + len(words_of(row, table.layout))
        fits += size <= most("file_wrong_bytes")
    rows = islice(table.rows(), fits)
    if count > SHEET_ROWS:
        path = folder / "rejected.csv"
        _csv(rows, table, path)
        return RejectedFile(path, "text/csv", count - fits)
    path = folder / "rejected.xlsx"
    _Workbook(table, path, fits).write(rows)
    return RejectedFile(path, XLSX, count - fits)


def words_of(row: MendedRow, layout: Layout) -> str:
    """What must be mended in a row, each thing with the head of its column."""
    found = [f"{layout.heads[at]}: {problem.sentence()}" for at, problems in row.wrong.items() for problem in problems]
    for problem in row.elsewhere:
        path = path_of(problem)
        found.append(f"{path}: {problem.sentence()}" if path else problem.sentence())
    for path, value in row.taken.items():
        words = gettext("You took «%(value)s» for this; here it stands as you wrote it.")
        found.append(f"{path}: {words % {'value': value}}")
    return "; ".join(dict.fromkeys(found))


def _csv(rows: Iterable[MendedRow], table: MendedTable, to: Path) -> None:
    """Written as the mapping reads it, so that the same mapping reads it again."""
    layout, mapping = table.layout, table.mapping
    encoding = (mapping.reader.encoding if mapping else "") or "utf-8-sig"
    comma = mapping is not None and mapping.formats.decimal == ","
    with to.open("w", encoding=encoding, errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=(mapping.reader.delimiter if mapping else "") or ",")
        for above in layout.above[:-1]:
            writer.writerow(above)
        names = layout.paths if layout.kind == "template" else layout.heads
        writer.writerow([*_headed(names, layout), *MENDING])
        for row in rows:
            cells = (_plain(cell, comma=comma) for cell in row.cells)
            form = [layout.form] if _needs_form(layout) else []
            writer.writerow([*form, *cells, row.number, words_of(row, layout)])


def _needs_form(layout: Layout) -> bool:
    """A table as text does not say of which form it is, but in a column."""
    return layout.kind == "template" and bool(layout.form) and "form" not in layout.paths


def _headed(names: list[str], layout: Layout) -> list[str]:
    return ["form", *names] if _needs_form(layout) else list(names)


def _plain(cell: Cell, *, comma: bool) -> str:
    text = as_text(cell)
    return neutral(text) if isinstance(cell, str) else text.replace(".", ",") if comma else text


class _Workbook:
    """The sheet as a workbook, written row by row so that it is never held whole; what is wrong is marked, and the
    first wrong cells say why in a comment too.
    """

    def __init__(self, table: MendedTable, to: Path, rows: int) -> None:
        self.table, self.layout, self.rows = table, table.layout, rows
        self.lang = get_language() or "en"
        self.form = self.layout.described_by()
        options = {
            "constant_memory": True,
            "tmpdir": str(to.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        self.book = xlsxwriter.Workbook(str(to), options)
        self.head = self.book.add_format({"bold": True, "bg_color": "#E1EFF2", "bottom": 1, "valign": "top"})
        wrong = {"bg_color": "#FBE8EA", "font_color": "#A01528", "border": 1, "border_color": "#A01528"}
        self.bad = self.book.add_format({**wrong, "num_format": "@"})
        self.plain = self.book.add_format({"num_format": "@"})
        self.said = self.book.add_format({"font_color": "#A01528", "text_wrap": True, "valign": "top"})
        self.template = self.layout.kind == "template" and self.form is not None
        self.columns = [self._column(path) for path in self.layout.paths]
        self.labels = self._labels()
        self.comments = 0

    def _column(self, path: str) -> Column | None:
        return self.form.by_path.get(normal_path(path)[1]) if self.form is not None and path else None

    def write(self, rows: Iterable[MendedRow]) -> None:
        """Writes all and closes the book."""
        sheet = self.book.add_worksheet(self.layout.sheet[:31])
        first = self._heads(sheet)
        for number, row in enumerate(rows, first):
            self._row(sheet, number, row)
        sheet.autofilter(first - 1, 0, first + self.rows - 1, len(self.layout.heads) + 1) if not self.template else None
        if self.form is not None:
            codes = self.book.add_worksheet("Codes")
            codes.hide()
            own = None if self.template else self._own_words()
            lists = DropDowns(
                self.form, self.lang, self.columns, self.book, first=first, last=first + self.rows + 200, own=own
            )
            lists.write(sheet, codes)
        if self.template:
            self._about()
        self.book.close()

    def _heads(self, sheet: Any) -> int:
        """Writes the heads, and gives the first row below them. Where a mapping joins several rows of heads, ours
        stand in the first of them: an empty upper head would take its left neighbour's.
        """
        layout, wide = self.layout, len(self.layout.heads)
        above = [*layout.above[:-1]] if not self.template else []
        joined = next((number for number, cells in enumerate(above) if cells), None) is not None
        for number, cells in enumerate(above):
            ours = MENDING if cells and not any(above[:number]) else ()
            for at, text in enumerate([*_wide(cells, wide, bool(ours)), *ours]):
                if text:
                    sheet.write_string(number, at, text, self.head)
        at_row = len(above)
        shown = layout.heads
        if self.template:
            shown = [
                (column.title(self.lang) + (" *" if column.needed == "always" else "")) if column else path
                for column, path in zip(self.columns, layout.paths, strict=True)
            ]
        elif layout.above:
            last = layout.above[-1]
            shown = [last[at] if at < len(last) else head for at, head in enumerate(layout.heads)]
        for at, name in enumerate(shown):
            sheet.write_string(at_row, at, name, self.head)
        ends = (gettext("Row in your file"), gettext("What to mend")) if self.template else MENDING
        for at, name in enumerate(ends, wide):
            sheet.write_string(at_row, at, name if not joined else "", self.head)
        sheet.set_column(0, max(wide - 1, 0), 16, self.plain)
        sheet.set_column(wide, wide, 8)
        sheet.set_column(wide + 1, wide + 1, 70)
        if self.template:
            at_row += 1
            for at, name in enumerate([*layout.paths, *MENDING]):
                sheet.write_string(at_row, at, name)
            sheet.set_row(at_row, None, None, {"hidden": True})
        sheet.freeze_panes(at_row + 1, 0)
        return at_row + 1

    def _row(self, sheet: Any, number: int, row: MendedRow) -> None:
        for at, cell in enumerate(row.cells):
            wrong = row.wrong.get(at)
            if isinstance(cell, float) and not wrong:
                sheet.write_number(number, at, cell)
            elif wrong:
                self._bad(sheet, number, at, as_text(cell), " ".join(one.sentence() for one in wrong))
            elif cell:
                sheet.write_string(number, at, self.labels.get(at, {}).get(str(cell), str(cell)), self.plain)
        sheet.write_number(number, len(row.cells), row.number)
        sheet.write_string(number, len(row.cells) + 1, words_of(row, self.layout), self.said)

    def _bad(self, sheet: Any, number: int, at: int, text: str, why: str) -> None:
        sheet.write_string(number, at, text, self.bad)
        self.comments += 1
        if self.comments <= MOST_COMMENTS:
            sheet.write_comment(number, at, why, {"x_scale": 2})

    def _labels(self) -> dict[int, dict[str, str]]:
        """Codes as the template's drop-downs read them, by the place of their column."""
        if not self.template:
            return {}
        found: dict[int, dict[str, str]] = {}
        for at, column in enumerate(self.columns):
            if column is not None and column.type == "code" and column.list:
                views = list_view(column.list).current()
                if len(views) <= DROP_DOWN:
                    found[at] = {view.code: f"{view.code} {view.label(self.lang)}" for view in views}
        return found

    def _own_words(self) -> dict[int, tuple[list[str], bool]]:
        """The words that the sender has for codes, by the place of their column, and whether codes are taken too."""
        found: dict[int, tuple[list[str], bool]] = {}
        for at, path in enumerate(self.layout.paths):
            values = _values_of(self.table.mapping, path)
            words = [word for word in values if word not in (REST, UNKNOWN, "")]
            found[at] = (words, REST not in values)
        return found

    def _about(self) -> None:
        about = self.book.add_worksheet("About")
        about.set_column(0, 0, 14)
        about.set_column(1, 1, 90)
        for row, (name, value) in enumerate(self._told()):
            about.write_string(row, 0, name)
            about.write_string(row, 1, value)

    def _told(self) -> Iterator[tuple[str, str]]:
        if self.form is not None:
            yield "form", self.form.code
            yield "version", str(self.form.version)
            yield "language", self.lang
            yield "label", self.form.title(self.lang)
            yield "", gettext("Mend the cells that are marked and bring this sheet again as it is.")


def _wide(cells: list[str], wide: int, filled: bool) -> list[str]:
    return [*cells[:wide], *[""] * (wide - len(cells))] if filled else cells


def _values_of(mapping: Mapping | None, path: str) -> dict[str, Any]:
    return dict(mapping.values.get(path, {})) if mapping is not None and path else {}
