"""The work of intake that a worker does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from django.tasks import task
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from tidewaiter.foundation.refusals import Refusal
from tidewaiter.intake.actions import stop, take_in
from tidewaiter.intake.models import Receipt
from tidewaiter.jobs.actions import working
from tidewaiter.jobs.kinds import PROMPT, Kind
from tidewaiter.jobs.models import Job
from tidewaiter.people.queries import language_of, officer_named, who_ended


@task(queue_name=PROMPT)
def run_intake(job_ref: str) -> None:
    """Takes in the receipt that the job is about."""
    job = Job.objects.get(ref=job_ref)
    # the job and the receipt say why; the task's own record must not quote a row
    with suppress(Refusal), working(job_ref) as progress:
        receipt = Receipt.objects.get(ref=job.subject)
        by = officer_named(job.asked_by or receipt.brought_by)
        with translation.override(by.language):
            take_in(receipt=receipt, by=by, progress=progress)


def put_away(job: Job) -> None:
    """After an import was cancelled or given up: its waiting rows and its file go, its receipt says what was kept."""
    receipt = Receipt.objects.filter(ref=job.subject).first()
    if receipt is None:
        return
    with translation.override(language_of(receipt.brought_by)):
        stop(receipt=receipt, why=job.reason, by=who_ended(job.ended_by))


def titles(jobs: Sequence[Job]) -> dict[str, str]:
    """What imports are called: the file's name and how many rows it has, as far as they were counted."""
    files = Receipt.objects.filter(ref__in=[job.subject for job in jobs]).values_list("ref", "file_name", "rows")
    names = {
        ref: ngettext("Import of %(name)s, %(words)s row", "Import of %(name)s, %(words)s rows", rows)
        % {"name": name, "words": number_format(rows, force_grouping=True)}
        if rows
        else gettext("Import of %(name)s") % {"name": name}
        for ref, name, rows in files
    }
    return {job.ref: names[job.subject] for job in jobs if job.subject in names}


INTAKE = Kind(task=run_intake, title=gettext_lazy("Reading a file"), page="/intake/%s/", tidy=put_away, titles=titles)
