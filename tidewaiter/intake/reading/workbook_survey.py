"""A look through a workbook's parts before it is opened:
how far its sheets reach, and the memory that reading them will take.

For the child process that reads workbooks: what is over a limit ends it with a refusal.
The parts are streamed, none is held.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape

from tidewaiter.foundation.child_errors import gettext_noop, refuse, refuse_over
from tidewaiter.foundation.files.archives import member
from tidewaiter.foundation.limits import most
from tidewaiter.intake.reading.number_formats import Shown, shown_by_styles

TEXTS, BOOK, RELATED = "xl/sharedstrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHEETS = "xl/worksheets/"
OTHERS = ("[content_types].xml", RELATED, "xl/styles.xml", BOOK)
"""Parts that the reader opens, in small letters: it does not mind how they are written."""
BASE, A_CELL, A_PLACE, A_TEXT, A_WORD = 48 * 1024**2, 120, 40, 72, 24
"""Bytes that reading takes at all, for a cell, for a place of the rectangle that the cells lie
in, for a text of the table of texts, for a word that a format may show in a cell.
"""
LONG = 120
"""Bytes of a text above which it is counted each time a cell shows it."""
_CHUNK, _OVERLAP = 1 << 20, 400
_columns = re.compile(rb'\sr="([A-Z]{1,3})\d')
_rows = re.compile(rb'<(?:\w+:)?row\s[^<>]{0,200}?\br="(\d{1,9})"')
_shown = re.compile(rb't="s"[^<>]{0,100}>\s{0,9}<(?:\w+:)?v>(\d{1,9})<')
_text = re.compile(rb"<(?:\w+:)?si[\s>]")
_hidden = re.compile(rb'<(?:\w+:)?row\s[^<>]{0,300}?\bhidden="(?:1|true)"')
_lost = re.compile(
    rb'<(?:\w+:)?c\s[^<>]{0,100}?\bt="e"|(?:</(?:\w+:)?f>|<(?:\w+:)?f\s[^<>]{0,200}/>)\s{0,9}'
    rb"(?:<(?:\w+:)?v\s?/>|<(?:\w+:)?v></(?:\w+:)?v>|</(?:\w+:)?c>)"
)
"""A cell with an error for its value («#REF!»), or a formula whose result was not written down with it."""
_named = re.compile(rb"<(?:\w+:)?sheet\s[^<>]{0,900}>")
_related = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]{0,900}>")
_attribute = re.compile(r'([\w:]+)="([^"]*)"')


@dataclass(slots=True)
class Survey:
    """What a workbook holds: cells, how far they reach, texts."""

    cells: int = 0
    rows: int = 0
    columns: int = 0
    merges: int = 0
    texts: int = 0
    text_bytes: int = 0
    shown_bytes: int = 0
    """Bytes of long texts, counted each time a cell shows one."""
    lengths: array[int] = field(default_factory=lambda: array("l"))
    date_1904: bool = False
    hidden_rows: int = 0
    lost_cells: int = 0
    """Cells whose value is an error, or a formula without its result: they are read as empty."""
    by_part: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Hidden rows and lost cells of each sheet's part, by its name in small letters."""
    targets: dict[str, str] = field(default_factory=dict)
    """The part that each relation of the workbook leads to."""
    parts: dict[str, str] = field(default_factory=dict)
    """The relation that leads to each sheet, by the sheet's name."""
    styles: dict[int, Shown] = field(default_factory=dict)
    """What the styles of cells show beside numbers."""

    def part_of(self, sheet: str) -> str:
        """The part, in small letters, that a sheet lies in."""
        return self.targets.get(self.parts.get(sheet, ""), "")

    @property
    def memory(self) -> int:
        """Bytes that reading will take."""
        places = (A_CELL + (A_WORD if self.styles else 0)) * self.cells + A_PLACE * self.rows * self.columns
        return BASE + places + A_TEXT * self.texts + 2 * self.text_bytes + self.shown_bytes


def surveyed(archive: zipfile.ZipFile) -> Survey:
    """Looks through every part that the reader of workbooks opens."""
    found = Survey(styles=shown_by_styles(archive))
    infos = {info.filename.lower(): info for info in archive.infolist()}
    for name in OTHERS:
        if name in infos:
            _other(archive, infos[name], found)
    if TEXTS in infos:
        _texts(archive, infos[TEXTS], found)
    for name, info in infos.items():
        if name.startswith(SHEETS) and name.endswith(".xml"):
            sheet = _sheet(archive, info, found)
            if sheet.memory > most("sheet_memory_bytes"):
                words = gettext_noop("Sheet %(sheet)s has %(cells)s filled cells. Send it in parts, or as CSV.")
                refuse_over("sheet_memory_bytes", words, sheet=name[len(SHEETS) : -4], cells=f"{sheet.cells:,}")
            found.by_part[name] = (sheet.hidden_rows, sheet.lost_cells)
            found.cells, found.rows = max(found.cells, sheet.cells), max(found.rows, sheet.rows)
            found.columns = max(found.columns, sheet.columns)
            found.shown_bytes = max(found.shown_bytes, sheet.shown_bytes)
    return found


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: str = "file_unpacked_bytes") -> Iterator[bytes]:
    with member(archive, info, limit) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def told_of(survey: Survey, sheets: Iterable[str]) -> tuple[int, int]:
    """(hidden rows, lost cells) of some sheets by their names."""
    parts = [survey.by_part.get(survey.part_of(name), (0, 0)) for name in sheets]
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


def _part_of(target: str) -> str:
    """A part's name in small letters, from where the workbook's own folder says it lies."""
    return (target.lstrip("/") if target.startswith("/") else f"xl/{target}").lower()


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        name.rpartition(":")[2]: unescape(said) for name, said in _attribute.findall(tag.decode("utf-8", "replace"))
    }


def _other(archive: zipfile.ZipFile, info: zipfile.ZipInfo, found: Survey) -> None:
    sheets = 0
    for chunk in _chunks(archive, info, "sheet_parts_bytes"):
        # a name that is cut in two by a chunk's end is not found: of that sheet nothing is told
        for tag in _named.findall(chunk) if info.filename.lower() == BOOK else ():
            sheet = _attributes(tag)
            found.parts[sheet.get("name", "")] = sheet.get("id", "")
        if info.filename.lower() == RELATED:
            targets = {one.get("Id", ""): one.get("Target", "") for one in map(_attributes, _related.findall(chunk))}
            found.targets |= {key: _part_of(target) for key, target in targets.items()}
        if info.filename.lower() == BOOK:
            sheets += chunk.count(b"<sheet ") + chunk.count(b":sheet ")
            found.date_1904 |= re.search(rb'date1904="(?:1|true)"', chunk) is not None
    if sheets > most("workbook_sheets"):
        refuse_over("workbook_sheets", gettext_noop("This one has %(sheets)s."), sheets=str(sheets))


def _texts(archive: zipfile.ZipFile, info: zipfile.ZipInfo, found: Survey) -> None:
    """Counts the texts and how long each is, from one beginning to the next."""
    last = 0
    read = 0
    for chunk in _chunks(archive, info, "sheet_texts_bytes"):
        for hit in _text.finditer(chunk):
            if found.texts:
                found.lengths.append(read + hit.start() - last)
            found.texts += 1
            last = read + hit.start()
        read += len(chunk)
        if A_TEXT * found.texts > most("sheet_memory_bytes"):
            refuse_over("sheet_memory_bytes", gettext_noop("It has %(texts)s texts."), texts=f"{found.texts:,}")
    found.lengths.append(read - last)
    found.text_bytes = read


def _sheet(archive: zipfile.ZipFile, info: zipfile.ZipInfo, book: Survey) -> Survey:
    sheet = Survey(texts=book.texts, text_bytes=book.text_bytes)
    long = max(book.lengths, default=0) > LONG
    names: set[bytes] = set()
    before = b""
    for chunk in _chunks(archive, info):
        sheet.cells += sum(chunk.count(mark) for mark in (b"<c ", b":c ", b"<c\n", b"<c\t", b"<c\r", b"<c>", b"<c/"))
        sheet.merges += chunk.count(b"<mergeCell ") + chunk.count(b":mergeCell ")
        both = before + chunk
        sheet.hidden_rows += sum(hit.end() > len(before) for hit in _hidden.finditer(both))
        sheet.lost_cells += sum(hit.end() > len(before) for hit in _lost.finditer(both))
        for name in set(_columns.findall(both)) - names:
            names.add(name)
            sheet.columns = max(sheet.columns, _number(name))
        sheet.rows = max((sheet.rows, *(int(number) for number in _rows.findall(both[-100_000:])[-1:])))
        if long:
            sheet.shown_bytes += _shown_of(chunk, book.lengths)
        before = chunk[-_OVERLAP:]
        _within(sheet, info.filename)
    return sheet


def _within(sheet: Survey, name: str) -> None:
    where = {"sheet": name[len(SHEETS) : -4], "rows": f"{sheet.rows:,}", "columns": f"{sheet.columns:,}"}
    reach = gettext_noop(
        "Sheet %(sheet)s reaches to row %(rows)s, column %(columns)s. "
        "Delete the empty rows and columns at its end, or save it as CSV."
    )
    if sheet.columns > most("file_columns"):
        refuse_over("file_columns", reach, **where)
    if sheet.rows > most("file_rows"):
        refuse_over("file_rows", reach, **where)
    if sheet.rows * sheet.columns > most("file_cells"):
        refuse_over("file_cells", reach, **where)
    if sheet.merges > most("sheet_merges"):
        refuse_over("sheet_merges", gettext_noop("Sheet %(sheet)s has more. Undo merging."), **where)
    if sheet.cells > most("file_cells"):
        refuse(gettext_noop("Sheet %(sheet)s is damaged: it has more cells than places."), "too_large", **where)


def _shown_of(chunk: bytes, lengths: array[int]) -> int:
    many = len(lengths)
    return sum(lengths[at] for at in map(int, _shown.findall(chunk)) if at < many and lengths[at] > LONG)


def _number(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number
