"""The ledger for stewards: who did what, narrowed; the state of the chain; the whole of it to take away."""

from __future__ import annotations

import json
import tempfile

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.actors import stewards_page
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.tables import csv_answer
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.export import write_zip
from tidewaiter.ledger.models import ChainEnd, Head
from tidewaiter.ledger.queries import FILTERS, narrowed, verify

PAGE = 100
TABLE_ROWS = 200_000
TABLE = ("seq", "at", "by", "deed", "ref", "version", "detail")


@require_GET
def ledger(request: HttpRequest) -> HttpResponseBase:
    """The newest entries that fit, a page at a time; or all of them as CSV."""
    stewards_page(actor_of(request))
    wanted = {name: request.GET.get(name, "").strip() for name in FILTERS}
    found = narrowed(**wanted)
    if request.GET.get("format") == "csv":
        entries = found.order_by("-seq")[:TABLE_ROWS].values_list(*TABLE)
        return csv_answer("ledger", TABLE, entries.iterator(chunk_size=5000))
    before = request.GET.get("before", "")
    if before.isdigit() and len(before) < 19:
        found = found.filter(seq__lt=int(before))
    rows = list(found.order_by("-seq")[: PAGE + 1])
    query = request.GET.copy()
    if len(rows) > PAGE:
        query["before"] = str(rows[PAGE - 1].seq)
    shown = {
        "rows": [{"entry": row, "detail": json.loads(row.detail) if row.detail else {}} for row in rows[:PAGE]],
        "more": query.urlencode() if len(rows) > PAGE else "", "wanted": wanted, "end": ChainEnd.objects.first(),
        "head": Head.objects.order_by("-seq").first(), "narrow": any(wanted.values()),
        "table": "&".join(["format=csv", request.GET.urlencode()]),
    }  # fmt: skip
    return render(request, "ledger/ledger.html", shown)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Recomputes the whole chain now and says what holds."""
    stewards_page(actor_of(request))
    return render(request, "ledger/checked.html", {"answer": verify()})


@require_POST
def take_away(request: HttpRequest) -> FileResponse:
    """The whole chain with its heads and the verifier, as a zip; recorded."""
    by = actor_of(request)
    stewards_page(by)
    with transaction.atomic():
        record(by=by, deed="ledger.exported", ref="ledger")
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the answer closes it
    write_zip(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="ledger.zip")
