"""Reading files by their content: CSV, workbooks, XML, JSON, lines of JSON, each packed by gzip too.

Every byte of a stranger's file is unpacked and parsed in a child process; this module starts the
right one and hands on what it tells.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from django.utils.translation import gettext

from tidewaiter.forms.columns import as_text
from tidewaiter.foundation.files.child import kind_of
from tidewaiter.foundation.files.reading import NumberedRow, Text, open_text
from tidewaiter.foundation.limits import MIB, most
from tidewaiter.foundation.readings.numbers import Number, NumberShown
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sandbox import seconds_for, stream_from_child
from tidewaiter.foundation.scratch import must_fit, scratch
from tidewaiter.intake.mapping.mapping_file import ReaderHints

XML_MEMORY, ARCHIVE_MEMORY = 384 * MIB, 192 * MIB
_ZIP, _GZIP, _OLD = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_START = 64 * 1024
SHEET = "\x00sheet"
"""Stands in the first cell of a row that says which sheet follows; no text of a file holds U+0000."""

type _Cell = str | float | int | bool | tuple[float | int, str, int] | None


@dataclass(slots=True)
class Source:
    """A file opened: rows of cells with their numbers, or whole records; and what was guessed. Close it after use."""

    kind: str
    rows: Iterator[NumberedRow] = field(default_factory=lambda: iter(()))
    records: Iterator[tuple[int, Any]] = field(default_factory=lambda: iter(()))
    about: dict[str, str] = field(default_factory=dict)
    """What a template of ours says of itself: form, version."""
    guessed: dict[str, str] = field(default_factory=dict)
    other_sheets: tuple[str, ...] = ()
    """Sheets of a workbook that are not read."""
    pictures: dict[str, Path] = field(default_factory=dict)
    """Pictures that were sent with the table, by their names in small letters."""
    passed_over: list[str] = field(default_factory=list)
    """Heads of columns, or names of elements, that were none of ours and were not read."""
    short_rows: list[int] = field(default_factory=list)
    """Lines of a text table with fewer cells than heads."""
    again: Callable[[], Source] | None = None
    """Opens the same file once more, from its beginning."""
    kept: ExitStack = field(default_factory=ExitStack)
    """What lies on the disk as long as it is read."""

    def close(self) -> None:
        """Ends the reading: the child process, and what was unpacked."""
        for part in (self.rows, self.records):
            close = getattr(part, "close", None)
            if close is not None:
                close()
        self.kept.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_source(path: Path, hints: ReaderHints, *, first: int = 0, country: str = "", sure: bool = False) -> Source:
    """Opens a file by its content; with `first` only so many of its rows. Raises `BadInput` for what is none of the
    known kinds. `country`: whose file it is, by which its encoding is told; `sure`: a guess that is not sure is
    refused.

    A file that is wanted whole has been read through once, within the limits, before this gives its first row (a
    workbook: before it is opened). Raises `OverLimit`.
    """
    start = _start_of(path)
    if start[:4] == _ZIP:
        source = _zipped(path, hints, first, may_bring=True)
    else:
        source = _text(path, hints, first, start, country=country, must_be_sure=sure)
    source.again = lambda: open_source(path, hints, first=first, country=country, sure=sure)
    return source


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except OSError as error:
        raise BadInput("unreadable", gettext("%(name)s cannot be read.") % {"name": path.name}) from error
    if not start.strip(b"\x00\xef\xbb\xbf \r\n\t"):
        raise BadInput("no_rows", gettext("%(name)s is empty.") % {"name": path.name})
    if start[:8] == _OLD:
        raise BadInput(
            "unreadable",
            gettext("An old Excel file (.xls), or one with a password. Save it as .xlsx and bring it again."),
        )
    return start


def _text(path: Path, hints: ReaderHints, first: int, start: bytes, **how: Any) -> Source:
    if start[:2] != _GZIP and kind_of(start) == "xml":
        return _xml(path)
    text = open_text(path, encoding=hints.encoding, delimiter=hints.delimiter, first=first, **how)
    return _xml(path) if text.kind == "xml" else _of_text(text)


def _of_text(text: Text) -> Source:
    return Source(text.kind, rows=text.rows, records=text.records, guessed=text.guessed)


def _xml(path: Path) -> Source:
    source = Source("json")

    def records() -> Iterator[tuple[int, Any]]:
        child = "tidewaiter.intake.reading.xml_child"
        for part in stream_from_child(child, str(path), memory=XML_MEMORY, seconds=seconds_for(path)):
            if isinstance(part, dict):
                source.passed_over += part.get("passed_over", [])
            else:
                yield from ((int(number), record) for number, record in part)

    source.records = records()
    return source


def _zipped(path: Path, hints: ReaderHints, first: int, *, may_bring: bool) -> Source:
    """A workbook; or, where one may be brought, an archive of a table with its pictures."""
    stream = stream_from_child(
        "tidewaiter.intake.reading.workbook_child",
        str(path),
        json.dumps({"sheet": hints.sheet, "first": first}),
        memory=most("sheet_memory_bytes"),
        seconds=seconds_for(path),
    )
    said = next(stream, None)
    about = said if isinstance(said, dict) else {}
    if about.get("kind") == "parcel":
        stream.close()
        if may_bring:
            return _parcel(path, hints, first)
        raise BadInput("unreadable", gettext("An archive inside an archive is not opened."))
    others = list(map(str, about.get("others", ())))
    template = {str(name): str(text) for name, text in dict(about.get("about", {})).items()}
    source = Source("xlsx", about=template, guessed={"sheet": template.pop("_sheet", "")})
    source.other_sheets = () if template.get("form") else tuple(others)
    source.guessed["sheets"] = ", ".join(source.other_sheets)
    # of how a workbook looks to its reader, what is read otherwise is told
    source.guessed |= {name: str(about[name]) for name in ("hidden_rows", "lost_cells") if about.get(name)}
    source.rows = (
        (number, [_cell_text(cell) for cell in cells])
        for batch in stream
        for number, cells in msgspec.convert(batch, list[tuple[int, list[_Cell]]])
    )
    return source


def _cell_text(cell: _Cell) -> str:
    """A cell as text; a number stays known for one, with the word that its format shows beside it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, tuple):
        return NumberShown.of(as_text(cell[0]), cell[1], cell[2])
    return as_text(cell) if cell is None or isinstance(cell, bool) else Number(as_text(cell))


def _parcel(path: Path, hints: ReaderHints, first: int) -> Source:
    """A table sent with its pictures: the table is read, the pictures are unpacked beside it for whoever keeps them."""
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        must_fit(most("archive_bytes"))
        child = stream_from_child(
            "tidewaiter.intake.reading.archive_child",
            str(path),
            str(folder),
            memory=ARCHIVE_MEMORY,
            seconds=seconds_for(path),
            disk=most("archive_bytes"),
        )
        [said] = list(child)
        table = folder / str(int(said["table"]))
        start = _start_of(table)
        zipped = start[:4] == _ZIP
        source = _zipped(table, hints, first, may_bring=False) if zipped else _text(table, hints, first, start)
        source.pictures = {str(name): folder / str(int(file)) for name, file in said["pictures"].items()}
        source.kept = stack.pop_all()
        return source


def channel_of(path: Path) -> str:
    """The channel that a file of this content comes by: `xlsx`, `xml`, `json` or `csv`."""
    with path.open("rb") as file:
        start = file.read(512)
    if start[:2] == _GZIP:
        try:
            return open_text(path, only_kind=True).kind
        except BadInput:
            return "csv"
    return "xlsx" if start[:4] == _ZIP else kind_of(start) or "csv"
