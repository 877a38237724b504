"""A stranger's text file, as the child process that reads it tells it: what it is, then its
rows or records, never many at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tidewaiter.foundation.limits import MIB
from tidewaiter.foundation.sandbox import seconds_for, stream_from_child

CHILD = "tidewaiter.foundation.files.child"
MEMORY = 256 * MIB

type NumberedRow = tuple[int, list[str]]
_rows = msgspec.convert


@dataclass(slots=True)
class Text:
    """A text file opened: `csv` with rows, `json` with records, or `xml`, which
    another child reads; and what was guessed.
    """

    kind: str
    guessed: dict[str, str] = field(default_factory=dict)
    rows: Iterator[NumberedRow] = field(default_factory=lambda: iter(()))
    records: Iterator[tuple[int, Any]] = field(default_factory=lambda: iter(()))


def open_text(path: Path, **hints: Any) -> Text:
    """Opens a text file, packed by gzip or not.

    `hints`: `encoding` and `delimiter` where they are known, `otherwise` the encoding of what is not UTF-8; `first`,
    where only so many rows are wanted (a whole file is read through before its first row is given); `as_rows`, where
    nothing but a table is taken; `unpacked`, the limit of its bytes if not the usual one; `only_kind`. Raises
    `BadInput`, and `OverLimit` with where a limit was passed.
    """
    stream = stream_from_child(CHILD, str(path), json.dumps(hints), memory=MEMORY, seconds=seconds_for(path))
    said = next(stream, None)
    about = said if isinstance(said, dict) else {}
    text = Text(str(about.get("kind", "")), {str(k): str(v) for k, v in dict(about.get("guessed", {})).items()})
    if text.kind == "csv":
        text.rows = (row for batch in stream for row in _rows(batch, list[tuple[int, list[str]]]))
    elif text.kind == "json":
        text.records = ((int(number), record) for batch in stream for number, record in batch)
    return text
