"""Deeds of jobs: asking for work, doing it under a lease, cancelling it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.tasks import Task
from django.utils.translation import gettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.personal import kept
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.jobs import states
from tidewaiter.jobs.models import Job

LEASE = timedelta(seconds=60)


def enqueue(*, task: Task[Any, Any], key: str, subject: str, by: Actor) -> Job:
    """Asks for `task(job_ref)` to be done once for `key`; asked again while it waits or runs, it is the same job."""
    with transaction.atomic():
        job, made = Job.objects.select_for_update().get_or_create(
            key=key,
            defaults={
                "ref": new_ref("JOB"),
                "kind": task.name,
                "subject": subject,
                "asked_by": by.username,
                "asked_at": now(),
            },
        )
        if not made:
            if job.state in (states.QUEUED, states.RUNNING) and not _lost(job):
                return job
            Job.objects.filter(pk=job.pk).update(
                state=states.QUEUED, done=0, total=0, why="", ended_at=None, lease_until=None
            )
        transaction.on_commit(lambda: task.enqueue(job.ref) and None)
    job.refresh_from_db()
    return job


def cancel(*, job: Job) -> None:
    """Takes back work that has not ended; the worker stops at its next report of progress."""
    moved = Job.objects.filter(pk=job.pk, state__in=(states.QUEUED, states.RUNNING)).update(
        state=states.CANCELLED, ended_at=now(), lease_until=None
    )
    if not moved:
        raise Refusal("job_ended", gettext("This work has ended already."))


def lost_jobs() -> list[Job]:
    """Jobs whose worker died: running, but the lease has run out."""
    return [job for job in Job.objects.filter(state=states.RUNNING) if _lost(job)]


def _lost(job: Job) -> bool:
    return job.state == states.RUNNING and (job.lease_until is None or job.lease_until < now())


class Progress:
    """How far the work is; every report renews the lease. Reports are written at most four times a second."""

    def __init__(self, job: Job | None) -> None:
        self.job = job
        self._written = 0.0
        self._step = ""

    def report(self, step: str, done: int, total: int) -> None:
        """Says what is being done and how far it is. Raises `Refusal` when the job was cancelled."""
        moment = time.monotonic()
        if self.job is None or (step == self._step and moment - self._written < 0.25 and done < total):
            return
        self._written, self._step = moment, step
        kept = Job.objects.filter(pk=self.job.pk, state=states.RUNNING).update(
            step=step, done=done, total=total, lease_until=now() + LEASE
        )
        if not kept:
            raise Refusal("job_cancelled", gettext("The work was cancelled."))


@contextmanager
def working(ref: str) -> Iterator[Progress]:
    """Takes the lease of a job for the time of the block; a job that another worker holds is refused."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(ref=ref)
        if job.state == states.RUNNING and not _lost(job):
            raise Refusal("job_taken", gettext("Another worker is doing this."))
        if job.state in states.ENDS:
            raise Refusal("job_ended", gettext("This work has ended already."))
        Job.objects.filter(pk=job.pk).update(state=states.RUNNING, started_at=now(), lease_until=now() + LEASE)
    try:
        yield Progress(job)
    except BaseException as error:
        why = kept(error.sentence) if isinstance(error, Refusal) else type(error).__name__
        Job.objects.filter(pk=job.pk, state=states.RUNNING).update(
            state=states.FAILED, ended_at=now(), why=why, lease_until=None
        )
        raise
    Job.objects.filter(pk=job.pk, state=states.RUNNING).update(state=states.DONE, ended_at=now(), lease_until=None)
