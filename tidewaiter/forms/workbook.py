"""The Excel template of a form."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from django.utils.translation import gettext, override
from xlsxwriter.utility import xl_col_to_name

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import Column
from tidewaiter.forms.engine import Form

ROWS = 2000
"""Rows that carry drop-downs."""
DROP_DOWN = 1200
"""Lists with more codes have no drop-down; type a code or a name and the node finds it."""
NAMED = 40
"""Lists of a column that takes several codes are spelt out in its note up to this length."""
FIRST = 2
"""The first row for data, counted from nothing: after the labels and the hidden machine names."""


def template(form: Form, *, lang: str = "en", simple: bool = False) -> bytes:
    """The workbook: labels in `lang`, machine names in a hidden second row, drop-downs, an example, a code sheet, a version stamp.

    Cells of a drop-down read `code label`; the intake takes the code. Units depend on the sub-type of the row, and lists that
    are asked for some modes alone on the mode; fields that do not concern the sub-type of the row turn grey.
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
    lists: int = 0
    ranges: dict[str, str] = field(default_factory=dict)
    """The cells of the code sheet where a column's choices stand."""

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
        for at, column in enumerate(self.columns):
            self._validation(at, column)
        self._about()
        self.data.activate()

    def _at(self, path: str) -> int | None:
        return next((at for at, column in enumerate(self.columns) if column.path == path), None)

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
            choices = self._choices(column)
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

    def _choices(self, column: Column) -> list[str]:
        if column.path == "unit":
            units = self.form.definition.units
            return self._labelled("unit", {*units.allowed, *(u for some in units.by_subtype.values() for u in some)})
        if column.type == "boolean":
            return [gettext("yes"), gettext("no")]
        if column.type not in ("code", "codes") or not column.list:
            return []
        return [f"{view.code} {view.label(self.lang)}" for view in list_view(column.list).current()]

    def _labelled(self, list_name: str, codes: set[str]) -> list[str]:
        return [f"{view.code} {view.label(self.lang)}" for view in list_view(list_name).current() if view.code in codes]

    def _listed(self, title: str, choices: Sequence[str | int]) -> str:
        """Writes one column of the code sheet; gives its cells."""
        self.codes.write_string(0, self.lists, title)
        self.codes.write_column(1, self.lists, choices)
        name = xl_col_to_name(self.lists, True)
        self.lists += 1
        return f"Codes!{name}$2:{name}${len(choices) + 1}"

    def _validation(self, at: int, column: Column) -> None:
        choices = self._choices(column)
        if column.type != "codes" and choices and len(choices) <= DROP_DOWN:
            self.ranges[column.path] = cells = self._listed(column.path, choices)
            source = f"={cells}"
            if column.path == "unit":
                source = self._units_by_subtype(cells, len(choices)) or source
            elif column.when:
                source = self._only_when(column.when, cells) or source
            title, words = (
                column.title(self.lang)[:32],
                gettext("Choose from the list, or write a code or a name that the node knows."),
            )
            self.data.data_validation(FIRST, at, ROWS, at, {
                "validate": "list", "source": source, "error_type": "warning", "ignore_blank": True,
                "error_title": title, "error_message": words[:255],
            })  # fmt: skip
        elif column.type == "decimal":
            self.data.data_validation(FIRST, at, ROWS, at, {
                "validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning", "ignore_blank": True,
                "error_message": gettext("A number, without its unit."),
            })  # fmt: skip
        if column.subtypes:
            self._grey_unless(at, column)

    def _units_by_subtype(self, cells: str, most: int) -> str:
        """The drop-down of units for the sub-type that stands in the same row; all units where none stands yet."""
        subtype = self._at("subtype")
        groups: dict[tuple[str, ...], int] = {}
        subtypes = list_view(self.form.definition.list_of_subtypes).current()
        if subtype is None or "subtype" not in self.ranges or not self.form.definition.units.by_subtype:
            return ""
        first = self.lists - 1
        for view in subtypes:
            units = self.form.units_for(view.code)
            if units not in groups:
                groups[units] = len(groups) + 1
                self._listed(f"unit {groups[units]}", self._labelled("unit", set(units)))
        key = self._listed("subtype", [f"{view.code} {view.label(self.lang)}" for view in subtypes])
        self._listed("group", [groups[self.form.units_for(view.code)] for view in subtypes])
        last = self._listed("units", [len(self.form.units_for(view.code)) for view in subtypes])
        table = f"{key.split(':')[0]}:{last.removeprefix('Codes!').split(':')[1]}"
        said = f"${xl_col_to_name(subtype)}{FIRST + 1}"
        anchor = f"Codes!{xl_col_to_name(first, True)}$2"
        return f"=OFFSET({anchor},0,IFERROR(VLOOKUP({said},{table},2,FALSE),0),IFERROR(VLOOKUP({said},{table},3,FALSE),{most}),1)"

    def _only_when(self, when: Mapping[str, tuple[str, ...]], cells: str) -> str:
        """The drop-down where the other field has one of its codes or is empty; else one empty choice."""
        path, codes = next(iter(when.items()))
        other = self._at(path)
        if other is None:
            return ""
        said = f"${xl_col_to_name(other)}{FIRST + 1}"
        empty = f"Codes!{cells.removeprefix('Codes!').split('$2:')[0]}${DROP_DOWN + 10}"
        tests = ",".join(f'LEFT({said},{len(code) + 1})="{code} "' for code in codes)
        return f'=IF(OR({said}="",{tests}),{cells},{empty})'

    def _grey_unless(self, at: int, column: Column) -> None:
        subtype = self._at("subtype")
        if subtype is None:
            return
        view = list_view(self.form.definition.list_of_subtypes)
        asked = [f"{one.code} {one.label(self.lang)}" for one in view.current() if self.form.applies(column, one.code)]
        cells = self._listed(f"asked {column.path}", asked)
        said = f"${xl_col_to_name(subtype)}{FIRST + 1}"
        self.data.conditional_format(FIRST, at, ROWS, at, {
            "type": "formula", "criteria": f'=AND({said}<>"",ISNA(MATCH({said},{cells},0)))',
            "format": self.book.add_format({"bg_color": "#D9D9D9", "font_color": "#595959"}),
        })  # fmt: skip

    def _about(self) -> None:
        about = self.book.add_worksheet("About")
        about.set_column(0, 0, 14)
        about.set_column(1, 1, 90)
        rows = (
            ("form", self.form.code), ("version", str(self.form.version)), ("language", self.lang), ("label", self.form.title(self.lang)),
            ("", gettext("One row is one line of goods; rows with the same reference are one case.")),
            ("", gettext("Fields with a dark head are needed. Leave empty what you do not know.")),
            ("", gettext("The sheet «Example» shows a row that is filled; it is not read.")),
        )  # fmt: skip
        for row, (name, value) in enumerate(rows):
            about.write_string(row, 0, name)
            about.write_string(row, 1, value)
