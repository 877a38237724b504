"""Opens a file of entities by its content: FollowTheMoney lines, a table, OFAC's csv, a list of the UN."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.foundation.files.child import kind_of
from tidewaiter.foundation.files.reading import open_text
from tidewaiter.foundation.limits import MIB, most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sandbox import seconds_for, stream_from_child
from tidewaiter.registry.reading.ftm import read_ftm
from tidewaiter.registry.reading.said import Said, SaidThing
from tidewaiter.registry.reading.tables import Mapping, read_table

_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
XML_MEMORY = 384 * MIB


def read_file(path: Path, mapping: Mapping) -> Iterator[Said]:
    """What a file says, a thing or a link at a time. Raises `BadInput` for what is none of the known kinds."""
    start = _start_of(path)
    if start[:4] == _OLD:
        raise BadInput(
            "unreadable", _("An old Excel file (.xls), or one with a password. Save it as .xlsx and bring it again.")
        )
    if start[:4] == _ZIP or kind_of(start) == "xml":
        yield from _by_child(path, mapping)
        return
    text = open_text(path)
    if text.kind == "json":
        yield from read_ftm(text.records)
    elif text.kind == "csv":
        yield from read_table(text.rows, mapping)
    else:
        yield from _by_child(path, mapping)


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(64 * 1024)
    except OSError as error:
        raise BadInput("unreadable", _("%(name)s cannot be read.") % {"name": path.name}) from error
    if not start.strip(b"\x00\xef\xbb\xbf \r\n\t"):
        raise BadInput("no_rows", _("%(name)s is empty.") % {"name": path.name})
    return start


def _by_child(path: Path, mapping: Mapping) -> Iterator[Said]:
    stream = stream_from_child(
        "tidewaiter.registry.reading.file_child",
        str(path),
        memory=max(XML_MEMORY, most("sheet_memory_bytes")),
        seconds=seconds_for(path),
    )
    said: Any = next(stream, None)
    if isinstance(said, dict) and said.get("kind") == "xlsx":
        yield from read_table(
            ((int(number), list(map(str, cells))) for batch in stream for number, cells in batch), mapping
        )
        return
    row = 0
    for batch in stream:
        for record in batch:
            row += 1
            values = [(str(prop), str(value)) for prop, value in record["values"]]
            if record.get("programme") and record["kind"] == "person":
                values.append(("topics", "sanction"))
            yield SaidThing(
                key=str(record["key"]) or f"un-{row}",
                kind=str(record["kind"]),
                values=values,
                row=row,
                source=" ".join(part for part in ("UN", str(record.get("programme", ""))) if part),
                said_on=str(record.get("listed", "")),
            )


def rows_of_workbook(path: Path) -> Iterator[tuple[int, list[str]]] | None:
    """The rows of a workbook's first sheet; nothing for a file that is none."""
    if _start_of(path)[:4] != _ZIP:
        return None
    stream = stream_from_child(
        "tidewaiter.registry.reading.file_child",
        str(path),
        memory=most("sheet_memory_bytes"),
        seconds=seconds_for(path),
    )
    next(stream, None)
    return ((int(number), list(map(str, cells))) for batch in stream for number, cells in batch)
