"""Pages of reports: the list, one with its chapters and figures; files that the worker makes."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tidewaiter.experts import queries, states
from tidewaiter.experts.frames import entered, frame_of, of_the_room, page
from tidewaiter.experts.models import Report
from tidewaiter.experts.papers import KINDS, enrolment_named, figure_rows, report_seen
from tidewaiter.experts.policy import Seat
from tidewaiter.experts.tasks import make_course_certificate, make_group_report
from tidewaiter.experts.words import REPORT_KINDS, REPORT_LANGUAGES
from tidewaiter.experts.work_views import Drawn, Typed
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.notices.documents import document_page


@require_GET
def reports_page(request: HttpRequest, code: str) -> HttpResponse:
    """The reports of a group, and a place to begin one."""
    seat = entered(request, code)
    return _reports(request, seat, "", {}) if isinstance(seat, Seat) else seat


def _reports(request: HttpRequest, seat: Seat, refusal: str, typed: Typed) -> HttpResponse:
    lang = get_language() or "en"
    rows = [(one, one.title(lang)) for one in queries.reports_of(seat)[:100]]
    shown = {**frame_of(seat, "reports"), "rows": rows, "kinds": REPORT_KINDS, "year": now().year}
    return page(request, "experts/reports.html", shown, refusal, typed)


@require_GET
def report_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One report: chapters, figures, where it stands."""
    seat, _report = report_seen(of_the_room(request), ref)
    return _one(request, seat, "", {"report": ref})


def _lang_of(request: HttpRequest) -> str:
    asked = request.GET.get("lang") or request.POST.get("lang") or get_language() or "en"
    return asked if asked in REPORT_LANGUAGES else "en"


def _one(request: HttpRequest, seat: Seat, refusal: str, typed: Typed) -> HttpResponse:
    report: Report = queries.thing_of(queries.reports_of(seat), str(typed.get("report", "")))
    lang = _lang_of(request)
    writing = report.state in (states.BEGUN, states.CIRCULATED)
    again = str(typed.get("number", "")) if refusal and "text" in typed else ""
    sections = [
        {
            "one": one,
            "title": one.titles.get(lang) or one.titles.get("en", ""),
            "text": str(typed["text"]) if str(one.number) == again else one.texts.get(lang, ""),
            "there": [code for code in REPORT_LANGUAGES if one.texts.get(code)],
            "mine": writing and (seat.manages or one.author == seat.by.username),
        }
        for one in report.sections.order_by("number")
    ]
    shown = {
        **frame_of(seat, "reports"),
        "report": report,
        "title": report.title(lang),
        "lang_of_report": lang,
        "report_languages": REPORT_LANGUAGES,
        "kind": REPORT_KINDS.get(report.kind, report.kind),
        "sections": sections,
        "figures": figure_rows(report.figures),
        "moves": [deed for deed, move in states.MOVES.items() if report.state in move] if seat.manages else [],
        "writing": writing,
        "owners": queries.owners_of(seat) if seat.manages else [],
        "recommendations": list(queries.recommendations_of(seat).filter(year=report.year)[:50]),
        "next_chapter": len(sections) + 1,
    }
    return page(request, "experts/report.html", shown, refusal, typed)


@require_http_methods(["GET", "HEAD", "POST"])
def report_file(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    """A report as PDF or HTML in a language, made by the worker."""
    by = of_the_room(request)
    _seat, report = report_seen(by, ref)
    if kind not in KINDS:
        raise Missing("missing", _("There is no such page."))
    asked = {"report": report.pk, "kind": kind, "lang": _lang_of(request)}
    return document_page(request, task=make_group_report, subject=ref, asked=asked, by=by)


@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest, ref: str) -> HttpResponse:
    """The certificate of a course that one has completed, as PDF, made by the worker."""
    by = of_the_room(request)
    enrolment_named(by, ref)
    return document_page(request, task=make_course_certificate, subject=ref, asked={"enrolment": ref}, by=by)


PAGES: Mapping[str, tuple[Drawn, str]] = {
    "begin_report": (_reports, "expert_report"),
    **dict.fromkeys(("give_section", "write_section", "freeze_figures", "move_report"), (_one, "expert_report")),
}
