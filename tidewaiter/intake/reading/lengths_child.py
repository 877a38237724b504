"""Counts the lines, rows or cases of a file: `python -m tidewaiter.intake.reading.lengths_child FILE`.

Tells their number. It reads the bytes and judges none: what is wrong with a file its reader says.
"""

from __future__ import annotations

import gzip
import re
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from tidewaiter.forms.data_model import CASE
from tidewaiter.foundation.child_errors import tell
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.nesting import nests_deeper

_DAMAGED = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError)

_AT_ONCE = 1024**2
_HEAD = 65536
_case = re.compile(rb"<(?:[\w.-]{1,40}:)?%b[\s>/]" % CASE.encode())
_dimension = re.compile(rb'<dimension ref="[A-Z]{1,3}\d{1,7}:[A-Z]{1,3}(\d{1,7})"')
_sheet = re.compile(r"xl/worksheets/[^/]+\.xml")


def main() -> None:
    """Counts; tells 0 where only reading the file would tell."""
    path = Path(sys.argv[1])
    try:
        if zipfile.is_zipfile(path):
            tell(_rows_of_workbook(path))
            return
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with cast(BinaryIO, gzip.open(path)) if packed else path.open("rb") as stream:
            tell(_rows_of_text(stream))
    except _DAMAGED:
        tell(0)


def _rows_of_workbook(path: Path) -> int:
    """Of its longest sheet, as the sheets say at their beginning."""
    longest = 0
    with zipfile.ZipFile(path) as archive:
        for name in filter(_sheet.fullmatch, archive.namelist()[:1000]):
            with archive.open(name) as sheet:
                said = _dimension.search(sheet.read(_HEAD))
            longest = max(longest, int(said[1]) if said else 0)
    return longest


def _rows_of_text(stream: BinaryIO) -> int:
    first = stream.read(_HEAD) or b""
    start = first.lstrip(b"\xef\xbb\xbf \r\n\t")
    parts = _with_rest(first, stream)
    if start[:1] == b"<":
        return _cases(parts)
    if start[:1] == b"[" or (start[:1] == b"{" and not _is_record(start.partition(b"\n")[0])):
        return 0  # one document: nothing is read before all of it is
    lines, last = 0, b"\n"
    for part in parts:
        lines, last = lines + part.count(b"\n"), part[-1:]
    return lines + (last != b"\n")


def _with_rest(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    part: bytes | None = first
    while part:
        yield part
        part = stream.read(_AT_ONCE)


def _cases(parts: Iterable[bytes]) -> int:
    """How often a case begins; a tag cut in two is seen with the part after it."""
    found, left = 0, b""
    for part in parts:
        text = left + part
        cut = text.rfind(b"<")
        found += len(_case.findall(text, 0, max(cut, 0)))
        left = text[max(cut, 0) :][-_HEAD:]
    return found + len(_case.findall(left))


def _is_record(line: bytes) -> bool:
    if nests_deeper(line, most("json_depth")):
        return False
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False


if __name__ == "__main__":
    main()
