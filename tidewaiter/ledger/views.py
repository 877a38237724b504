"""The ledger for stewards: who did what, narrowed; the state of the chain; the whole of it to take away."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tidewaiter.foundation.actors import stewards_page
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.slots import streamed, take_slot
from tidewaiter.foundation.tables import csv_answer
from tidewaiter.ledger.models import ChainEnd, Head
from tidewaiter.ledger.queries import FILTERS, narrowed

PAGE = 100
TABLE_ROWS = 200_000
TABLE = ("seq", "at", "by", "deed", "ref", "version", "detail")


@require_GET
def ledger(request: HttpRequest) -> HttpResponseBase:
    """The newest entries that fit, a page at a time; or all of them as CSV."""
    by = actor_of(request)
    stewards_page(by)
    wanted = {name: request.GET.get(name, "").strip() for name in FILTERS}
    found = narrowed(**wanted)
    if request.GET.get("format") == "csv":
        entries = found.order_by("-seq")[:TABLE_ROWS].values_list(*TABLE)
        return csv_answer("ledger", TABLE, streamed(take_slot(by.username), entries.iterator(chunk_size=5000)))
    before = whole(request.GET.get("before", ""))
    if before is not None:
        found = found.filter(seq__lt=before)
    rows = list(found.order_by("-seq")[: PAGE + 1])
    query = request.GET.copy()
    if len(rows) > PAGE:
        query["before"] = str(rows[PAGE - 1].seq)
    shown = {
        "rows": [{"entry": row, "detail": json.loads(row.detail) if row.detail else {}} for row in rows[:PAGE]],
        "more": query.urlencode() if len(rows) > PAGE else "",
        "wanted": wanted,
        "end": ChainEnd.objects.first(),
        "head": Head.objects.order_by("-seq").first(),
        "narrow": any(wanted.values()),
        "table": "&".join(["format=csv", request.GET.urlencode()]),
    }
    return render(request, "ledger/ledger.html", shown)
