"""Reads one sheet of a workbook in a child process: `python -m tidewaiter.intake.reading.workbook_child FILE HINTS`.

Tells first what the file is and what the template says of itself, then lists of (row number, cells). An archive that
is no workbook but brings a table is told as `{"kind": "parcel"}`, and nothing of it is read here.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from tidewaiter.foundation.child_errors import Batches, gettext_noop, refuse, refuse_over, tell
from tidewaiter.foundation.files.archives import opened_archive
from tidewaiter.foundation.limits import most
from tidewaiter.intake.reading.archive_child import is_parcel
from tidewaiter.intake.reading.number_formats import Shown, ShownCells
from tidewaiter.intake.reading.workbook_survey import Survey, surveyed, told_of

CELL_WEIGHT = 16
"""Bytes that a cell weighs beside its text."""

ALL = "*"
"""Asks for every sheet."""
SHEET = "\x00sheet"
"""As `intake.reading.readers.SHEET`, which this process, without the node, cannot read."""

type Range = tuple[tuple[int, int], tuple[int, int]]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return value


def _filled(rows: Iterator[list[Any]], first: int, merged: list[Range]) -> Iterator[tuple[int, list[Any]]]:
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


def _looked_through(path: Path) -> Survey | None:
    """What the workbook holds; nothing for an archive that brings a table. Ends the child
    for what is no workbook, or is a bomb.
    """
    with opened_archive(path) as archive:
        names = archive.namelist()
        if is_parcel(names):
            return None
        if "xl/workbook.xml" not in names:
            refuse(_no_workbook(names))
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            refuse(gettext_noop("The workbook holds macros. Save it as .xlsx, without them."), "macros")
        return surveyed(archive)


def _no_workbook(names: list[str]) -> str:
    if "content.xml" in names:
        return gettext_noop("An OpenDocument file. Save it as .xlsx and bring it again.")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return gettext_noop("A text or slides, not a workbook. Put the cases into a template.")
    return gettext_noop("A zip archive, but no Excel workbook (.xlsx).")


def _limit_memory(bytes_more: int) -> None:
    """From here on this process may take so much more: what the workbook's parts do not account for is not read."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    now = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (min(soft, now + bytes_more) if now else soft, hard))


def _about(book: Any, wanted: str) -> dict[str, str]:
    """What the template says of itself, and under `_sheet` the sheet to read: the one
    wanted, else «Data», else the first.
    """
    names = book.sheet_names
    if wanted and wanted != ALL and wanted not in names:
        words = gettext_noop("There is no sheet «%(wanted)s». Sheets: %(names)s.")
        refuse(words, wanted=wanted, names=", ".join(name[:80] for name in names[:20]))
    if not names:
        refuse(gettext_noop("The workbook has no sheet."))
    about: dict[str, str] = {}
    if "About" in names:
        for cells in book.get_sheet_by_name("About").to_python(nrows=20):
            if len(cells) >= 2 and cells[0]:
                about[str(cells[0])[:80]] = str(cells[1])[:200]
    about["_sheet"] = wanted or ("Data" if "Data" in names else names[0])
    return about


def _others(book: Any, wanted: str, read: str) -> list[str]:
    """The sheets that are not read."""
    return [name[:80] for name in book.sheet_names if wanted != ALL and name not in (read, "About")]


def _merged(sheet: Any, start: tuple[int, int]) -> list[Range]:
    """Ranges of merged cells, their columns counted from the sheet's first, none reaching below its last row."""
    last, wide = sheet.total_height, sheet.width
    ranges = [
        ((top, left - start[1]), (min(bottom, last), right - start[1]))
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
    ]
    down = sum(max(0, bottom - top) for (top, left), (bottom, right) in ranges if left == right and left < wide)
    if down > most("sheet_merged_rows"):
        refuse_over("sheet_merged_rows", gettext_noop("Undo merging whole columns."))
    return ranges


class _Weights:
    """What rows weigh; ends the child for one that is over a limit."""

    def __init__(self) -> None:
        self._columns, self._signs, self._bytes = most("file_columns"), most("file_cell_signs"), most("file_row_bytes")

    def of(self, number: int, cells: list[Any]) -> int:
        """Bytes of a row, some more than fewer."""
        if len(cells) > self._columns:
            refuse_over(
                "file_columns", gettext_noop("Row %(row)s has %(cells)s."), row=str(number), cells=str(len(cells))
            )
        texts = [cell for cell in cells if isinstance(cell, str)]
        signs = sum(map(len, texts))
        if signs > self._signs:  # the form says of a longer text that it is too long
            cells[:] = [cell[: self._signs + 1] if isinstance(cell, str) else cell for cell in cells]
        if 4 * signs > self._bytes and sum(len(text.encode()) for text in texts) > self._bytes:
            refuse_over("file_row_bytes", gettext_noop("Row %(row)s is over that."), row=str(number))
        return 2 * signs + CELL_WEIGHT * len(cells)


def _told(path: Path, sheets: list[tuple[str, Any, str]], first: int, styles: dict[int, Shown]) -> None:
    """Tells the rows that hold anything: all, or the first so many; of several sheets (name, sheet, part) one after the
    other, their rows numbered on, each after a row that names it.
    """
    batches = Batches(most("file_batch_bytes"))
    before = told = 0
    for name, sheet, part in sheets:
        if len(sheets) > 1:
            batches.add((before, [SHEET, name]), CELL_WEIGHT)
        shown = None
        if styles:
            with opened_archive(path) as archive:
                shown = ShownCells(archive, part, styles)
        told = _sheet_told(sheet, first, before, told, batches, shown)
        before += sheet.total_height
    batches.end()


def _sheet_told(sheet: Any, first: int, before: int, told: int, batches: Batches, shown: ShownCells | None) -> int:
    rows, start, weights = most("file_rows"), sheet.start or (0, 0), _Weights()
    found = shown.beside(sheet.iter_rows(), start[1]) if shown else sheet.iter_rows()
    for number, cells in _filled(found, 0, _merged(sheet, start)):
        if not any(cell != "" for cell in cells):
            continue
        number += before
        told += 1
        if told > rows:
            refuse_over("file_rows", gettext_noop("Row %(row)s is over that. Send it in parts."), row=str(number))
        batches.add((number, cells), weights.of(number, cells))
        if told == first:
            break
    return told


def main() -> None:
    """Reads the file named; `HINTS` are `sheet` and `first`, where only so many rows are wanted."""
    path, said = Path(sys.argv[1]), json.loads(sys.argv[2])
    survey = _looked_through(path)
    if survey is None:
        tell({"kind": "parcel"})
        return
    _limit_memory(survey.memory)
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        about = _about(book, said.get("sheet", ""))
        if survey.date_1904:
            about["date_1904"] = "yes"
        wanted = said.get("sheet", "")
        names = book.sheet_names if about["_sheet"] == ALL else [about["_sheet"]]
        hidden, lost = told_of(survey, names)
        hidden -= "form" in about and hidden > 0  # a template of ours hides the row of its machine names
        others = _others(book, wanted, about["_sheet"])
        tell({"kind": "xlsx", "about": about, "others": others, "hidden_rows": hidden, "lost_cells": lost})
        sheets = [(name, book.get_sheet_by_name(name), survey.part_of(name)) for name in names]
        _told(path, sheets, int(said.get("first", 0)), survey.styles)
    except (python_calamine.CalamineError, zipfile.BadZipFile, ValueError) as error:
        refuse(gettext_noop("The workbook is damaged: %(what)s"), what=str(error)[:200])


if __name__ == "__main__":
    main()
