"""Which rows of a table are its heads, and what each column is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from tidewaiter.forms.engine import Form
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.files.reading import NumberedRow
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.mapping.mapping_file import Mapping, head_of
from tidewaiter.intake.reading.readers import SHEET

LOOKED_AT = 20
"""Rows among which the heads are looked for."""
MENDING = ("_row", "_mend")
"""Columns of our own error sheets; they are passed over when such a sheet comes back."""


@dataclass(slots=True)
class Table:
    """A table with its heads: of a workbook one sheet, of another file all of it."""

    heads: list[str]
    rows: Iterator[NumberedRow]
    sheet: str = ""

    @property
    def ours(self) -> bool:
        """Whether it is an error sheet of ours."""
        return bool(set(self.heads) & set(MENDING))


def tables_of(rows: Iterator[NumberedRow], mapping: Mapping | None, form: Form | None) -> Iterator[Table]:
    """The tables of a source, one after the other: read each to its end before the next."""
    sheets = _Sheets(rows)
    while True:
        first = _first_rows(sheets, mapping)
        if first:
            at, heads = _heads(first, mapping, form)
            yield Table(heads, _rest(first[at + 1 :], sheets), sheets.name)
            for _row in sheets:
                pass
        if not sheets.another():
            return


class _Sheets:
    """Rows until the sheet ends; `another` goes on to the next."""

    def __init__(self, rows: Iterator[NumberedRow]) -> None:
        self._rows = rows
        self._next = ""
        self._more = True
        self.name = ""

    def __iter__(self) -> Iterator[NumberedRow]:
        return self

    def __next__(self) -> NumberedRow:
        if self._next:
            raise StopIteration
        numbered = next(self._rows, None)
        if numbered is None:
            self._more = False
            raise StopIteration
        if len(numbered[1]) == 2 and numbered[1][0] == SHEET:
            self._next = numbered[1][1] or "?"
            raise StopIteration
        return numbered

    def another(self) -> bool:
        """Whether there is one more sheet, which is now read."""
        self.name, self._next = self._next, ""
        return self._more and bool(self.name)


def _rest(first: list[NumberedRow], rows: Iterable[NumberedRow]) -> Iterator[NumberedRow]:
    yield from first
    yield from rows


def _first_rows(rows: Iterable[NumberedRow], mapping: Mapping | None) -> list[NumberedRow]:
    """The filled rows among which the heads are."""
    last = max(mapping.reader.header_rows, default=0) if mapping else 0
    found: list[NumberedRow] = []
    for numbered in rows:
        if any(cell.strip() for cell in numbered[1]):
            found.append(numbered)
        if len(found) >= LOOKED_AT and numbered[0] >= last:
            break
        if len(found) >= most("file_lines"):
            break
    return found


def _heads(rows: list[NumberedRow], mapping: Mapping | None, form: Form | None) -> tuple[int, list[str]]:
    wanted = mapping.reader.header_rows if mapping else ()
    if wanted:
        at, heads = _said_heads(rows, wanted)
    else:
        at = _looked_for(rows, mapping, form)
        heads = [head_of(cell) for cell in rows[at][1]]
    long = next((number for number, head in enumerate(heads, 1) if len(head) > most("file_head_signs")), 0)
    if long:
        where = {"column": long, "row": rows[at][0]}
        raise over("file_head_signs", gettext("That of column %(column)s in row %(row)s is longer.") % where)
    return at, heads


def _said_heads(rows: list[NumberedRow], wanted: tuple[int, ...]) -> tuple[int, list[str]]:
    """The heads of the rows that the mapping names, joined; an empty upper head takes its left neighbour's."""
    places = {number: at for at, (number, _) in enumerate(rows)}
    for number in wanted:
        if number not in places:
            words = gettext("The file has no row %(wanted)s, where the mapping looks for the column heads.")
            raise BadInput("no_header", words % {"wanted": number})
    wide = max(len(rows[places[number]][1]) for number in wanted)
    joined = [""] * wide
    for level, number in enumerate(wanted):
        left = ""
        cells = [head_of(cell) for cell in rows[places[number]][1]] + [""] * wide
        for column in range(wide):
            left = cells[column] or (left if level < len(wanted) - 1 else "")
            joined[column] = f"{joined[column]} {left}".strip()
    return places[wanted[-1]], joined


def _looked_for(rows: list[NumberedRow], mapping: Mapping | None, form: Form | None) -> int:
    """The row with the most cells that are heads: of the mapping's columns, or of the form."""
    known = mapping.sources() if mapping else set()

    def score(cells: list[str]) -> int:
        return sum(
            head_of(cell) in known or head_of(cell) in MENDING or (form is not None and form.path_of(cell) is not None)
            for cell in cells
            if cell.strip()
        )

    at = max(range(len(rows)), key=lambda n: (score(rows[n][1]), -n))
    if form is not None and rows[at + 1 : at + 2] and score(rows[at + 1][1]) == score(rows[at][1]):
        machine = sum(cell.strip() in form.by_path for cell in rows[at + 1][1])
        at += machine > sum(cell.strip() in form.by_path for cell in rows[at][1])
    return at
