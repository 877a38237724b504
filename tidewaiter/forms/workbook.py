"""The Excel template of a form."""

from __future__ import annotations

import io

import xlsxwriter

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import Column
from tidewaiter.forms.engine import Form

ROWS = 2000
"""Rows that carry drop-downs."""
DROP_DOWN = 600
"""Lists with more codes have no drop-down; type a code or a name and the node finds it."""


def template(form: Form, *, lang: str = "en", simple: bool = False) -> bytes:
    """The workbook: labels in `lang`, the machine names in a hidden second row, drop-downs, a code sheet, a version stamp.

    Cells of a drop-down read `code label`; the intake takes the code.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties(
        {
            "title": f"{form.code} {form.version}",
            "comments": f"tidewaiter form={form.code} version={form.version}",
        }
    )
    head = book.add_format({"bold": True, "bg_color": "#E1EFF2", "bottom": 1, "text_wrap": True, "valign": "top"})
    needed = book.add_format({"bold": True, "bg_color": "#C3DFE5", "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    data = book.add_worksheet("Data")
    codes = book.add_worksheet("Codes")
    codes.hide()
    about = book.add_worksheet("About")
    columns = form.asked(simple=simple)
    for at, column in enumerate(columns):
        title = column.title(lang) + (" *" if column.needed != "never" else "")
        data.write_string(0, at, title, needed if column.needed != "never" else head)
        data.write_string(1, at, column.path)
        if column.hint(lang):
            data.write_comment(0, at, column.hint(lang))
        data.set_column(
            at,
            at,
            max(12, min(34, len(title) + 2)),
            day if column.type == "date" else None if column.type in ("decimal", "integer") else text,
        )
    data.set_row(0, 32)
    data.set_row(1, None, None, {"hidden": True})
    data.freeze_panes(2, 1)
    written = 0
    for at, column in enumerate(columns):
        choices = _choices(form, column, lang)
        if choices and len(choices) <= DROP_DOWN:
            codes.write_string(0, written, column.path)
            codes.write_column(1, written, choices)
            name = xlsxwriter.utility.xl_col_to_name(written, True)
            data.data_validation(2, at, ROWS, at, {
                "validate": "list", "source": f"=Codes!${name.lstrip('$')}$2:${name.lstrip('$')}${len(choices) + 1}",
                "error_type": "warning", "ignore_blank": True,
            })  # fmt: skip
            written += 1
    for row, (name, value) in enumerate(
        (("form", form.code), ("version", str(form.version)), ("language", lang), ("label", form.title(lang)))
    ):
        about.write_string(row, 0, name)
        about.write_string(row, 1, value)
    book.close()
    return out.getvalue()


def _choices(form: Form, column: Column, lang: str) -> list[str]:
    if column.path == "unit":
        allowed = {
            unit
            for units in (form.definition.units.allowed, *form.definition.units.by_subtype.values())
            for unit in units
        }
        return [f"{view.code} {view.label(lang)}" for view in list_view("unit").current() if view.code in allowed]
    if column.type == "boolean":
        return ["yes", "no"]
    if column.type != "code" or not column.list:
        return []
    return [f"{view.code} {view.label(lang)}" for view in list_view(column.list).current()]
