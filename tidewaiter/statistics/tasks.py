"""The work of the statistics that a worker does."""

from __future__ import annotations

from django.tasks import task
from django.utils.translation import gettext_lazy

from tidewaiter.jobs.kinds import HEAVY, Kind
from tidewaiter.notices.documents import deliver
from tidewaiter.statistics.report.downloads import report_document


@task(queue_name=HEAVY)
def make_report(job_ref: str) -> None:
    """Makes the Illicit Trade Report as a file."""
    deliver(job_ref, report_document)


KINDS = {"make_report": Kind(task=make_report, title=gettext_lazy("Illicit Trade Report"))}
