"""Pages of stores: what lies where, how full it is; counts by scanning; and the view of assets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.evidence import actions, policy
from tidewaiter.evidence.assets import asset_rows, asset_sums
from tidewaiter.evidence.handing_views import codes_of
from tidewaiter.evidence.presenters import with_holders
from tidewaiter.evidence.queries import (
    PAGE,
    differences_in,
    exhibits_in,
    filled,
    inventory_named,
    store_named,
    stores_of,
)
from tidewaiter.evidence.views import of_the_room
from tidewaiter.evidence.words import DANGEROUS
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.tables import csv_answer


@require_http_methods(["GET", "POST"])
def stores_page(request: HttpRequest) -> HttpResponse:
    """The stores, how full each is and what it takes; a custodian opens one here."""
    by = of_the_room(request)
    refusal = ""
    if request.method == "POST":
        said: dict[str, Any] = {name: str(value) for name, value in request.POST.items()}
        said["dangerous"] = request.POST.getlist("dangerous")
        try:
            ref = said.get("store", "")
            actions.keep_store(said=said, by=by, store=store_named(by, ref) if ref else None)
            return redirect("evidence_stores")
        except (BadInput, Refusal) as found:
            if isinstance(found, Missing):
                raise
            refusal = found.sentence
    stores = stores_of(by)
    there = filled(stores)
    shown = {
        "stores": [(one, there.get(one.ref, 0)) for one in stores],
        "keeps": policy.keeps(by),
        "dangerous": DANGEROUS,
        "typed": request.POST,
        "refusal": refusal,
    }
    return render(request, "evidence/stores.html", shown, status=400 if refusal else 200)


@require_http_methods(["GET", "POST"])
def store_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What lies in a store; a custodian begins to count it here."""
    by = of_the_room(request)
    store = store_named(by, ref)
    if request.method == "POST":
        made = actions.begin_inventory(store=store, by=by)
        return redirect("evidence_inventory", ref=made.ref)
    rows = exhibits_in("store", by, store=store, before=request.GET.get("before", ""), most=PAGE + 1)
    shown = {
        "store": store,
        "rows": with_holders(rows[:PAGE]),
        "more": rows[PAGE - 1].ref if len(rows) > PAGE else "",
        "there": filled([store]).get(store.ref, 0),
        "counts": list(store.inventories.order_by("-begun_at")[:10]),
        "keeps": policy.keeps(by),
    }
    return render(request, "evidence/store.html", shown)


@require_http_methods(["GET", "POST"])
def inventory_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A count: the scan field, and the differences as they stand."""
    by = of_the_room(request)
    inventory = inventory_named(by, ref)
    refusal = ""
    if request.method == "POST":
        try:
            actions.scan_into(inventory=inventory, codes=codes_of(request), by=by)
            return redirect("evidence_inventory", ref=ref)
        except (BadInput, Refusal) as found:
            refusal = found.sentence
    shown = {
        "inventory": inventory,
        "found": differences_in(inventory, by),
        "counting": inventory.state == "counting" and policy.keeps(by),
        "refusal": refusal,
    }
    return render(request, "evidence/inventory.html", shown, status=400 if refusal else 200)


@require_POST
def inventory_ended(request: HttpRequest, ref: str) -> HttpResponse:
    """Ends a count; what was not found is missing from now on."""
    by = of_the_room(request)
    made = actions.end_inventory(inventory=inventory_named(by, ref), by=by)
    sentence = _("Counted: %(found)s found, %(missing)s missing, %(surplus)s not expected.")
    messages.info(request, sentence % {"found": made.found, "missing": made.missing, "surplus": made.surplus})
    return redirect("evidence_inventory", ref=ref)


@require_GET
def assets_page(request: HttpRequest) -> HttpResponseBase:
    """Money and goods of value: frozen, forfeited, returned, by currency; `?format=csv` takes them away."""
    by = of_the_room(request)
    rows = asset_rows(by)
    if request.GET.get("format") == "csv":
        heads = ("reference", "case", "description", "state", "value", "currency", "since")
        lines = [
            (one.reference, one.case_reference, one.description, one.asset_state, one.value, one.currency, one.since)
            for one in rows
        ]
        return csv_answer("assets", heads, lines)
    return render(request, "evidence/assets.html", {"rows": with_holders(rows), "sums": asset_sums(by)})
