"""Reports and certificates as documents: what stands in them, as HTML and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from tidewaiter.advisories.words import KINDS as KINDS_OF_WARNING
from tidewaiter.drawing.charts import lines
from tidewaiter.drawing.printing import pdf_of
from tidewaiter.drawing.reports import Chapter, as_html, as_pdf, paragraphs
from tidewaiter.experts import queries
from tidewaiter.experts.models import Enrolment, Report
from tidewaiter.experts.policy import Seat
from tidewaiter.experts.words import REPORT_KINDS, REPORT_LANGUAGES, SECTORS
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing
from tidewaiter.jobs.actions import Progress
from tidewaiter.notices.documents import Document
from tidewaiter.people.called import office_called, person_called

KINDS = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}


def report_seen(by: Actor, ref: str) -> tuple[Seat, Report]:
    """A report and the seat with which one sees it. Raises `Missing`."""
    group = Report.objects.filter(pk=ref).values_list("group", flat=True).first() or "-"
    seat = queries.seat_within(by, group)
    return seat, queries.thing_of(queries.reports_of(seat), ref)


def enrolment_named(by: Actor, ref: str) -> Enrolment:
    """One's own completed course. Raises `Missing`."""
    found = Enrolment.objects.filter(pk=ref, username=by.username).exclude(completed_at=None)
    enrolment = found.select_related("session__course__group").first()
    if enrolment is None:
        raise Missing("no_certificate", _("There is no such certificate for you."))
    return enrolment


def figure_rows(figures: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The frozen figures that are one number, with their words; what nobody knows is left out."""
    said = (
        ("warnings", _("Early warnings")),
        ("minutes_to_read", _("Minutes until half of the readers had one")),
        ("sightings", _("Sightings")),
        ("sighting_countries", _("Countries with sightings")),
        ("countries", _("Countries with a member")),
        ("meetings", _("Meetings held")),
        ("action_points", _("Action points set")),
        ("action_points_done", _("Action points done")),
        ("needs_asked", _("Countries asked for their needs")),
        ("needs_answered", _("Countries that answered")),
        ("trained", _("People who completed a course")),
    )
    return [(str(word), figures[name]) for name, word in said if figures.get(name) is not None]


def report_html(seat: Seat, report: Report, lang: str) -> str:
    """A report as one document, in a language; a chapter that is not written in it stands in English and says so."""
    with translation.override(lang):
        chapters = []
        for one in report.sections.order_by("number"):
            text = one.texts.get(lang) or one.texts.get("en") or next(iter(one.texts.values()), "")
            chapters.append(
                {
                    "name": f"chapter-{one.number}",
                    "title": one.titles.get(lang) or one.titles.get("en", ""),
                    "text": paragraphs(text),
                    "other": bool(text) and not one.texts.get(lang),
                    "author": person_called(one.author),
                }
            )
        recommendations = list(queries.recommendations_of(seat).filter(year=report.year).order_by("number"))
        figures = report.figures
        months = figures.get("warnings_by_month", [])
        contents = [Chapter(one["name"], one["title"]) for one in chapters]
        contents += [Chapter("figures", _("Figures of the year"))] if figures else []
        contents += [Chapter("recommendations", _("Recommendations"))] if recommendations else []
        said = {
            "report": report,
            "group": seat.group,
            "kind": REPORT_KINDS.get(report.kind, report.kind),
            "chapters": chapters,
            "figures": figure_rows(figures),
            "members": [(SECTORS.get(code, code), number) for code, number in figures.get("members", {}).items()],
            "kinds": [(KINDS_OF_WARNING.get(code, code), n) for code, n in figures.get("warnings_by_kind", {}).items()],
            "drawing": lines(
                label=_("Early warnings by month"),
                ticks=[str(n) for n in range(1, 13)],
                now=months,
                was=[None] * len(months),
                wide=True,
            )
            if any(months)
            else "",
            "recommendations": recommendations,
        }
        return as_html("experts/report_print.html", title=report.title(lang), lang=lang, contents=contents, said=said)


def report_document(asked: dict[str, Any], by: Actor, path: Path, progress: Progress) -> Document:
    """Makes a report as it was asked for."""
    seat, report = report_seen(by, asked["report"])
    lang, kind = asked["lang"], asked["kind"]
    lang = lang if lang in REPORT_LANGUAGES else "en"
    html = report_html(seat, report, lang)
    path.write_bytes(as_pdf(html, progress.report)[0] if kind == "pdf" else html.encode())
    return Document(f"{report.group_id}-{report.kind}-{report.year}-{lang}.{kind}", KINDS[kind])


def certificate_document(asked: dict[str, Any], by: Actor, path: Path, progress: Progress) -> Document:
    """Makes a certificate."""
    enrolment = enrolment_named(by, asked["enrolment"])
    session = enrolment.session
    said = {
        "enrolment": enrolment,
        "session": session,
        "course": session.course,
        "who": by.display_name,
        "office": office_called(by.administration_code),
        "signed": person_called(enrolment.completed_by),
        "lang": translation.get_language() or "en",
    }
    html = render_to_string("experts/certificate.html", said)
    path.write_bytes(pdf_of(html, progress.report)[0])
    return Document(f"certificate-{enrolment.pk}.pdf", "application/pdf")
