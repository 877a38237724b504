"""Results as files: a stage that is kept, a table of rows, a folder with summaries and the report."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import ibis
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.tables import workbook_of_rows
from tidewaiter.foundation.text import neutral

KINDS = (".parquet", ".csv", ".xlsx")
MOST_SHEET = 1_000_000
"""Rows that a sheet of a workbook takes."""


def stage_kept(expression: Any, path: Path) -> None:
    """Writes a stage as Parquet, whole or not at all: a file, or on Spark a folder of parts."""
    part = path.with_name(f"{path.name}.part")
    for left in (part, path):
        if left.is_dir():
            shutil.rmtree(left)
    _to_parquet(expression, part)
    part.replace(path)


def _to_parquet(expression: Any, path: Path) -> None:
    # amounts have no dictionary worth looking for: DuckDB gives up the search sooner
    options = {"dictionary_size_limit": 10_000} if expression.get_backend().name == "duckdb" else {}
    expression.to_parquet(str(path), **options)


def checked_output(out: Path) -> None:
    """Raises `BadInput` for another kind of file, before any work is done."""
    if out.suffix and out.suffix not in KINDS:
        raise BadInput("output", _("Give a file that ends in %(kinds)s, or a folder.") % {"kinds": ", ".join(KINDS)})


def write_table(
    table: Any, name: str, out: Path, summaries: dict[str, list[dict[str, Any]]], report: dict[str, Any]
) -> None:
    """Writes an ordered table to a file, its texts neutral for spreadsheets; or into a folder as `NAME.parquet`, with summaries as CSV and
    the report as JSON. Raises `BadInput` for another kind of file.
    """
    checked_output(out)
    if not out.suffix:
        out.mkdir(parents=True, exist_ok=True)
        _to_parquet(table, out / f"{name}.parquet")
        for of, lines in summaries.items():
            with (out / f"by_{of}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, list(lines[0]) if lines else [of])
                writer.writeheader()
                writer.writerows({key: _neutral(value) for key, value in line.items()} for line in lines)
        (out / "report.json").write_text(json.dumps(report, indent=1))
    elif out.suffix == ".parquet":
        _to_parquet(table, out)
    elif out.suffix == ".csv":
        texts = [column for column, kind in table.schema().items() if kind.is_string()]
        table.mutate(**{column: _safe(table[column]) for column in texts}).to_csv(str(out))
    else:
        lines = table.limit(MOST_SHEET).to_pyarrow().to_pylist()
        out.write_bytes(
            workbook_of_rows(list(table.columns), [[_neutral(value) for value in line.values()] for line in lines])
        )


def _neutral(value: Any) -> Any:
    return neutral(value) if isinstance(value, str) else value


def _safe(text: Any) -> Any:
    """A text that a spreadsheet takes for no formula (as `foundation.text.neutral`)."""
    risky = text.re_search(r"^[=+\-@\t\r']") & text.try_cast("float64").isnull()
    return ibis.ifelse(risky, ibis.literal("'").concat(text), text)
