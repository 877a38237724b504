"""Reads one sheet of a workbook in a process of its own: `python -m tidewaiter.intake.workbook_child FILE SHEET`.

Writes pickled plain values to standard output: first what the template says of itself, then (row number, cells).
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine

from tidewaiter.foundation.refusing import gettext_noop, refuse

MOST_CELLS = 40_000_000
"""Cells of a sheet with its empty ones: what a million rows of a whole template would be, at some 30 bytes an empty cell."""


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return value


def _filled(
    rows: Iterator[list[Any]], first: int, merged: list[tuple[tuple[int, int], tuple[int, int]]]
) -> Iterator[tuple[int, list[Any]]]:
    """Numbered rows; what stands in a cell merged down stands in every row of it, as it looks to its reader."""
    down: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in merged:
        if bottom > top and left == right:
            down.setdefault(top, []).append((left, bottom))
    held: dict[int, tuple[int, Any]] = {}
    for at, cells in enumerate(rows, first):
        for column, (bottom, value) in list(held.items()):
            if at > bottom:
                del held[column]
            elif column < len(cells) and cells[column] == "":
                cells[column] = value
        for column, bottom in down.get(at, ()):
            if column < len(cells):
                held[column] = (bottom, cells[column])
        yield at + 1, [_plain(cell) for cell in cells]


def main() -> None:
    """Reads the sheet named, else «Data», else the first."""
    path, wanted = sys.argv[1], sys.argv[2]
    out = sys.stdout.buffer
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        names = book.sheet_names
        if wanted and wanted not in names:
            refuse(
                gettext_noop("There is no sheet «%(wanted)s». Sheets: %(names)s."),
                wanted=wanted,
                names=", ".join(names[:20]),
            )
        about: dict[str, str] = {}
        if "About" in names:
            for cells in book.get_sheet_by_name("About").to_python()[:20]:
                if len(cells) >= 2 and cells[0]:
                    about[str(cells[0])] = str(cells[1])
        chosen = wanted or ("Data" if "Data" in names else names[0])
        about["_sheet"] = chosen
        pickle.dump(about, out)
        sheet = book.get_sheet_by_name(chosen)
        if sheet.total_height * sheet.total_width > MOST_CELLS:
            refuse(
                gettext_noop(
                    "The sheet reaches to row %(rows)s, column %(columns)s, which is more than is read at once. Delete the empty rows and columns at its end, or save it as CSV."
                ),
                rows=str(sheet.total_height),
                columns=str(sheet.total_width),
            )
        start = sheet.start or (0, 0)
        merged = [((a, b - start[1]), (c, d - start[1])) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
        for numbered in _filled(sheet.iter_rows(), start[0], merged):
            pickle.dump(numbered, out)
    except (python_calamine.CalamineError, ValueError) as error:
        refuse(gettext_noop("The workbook is damaged: %(what)s"), what=str(error)[:200])


if __name__ == "__main__":
    main()
