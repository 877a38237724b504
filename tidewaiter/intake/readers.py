"""Reading files by their content: CSV, workbooks, XML, JSON, lines of JSON, each packed by gzip too. Streamed, with bounds."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
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
from tidewaiter.intake.limits import LARGEST_CELL, LARGEST_UNPACKED, Bounded
from tidewaiter.intake.mapping import ReaderHints

LARGEST_JSON = 512 * 1024**2
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
        return _workbook(path, hints)
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


def _encoding(unpack: Callable[[], IO[bytes]], start: bytes, hints: ReaderHints) -> str:
    if hints.encoding:
        return hints.encoding
    if start[:3] == codecs.BOM_UTF8:
        return "utf-8-sig"
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with unpack() as file:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _csv(unpack: Callable[[], IO[bytes]], start: bytes, hints: ReaderHints) -> Source:
    encoding = _encoding(unpack, start, hints)
    if b"\x00" in start and encoding != "utf-16":
        raise BadInput("unreadable", gettext("This is no text file, workbook or JSON that the node can read."))
    sample = start.decode(encoding, "replace")
    first = next((line for line in sample.splitlines() if line.strip()), "")
    delimiter = hints.delimiter or max(",;\t|", key=first.count)

    def rows() -> Iterator[NumberedRow]:
        with unpack() as raw, io.TextIOWrapper(raw, encoding, newline="") as text:
            reader = csv.reader(text, delimiter=delimiter, strict=True)
            try:
                for cells in reader:
                    yield reader.line_num, [as_said(cell) for cell in cells]
            except (csv.Error, UnicodeError) as error:
                raise BadInput(
                    "unreadable",
                    gettext("Line %(line_num)s: %(error)s. An open quotation mark, or signs of another encoding?")
                    % {"line_num": reader.line_num, "error": error},
                ) from error

    return Source("csv", rows=rows(), guessed={"encoding": encoding, "delimiter": delimiter})


def _json(unpack: Callable[[], IO[bytes]], head: bytes) -> Source:
    first_line, _, rest = head.partition(b"\n")
    lines = head[:1] == b"{" and bool(rest.strip()) and _parses(first_line)

    def many() -> Iterator[tuple[int, Any]]:
        with unpack() as file:
            for number, line in enumerate(file, 1):
                if line.strip(b"\xef\xbb\xbf \r\n\t"):
                    yield number, _decode(line.removeprefix(b"\xef\xbb\xbf"), number)

    def whole() -> Iterator[tuple[int, Any]]:
        with unpack() as file:
            data = file.read(LARGEST_JSON + 1)
        if len(data) > LARGEST_JSON:
            raise BadInput(
                "too_large", gettext("One JSON document may have 512 MiB. Send lines of JSON (ndjson) instead.")
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


def _workbook(path: Path, hints: ReaderHints) -> Source:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            unpacked = sum(info.file_size for info in archive.infolist())
            packed = sum(info.compress_size for info in archive.infolist()) or 1
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadInput("unreadable", gettext("The workbook is damaged or cut off.")) from error
    if "xl/workbook.xml" not in names:
        raise BadInput("unreadable", gettext("A zip archive, but no Excel workbook (.xlsx)."))
    if unpacked > LARGEST_UNPACKED or (unpacked > 64 * 1024**2 and unpacked / packed > 500):
        raise BadInput("too_large", gettext("The workbook unpacks to far more than a sheet of cases holds."))
    stream = stream_from_child("tidewaiter.intake.workbook_child", str(path), hints.sheet)
    about = next(stream, None)

    def rows() -> Iterator[NumberedRow]:
        for number, cells in stream:
            yield number, [as_text(cell) for cell in cells]

    return Source("xlsx", rows=rows(), about=about if isinstance(about, dict) else {})


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
