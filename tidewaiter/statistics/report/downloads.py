"""Reports as files: who may take which, and how it is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tidewaiter.drawing.printing import Report as Hears
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.refusals import Missing
from tidewaiter.foundation.tables import XLSX
from tidewaiter.jobs.actions import Progress
from tidewaiter.notices.documents import Document
from tidewaiter.statistics.models import Report, Snapshot
from tidewaiter.statistics.policy import reads_reports
from tidewaiter.statistics.report.frozen_data import opened
from tidewaiter.statistics.report.illicit_trade_report import as_html, as_pdf
from tidewaiter.statistics.report.workbook import workbook_of

KINDS = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "xlsx": XLSX,
    "parquet": "application/vnd.apache.parquet",
}
"""Kinds of files; all but the frozen lines themselves are made by the worker."""


def snapshot_named(by: Actor, ref: str) -> Snapshot:
    """A frozen data set. Raises `Missing` for people who read no reports, and where there is none."""
    found = Snapshot.objects.filter(ref=ref).first() if reads_reports(by) else None
    if found is None:
        raise Missing("no_snapshot", _("There is no such data set."))
    return found


def name_of(frozen: Snapshot, kind: str) -> str:
    """What the file is called. Raises `Missing` for a kind that is none."""
    if kind not in KINDS:
        raise Missing("missing", _("There is no such page."))
    return f"illicit-trade-{frozen.since}-{frozen.until}-{frozen.audience}.{kind}"


def lines_answer(frozen: Snapshot, by: Actor) -> HttpResponseBase:
    """The frozen lines as a download; `Cases-Left-Out` says how many cases are not in it
    that this person may not read any more.
    """
    file, gone = opened(frozen, by)
    answer = attached(FileResponse(file, content_type=KINDS["parquet"]), name_of(frozen, "parquet"))
    if gone:
        answer["Cases-Left-Out"] = str(gone)
    return answer


def made(frozen: Snapshot, kind: str, lang: str, report: Hears) -> bytes:
    """The report as PDF, HTML or workbook."""
    written = Report.objects.filter(snapshot=frozen, lang=lang).first()
    if kind == "pdf":
        return as_pdf(frozen, lang, written, report)[0]
    return as_html(frozen, lang, written).encode() if kind == "html" else workbook_of(frozen, lang)


def report_document(asked: dict[str, Any], by: Actor, path: Path, progress: Progress) -> Document:
    """Makes a report as it was asked for."""
    frozen, kind = snapshot_named(by, asked["snapshot"]), asked["kind"]
    progress.report(_("Composing the report"), 0, 0)
    path.write_bytes(made(frozen, kind, asked["lang"], progress.report))
    return Document(name_of(frozen, kind), KINDS[kind])
