"""The work of intake that a worker does."""

from __future__ import annotations

from contextlib import suppress

from django.tasks import task
from django.utils import translation

from tidewaiter.foundation.refusals import Refusal
from tidewaiter.intake.actions import take_in
from tidewaiter.intake.models import Receipt
from tidewaiter.jobs.actions import working
from tidewaiter.jobs.models import Job
from tidewaiter.people.queries import officer_named


@task()
def run_intake(job_ref: str) -> None:
    """Takes in the receipt that the job is about."""
    job = Job.objects.get(ref=job_ref)
    # the job and the receipt say why; the task's own record must not quote a row
    with suppress(Refusal), working(job_ref) as progress:
        receipt = Receipt.objects.get(ref=job.subject)
        by = officer_named(receipt.brought_by)
        with translation.override(by.language):
            take_in(receipt=receipt, by=by, progress=progress)
