"""Tasks that a worker of a test does: they end their process, wait in one long
call, take memory, or note that they ran.

`python -m tests.jobs.killers LANE PIPE` is the process that does them; `python -m tests.jobs.lanes` asks for them.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()

from django.tasks import task
from django.utils.translation import gettext_lazy

from tidewaiter.foundation.refusals import Refusal
from tidewaiter.jobs.actions import working
from tidewaiter.jobs.kinds import Kind
from tidewaiter.jobs.models import Job

NOTES = Path(os.environ.get("TIDEWAITER_HOME", "var")) / "notes"


def note(text: str) -> None:
    """A line for the test to read."""
    with NOTES.open("a") as file:
        file.write(f"{text}\n")


@task(queue_name="heavy")
def end_worker(job_ref: str) -> None:
    """Ends its process in the middle."""
    with working(job_ref) as progress:
        note(f"end {Job.objects.get(ref=job_ref).subject}")
        progress.pulse("Ending", 0.5)
        os._exit(9)


@task(queue_name="heavy")
def long_call(job_ref: str) -> None:
    """One call of C code that nothing in Python can interrupt, for minutes."""
    with suppress(Refusal), working(job_ref) as progress:
        progress.pulse("Counting", 0.25)
        note(f"long {os.getpid()}")
        count = (
            "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM c LIMIT 10000000000) SELECT max(x) FROM c"
        )
        sqlite3.connect(":memory:").execute(count).fetchone()


@task(queue_name="heavy")
def take_memory(job_ref: str) -> None:
    """Holds half a gigabyte."""
    with working(job_ref):
        held = bytearray(os.urandom(1024) * 512 * 1024)
        time.sleep(60)
        note(f"held {len(held)}")


@task(queue_name="heavy")
def short_work(job_ref: str) -> None:
    """Says that it ran."""
    with working(job_ref):
        note(f"short {Job.objects.get(ref=job_ref).subject}")


@task(queue_name="prompt")
def prompt_work(job_ref: str) -> None:
    """Says that it ran."""
    with working(job_ref):
        note(f"prompt {Job.objects.get(ref=job_ref).subject}")


def put_away(job: Job) -> None:
    """Says that it was asked to."""
    note(f"tidy {job.subject} {job.state}")


KINDS = {
    one.name: Kind(task=one, title=gettext_lazy("Work"), tidy=put_away)
    for one in (end_worker, long_call, take_memory, short_work, prompt_work)
}

if __name__ == "__main__":
    from tests.jobs import killers
    from tidewaiter.jobs.kinds import kinds_of_node
    from tidewaiter.site import work_child

    kinds_of_node().update(killers.KINDS)
    work_child.main()
