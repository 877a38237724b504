"""The work of the vault that a worker does."""

from __future__ import annotations

from contextlib import suppress

from django.tasks import task
from django.utils.translation import gettext_lazy

from tidewaiter.foundation.refusals import Refusal
from tidewaiter.jobs.actions import working
from tidewaiter.jobs.kinds import PROMPT, Kind
from tidewaiter.jobs.models import Job
from tidewaiter.vault.actions import keep_thumbnail


@task(queue_name=PROMPT)
def make_thumbnail(job_ref: str) -> None:
    """Makes the small copy of the picture that the job is about."""
    job = Job.objects.get(ref=job_ref)
    with suppress(Refusal), working(job_ref):
        keep_thumbnail(digest=job.subject)


THUMBNAIL = Kind(task=make_thumbnail, title=gettext_lazy("Small copy of a picture"))
