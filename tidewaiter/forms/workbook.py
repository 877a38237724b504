"""The Excel template of a form."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext, override

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import Column
from tidewaiter.forms.drop_downs import DropDowns
from tidewaiter.forms.engine import Form

ROWS = 2000
"""Rows that carry drop-downs."""
NAMED = 40
"""Lists of a column that takes several codes are spelt out in its note up to this length."""
FIRST = 2
"""The first row for data, counted from nothing: after the labels and the hidden machine names."""


def template(form: Form, *, lang: str = "en", simple: bool = False) -> bytes:
    """The workbook: labels in `lang`, machine names in a hidden second row, drop-downs, an example,
    a code sheet, a version stamp.

    Cells of a drop-down read `code label`; the intake takes the code. Units depend on the sub-type
    of the row, and lists that are asked for some modes alone on the mode; fields that do not
    concern the sub-type of the row turn grey.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    stamp = f"tidewaiter form={form.code} version={form.version}"
    book.set_properties({"title": f"{form.code} {form.version}", "comments": stamp})
    with override(lang):
        _Template(form, lang, form.asked(simple=simple), book).write()
    book.close()
    return out.getvalue()


@dataclass
class _Template:
    """One template while it is written."""

    form: Form
    lang: str
    columns: list[Column]
    book: Any

    def __post_init__(self) -> None:
        self.drop_downs = DropDowns(self.form, self.lang, self.columns, self.book, first=FIRST, last=ROWS)

    def write(self) -> None:
        self.head = self.book.add_format(
            {"bold": True, "bg_color": "#E1EFF2", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self.needed = self.book.add_format(
            {"bold": True, "bg_color": "#C3DFE5", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self.data = self.book.add_worksheet("Data")
        example = self.book.add_worksheet("Example")
        self.codes = self.book.add_worksheet("Codes")
        self.codes.hide()
        self._heads(self.data)
        self._heads(example)
        self._example(example)
        self.drop_downs.write(self.data, self.codes)
        self._about()
        self.data.activate()

    def _heads(self, sheet: Any) -> None:
        text = self.book.add_format({"num_format": "@"})
        day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        for at, column in enumerate(self.columns):
            must = column.needed != "never"
            title = column.title(self.lang) + (" *" if must else "")
            sheet.write_string(0, at, title, self.needed if must else self.head)
            sheet.write_string(1, at, column.path)
            if note := self._note(column):
                sheet.write_comment(0, at, note, {"x_scale": 2, "y_scale": 1 + len(note) / 120})
            number = column.type in ("decimal", "integer")
            sheet.set_column(
                at, at, max(12, min(34, len(title) + 2)), None if number else day if column.type == "date" else text
            )
        sheet.set_row(0, 32)
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.freeze_panes(FIRST, 1)

    def _note(self, column: Column) -> str:
        words = column.hint(self.lang)
        if column.type == "codes":
            choices = self.drop_downs.choices(column)
            words += " " + gettext("Several, separated by semicolons.")
            if len(choices) <= NAMED:
                words += "\n" + "\n".join(choices)
        return words.strip()

    def _example(self, sheet: Any) -> None:
        for at, column in enumerate(self.columns):
            said = self.form.definition.example.get(column.path, "")
            view = list_view(column.list).codes.get(said) if column.type == "code" else None
            if said:
                sheet.write_string(FIRST, at, f"{said} {view.label(self.lang)}" if view else said)

    def _about(self) -> None:
        about = self.book.add_worksheet("About")
        about.set_column(0, 0, 14)
        about.set_column(1, 1, 90)
        rows = (
            ("form", self.form.code),
            ("version", str(self.form.version)),
            ("language", self.lang),
            ("label", self.form.title(self.lang)),
            ("", gettext("One row is one line of goods; rows with the same reference are one case.")),
            ("", gettext("Fields with a dark head are needed. Leave empty what you do not know.")),
            ("", gettext("The sheet «Example» shows a row that is filled; it is not read.")),
        )
        for row, (name, value) in enumerate(rows):
            about.write_string(row, 0, name)
            about.write_string(row, 1, value)
