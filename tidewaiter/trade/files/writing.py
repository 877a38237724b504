"""Results as files: a stage that is kept, a table of rows, a folder with summaries and the report."""

from __future__ import annotations

import csv
import json
import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
from django.utils.translation import gettext as _

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.tables import workbook_of_rows
from tidewaiter.foundation.text import neutral
from tidewaiter.trade.engines import scratch_of
from tidewaiter.trade.expressions import Column, Engine, Rows

KINDS = (".parquet", ".csv", ".xlsx")
MOST_SHEET = 1_000_000
"""Rows that a sheet of a workbook takes."""


def stage_kept(expression: Rows, path: Path, connection: Engine = None) -> None:
    """Writes a stage as Parquet, whole or not at all: a file, or on Spark a folder of parts.

    Rows of memory belong to no engine: `connection` says which one writes them.
    """
    part = path.with_name(f"{path.name}.part")
    for left in (part, path):
        if left.is_dir():
            shutil.rmtree(left)
    try:
        _to_parquet(connection or expression.get_backend(), expression, part)
        part.replace(path)
    finally:
        if part.is_file():
            part.unlink()


def _to_parquet(connection: Engine, expression: Rows, path: Path) -> None:
    # amounts have no dictionary worth looking for: DuckDB gives up the search sooner
    options = {"dictionary_size_limit": 10_000} if connection.name == "duckdb" else {}
    connection.to_parquet(expression, str(path), **options)


def checked_output(out: Path) -> None:
    """Raises `BadInput` for another kind of file, before any work is done."""
    if out.suffix and out.suffix not in KINDS:
        raise BadInput("output", _("Give a file that ends in %(kinds)s, or a folder.") % {"kinds": ", ".join(KINDS)})


def write_table(
    connection: Engine,
    table: Rows,
    name: str,
    out: Path,
    summaries: dict[str, list[JsonObject]],
    report: JsonObject,
    about: str = "",
) -> None:
    """Writes an ordered table to a file, its texts neutral for spreadsheets; or into a folder as `NAME.parquet`, with
    summaries as CSV and the report as JSON. The engine writes where it may, and the file is moved from there: whole or
    not at all. `about` (the method, what was set, the caveats) stands in the first row's last column: a file says it
    that is alone. Raises `BadInput` for another kind of file.
    """
    checked_output(out)
    if about:
        first = ibis.row_number() == 0
        table = table.mutate(about=ibis.ifelse(first, about, ""))
    if not out.suffix:
        out.mkdir(parents=True, exist_ok=True)
        _moved_in(connection, out / f"{name}.parquet", lambda part: _to_parquet(connection, table, part))
        for of, lines in summaries.items():
            with (out / f"by_{of}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, list(lines[0]) if lines else [of])
                writer.writeheader()
                writer.writerows({key: _neutral(value) for key, value in line.items()} for line in lines)
        (out / "report.json").write_text(json.dumps(report, indent=1))
    elif out.suffix == ".parquet":
        _moved_in(connection, out, lambda part: _to_parquet(connection, table, part))
    elif out.suffix == ".csv":
        texts = [column for column, kind in table.schema().items() if kind.is_string()]
        neutral_texts = table.mutate(**{column: _safe(table[column]) for column in texts})
        _moved_in(connection, out, lambda part: connection.to_csv(neutral_texts, str(part)))
    else:
        lines = connection.to_pyarrow(table.limit(MOST_SHEET)).to_pylist()
        sheet = workbook_of_rows(list(table.columns), [list(line.values()) for line in lines])
        _moved_in(connection, out, lambda part: part.write_bytes(sheet))


def _moved_in(connection: Engine, out: Path, write: Callable[[Path], object]) -> None:
    """What `write` puts into the engine's own folder, moved to where it is wanted when it is whole."""
    own = scratch_of(connection)
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = own / f"{uuid.uuid4().hex}{out.suffix}"
    beside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        write(part)
        shutil.move(part, beside)
        beside.replace(out)
    finally:
        for left in (part, beside):
            if left.is_file():
                left.unlink()


def _neutral(value: Any) -> Any:
    return neutral(value) if isinstance(value, str) else value


def _safe(text: Column) -> Column:
    """A text that a spreadsheet takes for no formula (as `foundation.text.neutral`)."""
    risky = text.re_search(r"^[=+\-@\t\r']") & text.try_cast("float64").isnull()
    return ibis.ifelse(risky, ibis.literal("'").concat(text), text)
