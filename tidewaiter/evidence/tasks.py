"""The work of evidence that a worker does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.tasks import task
from django.utils.translation import gettext, gettext_lazy

from tidewaiter.evidence.actions.exports import export_case
from tidewaiter.evidence.queries import visible_exhibits
from tidewaiter.foundation.actors import Actor
from tidewaiter.jobs.actions import Progress
from tidewaiter.jobs.kinds import HEAVY, Kind
from tidewaiter.jobs.models import Job
from tidewaiter.notices.documents import Document, deliver


@task(queue_name=HEAVY)
def make_evidence_export(job_ref: str) -> None:
    """Makes the export of a case's exhibits."""
    deliver(job_ref, export_document)


def export_document(asked: dict[str, Any], by: Actor, path: Path, progress: Progress) -> Document:
    """Makes an export as it was asked for."""
    zip_ = path.with_suffix(".zip")
    made = export_case(
        case=asked["case"],
        path=zip_,
        purpose=asked["purpose"],
        order=asked.get("order", ""),
        by=by,
        report=progress.report,
    )
    zip_.rename(path)
    called = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in made.case_reference or made.case)
    return Document(f"evidence-{called or made.ref}.zip", "application/zip")


def titles(jobs: Sequence[Job]) -> dict[str, str]:
    """What exports are called: by their case."""
    return {job.ref: gettext("Evidence in %(case)s") % {"case": job.subject} for job in jobs}


def sees_all(by: Actor, refs: Sequence[str]) -> bool:
    """Whether a person sees all of these exhibits."""
    return visible_exhibits(by).filter(pk__in=list(refs)).count() == len(set(refs))


KINDS = {
    "make_evidence_export": Kind(
        task=make_evidence_export, title=gettext_lazy("Evidence for a court"), titles=titles, sees=sees_all
    )
}
