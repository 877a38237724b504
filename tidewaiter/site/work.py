"""The worker: work that people asked for, and what is done by the clock."""

from __future__ import annotations

import importlib
import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django_tasks_db.management.commands.db_worker import Worker

from tidewaiter.foundation.actors import NODE
from tidewaiter.jobs.actions import enqueue, lost_jobs

_log = logging.getLogger("tidewaiter.work")
_shape = importlib.import_module(f"tidewaiter.site.shapes.{settings.TIDEWAITER_SHAPE}")


def take_up_lost_jobs() -> None:
    """Asks again for work whose worker died."""
    for job in lost_jobs():
        if job.kind in _shape.TASKS:
            enqueue(task=_shape.TASKS[job.kind], key=job.key, subject=job.subject, by=NODE)


def run_clock(stopping: threading.Event) -> None:
    """Does what the shape's schedule says until told to stop; one thing that fails does not stop the others."""
    schedule: dict[str, tuple[int, Callable[[], object]]] = {
        "lost work": (15, take_up_lost_jobs),
        **_shape.SCHEDULE,
    }
    due = dict.fromkeys(schedule, 0.0)
    while not stopping.wait(1):
        for name, (every, deed) in schedule.items():
            if time.monotonic() >= due[name]:
                due[name] = time.monotonic() + every
                try:
                    deed()
                except (DatabaseError, OSError) as error:
                    _log.warning("scheduled work failed", extra={"task": name, "error": type(error).__name__})
        close_old_connections()


def run_worker(*, batch: bool) -> None:
    """Does the work that waits; without `batch` until it is stopped."""
    worker = Worker(
        queue_names=["default"], interval=0.5, batch=batch, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=f"w{time.time_ns():x}", excluded_queue_names=[],
    )  # fmt: skip
    if not batch:
        worker.configure_signals()
    worker.run()
