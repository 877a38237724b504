"""Frozen data sets, and the page on which a report is written between its figures."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.tables import workbook_answer
from tidewaiter.people.models import Administration
from tidewaiter.people.policy import is_customs
from tidewaiter.statistics.actions import write_report
from tidewaiter.statistics.cites import HEADS, report_rows
from tidewaiter.statistics.freezing import AUDIENCES, file_of, freeze
from tidewaiter.statistics.models import Report, Snapshot
from tidewaiter.statistics.policy import reads_reports, writes_reports
from tidewaiter.statistics.report import WRITTEN, as_html, as_pdf, composed
from tidewaiter.statistics.sheets import workbook_of
from tidewaiter.statistics.views import scope_of

KINDS = {
    "pdf": "application/pdf", "html": "text/html; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}  # fmt: skip


def reports(request: HttpRequest) -> HttpResponse:
    """The frozen data sets, and a place to freeze another."""
    by = actor_of(request)
    if not reads_reports(by):
        raise Missing("missing", _("There is no such page."))
    if request.method == "POST":
        made = freeze(
            name=request.POST.get("name", ""), since=request.POST.get("since", ""), until=request.POST.get("until", ""),
            audience=request.POST.get("audience", ""), by=by,
        )  # fmt: skip
        messages.info(request, _("The data set is frozen."))
        return redirect("report", ref=made.ref)
    rows = Snapshot.objects.order_by("-frozen_at")[:200]
    shown = {"rows": rows, "writes": writes_reports(by), "audiences": AUDIENCES, "scope": scope_of(request), "own": by.administration_code, "parties": Administration.objects.exclude(code="INT").order_by("name").values_list("code", "name")}  # fmt: skip
    return render(request, "statistics/reports.html", shown)


def snapshot_named(by: Actor, ref: str) -> Snapshot:
    """A frozen data set. Raises `Missing` for people who read no reports, and where there is none."""
    found = Snapshot.objects.filter(ref=ref).first() if reads_reports(by) else None
    if found is None:
        raise Missing("no_snapshot", _("There is no such data set."))
    return found


def _lang(request: HttpRequest) -> str:
    asked = request.GET.get("lang") or request.POST.get("lang") or get_language() or "en"
    return asked if asked in dict(settings.LANGUAGES) else "en"


def report(request: HttpRequest, ref: str) -> HttpResponse:
    """A report: its figures, and for editors what is written between them."""
    by = actor_of(request)
    frozen, lang = snapshot_named(by, ref), _lang(request)
    typed: dict[str, dict[str, str]] = {}
    refusal = ""
    if request.method == "POST":
        texts = {name: request.POST.get(f"text.{name}", "") for name in WRITTEN}
        studies = {name: request.POST.get(f"studies.{name}", "") for name in WRITTEN}
        try:
            write_report(snapshot=frozen, lang=lang, title=request.POST.get("title", ""), texts=texts, studies=studies, by=by)  # fmt: skip
        except BadInput as error:  # what was typed stays on the page
            typed, refusal = {"texts": texts, "studies": studies}, error.sentence
        else:
            messages.info(request, _("Kept."))
            return redirect(f"{request.path}?lang={lang}")
    written = Report.objects.filter(snapshot=frozen, lang=lang).first()
    said = composed(frozen, lang, written)
    for one in said["sections"]:
        kept_studies = "\n\n".join("\n".join(row) for row in (written.studies if written else {}).get(one["name"], []))
        one["written"] = typed.get("texts", written.texts if written else {}).get(one["name"], "")
        one["told"] = typed["studies"].get(one["name"], "") if typed else kept_studies
    shown = said | {
        "writes": writes_reports(by), "languages": settings.LANGUAGES, "written": written,
        "beside": {name: typed.get("texts", written.texts if written else {}).get(name, "") for name in ("foreword", "caveats")}, "refusal": refusal,
    }  # fmt: skip
    return render(request, "statistics/report.html", shown, status=400 if refusal else 200)


@require_GET
def take(request: HttpRequest, ref: str, kind: str) -> HttpResponseBase:
    """A report as PDF, HTML or workbook, or its frozen lines as Parquet."""
    return taken(snapshot_named(actor_of(request), ref), kind, _lang(request))


def taken(frozen: Snapshot, kind: str, lang: str) -> HttpResponseBase:
    """The file of a report. Raises `Missing` for a kind that is none."""
    written = Report.objects.filter(snapshot=frozen, lang=lang).first()
    name = f"illicit-trade-{frozen.since}-{frozen.until}-{frozen.audience}.{kind}"
    if kind == "parquet":
        return FileResponse(file_of(frozen).open("rb"), as_attachment=True, filename=name, content_type=KINDS[kind])
    if kind == "pdf":
        content = as_pdf(frozen, lang, written)[0]
    elif kind == "html":
        content = as_html(frozen, lang, written).encode()
    elif kind == "xlsx":
        content = workbook_of(frozen, lang)
    else:
        raise Missing("missing", _("There is no such page."))
    return HttpResponse(content, content_type=KINDS[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip


@require_GET
def cites(request: HttpRequest) -> HttpResponse:
    """The CITES annual illegal trade report of a Party and year, as a workbook."""
    by = actor_of(request)
    if not is_customs(by):
        raise Missing("missing", _("There is no such page."))
    party, year = (
        request.GET.get("party", by.administration_code).upper(),
        request.GET.get("year") or str(now().year - 1),
    )
    if not year.isdigit():
        raise BadInput("year", _("«%(text)s» is not a year.") % {"text": year[:20]})
    return workbook_answer(f"cites-illegal-trade-{party}-{year}", HEADS, report_rows(by, party, int(year[:4])))
