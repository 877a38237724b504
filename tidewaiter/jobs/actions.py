"""Deeds of jobs: asking for work, taking it in turn, doing it under a lease, cancelling it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Count, Max, Min, Q
from django.tasks import Task
from django.utils.translation import gettext

from tidewaiter.foundation.actors import NODE, Actor, is_node
from tidewaiter.foundation.aside import Aside, is_busy
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.disk import disk_full
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import APART, is_over, now, seconds_since
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.jobs import states
from tidewaiter.jobs.models import Job, Lane
from tidewaiter.jobs.queries import IN_TURN
from tidewaiter.jobs.results import forget_result, keep_refs, lay_down, path_of_result, results_folder, sight_of
from tidewaiter.privacy.masking import mask_personal_data

LEASE = timedelta(seconds=60)
_SHARES = 1000
_WATCHED_EVERY = 5
"""Seconds between two notes that somebody looks at a job's page."""
_held: ContextVar[tuple[str, int] | None] = ContextVar("held", default=None)
"""The job that this process was told to do by the worker that holds it, and which attempt that is."""


def enqueue(*, task: Task[Any, Any], key: str, subject: str, by: Actor, asked: dict[str, Any] | None = None) -> Job:
    """Asks for `task(job_ref)` to be done once for `key`; asked again while it waits or runs, it is the same job.

    `asked` is what the work is told beside its subject.

    Raises `OverLimit` where as much of the person's work waits as may wait.
    """
    with transaction.atomic():
        job, _made = Job.objects.select_for_update().get_or_create(
            key=key,
            defaults={
                "ref": new_ref("JOB"),
                "kind": task.name,
                "subject": subject,
                "lane": task.queue_name,
                "asked_by": by.username,
                "administration": by.administration_code,
                "asked_at": now(),
                "state": states.CANCELLED,
            },
        )
        if job.state == states.QUEUED or (job.state == states.RUNNING and not _lost(job)):
            return job
        if job.state == states.RUNNING:
            put_back(job=job)
            job.refresh_from_db()
            return job
        if job.untidy:
            raise Refusal("job_ending", gettext("The work before is still being put away. Ask again in a moment."))
        may_wait(by=by)
        job.asked_by, job.administration, job.asked_at = by.username, by.administration_code, now()
        job.ended_by, job.attempts, job.asked, job.door = "", 0, asked or {}, by.door
        _line_up(job)
    return job


def may_wait(*, by: Actor) -> None:
    """Raises `OverLimit` where as much of the person's work waits as may; asked before something large is taken in."""
    waiting = Job.objects.filter(asked_by=by.username, state=states.QUEUED).count()
    if not is_node(by) and waiting >= most("jobs_waiting"):
        advice = gettext("Wait until some of it is done, or cancel what you no longer need.")
        raise over("jobs_waiting", advice, waiting_helps=True)


def _line_up(job: Job) -> None:
    """Puts a job into the first round of its lane in which its person has none; what it gave before is no more."""
    forget_result(job)
    job.sight = {}
    job.result_name, job.result_type, job.result_size, job.result_until = "", "", 0, None
    job.turn = _turn(job.lane, job.asked_by)
    job.state, job.worker, job.step, job.done, job.total, job.why = states.QUEUED, "", "", 0, 0, ""
    job.started_at = job.ended_at = job.lease_until = None
    job.save()


def _turn(lane: str, username: str) -> int:
    of_lane = Job.objects.filter(lane=lane)
    line = Lane.objects.filter(name=lane).first()
    last = line.turn if line else 0
    if of_lane.filter(state=states.RUNNING).exists():
        current = last
    else:
        current = of_lane.filter(state=states.QUEUED).aggregate(turn=Min("turn"))["turn"]
        current = last + 1 if current is None else current
    never_begun = Q(state=states.CANCELLED, started_at=None)
    own = of_lane.filter(asked_by=username).exclude(never_begun).aggregate(turn=Max("turn"))["turn"]
    return int(max(current, (own or 0) + 1))


def take_next(*, lane: str, worker: str) -> Job | None:
    """Takes the job whose turn it is, for a worker of that name; nothing where none waits.

    A person of whose work as much is being done as may be is passed over.
    """
    waiting = Job.objects.filter(lane=lane, state=states.QUEUED)
    if not waiting.exists():  # asked first without a lock: the lane is looked at twice a second
        return None
    Lane.objects.get_or_create(name=lane)
    with transaction.atomic():
        line = Lane.objects.select_for_update().get(name=lane)
        of_the_node = Q(asked_by=NODE.username) & ~Q(door="page") & ~Q(door__startswith="token:")
        running = Job.objects.filter(state=states.RUNNING).exclude(of_the_node)
        busy = [
            row["asked_by"]
            for row in running.values("asked_by").annotate(n=Count("pk")).order_by()
            if row["n"] >= most("jobs_running")
        ]
        job = waiting.exclude(asked_by__in=busy).order_by(*IN_TURN).first()
        if job is None:
            return None
        line.turn = max(line.turn, job.turn)
        line.save(update_fields=["turn"])
        _begin(job, worker)
    return job


def _begin(job: Job, worker: str) -> None:
    job.state, job.worker, job.attempts = states.RUNNING, worker, job.attempts + 1
    job.started_at, job.lease_until = now(), now() + LEASE
    job.save(update_fields=["state", "worker", "attempts", "started_at", "lease_until"])


def cancel(*, job: Job, by: Actor) -> None:
    """Takes back work that has not ended; its process is ended within two seconds.
    Raises `Refusal` for what has ended.
    """
    moved = Job.objects.filter(pk=job.pk, state__in=(states.QUEUED, states.RUNNING)).update(
        state=states.CANCELLED, ended_at=now(), lease_until=None, ended_by=by.username, untidy=True
    )
    if not moved:
        raise Refusal("job_ended", gettext("This work has ended already."))


def renew(*, job: Job) -> bool:
    """Keeps the lease of a job that a worker holds; whether it still holds it."""
    return bool(_own(job).update(lease_until=now() + LEASE))


def still_held(*, job: Job) -> bool:
    """Whether nobody has cancelled it, and no other worker has taken it up."""
    return bool(_own(job).exists())


def put_back(*, job: Job) -> None:
    """For a job whose process died under it: it waits again, behind what
    others ask for now; the third time it fails.
    """
    with transaction.atomic():
        held = _own(job).select_for_update().first()
        if held is None:
            return
        if held.attempts >= most("job_attempts"):
            give_up(job=held, limit="job_attempts")
        else:
            _line_up(held)


def give_back(*, job: Job) -> None:
    """For a job whose worker was told to stop: it waits again in its old place, and the attempt does not count."""
    with transaction.atomic():
        held = _own(job).select_for_update().first()
        if held is not None:
            held.state, held.worker, held.attempts = states.QUEUED, "", held.attempts - 1
            held.started_at = held.lease_until = None
            held.save()


def give_up(*, job: Job, limit: str) -> None:
    """Ends a job that met a limit; what it left half done is put away."""
    _own(job).update(state=states.FAILED, why=limit, ended_at=now(), lease_until=None, worker="", untidy=True)


def release(*, job: Job) -> None:
    """Says that no process of the worker is at the job any more."""
    Job.objects.filter(pk=job.pk, attempts=job.attempts).update(worker="")


def tidied(*, job: Job) -> None:
    """Nothing of the job is left half done."""
    Job.objects.filter(pk=job.pk).update(untidy=False)


def untidy_jobs(*, lane: str) -> list[Job]:
    """Jobs of a lane that were cancelled or given up and whose process is no more."""
    free = Q(worker="") | Q(ended_at__lt=now() - LEASE) | Q(ended_at__gt=now() + APART)
    return list(Job.objects.filter(free, lane=lane, untidy=True, state__in=states.ENDS).order_by("pk")[:20])


def keep_result(*, job: Job, path: Path, name: str, media_type: str, by: Actor, refs: Sequence[str] = ()) -> None:
    """Keeps a file that a job has made, for a day, for the person who asked, as
    whom it was made; `refs` are what it names.
    """
    kept_at = path_of_result(job)
    kept_at.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    size = path.stat().st_size
    keep_refs(job, refs)
    lay_down(path, kept_at)
    held = _own(job).update(
        result_name=name[:120],
        result_type=media_type,
        result_size=size,
        result_until=now() + timedelta(hours=most("result_hours")),
        sight=sight_of(by),
    )
    if not held:
        forget_result(job)
        raise Refusal("job_cancelled", gettext("The work was cancelled."))


def forget_results() -> int:
    """Deletes results whose day is over, and files that no job has; gives how many."""
    latest = now() + timedelta(hours=most("result_hours")) + APART
    ended = list(Job.objects.filter(Q(result_until__lt=now()) | Q(result_until__gt=latest)))
    for job in ended:
        forget_result(job)
        Job.objects.filter(pk=job.pk, result_until=job.result_until).update(
            result_name="", result_type="", result_size=0, result_until=None
        )
    there = set(Job.objects.exclude(result_until=None).values_list("ref", flat=True))
    for path in results_folder().glob("*"):
        if (
            path.name.removesuffix(".refs") not in there
            and now().timestamp() - path.stat().st_mtime > LEASE.total_seconds()
        ):
            path.unlink(missing_ok=True)
    return len(ended)


def watched(*, job: Job) -> None:
    """Somebody looks at the page of a job; remembered every few seconds."""
    if seconds_since(job.watched_at) > _WATCHED_EVERY:
        Job.objects.filter(pk=job.pk).update(watched_at=now())


def lost_jobs() -> list[Job]:
    """Jobs whose worker died: running, but the lease has run out."""
    return [job for job in Job.objects.filter(state=states.RUNNING) if _lost(job)]


def _lost(job: Job) -> bool:
    return job.state == states.RUNNING and is_over(job.lease_until, LEASE)


def _own(job: Job) -> Any:
    """The row of a job as long as it is in the hands of whoever began this attempt."""
    return Job.objects.filter(pk=job.pk, state=states.RUNNING, attempts=job.attempts)


class Progress:
    """How far the work is; every report renews the lease. Reports are written at most four times a second.

    They are written aside, since the work may be in the middle of reading (foundation/aside.py).
    """

    def __init__(self, job: Job | None, aside: Aside | None = None) -> None:
        self.job = job
        self._aside = aside or Aside()
        self._written = 0.0
        self._step = ""
        self._share = 0.0

    def report(self, step: str, done: int, total: int) -> None:
        """Says what is being done and how far it is. Raises `Refusal` when the job was cancelled."""
        moment = time.monotonic()
        if self.job is None or (step == self._step and moment - self._written < 0.25 and done < total):
            return
        self._written, self._step = moment, step
        try:
            with self._aside.writing():
                held = _own(self.job).update(step=step[:200], done=done, total=total, lease_until=now() + LEASE)
        except OperationalError as error:
            if not is_busy(error):
                raise
            return  # the worker renews the lease too, and the next report says more
        if not held:
            raise Refusal("job_cancelled", gettext("The work was cancelled."))

    def pulse(self, step: str, share: float | None = None) -> None:
        """Says what is being done and which share of the whole (0 to 1) is; without one, that which was said last.

        Meant to be called at least once a second. Raises `Refusal` when the job was cancelled.
        """
        self._share = self._share if share is None else min(1.0, max(0.0, share))
        self.report(step, round(self._share * _SHARES), _SHARES)


@contextmanager
def holding(*, ref: str, attempt: int) -> Iterator[None]:
    """While this process does a job for the worker that has taken it."""
    before = _held.set((ref, attempt))
    try:
        yield
    finally:
        _held.reset(before)


@contextmanager
def working(ref: str) -> Iterator[Progress]:
    """Does a job in the block: one that this process holds, or one that waits,
    whose lease it takes. Another's is refused.

    Where the database was held by others for too long the job waits again: that is the
    node's fault, and no attempt of the job.
    """
    job = _at_hand(ref)
    aside = Aside()
    try:
        try:
            yield Progress(job, aside)
        except BaseException as error:
            with aside.writing():
                _ended_by(error, job)
            raise
        with aside.writing():
            _own(job).update(state=states.DONE, ended_at=now(), lease_until=None)
    finally:
        aside.close()


def _ended_by(error: BaseException, job: Job) -> None:
    told = disk_full(error) or error
    if is_busy(error) and not isinstance(told, Refusal):
        give_back(job=job)
        return
    why = mask_personal_data(told.sentence) if isinstance(told, Refusal) else type(error).__name__
    _own(job).update(state=states.FAILED, ended_at=now(), why=why, lease_until=None)


def _at_hand(ref: str) -> Job:
    with transaction.atomic():
        job = Job.objects.select_for_update().get(ref=ref)
        if job.state in states.ENDS:
            raise Refusal("job_ended", gettext("This work has ended already."))
        if job.state == states.RUNNING and _held.get() == (ref, job.attempts):
            return job
        if job.state == states.RUNNING and not _lost(job):
            raise Refusal("job_taken", gettext("Another worker is doing this."))
        _begin(job, "")
    return job
