"""Results to take away."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import Missing
from tidewaiter.foundation.scratch import scratch
from tidewaiter.foundation.tables import XLSX
from tidewaiter.jobs.actions import Progress
from tidewaiter.notices.documents import Document
from tidewaiter.trade.files.sources import folder_of, run_named
from tidewaiter.trade.files.writing import write_table
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.results import TABLES, for_page, rows_of

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": XLSX,
}


@for_page
def taken(run: TradeRun, kind: str) -> HttpResponseBase:
    """A file of the rows that a run ranks, or what it says as JSON. Raises `Missing` for another kind."""
    if kind == "json" and run.answer:
        return attached(JsonResponse(run.answer, json_dumps_params={"indent": 1}), f"{run.ref}.json")
    if kind not in TYPES:
        raise Missing("missing", _("There is no such page."))
    connection, table = rows_of(run)
    with scratch() as folder:
        path = folder / f"rows.{kind}"
        write_table(connection, table, "rows", path, {}, {}, run.answer.get("about", ""))
        file = path.open("rb")  # what is open stays readable when its name is gone
    return attached(FileResponse(file, content_type=TYPES[kind]), f"{run.ref}.{kind}")


def is_long(run: TradeRun, kind: str) -> bool:
    """Whether the rows of a run are more than are written while somebody waits, by the size of their file."""
    path = folder_of(run) / TABLES.get(run.analysis, "-")
    return kind in TYPES and path.is_file() and path.stat().st_size > most("direct_rows_bytes")


@for_page
def rows_document(asked: JsonObject, by: Actor, path: Path, _progress: Progress) -> Document:
    """Writes the rows of a run of one's administration."""
    run, kind = run_named(asked["run"], by), asked["kind"]
    written = path.with_name(f"rows.{kind}")
    connection, table = rows_of(run)
    write_table(connection, table, "rows", written, {}, {}, run.answer.get("about", ""))
    written.replace(path)
    return Document(f"{run.ref}.{kind}", TYPES[kind])
