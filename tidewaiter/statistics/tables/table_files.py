"""A table as a file of the kind that was asked for: workbook, CSV or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.tables import XLSX, csv_of_rows, workbook_of_rows

KINDS = {
    "xlsx": XLSX,
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
"""The kinds that are written, by suffix, and how each is called on the web."""


def kind_of_file(path: Path) -> str:
    """The kind that a file's suffix asks for. Raises `BadInput` for one that is not written."""
    kind = path.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        raise BadInput(
            "suffix",
            _("«%(suffix)s» is not written here: let the file end in %(names)s.")
            % {"suffix": path.suffix or path.name, "names": ", ".join(f".{name}" for name in KINDS)},
        )
    return kind


def table_file(
    kind: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    top: Sequence[tuple[str, str]] = (),
) -> bytes:
    """The table as bytes; `top` are pairs of title and text that stand above it (in JSON beside `rows`)."""
    if kind == "csv":
        return csv_of_rows(heads, rows, top)
    if kind == "json":
        named = [dict(zip(heads, row, strict=True)) for row in rows]
        return json.dumps({**dict(top), "rows": named}, ensure_ascii=False, indent=1).encode()
    return workbook_of_rows(heads, rows, top)


def table_answer(
    name: str, kind: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], top: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    """`table_file` as a download of that name. Raises `BadInput` for a kind that is not written."""
    kind = kind_of_file(Path(f"{name}.{kind}"))
    return attached(HttpResponse(table_file(kind, heads, rows, top), content_type=KINDS[kind]), f"{name}.{kind}")
