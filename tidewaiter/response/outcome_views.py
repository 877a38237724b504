"""Pages of the outcome: money by hours, scheme and country, and the same as a report for management."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tidewaiter.drawing.printing import pdf_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.tables import csv_answer
from tidewaiter.people.called import office_called
from tidewaiter.response.curves import curves_of
from tidewaiter.response.letters.text import plain
from tidewaiter.response.outcomes import SPLITS, minutes_taken, outcome_rows
from tidewaiter.response.payments.schemes import scheme_names
from tidewaiter.response.views import of_the_room
from tidewaiter.response.words import PAPER_LANGUAGES

YEAR = timedelta(days=365)
_SUMS = ("lost", "frozen", "returned")


@require_GET
def outcome(request: HttpRequest) -> HttpResponseBase:
    """Money lost, frozen and returned, `?split=hours|scheme|country`: a page, or `?format=csv`."""
    by = of_the_room(request)
    until = now()
    split = request.GET.get("split", "hours")
    rows = outcome_rows(by, until - YEAR, until, split=split)
    if request.GET.get("format") == "csv":
        heads = ("currency", split, "alarms", "lost", "frozen_or_returned", "returned")
        lines = [(row["currency"], row["within"], row["alarms"], *(plain(row[name]) for name in _SUMS)) for row in rows]
        return csv_answer("response-outcome", heads, lines)
    shown = {
        "rows": rows,
        "split": split,
        "splits": SPLITS,
        "schemes": scheme_names(),
        "since": until - YEAR,
        "until": until,
        "curves": curves_of(rows) if split == "hours" else [],
        "minutes": minutes_taken(by, until - YEAR, until),
        "paper_languages": PAPER_LANGUAGES,
    }
    return render(request, "response/outcome.html", shown)


@require_GET
def outcome_report(request: HttpRequest) -> HttpResponse:
    """The report for management as PDF (`?lang=`): how long it took, what was lost and came back, without a name."""
    by = of_the_room(request)
    language = request.GET.get("lang", "") or get_language() or "en"
    if language not in PAPER_LANGUAGES:
        raise BadInput("lang", _("The paper can be had in %(all)s.") % {"all": ", ".join(PAPER_LANGUAGES)})
    content = pdf_of(report_html(by, language))[0]
    return attached(HttpResponse(content, content_type="application/pdf"), f"response-{now():%Y-%m-%d}.pdf")


def report_html(by: Actor, language: str) -> str:
    """The report as HTML, in the reader's language."""
    until = now()
    with translation.override(language):
        by_split = {split: outcome_rows(by, until - YEAR, until, split=split) for split in SPLITS}
        shown: dict[str, Any] = {
            "tables": list(by_split.items()),
            "curves": curves_of(by_split["hours"]),
            "minutes": minutes_taken(by, until - YEAR, until),
            "schemes": scheme_names(),
            "office": office_called(by.administration_code),
            "since": until - YEAR,
            "until": until,
            "lang": language,
        }
        return render_to_string("response/outcome_print.html", shown)
