"""The work of the cases that a worker does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.tasks import task
from django.utils.translation import gettext, gettext_lazy

from tidewaiter.cases.actions import export_cases
from tidewaiter.cases.queries import narrowed, sees_all
from tidewaiter.foundation.actors import Actor
from tidewaiter.jobs.actions import Progress
from tidewaiter.jobs.kinds import HEAVY, Kind
from tidewaiter.jobs.models import Job
from tidewaiter.notices.documents import Document, deliver


def cases_document(asked: dict[str, Any], by: Actor, path: Path, progress: Progress) -> Document:
    """Writes the cases that the person sees now, narrowed as was asked."""
    cases = narrowed(by, asked["wanted"])
    total = cases.order_by().count()

    def told(done: int) -> None:
        progress.report(gettext("Writing cases"), done, total)

    refs: list[str] = []
    export_cases(cases=cases, to=path, kind=asked["kind"], by=by, told=told, named=refs.append)
    return Document(f"cases.{asked['kind']}", "application/octet-stream", refs)


@task(queue_name=HEAVY)
def take_cases(job_ref: str) -> None:
    """Writes cases to a file."""
    deliver(job_ref, cases_document)


def titles(jobs: Sequence[Job]) -> dict[str, str]:
    """What files of cases are called: the kind of file."""
    return {
        job.ref: gettext("Cases as a file, %(kind)s") % {"kind": str(job.asked.get("kind", "")).upper()} for job in jobs
    }


KINDS = {"take_cases": Kind(task=take_cases, title=gettext_lazy("Cases as a file"), sees=sees_all, titles=titles)}
