"""Looks through a CSV file of trade in a process of its own: `python -m tidewaiter.foundation.files.text_child FILE
HINTS`.

Tells `{"encoding": …, "lines": …}` of the whole file, read through once within the limits. With `to` in the hints the
text is written there in UTF-8: all of it, or with `first` so many bytes from the beginning, whole lines.
"""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tidewaiter.foundation.child_errors import gettext_noop, refuse, refuse_over, tell
from tidewaiter.foundation.files.encodings import LOOKED_AT, encoding_of
from tidewaiter.foundation.files.rows import Opened
from tidewaiter.foundation.files.unpacking import unpacker
from tidewaiter.foundation.limits import MIB, most

LIMIT = "trade_unpacked_bytes"


def _lines_of(unpack: Opened) -> int:
    """How many lines there are. Ends the child for too many, or one that is longer than a row may be."""
    longest, many = most("file_row_bytes"), most("trade_rows")
    lines, since = 0, 0
    with unpack() as file:
        while chunk := file.read(MIB):
            found = chunk.count(b"\n")
            ended = [since + (chunk.find(b"\n") if found else len(chunk))]
            if longest < len(chunk):  # else no line that begins and ends in a chunk can be too long
                ended += map(len, chunk.split(b"\n")[1:])
            for at, length in enumerate(ended, lines + 1):
                if length > longest:
                    words = gettext_noop("Line %(line)s is over that. Is it a table, a row a line?")
                    refuse_over("file_row_bytes", words, line=str(at))
            since = len(chunk) - chunk.rfind(b"\n") - 1 if found else since + len(chunk)
            lines += found
            if lines > many:
                refuse_over("trade_rows", gettext_noop("Put it into the node's folder of trade files, as Parquet."))
    return lines


def _first_line(unpack: Opened) -> None:
    with unpack() as file:
        head = file.read(most("file_row_bytes")).partition(b"\n")[0]
    columns = max(head.count(mark) for mark in (b",", b";", b"\t", b"|")) + 1
    if columns > most("file_columns"):
        refuse_over("file_columns", gettext_noop("Line 1 has %(cells)s."), cells=f"{columns:,}")


def _decoded(file: IO[bytes], encoding: str, size: int) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    read = 0
    while (not size or read < size) and (chunk := file.read(min(MIB, size - read) if size else MIB)):
        read += len(chunk)
        yield decoder.decode(chunk)
    if not size:
        yield decoder.decode(b"", final=True)


def _written(unpack: Opened, encoding: str, to: Path, size: int) -> None:
    """The text in UTF-8, bit by bit; a beginning ends with its last whole line."""
    try:
        with unpack() as file, to.open("w", encoding="utf-8", newline="") as out:
            for text in _decoded(file, encoding, size):
                out.write(text)
    except UnicodeError:
        refuse(gettext_noop("It holds signs that are none of the encoding. Save the file as UTF-8."))
    except OSError:
        refuse_over("scratch_bytes", gettext_noop("Save the file as UTF-8: then it is not copied."))
    if size and to.stat().st_size:
        whole = to.read_bytes()
        to.write_bytes(whole[: whole.rfind(b"\n") + 1] or whole)


def main() -> None:
    """Reads the file named; `HINTS` are `to`, `first` and `encoding`, where that is known already."""
    path, said = Path(sys.argv[1]), json.loads(sys.argv[2])
    first = int(said.get("first", 0))
    unpack = unpacker(path, LIMIT)
    encoding = said.get("encoding") or encoding_of(unpack, first or LOOKED_AT)[0]
    lines = 0
    if not first and not said.get("encoding"):
        _first_line(unpack)
        lines = _lines_of(unpack)
    if said.get("to"):
        _written(unpack, encoding, Path(said["to"]), first)
    tell({"encoding": encoding, "lines": lines})


if __name__ == "__main__":
    main()
