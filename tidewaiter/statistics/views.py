"""Figures by one or two dimensions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tidewaiter.cases.shown import word
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.queries import forms_in_use
from tidewaiter.foundation.doors import actor_of
from tidewaiter.statistics.queries import DIMENSIONS, MEASURES, compute

_LISTS = {"commodity": "commodity", "country": "country", "administration": "country", "region": "rilo_region", "mode": "mode", "detection": "detection_method",
          "direction": "direction", "location_type": "location_type", "concealment": "concealment_method", "departure": "country", "origin": "country",
          "destination": "country"}  # fmt: skip
_TITLES = {
    "commodity": _("Commodity"), "subtype": _("Goods"), "year": _("Year"), "month": _("Month"), "country": _("Country"), "administration": _("Administration"),
    "region": _("Region"), "mode": _("Mode of transport"), "detection": _("Why selected"), "direction": _("Direction"), "location_type": _("Type of location"),
    "concealment": _("How concealed"), "departure": _("Departure"), "origin": _("Origin"), "destination": _("Destination"), "status": _("State"),
}  # fmt: skip
_MEASURES = {"cases": _("Cases"), "seizures": _("Seizures"), "quantity": _("Quantity"), "value": _("Value")}
_FIRST = 200


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """A table of validated cases this person may see, with a bar each."""
    first, second = request.GET.get("by", "subtype"), request.GET.get("and", "")
    first = first if first in DIMENSIONS else "subtype"
    second = second if second in DIMENSIONS and second != first else ""
    measure = request.GET.get("measure", "cases")
    measure = measure if measure in MEASURES else "cases"
    by = [first, second] if second else [first]
    found = compute(by=by, measure=measure, actor=actor_of(request))
    lang = get_language() or "en"
    subtypes = {
        code: view.label(lang)
        for form in forms_in_use()
        for code, view in list_view(form.definition.list_of_subtypes).codes.items()
    }
    peaks: dict[Any, float] = {}
    for row in found:
        unit = row["unit"] if measure == "quantity" else row["currency"] if measure == "value" else ""
        peaks[unit] = max(peaks.get(unit, 0.0), float(row[measure] or 0))
    rows = []
    for row in found[:_FIRST]:
        unit = row["unit"] if measure == "quantity" else row["currency"] if measure == "value" else ""
        share = round(100 * float(row[measure] or 0) / peaks[unit], 1) if peaks[unit] else 0
        rows.append({**row, "words": [_word(name, row[name], subtypes, lang) for name in by], "share": str(share)})
    return render(request, "statistics/figures.html", {
        "rows": rows, "heads": [_TITLES[name] for name in by], "dimensions": _TITLES.items(), "measures": _MEASURES.items(), "first": first, "second": second,
        "measure": measure, "left_out": max(0, len(found) - _FIRST),
    })  # fmt: skip


def _word(name: str, value: Any, subtypes: dict[str, str], lang: str) -> str:
    if value in (None, ""):
        return str(_("not reported"))
    if name == "subtype":
        return subtypes.get(str(value), str(value))
    if name == "status":
        return word("status", str(value), lang)
    view = list_view(_LISTS[name]).codes.get(str(value)) if name in _LISTS else None
    return view.label(lang) if view else str(value)
