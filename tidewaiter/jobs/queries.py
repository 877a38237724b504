"""Finding work, and its place in its lane."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext

from tidewaiter.foundation.actors import NODE, Actor, is_node, is_steward
from tidewaiter.foundation.refusals import Missing
from tidewaiter.jobs import states
from tidewaiter.jobs.models import Job

IN_TURN = ("turn", "asked_at", "pk")


def own_jobs(actor: Actor) -> QuerySet[Job]:
    """What this person asked for, the latest first; what the node asked for is nobody's, whatever they are called."""
    own = Job.objects.filter(asked_by=actor.username).order_by("-asked_at", "-pk")
    return own if is_node(actor) or actor.username != NODE.username else own.none()


def visible_jobs(actor: Actor) -> QuerySet[Job]:
    """One's own; all for a steward."""
    return Job.objects.order_by("-asked_at", "-pk") if is_steward(actor) else own_jobs(actor)


def job_by_ref(actor: Actor, ref: str) -> Job:
    """One piece of work. Raises `Missing` for absent and unseen alike."""
    job = visible_jobs(actor).filter(ref=ref).first()
    if job is None:
        raise Missing("no_job", gettext("There is no such work."))
    return job


def places(jobs: Iterable[Job]) -> dict[str, int]:
    """How many jobs come before each that waits, those being done among them, by
    ref; what does not wait has no place.
    """
    found: dict[str, int] = {}
    waiting = [job for job in jobs if job.state == states.QUEUED]
    for lane in {job.lane for job in waiting}:
        in_line = list(
            Job.objects.filter(lane=lane, state=states.QUEUED).order_by(*IN_TURN).values_list("ref", flat=True)
        )
        running = Job.objects.filter(lane=lane, state=states.RUNNING).count()
        at = {ref: number for number, ref in enumerate(in_line, running)}
        found |= {job.ref: at[job.ref] for job in waiting if job.lane == lane and job.ref in at}
    return found


def place_of(job: Job) -> int | None:
    """How many jobs come before this one; nothing where it does not wait."""
    return places([job]).get(job.ref)


def counts() -> dict[str, int]:
    """How many jobs of the node wait, are done, have failed."""
    wanted = (states.QUEUED, states.RUNNING, states.FAILED)
    return {state: Job.objects.filter(state=state).count() for state in wanted}
