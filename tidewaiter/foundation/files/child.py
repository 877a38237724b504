"""Reads a text file in a process of its own: `python -m tidewaiter.foundation.files.child FILE HINTS`.

Tells first what the file is, `{"kind": "csv" | "json" | "xml", "guessed": {…}}`, then lists of (number, cells)
or of (number, record). A file that is wanted whole is read through once before anything of it is told, so that
what is over a limit is refused at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tidewaiter.foundation.child_errors import Batches, gettext_noop, refuse, tell
from tidewaiter.foundation.files.records import records_of
from tidewaiter.foundation.files.rows import Layout, Opened, layout_of, rows_of
from tidewaiter.foundation.files.unpacking import unpacker
from tidewaiter.foundation.limits import MIB, most

_BLANK = b"\x00\xef\xbb\xbf \r\n\t"
_FIRST = MIB
"""Bytes by which the encoding is told where only the first rows are wanted."""


def kind_of(start: bytes) -> str:
    """`xml`, `json` or `csv` by how a file begins; nothing for an empty one."""
    if not start.strip(_BLANK):
        return ""
    first = start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    return "xml" if first == b"<" else "json" if first in (b"{", b"[") else "csv"


def main() -> None:
    """Reads the file named; `HINTS` are those of `reading.open_text`."""
    path, said = Path(sys.argv[1]), json.loads(sys.argv[2])
    unpack = unpacker(path, said.get("unpacked", "file_unpacked_bytes"))
    with unpack() as stream:
        kind = kind_of(stream.read(64 * 1024))
    if not kind:
        refuse(gettext_noop("It is empty."), "no_rows")
    if said.get("as_rows"):
        kind = "csv"
    if said.get("only_kind") or kind == "xml":
        tell({"kind": kind, "guessed": {}})
        return
    first = int(said.get("first", 0))
    read, guessed = _reader(kind, unpack, said, _FIRST if first else 0)
    if not first:
        for _one in read(True):
            pass
    tell({"kind": kind, "guessed": guessed})
    batches = Batches(most("file_batch_bytes"))
    for at, (number, value, weight) in enumerate(read(False), 1):
        batches.add((number, value), weight)
        if at == first:
            break
    batches.end()


def _reader(
    kind: str, unpack: Opened, said: dict[str, Any], bytes_that_tell: int
) -> tuple[Callable[[bool], Iterator[tuple[int, Any, int]]], dict[str, str]]:
    """What gives the file's rows or records (asked whether it only counts them), and what was guessed."""
    if kind == "json":
        return lambda only_counted: records_of(unpack, only_counted=only_counted), {}
    layout = layout_of(
        unpack,
        Layout(
            said.get("encoding", ""),
            said.get("delimiter", ""),
            said.get("otherwise", ""),
            country=said.get("country", ""),
            must_be_sure=bool(said.get("must_be_sure")),
        ),
        bytes_that_tell,
    )
    return lambda _only_counted: rows_of(unpack, layout), layout.guessed


if __name__ == "__main__":
    main()
