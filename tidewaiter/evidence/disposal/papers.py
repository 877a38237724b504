"""The certificate of a disposal, on paper: order, methods, quantities against custody, witnesses, figures."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from tidewaiter.drawing.printing import pdf_of
from tidewaiter.evidence.disposal.methods import cell
from tidewaiter.evidence.models import Disposal, Party
from tidewaiter.evidence.words import MATERIALS
from tidewaiter.people.called import office_called, person_called


def certificate_of(disposal: Disposal, *, names: bool) -> bytes:
    """As PDF; with names of witnesses, or (for the right holder) without. Raises `BadInput` where it cannot print."""
    return pdf_of(certificate_html(disposal, names=names))[0]


def certificate_html(disposal: Disposal, *, names: bool) -> str:
    """The same as HTML."""
    items = list(disposal.items.select_related("exhibit").order_by("exhibit_id"))
    events = disposal.items.values_list("exhibit__head", flat=True)
    shown = {
        "one": disposal,
        "items": items,
        "methods": [
            (MATERIALS[line["material"]], cell(line["material"], line["method"]).word, line)
            for line in disposal.methods
        ],
        "witnesses": _witnesses(disposal, names=names),
        "administration": office_called(disposal.administration),
        "heads": list(events),
        "lang": get_language() or "en",
    }
    return render_to_string("evidence/certificate_print.html", shown)


def _witnesses(disposal: Disposal, *, names: bool) -> list[dict[str, Any]]:
    parties = Party.objects.in_bulk([one["hand"] for one in disposal.witnesses if one["kind"] == "party"])
    made = []
    for one in disposal.witnesses:
        if one["kind"] == "party":
            party = parties.get(one["hand"])
            name = party.name if names and party else ""
        else:
            name = person_called(one["hand"]) if names else ""
        made.append({"name": name, "organisation": one["organisation"], "kind": one["kind"], "signed": one["signed"]})
    return made
