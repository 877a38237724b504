"""Opening tables for the engines: CSV (packed or not, in any usual encoding), workbooks, Parquet, a folder of it; our columns as texts."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, cast

import duckdb
import ibis
import pyarrow as pa
from django.utils.translation import gettext as _
from ibis.common.exceptions import IbisError

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.encodings import encoding_of
from tidewaiter.intake.foreign import Asked, proposed
from tidewaiter.intake.mapping import ReaderHints
from tidewaiter.intake.readers import open_source
from tidewaiter.trade.engines import numbered, read_parquet, read_texts, scratch_of

_UTF8 = ("utf-8", "utf-8-sig")
LOOKED_AT = 64 * 1024**2
"""Bytes by which the encoding of a file is told."""


def opened(
    connection: Any,
    path: Path,
    asked: Sequence[Asked],
    mapping: dict[str, str] | None,
    *,
    also: Sequence[Sequence[str]] = (),
    typed: Collection[str] = (),
    with_row: bool = False,
) -> tuple[Any, dict[str, str]]:
    """The table of a file with the asked columns as texts (null where the file has none), `with_row` the number of the row as `row`;
    which of its columns was taken for what. Those in `typed` stay numbers or days where the file knows them as such.

    A file whose heads hold all of one of `also` is given as it is, with these names. Raises `BadInput` for a file that cannot be read,
    or that lacks what is needed.
    """
    raw = raw_table(connection, path)
    heads = list(raw.columns)
    if with_row:
        raw = numbered(connection, path, raw)
    for layout in also:
        if set(layout) <= set(heads) and not mapping:
            return raw.select(**{head: raw[head].cast("string").strip() for head in heads}), {
                name: name for name in layout
            }
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
    columns = {
        one.name: _cells(raw[found[one.name]], one.name in typed) if one.name in found else ibis.null("string")
        for one in asked
    }
    return raw.select(*(["row"] if with_row else []), **columns), found


def _cells(column: Any, typed: bool) -> Any:
    kind = column.type()
    if kind.is_string():
        return column.strip()
    return column if typed and (kind.is_numeric() or kind.is_temporal()) else column.cast("string")


def number(column: Any) -> Any:
    """A column of numbers, or of texts that say numbers (thousands apart by spaces or apostrophes): null where one does not."""
    if column.type().is_numeric():
        return column.cast("float64")
    return column.replace(" ", "").replace("'", "").try_cast("float64")


def raw_table(connection: Any, path: Path) -> Any:
    """The table of a file as it is, all cells of a CSV file or a workbook as texts. Raises `BadInput`."""
    if not path.exists():
        raise BadInput("no_file", _("%(name)s is not there.") % {"name": path.name})
    if path.is_file() and not path.stat().st_size:
        raise BadInput("no_rows", _("%(name)s is empty.") % {"name": path.name})
    with readable(path):
        if path.is_dir() or path.suffix == ".parquet":
            return read_parquet(connection, path)
        if path.suffix == ".xlsx":
            return ibis.memtable(_sheet(path))
        return read_texts(connection, _in_utf8(connection, path))


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Around what reads a file, which engines do as late as they can: what they say of it becomes `BadInput` (it names the place in the file)."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise  # no fault of the file: `engines.fitting` says what to do
    except (duckdb.Error, IbisError, pa.ArrowInvalid, OSError, UnicodeError) as error:
        raise BadInput("unreadable", _("%(name)s cannot be read as a table: %(why)s") % {"name": path.name, "why": str(error).split("\n")[0][:300]}) from error  # fmt: skip


def state_of(path: Path) -> list[tuple[str, int, int]]:
    """(name, bytes, last written) of a file, or of all Parquet files of a folder: what has changed when this has; nothing where none is there."""
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path] if path.exists() else []
    return [(str(one), one.stat().st_size, one.stat().st_mtime_ns) for one in files]


def vintage_of(path: Path) -> dict[str, str]:
    """`{"file": the day on which the file was last written, "encoding": what it is in where that is not UTF-8, as guessed}`."""
    latest = max((written for _name, _size, written in state_of(path)), default=0) / 1e9
    text = path.is_file() and path.suffix not in (".parquet", ".xlsx")
    encoding = _encoding(path, path.stat().st_mtime_ns) if text else ""
    return {"file": datetime.fromtimestamp(latest, UTC).date().isoformat(), "encoding": "" if encoding in _UTF8 else encoding}  # fmt: skip


def _unpacked(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path, "rb")) if packed else path.open("rb")


@lru_cache(maxsize=16)
def _encoding(path: Path, _written: int) -> str:
    def beginning() -> IO[bytes]:
        with _unpacked(path) as file:
            start = file.read(LOOKED_AT)
        return io.BytesIO(start[: start.rfind(b"\n") + 1] or start)

    return encoding_of(beginning)[0]


def _in_utf8(connection: Any, path: Path) -> Path:
    """The file, or where it begins in another encoding a copy in UTF-8 that lies in the engine's folder."""
    encoding = _encoding(path, path.stat().st_mtime_ns)
    if encoding in _UTF8:
        return path
    copy = scratch_of(connection) / f"{path.name.split('.')[0]}.utf8.csv"
    with (
        _unpacked(path) as raw,
        io.TextIOWrapper(raw, encoding, newline="") as text,
        copy.open("w", encoding="utf-8", newline="") as out,
    ):
        shutil.copyfileobj(text, out, 1 << 20)
    return copy


def _sheet(path: Path) -> pa.Table:
    """The first sheet of a workbook whose first filled row holds the heads."""
    source = open_source(path, ReaderHints())
    if source.kind != "xlsx":
        raise BadInput("unreadable", _("%(name)s is no workbook.") % {"name": path.name})
    heads: list[str] = []
    columns: list[list[str]] = []
    for _number, cells in source.rows:
        if not heads:
            heads = [cell.strip() for cell in cells]
            columns = [[] for _head in heads]
        else:
            for at, column in enumerate(columns):
                column.append(cells[at] if at < len(cells) else "")
    named = {head: column for head, column in zip(heads, columns, strict=True) if head}
    if not named or not columns[0]:
        raise BadInput("no_rows", _("%(name)s is empty.") % {"name": path.name})
    return pa.table({head: pa.array(column, type=pa.string()) for head, column in named.items()})


def rows_of_table(name: str, heads: tuple[str, ...], numbers: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a small CSV table that says all of `heads`, those in `numbers` as numbers. Raises `BadInput`."""
    try:
        with Path(name).open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeError, csv.Error) as error:
        raise BadInput("unreadable", _("%(name)s cannot be read.") % {"name": Path(name).name}) from error
    if not rows or any(head not in rows[0] for head in heads):
        raise BadInput("missing_column", _("%(name)s needs the columns %(heads)s.") % {"name": Path(name).name, "heads": ", ".join(heads)})  # fmt: skip
    for number, row in enumerate(rows, 2):
        for head in numbers:
            try:
                float(row[head])
            except (TypeError, ValueError) as error:
                raise BadInput("number", _("Line %(line)s: «%(text)s» is not a number.") % {"line": number, "text": str(row[head])[:40]}) from error  # fmt: skip
    return rows
