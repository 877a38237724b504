"""Frozen data sets, and the page on which a report is written between its figures."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tidewaiter.cases.policy import INT
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.parameters import read_whole, read_year
from tidewaiter.foundation.refusals import BadInput, Missing, Outdated
from tidewaiter.foundation.slots import heavy_page
from tidewaiter.notices.documents import document_page
from tidewaiter.people.models import Administration
from tidewaiter.people.policy import is_customs
from tidewaiter.statistics.actions import write_report
from tidewaiter.statistics.models import Report, Snapshot
from tidewaiter.statistics.policy import reads_reports, writes, writes_reports
from tidewaiter.statistics.report.cites_report import HEADS, illegal_trade_report
from tidewaiter.statistics.report.downloads import lines_answer, name_of, snapshot_named
from tidewaiter.statistics.report.frozen_data import AUDIENCES, freeze, left_out
from tidewaiter.statistics.report.illicit_trade_report import STRATEGY, WRITTEN, composed
from tidewaiter.statistics.tables.table_files import table_answer
from tidewaiter.statistics.tasks import make_report
from tidewaiter.statistics.views import scope_of


def reports(request: HttpRequest) -> HttpResponse:
    """The frozen data sets, and a place to freeze another."""
    by = actor_of(request)
    if not reads_reports(by):
        raise Missing("missing", _("There is no such page."))
    if request.method == "POST":
        made = freeze(
            name=request.POST.get("name", ""),
            since=request.POST.get("since", ""),
            until=request.POST.get("until", ""),
            audience=request.POST.get("audience", ""),
            by=by,
        )
        messages.info(request, _("The data set is frozen."))
        return redirect("report", ref=made.ref)
    rows = Snapshot.objects.order_by("-frozen_at")[:200]
    shown = {
        "rows": rows,
        "writes": writes_reports(by),
        "audiences": AUDIENCES,
        "scope": scope_of(request),
        "own": by.administration_code,
        "parties": Administration.objects.exclude(code=INT).order_by("name").values_list("code", "name"),
    }
    return render(request, "statistics/reports.html", shown)


def _lang(request: HttpRequest) -> str:
    asked = request.GET.get("lang") or request.POST.get("lang") or get_language() or "en"
    return asked if asked in dict(settings.LANGUAGES) else "en"


def report(request: HttpRequest, ref: str) -> HttpResponse:
    """A report: its figures, and for editors what is written between them."""
    by = actor_of(request)
    frozen, lang = snapshot_named(by, ref), _lang(request)
    typed: dict[str, dict[str, str]] = {}
    refusal, status = "", 200
    if request.method == "POST":
        texts = {name: request.POST.get(f"text.{name}", "") for name in WRITTEN}
        studies = {name: request.POST.get(f"studies.{name}", "") for name in WRITTEN}
        try:
            write_report(
                snapshot=frozen,
                lang=lang,
                title=request.POST.get("title", ""),
                texts=texts,
                studies=studies,
                read=read_whole(request.POST.get("read", "")),
                by=by,
            )
        except (BadInput, Outdated) as error:  # what was typed stays on the page
            typed, refusal = {"texts": texts, "studies": studies}, error.sentence
            status = 409 if isinstance(error, Outdated) else 400
        else:
            messages.info(request, _("Saved."))
            return redirect(f"{request.path}?lang={lang}")
    written = Report.objects.filter(snapshot=frozen, lang=lang).first()
    said = composed(frozen, lang, written)
    kept_texts: dict[str, str] = written.texts if written else {}
    kept_studies: dict[str, list[list[str]]] = written.studies if written else {}

    def told(name: str) -> str:
        kept = "\n\n".join("\n".join(row) for row in kept_studies.get(name, []))
        return typed["studies"].get(name, "") if typed else kept

    for one in said["sections"]:
        one["written"] = typed.get("texts", kept_texts).get(one["name"], "")
        one["told"] = told(one["name"])
    shown = said | {
        "writes": writes(by, frozen),
        "report_languages": settings.LANGUAGES,
        "written": written,
        "left_out": len(left_out(frozen, by)),
        "former": list(written.former.order_by("-version")) if written else [],
        "theirs": written if status == 409 else None,
        "title_said": request.POST.get("title", "") if refusal else (written.title if written else ""),
        "beside": {
            name: typed.get("texts", kept_texts).get(name, "") for name in ("foreword", "success", *STRATEGY, "caveats")
        },
        "told_success": told("success"),
        "refusal": refusal,
    }
    return render(request, "statistics/report.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, ref: str, kind: str) -> HttpResponseBase:
    """The frozen lines as Parquet; a report as PDF, HTML or workbook is asked
    for by a button and made by the worker.
    """
    by = actor_of(request)
    frozen = snapshot_named(by, ref)
    name_of(frozen, kind)
    if kind == "parquet":
        return lines_answer(frozen, by)
    return document_page(request, task=make_report, subject=ref, asked=asked_for(frozen, kind, _lang(request)), by=by)


def asked_for(frozen: Snapshot, kind: str, lang: str) -> dict[str, str]:
    """What the worker is told."""
    return {"snapshot": frozen.ref, "kind": kind, "lang": lang}


@require_GET
def cites(request: HttpRequest) -> HttpResponse:
    """The CITES annual illegal trade report of a Party and year, as a workbook, CSV or JSON (`format`)."""
    by = actor_of(request)
    if not is_customs(by):
        raise Missing("missing", _("There is no such page."))
    party = request.GET.get("party", by.administration_code).upper()[:3]
    year = read_year(request.GET.get("year") or str(now().year - 1))
    with heavy_page(by.username):
        report = illegal_trade_report(by, party, year, do_not_share=request.GET.get("do_not_share") == "1")
        kind, name = request.GET.get("format") or "xlsx", f"cites-illegal-trade-{party}-{year}"
        return table_answer(name, kind, HEADS, report.rows, report.top)
