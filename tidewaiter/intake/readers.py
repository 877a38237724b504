"""Reading files by their content: CSV, workbooks, XML, JSON, lines of JSON, each packed by gzip too. Streamed, with bounds."""

from __future__ import annotations

import csv
import gzip
import io
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NoReturn

import msgspec
from django.utils.translation import gettext

from tidewaiter.forms.columns import as_text
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sandbox import stream_from_child
from tidewaiter.foundation.text import as_said
from tidewaiter.intake.encodings import encoding_of
from tidewaiter.intake.limits import LARGEST_CELL, LARGEST_UNPACKED, Bounded
from tidewaiter.intake.mapping import ReaderHints

LARGEST_JSON = 256 * 1024**2
LARGEST_LINE = 16 * 1024**2
TABLES = (".xlsx", ".csv", ".csv.gz", ".xml", ".json", ".ndjson", ".txt", ".tsv")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif", ".bmp")
MOST_PICTURES = 2_000
LARGEST_IN_PARCEL = 20 * 1024**2
SHEET_MEMORY = 1536 * 1024**2
csv.field_size_limit(LARGEST_CELL)

type NumberedRow = tuple[int, list[str]]


@dataclass(slots=True)
class Source:
    """A file opened: rows of cells with their numbers, or whole records; and what was guessed."""

    kind: str
    rows: Iterator[NumberedRow] = field(default_factory=lambda: iter(()))
    records: Iterator[tuple[int, Any]] = field(default_factory=lambda: iter(()))
    about: dict[str, str] = field(default_factory=dict)
    """What a template of ours says of itself: form, version."""
    guessed: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, Path] = field(default_factory=dict)
    """Pictures that were sent with the table, by their names in small letters."""
    folder: Path | None = None
    """Where they lie, until they are kept."""
    passed_over: list[str] = field(default_factory=list)
    """Heads of columns, or names of elements, that were none of ours and were not read."""


def open_source(path: Path, hints: ReaderHints) -> Source:
    """Opens a file by its content. Raises `BadInput` for what is none of the known kinds."""
    try:
        with path.open("rb") as file:
            start = file.read(65536)
    except OSError as error:
        raise BadInput("unreadable", gettext("%(name)s cannot be read.") % {"name": path.name}) from error
    if not start.strip(b"\x00\xef\xbb\xbf \r\n\t"):
        raise BadInput("no_rows", gettext("%(name)s is empty.") % {"name": path.name})
    if start[:4] == b"PK\x03\x04":
        return _parcel(path, hints) if _is_parcel(path) else _workbook(path, hints)
    if start[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise BadInput(
            "unreadable",
            gettext("An old Excel file (.xls), or one with a password. Save it as .xlsx and bring it again."),
        )
    packed = start[:2] == b"\x1f\x8b"

    def unpack() -> IO[bytes]:
        return io.BufferedReader(_Stream(gzip.open(path, "rb"))) if packed else path.open("rb")

    if packed:
        with unpack() as stream:
            start = stream.read(65536)
    head = start.lstrip(b"\xef\xbb\xbf \r\n\t")
    if head[:1] in (b"{", b"["):
        return _json(unpack, head)
    if head[:1] == b"<":
        return _xml(path)
    return _csv(unpack, start, hints)


class _Stream(Bounded):
    """A packed stream whose refusals are said in the reader's language."""

    def refuse(self, code: str) -> NoReturn:
        if code == "too_large":
            raise BadInput(code, gettext("The file unpacks to more than 4 GiB."))
        raise BadInput(code, gettext("The gzip file is damaged or cut off."))


def _csv(unpack: Callable[[], IO[bytes]], start: bytes, hints: ReaderHints) -> Source:
    encoding, guessed = (hints.encoding, False) if hints.encoding else encoding_of(unpack)
    try:
        sample = start.decode(encoding, "replace")
    except LookupError as error:
        raise BadInput("encoding", gettext("There is no encoding «%(name)s».") % {"name": encoding[:40]}) from error
    if "\x00" in sample:
        raise BadInput("unreadable", gettext("This is no text file, workbook, XML or JSON that the node can read."))
    first = next((line for line in sample.splitlines() if line.strip()), "")
    delimiter = hints.delimiter or max(",;\t|", key=first.count)
    said = {"delimiter": delimiter} | ({"encoding": encoding} if guessed else {})

    def rows() -> Iterator[NumberedRow]:
        with unpack() as raw, io.TextIOWrapper(raw, encoding, newline="") as text:
            reader = csv.reader(text, delimiter=delimiter, strict=True)
            try:
                for cells in reader:
                    yield reader.line_num, [as_said(cell) for cell in cells]
            except (csv.Error, UnicodeError) as error:
                raise BadInput("unreadable", _why(error, reader.line_num)) from error

    return Source("csv", rows=rows(), guessed=said)


def _why(error: Exception, line: int) -> str:
    """What is wrong in a text file, and what to do."""
    if isinstance(error, UnicodeError):
        words = gettext("Line %(line)s holds signs that are none of the encoding. Save the file as UTF-8.")
    elif "field larger" in str(error):
        words = gettext(
            "Line %(line)s: a cell holds more than 100,000 signs. Is a quotation mark open, here or in a line before?"
        )
    elif "end of data" in str(error):
        words = gettext("The file ends inside quotation marks that were opened before line %(line)s. Close them.")
    else:
        words = gettext(
            "Line %(line)s: after a closing quotation mark comes no separator. Double the mark inside a text."
        )
    return words % {"line": line}


def _json(unpack: Callable[[], IO[bytes]], head: bytes) -> Source:
    first_line, _, rest = head.partition(b"\n")
    lines = head[:1] == b"{" and bool(rest.strip()) and _parses(first_line)

    def many() -> Iterator[tuple[int, Any]]:
        with unpack() as file:
            number = 0
            while line := file.readline(LARGEST_LINE + 1):
                number += 1
                if len(line) > LARGEST_LINE:
                    raise BadInput(
                        "too_large", gettext("Line %(line)s is longer than a case can be (16 MiB).") % {"line": number}
                    )
                if line.strip(b"\xef\xbb\xbf \r\n\t"):
                    yield number, _decode(line.removeprefix(b"\xef\xbb\xbf"), number)

    def whole() -> Iterator[tuple[int, Any]]:
        with unpack() as file:
            data = file.read(LARGEST_JSON + 1)
        if len(data) > LARGEST_JSON:
            raise BadInput(
                "too_large", gettext("One JSON document may have 256 MiB. Send lines of JSON (ndjson) instead.")
            )
        document = _decode(data.removeprefix(b"\xef\xbb\xbf"), 0)
        if isinstance(document, dict) and isinstance(document.get("cases"), list):
            document = document["cases"]
        yield from enumerate(document if isinstance(document, list) else [document], 1)

    return Source("json", records=many() if lines else whole())


def _xml(path: Path) -> Source:
    source = Source("json")

    def records() -> Iterator[tuple[int, Any]]:
        for part in stream_from_child("tidewaiter.intake.xml_child", str(path)):
            if isinstance(part, dict):
                source.passed_over += part.get("passed_over", [])
            else:
                yield from part

    source.records = records()
    return source


def _parses(line: bytes) -> bool:
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    return True


def _decode(data: bytes, number: int) -> Any:
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        where = f"Line {number}: " if number else ""
        raise BadInput(
            "unreadable", gettext("%(where)snot JSON: %(error)s.") % {"where": where, "error": error}
        ) from error


def _is_parcel(path: Path) -> bool:
    """Whether an archive is no workbook itself but holds one table, with pictures or alone."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    if any(name.startswith(("xl/", "word/", "ppt/")) or name == "content.xml" for name in names):
        return False  # office files are zip archives too
    return sum(name.lower().endswith(TABLES) for name in names) == 1


def _parcel(path: Path, hints: ReaderHints) -> Source:
    """A table sent with its pictures: the table is read, the pictures are unpacked beside it for whoever keeps them."""
    folder = path.with_name(f"{path.name}.parcel") if path.parent.name == "incoming" else Path(tempfile.mkdtemp())
    shutil.rmtree(folder, ignore_errors=True)  # of an import that was cut off
    folder.mkdir(mode=0o700)
    pictures: dict[str, Path] = {}
    table = folder / "table"
    try:
        with zipfile.ZipFile(path) as archive:
            for number, info in enumerate(one for one in archive.infolist() if not one.is_dir()):
                name = info.filename.replace("\\", "/")
                if name.startswith("/") or ".." in name.split("/"):
                    raise BadInput("unreadable", gettext("The archive names files outside itself. It is not opened."))
                is_table = name.lower().endswith(TABLES)
                if not is_table and not name.lower().endswith(PICTURES):
                    continue
                if number > MOST_PICTURES or info.file_size > (LARGEST_UNPACKED if is_table else LARGEST_IN_PARCEL):
                    raise BadInput(
                        "too_large", gettext("The archive holds more, or larger, files than are taken at once.")
                    )
                target = table if is_table else folder / str(number)
                with archive.open(info) as inside, target.open("wb") as out:
                    shutil.copyfileobj(_Stream(inside), out, 1 << 20)
                if not is_table:
                    pictures[name.rsplit("/", 1)[-1].casefold()] = target
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise BadInput("unreadable", gettext("The archive is damaged or cut off.")) from error
    except BadInput:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    source = open_source(table, hints)
    source.pictures, source.folder = pictures, folder
    return source


def _workbook(path: Path, hints: ReaderHints) -> Source:
    date_1904 = _looked_into(path)
    stream = stream_from_child("tidewaiter.intake.workbook_child", str(path), hints.sheet, memory=SHEET_MEMORY)
    about = next(stream, None)
    said = dict(about) if isinstance(about, dict) else {}
    source = Source("xlsx", about=said, guessed={"sheet": said.pop("_sheet", "")})
    if date_1904:
        said["date_1904"] = "yes"

    def rows() -> Iterator[NumberedRow]:
        for number, cells in stream:
            yield number, [as_text(cell) for cell in cells]

    source.rows = rows()
    return source


def _looked_into(path: Path) -> bool:
    """Whether a workbook counts days from 1904. Raises `BadInput` for an archive that is none, holds macros or is a bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            unpacked = sum(info.file_size for info in archive.infolist())
            packed = sum(info.compress_size for info in archive.infolist()) or 1
            if any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names):
                raise BadInput("unreadable", gettext("The archive names files outside itself. It is not opened."))
            if "xl/workbook.xml" not in names:
                raise BadInput("unreadable", _no_workbook(names))
            if any(name.endswith("vbaProject.bin") for name in names):
                raise BadInput("macros", gettext("The workbook holds macros. Save it as .xlsx, without them."))
            if unpacked > LARGEST_UNPACKED or (unpacked > 64 * 1024**2 and unpacked / packed > 500):
                raise BadInput("too_large", gettext("The workbook unpacks to far more than a sheet of cases holds."))
            with archive.open("xl/workbook.xml") as book:
                return re.search(rb'date1904="(?:1|true)"', book.read(1 << 20)) is not None
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise BadInput("unreadable", gettext("The workbook is damaged or cut off.")) from error


def _no_workbook(names: list[str]) -> str:
    if "content.xml" in names:
        return gettext("An OpenDocument file. Save it as .xlsx and bring it again.")
    if any(name.startswith("word/") or name.startswith("ppt/") for name in names):
        return gettext("A text or slides, not a workbook. Put the cases into a template.")
    return gettext("A zip archive, but no Excel workbook (.xlsx).")


def channel_of(path: Path) -> str:
    """The channel that a file of this content comes by: `xlsx`, `xml`, `json` or `csv`."""
    with path.open("rb") as file:
        start = file.read(512)
    if start[:2] == b"\x1f\x8b":
        try:
            with gzip.open(path) as packed:
                start = packed.read(512)
        except (OSError, EOFError, zlib.error):
            return "csv"
    if start[:4] == b"PK\x03\x04":
        return "xlsx"
    first = start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    return "xml" if first == b"<" else "json" if first in (b"{", b"[") else "csv"
