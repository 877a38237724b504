"""The work of the experts' room that a worker does."""

from __future__ import annotations

from collections.abc import Sequence

from django.tasks import task
from django.utils.translation import gettext_lazy

from tidewaiter.experts.models import Enrolment, Report
from tidewaiter.experts.papers import certificate_document, report_document
from tidewaiter.jobs.kinds import HEAVY, Kind
from tidewaiter.jobs.models import Job
from tidewaiter.notices.documents import deliver


@task(queue_name=HEAVY)
def make_group_report(job_ref: str) -> None:
    """Makes a report of a group as a file."""
    deliver(job_ref, report_document)


@task(queue_name=HEAVY)
def make_course_certificate(job_ref: str) -> None:
    """Makes a certificate of a course."""
    deliver(job_ref, certificate_document)


def _reports(jobs: Sequence[Job]) -> dict[str, str]:
    found = Report.objects.in_bulk([job.subject for job in jobs])
    return {job.ref: found[job.subject].title(job.asked.get("lang", "en")) for job in jobs if job.subject in found}


def _certificates(jobs: Sequence[Job]) -> dict[str, str]:
    rows = Enrolment.objects.filter(pk__in=[job.subject for job in jobs]).values_list("pk", "session__course__title")
    titles = dict(rows)
    return {job.ref: titles[job.subject] for job in jobs if job.subject in titles}


KINDS = {
    "make_group_report": Kind(task=make_group_report, title=gettext_lazy("Report of an expert group"), titles=_reports),
    "make_course_certificate": Kind(
        task=make_course_certificate, title=gettext_lazy("Certificate of a course"), titles=_certificates
    ),
}
