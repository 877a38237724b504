"""The work of the statistics that a worker does."""

from __future__ import annotations

from collections.abc import Sequence

from django.tasks import task
from django.utils.translation import gettext, gettext_lazy

from tidewaiter.jobs.kinds import HEAVY, Kind
from tidewaiter.jobs.models import Job
from tidewaiter.notices.documents import deliver
from tidewaiter.statistics.models import Snapshot
from tidewaiter.statistics.report.downloads import report_document


@task(queue_name=HEAVY)
def make_report(job_ref: str) -> None:
    """Makes the Illicit Trade Report as a file."""
    deliver(job_ref, report_document)


def titles(jobs: Sequence[Job]) -> dict[str, str]:
    """What reports are called: the period and the kind of file."""
    frozen = Snapshot.objects.filter(ref__in=[job.subject for job in jobs]).values_list("ref", "since", "until")
    spans = {ref: since if since == until else f"{since} – {until}" for ref, since, until in frozen}
    return {
        job.ref: gettext("Illicit Trade Report of %(period)s, %(kind)s")
        % {"period": spans[job.subject], "kind": str(job.asked.get("kind", "")).upper()}
        for job in jobs
        if job.subject in spans
    }


KINDS = {"make_report": Kind(task=make_report, title=gettext_lazy("Illicit Trade Report"), titles=titles)}
