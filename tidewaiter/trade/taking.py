"""Results to take away."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import FileResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import Missing
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.results import rows_of
from tidewaiter.trade.writing import write_table

TYPES = {
    "csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def taken(run: TradeRun, kind: str) -> HttpResponseBase:
    """A file of the rows that a run ranks, or what it says as JSON. Raises `Missing` for another kind."""
    if kind == "json" and run.answer:
        answer = JsonResponse(run.answer, json_dumps_params={"indent": 1})
        answer["Content-Disposition"] = f'attachment; filename="{run.ref}.json"'
        return answer
    if kind not in TYPES:
        raise Missing("missing", _("There is no such page."))
    table = rows_of(run)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows.{kind}"
        write_table(table, "rows", path, {}, {})
        file = path.open("rb")  # what is open stays readable when its name is gone
    return FileResponse(file, as_attachment=True, filename=f"{run.ref}.{kind}", content_type=TYPES[kind])
