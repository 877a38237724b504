"""Pages that hold seizures against tables of other organisations:
counterfeits by GTRIC, wildlife beside CITES trade.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tidewaiter.drawing import charts
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.parameters import read_number
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.sealed_files import opened
from tidewaiter.foundation.slots import heavy_page
from tidewaiter.foundation.tables import workbook_answer
from tidewaiter.foundation.uploads import forget, held, hold
from tidewaiter.intake.mapping.foreign_columns import NotSaid
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.statistics.comparisons.comparison_display import WILDLIFE_HEADS, amounts, reading, wildlife_rows
from tidewaiter.statistics.comparisons.external_tables import KINDS, bring_table, brought_named, forget_table
from tidewaiter.statistics.comparisons.gtric import BY, Found, Propensity, gtric
from tidewaiter.statistics.comparisons.wildlife_trade import compared
from tidewaiter.statistics.dashboard.scope import Scope
from tidewaiter.statistics.labels import value_word
from tidewaiter.statistics.models import BroughtTable
from tidewaiter.statistics.policy import reads_reports, writes_reports
from tidewaiter.statistics.presenters import frame_of, period_words
from tidewaiter.statistics.views import scope_of
from tidewaiter.vault.storage import must_fit

SHOWN = 60


def _reader(request: HttpRequest) -> Actor:
    by = actor_of(request)
    if not reads_reports(by):
        raise Missing("missing", _("There is no such page."))
    return by


def _frame(request: HttpRequest, by: Actor, kind: str) -> dict[str, Any]:
    tables = list(BroughtTable.objects.filter(kind=kind).order_by("-brought_at")[:50])
    return frame_of(scope_of(request), get_language() or "en") | {
        "tables": tables,
        "kind": kind,
        "kind_title": KINDS[kind].title,
        "writes": writes_reports(by),
        "asked": KINDS[kind].asked,
    }


@require_safe
def propensity(request: HttpRequest) -> HttpResponse:
    """GTRIC of a period: products and provenances, what they rest on, a ceiling where a
    fixed point is given; as a workbook too.
    """
    by, lang, scope = _reader(request), get_language() or "en", scope_of(request)
    shown = _frame(request, by, "imports")
    count = request.GET.get("count", BY[0])
    shown |= {"count": count, "fixed": request.GET.get("fixed", "")}
    if not shown["tables"]:
        return render(request, "statistics/propensity.html", shown)
    table = brought_named(by, "imports", request.GET.get("table", ""))
    shown["table"] = table
    try:
        found = gtric(scope, by, table, by=count, fixed_point=_share(request.GET.get("fixed", "")))
    except BadInput as refusal:
        return render(request, "statistics/propensity.html", shown | {"refusal": refusal.sentence})
    if request.GET.get("format") == "xlsx":
        with heavy_page(by.username):
            return _propensity_workbook(scope, found, lang)
    shown |= {
        "found": found,
        "products": [_ranked(one, "hs", lang) for one in found.products[:SHOWN]],
        "economies": [value_word("country", one, lang) for one in found.economies],
        "provenances": [_ranked(one, "country", lang) for one in found.provenances[:SHOWN]],
    }
    return render(request, "statistics/propensity.html", shown)


def _share(text: str) -> float | None:
    """«5» or «5 %» as 0.05; nothing where nothing was said."""
    if not text.strip():
        return None
    try:
        return read_number(text.replace("%", "")) / 100
    except BadInput as error:
        raise BadInput("fixed_point", _("The fixed point is a share: more than 0, at most 1.")) from error


def _ranked(one: Propensity, kind: str, lang: str) -> dict[str, Any]:
    return {
        "code": one.key,
        "word": value_word(kind, one.key, lang),
        "row": one,
        "bar": charts.share(int(1000 * one.propensity), 1000),
        "seized": 100 * one.seized,
        "traded": 100 * one.traded,
    }


def _propensity_workbook(scope: Scope, found: Found, lang: str) -> HttpResponse:
    heads = ("Of", "Code", "Name", "Share of seizures", "Share of imports", "Factor", "Propensity")
    rows = [
        [of, one.key, value_word(kind, one.key, lang), one.seized, one.traded, one.factor, one.propensity]
        for of, kind, several in (("product", "hs", found.products), ("provenance", "country", found.provenances))
        for one in several
    ]
    return workbook_answer(f"gtric-{scope.since}-{scope.until}", heads, rows)


@require_safe
def wildlife(request: HttpRequest) -> HttpResponse:
    """Seizures of wildlife by species and route beside the trade that Parties report to CITES; as a workbook too."""
    by, lang, scope = _reader(request), get_language() or "en", scope_of(request)
    shown = _frame(request, by, "cites")
    if not shown["tables"]:
        return render(request, "statistics/wildlife.html", shown)
    table = brought_named(by, "cites", request.GET.get("table", ""))
    found, unsaid = compared(by, table, int(scope.since[:4]), int(scope.until[:4]))
    if request.GET.get("format") == "xlsx":
        with heavy_page(by.username):
            name = f"cites-{scope.since[:4]}-{scope.until[:4]}"
            return workbook_answer(name, WILDLIFE_HEADS, wildlife_rows(found, lang))
    rows = [
        {
            "one": one,
            "route": " → ".join(
                value_word("country", end, lang) if end else "?" for end in (one.departure, one.destination)
            ),
            "seized": amounts(one.seized.items(), lang),
            "reading": reading(one),
            "reported_as": "; ".join(sorted(one.reported_as)) if one.reported_as != {one.species} else "",
            "imported": amounts(((about, both[0]) for about, both in one.on_route.items() if both[0]), lang),
            "exported": amounts(((about, both[1]) for about, both in one.on_route.items() if both[1]), lang),
        }
        for one in found[:SHOWN]
    ]
    shown |= {"table": table, "rows": rows, "number": len(found), "unsaid": unsaid, "years": period_words(scope)}
    return render(request, "statistics/wildlife.html", shown)


@takes_files
@require_POST
def bring(request: HttpRequest, kind: str) -> HttpResponse:
    """Brings a table; where a column is not recognised, a page asks which one it is."""
    by = _reader(request)
    if kind not in KINDS:
        raise Missing("missing", _("There is no such page."))
    back = reverse("propensity" if kind == "imports" else "wildlife")
    if request.POST.get("forget"):
        forget_table(ref=request.POST["forget"], by=by)
        messages.info(request, _("The table is forgotten."))
        return redirect(back)
    upload = request.FILES.get("file")
    if request.POST.get("held"):
        path = held(request.POST["held"])
    elif isinstance(upload, UploadedFile):
        must_fit(by, upload.size or 0)
        path = hold(upload)
    else:
        messages.error(request, _("Choose a file."))
        return redirect(back)
    chosen = {one.name: request.POST.get(f"c.{one.name}", "") for one in KINDS[kind].asked}
    name = request.POST.get("name", "").strip() or (upload.name if isinstance(upload, UploadedFile) else "") or ""
    try:
        with opened(path) as plain:
            made = bring_table(kind=kind, name=name, path=plain, chosen=chosen, by=by)
    except NotSaid as unsaid:
        columns = [(one.name, one.needed, unsaid.found.get(one.name, "")) for one in KINDS[kind].asked]
        shown = {
            "unsaid": unsaid,
            "columns": columns,
            "held": path.name,
            "name": name,
            "kind": kind,
            "back": back,
            "title": KINDS[kind].title,
        }
        return render(request, "statistics/columns.html", shown, status=400)
    except BadInput as refusal:
        forget(path)
        messages.error(request, mask_personal_data(refusal.sentence))
        return redirect(back)
    forget(path)
    messages.info(request, _("%(n)s rows read, %(d)s left out.") % {"n": made.rows, "d": sum(made.dropped.values())})
    return redirect(f"{back}?table={made.ref}")
