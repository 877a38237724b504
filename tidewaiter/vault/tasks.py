"""The work of the vault that a worker does."""

from __future__ import annotations

from contextlib import suppress

from django.tasks import task

from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.jobs.actions import working
from tidewaiter.jobs.models import Job
from tidewaiter.vault.actions import keep_thumbnail


@task()
def make_thumbnail(job_ref: str) -> None:
    """Makes the small copy of the picture that the job is about."""
    job = Job.objects.get(ref=job_ref)
    with suppress(Refusal), working(job_ref):
        keep_thumbnail(digest=job.subject, by=NODE)
