"""The drop-downs of a sheet whose columns a form describes, and the hidden sheet of codes behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext
from xlsxwriter.utility import xl_col_to_name

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import Column
from tidewaiter.forms.engine import Form

DROP_DOWN = 1200
"""Lists with more codes have no drop-down; type a code or a name and the node finds it."""


class DropDowns:
    """Gives the columns of a sheet, from row `first` to `last` (counted from nothing), their lists to choose from.

    Units depend on the sub-type of the row, and lists that are asked for some modes alone on the mode; cells that do
    not concern the sub-type of the row turn grey. In a sender's own layout cells need not read `code label`, so none of
    this holds there: `own` says of a column, by its place, which words the sender has for it, and whether codes are
    taken beside them.
    """

    def __init__(
        self,
        form: Form,
        lang: str,
        columns: Sequence[Column | None],
        book: Any,
        *,
        first: int,
        last: int,
        own: Mapping[int, tuple[Sequence[str], bool]] | None = None,
    ) -> None:
        self.form, self.lang, self.columns, self.book = form, lang, columns, book
        self.first, self.last, self.own = first, last, own
        self._lists: list[list[str | int]] = []
        self._ranges: dict[str, str] = {}
        """The cells of the code sheet where a column's choices stand."""

    def write(self, sheet: Any, codes: Any) -> None:
        """Writes them; the sheet of codes row by row, as a workbook that is written so needs it."""
        self._sheet = sheet
        for at, column in enumerate(self.columns):
            if column is not None:
                self._validation(at, column)
        for number, row in enumerate(zip_longest(*self._lists)):
            for at, cell in enumerate(row):
                if cell is not None:
                    codes.write(number, at, cell)

    def _at(self, path: str) -> int | None:
        return next((at for at, one in enumerate(self.columns) if one is not None and one.path == path), None)

    def choices(self, column: Column) -> list[str]:
        """What a cell of the column may be chosen from, as `code label`; nothing where it is typed."""
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
        name = xl_col_to_name(len(self._lists), True)
        self._lists.append([title, *choices])
        return f"Codes!{name}$2:{name}${len(choices) + 1}"

    def _validation(self, at: int, column: Column) -> None:
        choices = self.choices(column)
        if self.own is not None and at in self.own:
            words, codes_too = self.own[at]
            choices = [*words, *(choices if codes_too else [])]
        if column.type != "codes" and choices and len(choices) <= DROP_DOWN:
            self._ranges[column.path] = cells = self._listed(column.path, choices)
            source = f"={cells}"
            if self.own is None and column.path == "unit":
                source = self._units_by_subtype(cells, len(choices)) or source
            elif self.own is None and column.when:
                source = self._only_when(column.when, cells) or source
            title, words = (
                column.title(self.lang)[:32],
                gettext("Choose from the list, or write a code or a name that the node knows."),
            )
            self._sheet.data_validation(
                self.first,
                at,
                self.last,
                at,
                {
                    "validate": "list",
                    "source": source,
                    "error_type": "warning",
                    "ignore_blank": True,
                    "error_title": title,
                    "error_message": words[:255],
                },
            )
        elif column.type == "decimal" and self.own is None:
            self._sheet.data_validation(
                self.first,
                at,
                self.last,
                at,
                {
                    "validate": "decimal",
                    "criteria": ">=",
                    "value": 0,
                    "error_type": "warning",
                    "ignore_blank": True,
                    "error_message": gettext("A number, without its unit."),
                },
            )
        if column.subtypes and self.own is None:
            self._grey_unless(at, column)

    def _units_by_subtype(self, cells: str, most: int) -> str:
        """The drop-down of units for the sub-type that stands in the same row; all units where none stands yet."""
        subtype = self._at("subtype")
        groups: dict[tuple[str, ...], int] = {}
        subtypes = list_view(self.form.definition.list_of_subtypes).current()
        if subtype is None or "subtype" not in self._ranges or not self.form.definition.units.by_subtype:
            return ""
        first = len(self._lists) - 1
        for view in subtypes:
            units = self.form.units_for(view.code)
            if units not in groups:
                groups[units] = len(groups) + 1
                self._listed(f"unit {groups[units]}", self._labelled("unit", set(units)))
        key = self._listed("subtype", [f"{view.code} {view.label(self.lang)}" for view in subtypes])
        self._listed("group", [groups[self.form.units_for(view.code)] for view in subtypes])
        last = self._listed("units", [len(self.form.units_for(view.code)) for view in subtypes])
        table = f"{key.split(':')[0]}:{last.removeprefix('Codes!').split(':')[1]}"
        said = f"${xl_col_to_name(subtype)}{self.first + 1}"
        anchor = f"Codes!{xl_col_to_name(first, True)}$2"
        column = f"IFERROR(VLOOKUP({said},{table},2,FALSE),0)"
        height = f"IFERROR(VLOOKUP({said},{table},3,FALSE),{most})"
        return f"=OFFSET({anchor},0,{column},{height},1)"

    def _only_when(self, when: Mapping[str, tuple[str, ...]], cells: str) -> str:
        """The drop-down where the other field has one of its codes or is empty; else one empty choice."""
        path, codes = next(iter(when.items()))
        other = self._at(path)
        if other is None:
            return ""
        said = f"${xl_col_to_name(other)}{self.first + 1}"
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
        said = f"${xl_col_to_name(subtype)}{self.first + 1}"
        self._sheet.conditional_format(
            self.first,
            at,
            self.last,
            at,
            {
                "type": "formula",
                "criteria": f'=AND({said}<>"",ISNA(MATCH({said},{cells},0)))',
                "format": self.book.add_format({"bg_color": "#D9D9D9", "font_color": "#595959"}),
            },
        )
