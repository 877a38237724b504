"""Opening tables for the engines: CSV (packed or not, in any usual encoding), workbooks,
Parquet, a folder of it; our columns as texts.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _
from ibis.common.exceptions import IbisError

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.bulk import in_weighed_batches
from tidewaiter.foundation.disk import disk_full
from tidewaiter.foundation.files.reading import open_text
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.limits import MIB, most
from tidewaiter.foundation.readings.numbers import mark_of, read_number
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sandbox import seconds_for, stream_from_child
from tidewaiter.foundation.scratch import must_fit, scratch
from tidewaiter.intake.mapping.foreign_columns import Asked, proposed
from tidewaiter.intake.mapping.mapping_file import ReaderHints
from tidewaiter.intake.reading.readers import open_source
from tidewaiter.trade.engines import read_parquet, read_texts, scratch_of
from tidewaiter.trade.expressions import Column, Engine, Rows

_parted = re.compile(r"[,;\t|].*[,;\t|]")
_again = re.compile(r"_\d{1,3}$")
_LONGEST_HEADS = 64 * 1024
"""Signs at the beginning of a text in which its heads stand."""
_A_TABLE = 3
"""Cells from which a first line is one of heads, and no title."""
_UTF8 = ("utf-8", "utf-8-sig")
BEGINNING = 1024**2
"""Bytes of a text file from which its heads and first rows are shown."""
TEXT_MEMORY, PARQUET_MEMORY, HEADS_MEMORY = 192 * MIB, 640 * MIB, 1024 * MIB


def opened(
    connection: Engine, path: Path, asked: Sequence[Asked], mapping: dict[str, str] | None
) -> tuple[Any, dict[str, str]]:
    """The table of a file with the asked columns as texts (null where the file has none); which of its columns was
    taken for what. Raises `BadInput` for a file that cannot be read, or that lacks what is needed.
    """
    raw = raw_table(connection, path)
    heads = list(raw.columns)
    chosen = {name: head for name, head in (mapping or {}).items() if head}
    if unknown := [head for head in chosen.values() if head not in heads]:
        raise BadInput("mapping", _("The file has no column «%(head)s».") % {"head": unknown[0][:80]})
    free = [head for head in heads if head not in chosen.values()]
    found = proposed(free, [one for one in asked if one.name not in chosen]) | chosen
    if missing := [one.name for one in asked if one.needed and one.name not in found]:
        raise BadInput(
            "missing_column",
            _("The file has no column for: %(names)s. Say which column it is; it has: %(heads)s.")
            % {"names": ", ".join(missing), "heads": ", ".join(heads)[:400]},
        )
    columns = {one.name: _cells(raw[found[one.name]]) if one.name in found else ibis.null("string") for one in asked}
    return raw.select(**columns), found


def _cells(column: Column) -> Column:
    return column.strip() if column.type().is_string() else column.cast("string")


def raw_table(connection: Engine, path: Path) -> Rows:
    """The table of a file as it is, all cells of a CSV file or a workbook as texts. Raises `BadInput`."""
    if not path.exists():
        raise BadInput("no_file", _("%(name)s is not there.") % {"name": path.name})
    if path.is_file() and not path.stat().st_size:
        raise BadInput("no_rows", _("%(name)s is empty.") % {"name": path.name})
    with readable(path):
        if path.is_file() and path.suffix == ".parquet":
            seen_parquet(path)
        if path.is_dir() or path.suffix == ".parquet":
            return read_parquet(connection, path)
        if path.suffix == ".xlsx":
            return read_parquet(connection, _sheet(path, _own(connection) / f"{path.stem}.sheet.parquet"))
        text = _in_utf8(connection, path)
        return _of_one_length(_of_other_heads(_of_first_heads(read_texts(connection, text), text), text), path)


def _of_first_heads(table: Any, text: Path) -> Any:
    """The table, unless the engine took a row with more cells for its heads and left out what stands above it: in a
    small file one longer row is enough. Raises `BadInput`, which names the line.
    """
    heads = list(table.columns)
    if text.suffix == ".gz" or len(heads) < _A_TABLE:
        return table
    with text.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        beginning = file.read(_LONGEST_HEADS)
    first = beginning.partition("\n")[0]
    mark = max(",;\t|", key=first.count)
    lines = csv.reader(io.StringIO(beginning), delimiter=mark)
    with suppress(csv.Error):
        named = [cell.strip() for cell in next(lines, [])]
        if sum(map(bool, named)) < _A_TABLE or len(named) >= len(heads) or named[0] == heads[0].strip():
            return table
        for cells in lines:
            if len(cells) == len(heads) and cells[0].strip() == heads[0].strip():
                words = _("Line %(line)s has %(cells)s cells, the heads are %(heads)s. Is a separator inside a text?")
                raise BadInput("ragged", words % {"line": lines.line_num, "cells": len(cells), "heads": len(named)})
    return table


def _of_other_heads(table: Rows, text: Path) -> Rows:
    """The table, unless two of its columns bear one head: the engine calls the second one «head_1», and which of them
    is meant nobody can tell. Raises `BadInput`.
    """
    heads = list(table.columns)
    bases = {head: head.rsplit("_", 1)[0] for head in heads if _again.search(head)}
    if suspects := [head for head, base in bases.items() if base.lower() in {one.lower() for one in heads}]:
        with text.open(encoding="utf-8-sig", errors="replace") as file:
            beginning = file.read(_LONGEST_HEADS).lower()
        for head in suspects:
            if head.lower() not in beginning:
                raise BadInput(
                    "column_twice", _("Two columns hold «%(twice)s». Keep one.") % {"twice": bases[head][:80]}
                )
    return table


def _of_one_length(table: Rows, path: Path) -> Rows:
    """The table, unless its lines are so different that an engine takes each of
    them for one cell. Raises `BadInput`.
    """
    if len(table.columns) == 1 and _parted.search(table.columns[0]):
        words = _(
            "%(name)s: its lines do not all have as many cells as its heads. Take out titles, notes and totals above"
            " and below the table, and put texts that hold a separator into quotation marks."
        )
        raise BadInput("ragged", words % {"name": path.name})
    return table


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Around what reads a file, which engines do as late as they can: what they say of it becomes
    `BadInput` (it names the place in the file).
    """
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise  # no fault of the file: `engines.fitting` says what to do
    except (duckdb.Error, IbisError, pa.ArrowInvalid, OSError, UnicodeError) as error:
        if full := disk_full(error):
            raise full from error
        raise BadInput(
            "unreadable",
            _("%(name)s cannot be read as a table: %(why)s")
            % {"name": path.name, "why": str(error).split("\n")[0][:300]},
        ) from error


def state_of(path: Path) -> list[tuple[str, int, int]]:
    """(name, bytes, last written) of a file, or of all Parquet files of a folder: what has changed when
    this has; nothing where none is there.
    """
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path] if path.exists() else []
    return [(str(one), one.stat().st_size, one.stat().st_mtime_ns) for one in files]


def vintage_of(path: Path) -> dict[str, str]:
    """`{"file": the day on which the file was last written, "encoding": what it is in where that is not UTF-8, as
    guessed}`.
    """
    latest = max((written for _name, _size, written in state_of(path)), default=0) / 1e9
    text = path.is_file() and path.suffix not in (".parquet", ".xlsx")
    encoding = _encoding(path, path.stat().st_mtime_ns) if text else ""
    return {
        "file": datetime.fromtimestamp(latest, UTC).date().isoformat(),
        "encoding": "" if encoding in _UTF8 else encoding,
    }


@lru_cache(maxsize=16)
def _encoding(path: Path, _written: int) -> str:
    """The encoding of a CSV file, which has been read through once: it is within the limits of lines,
    bytes and columns. Raises `OverLimit`.
    """
    return str(_told(path, {})["encoding"])


def _told(path: Path, hints: JsonObject, disk: int = MIB) -> JsonObject:
    """What the child says that reads a CSV file, and writes it in UTF-8 where so asked."""
    child, seconds = "tidewaiter.foundation.files.text_child", seconds_for(path)
    [said] = list(
        stream_from_child(child, str(path), json.dumps(hints), memory=TEXT_MEMORY, seconds=seconds, disk=disk)
    )
    return dict(said)


def beginning_of(path: Path, folder: Path) -> Path:
    """The first lines of a CSV file in UTF-8, as a small file in `folder`."""
    to = folder / "beginning.csv"
    _told(path, {"to": str(to), "first": BEGINNING}, 4 * BEGINNING)
    return to


def first_of_text(path: Path, first: int) -> tuple[list[str], list[list[str]]]:
    """The heads of a CSV file and its first rows, read from its beginning alone: a child hands on a part of it, and
    another reads that as the engine of the analyses will. Raises `BadInput`, `OverLimit`.
    """
    if not path.exists():
        raise BadInput("no_file", _("%(name)s is not there.") % {"name": path.name})
    with scratch() as folder:
        part = beginning_of(path, folder)
        asked = ("tidewaiter.foundation.files.table_child", str(part), str(first), path.name)
        [said] = list(stream_from_child(*asked, memory=HEADS_MEMORY, seconds=seconds_for(part)))
    return list(said["heads"]), [list(row) for row in said["first"]]


def _own(connection: Engine) -> Path:
    """The folder that an engine was given to put things into; made on first use."""
    own = scratch_of(connection)
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    return own


def _in_utf8(connection: Engine, path: Path) -> Path:
    """The file, or where it is in another encoding a copy in UTF-8 in the engine's folder: written by a child bit by
    bit, within the limit of what may be unpacked to disk. Raises `OverLimit`.
    """
    encoding = _encoding(path, path.stat().st_mtime_ns)
    if encoding in _UTF8:
        return path
    must_fit(min(most("scratch_bytes"), 3 * path.stat().st_size * (most("file_ratio") if path.suffix == ".gz" else 1)))
    copy = _own(connection) / f"{path.name.split('.')[0]}.utf8.csv"
    try:
        _told(path, {"to": str(copy), "encoding": encoding}, most("scratch_bytes"))
    except BadInput:
        copy.unlink(missing_ok=True)
        raise
    return copy


def checked(path: Path) -> None:
    """Looks through a file, in a child: a text and a Parquet file wholly, a workbook's first row. Raises `BadInput`."""
    if path.suffix == ".parquet":
        seen_parquet(path, weighed=True)
    elif path.suffix == ".xlsx":
        first_of_sheet(path, 1)
    else:
        _encoding(path, path.stat().st_mtime_ns)


def seen_parquet(path: Path, first: int = 0, *, weighed: bool = False) -> JsonObject:
    """`{"heads", "rows", "first"}` of a Parquet file, whose footer is within the limits; `weighed`, so
    are all its cells as they are when they are unpacked (a word that is said once may stand in every
    row). Raises `BadInput`, `OverLimit`.
    """
    child = "tidewaiter.foundation.files.parquet_child"
    asked = (str(path), str(first), "weighed" if weighed else "")
    [said] = list(stream_from_child(child, *asked, memory=PARQUET_MEMORY, seconds=seconds_for(path)))
    return dict(said)


def _sheet(path: Path, to: Path) -> Path:
    """The first sheet of a workbook, whose first filled row holds the heads, as a Parquet file of texts:
    written some thousand rows at a time.
    """
    with open_source(path, ReaderHints()) as source:
        if source.kind != "xlsx":
            raise BadInput("unreadable", _("%(name)s is no workbook.") % {"name": path.name})
        heads = [cell.strip() for cell in next(source.rows, (0, []))[1]]
        _alone(path, heads, source.other_sheets)
        places = {head: at for at, head in enumerate(heads) if head}
        schema = pa.schema([(head, pa.string()) for head in places])
        rows = 0
        with pq.ParquetWriter(to, schema, compression="zstd") as out:
            for some in in_weighed_batches(source.rows, 10_000, 8 * MIB, lambda row: sum(map(len, row[1]))):
                rows += len(some)
                columns = [[cells[at] if at < len(cells) else "" for _number, cells in some] for at in places.values()]
                out.write_table(pa.table([pa.array(column, pa.string()) for column in columns], schema=schema))
        if not rows:
            raise BadInput("no_rows", _("%(name)s is empty.") % {"name": path.name})
        return to


def _alone(path: Path, heads: list[str], others: Sequence[str]) -> None:
    """Raises `BadInput` where another sheet has the same heads: its rows would be left out unseen."""
    for name in others:
        with open_source(path, ReaderHints(sheet=name), first=1) as source:
            if [cell.strip() for cell in next(source.rows, (0, []))[1]] == heads:
                words = _(
                    "%(name)s has several sheets with the same heads, «%(sheet)s» too. Put their rows into one sheet,"
                    " or bring each as a file of its own."
                )
                raise BadInput("several_sheets", words % {"name": path.name, "sheet": name[:80]})


def first_of_sheet(path: Path, first: int) -> tuple[list[str], list[list[str]]]:
    """The heads of a workbook's first sheet, and its first rows. Raises `BadInput`."""
    with open_source(path, ReaderHints(), first=first + 1) as source:
        rows = [cells for _number, cells in source.rows]
    if len(rows) < 2:
        raise BadInput("no_rows", _("%(name)s is empty.") % {"name": path.name})
    places = {cell.strip(): at for at, cell in enumerate(rows[0]) if cell.strip()}
    return list(places), [[cells[at] if at < len(cells) else "" for at in places.values()] for cells in rows[1:]]


def small_table(path: Path) -> list[dict[str, str]]:
    """The rows of a small CSV file by their heads. Raises `BadInput`, `OverLimit` for a large one."""
    if path.exists() and path.stat().st_size > most("side_table_bytes"):
        raise over("side_table_bytes", _("%(name)s is larger.") % {"name": path.name[:80]})
    if not path.exists():
        raise BadInput("unreadable", _("%(name)s cannot be read.") % {"name": path.name})
    text = open_text(path, delimiter=",", as_rows=True, unpacked="side_table_bytes")
    heads = next(text.rows, (0, []))[1]
    return [{head: cells[at] if at < len(cells) else "" for at, head in enumerate(heads)} for _n, cells in text.rows]


def rows_of_table(name: str, heads: tuple[str, ...], numbers: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a small CSV table that says all of `heads`; those in `numbers` as plain decimals with all their
    digits, read by the one reader of numbers. Raises `BadInput` for what is no finite number, or may be two.
    """
    rows = small_table(Path(name))
    if not rows or any(head not in rows[0] for head in heads):
        raise BadInput(
            "missing_column",
            _("%(name)s needs the columns %(heads)s.") % {"name": Path(name).name, "heads": ", ".join(heads)},
        )
    for head in numbers:
        mark = mark_of(row[head] for row in rows)
        if mark == "?":
            words = _("«%(head)s» writes its decimals by points and by commas: mend the file.")
            raise BadInput("number", words % {"head": head})
        for number, row in enumerate(rows, 2):
            read = read_number(row[head], mark)
            if read.value is None:
                words = _("Line %(line)s: «%(text)s» is not a number.")
                if read.several:
                    words = _("Line %(line)s: «%(text)s» may be two numbers. Write it with a point.")
                raise BadInput("number", words % {"line": number, "text": row[head][:40]})
            row[head] = format(read.value, "f")
    return rows
