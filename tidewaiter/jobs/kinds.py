"""What a shape says of each kind of work that its rooms have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.tasks import Task
from django.utils.functional import Promise

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.room_cards import rooms_of_node, together
from tidewaiter.jobs.models import Job

PROMPT, HEAVY = "prompt", "heavy"
LANES = (PROMPT, HEAVY)
"""What people wait for, and what takes its time. A task's `queue_name` is its lane."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work: its task, what it is called, the page of its subject,
    and who puts away what it left half done.
    """

    task: Task[Any, Any]
    title: Promise
    page: str = ""
    """The address of what it is about, with `%s` for the job's subject."""
    tidy: Callable[[Job], None] | None = None
    """Called after a job was cancelled or given up, when its process is no more. May be called twice."""
    sees: Callable[[Actor, Sequence[str]], bool] | None = None
    """Whether a person sees everything that a file names by these refs; asked whenever the file is taken away."""
    titles: Callable[[Sequence[Job]], dict[str, str]] | None = None
    """What jobs of this kind are called for who asked for them, by the job's ref: «Import of kenya_2025.csv»."""


@cache
def kinds_of_node() -> dict[str, Kind]:
    """The kinds of work of this node's rooms, by the name of their task."""
    return together(room.tasks for room in rooms_of_node())


def titles_of(jobs: Sequence[Job], own: str) -> dict[str, str]:
    """What jobs are called, by ref. Those that `own` asked for say of what they are, others only their kind."""
    found: dict[str, str] = {}
    of_kinds: dict[str, list[Job]] = {}
    for job in jobs:
        kind = kind_of(job)
        found[job.ref] = str(kind.title) if kind else job.kind
        of_kinds.setdefault(job.kind, []).extend([job] if job.asked_by == own else [])
    for name, some in of_kinds.items():
        kind = kinds_of_node().get(name)
        if some and kind is not None and kind.titles is not None:
            found |= kind.titles(some)
    return found


def kind_of(job: Job) -> Kind | None:
    """The kind of a job on a node of this shape; nothing where the shape has none of that name."""
    return kinds_of_node().get(job.kind)
