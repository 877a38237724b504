"""The backend of Django's tasks: they say their lane by `queue_name`; the queue itself is the table of jobs."""

from __future__ import annotations

from typing import Any, NoReturn

from django.tasks.backends.base import BaseTaskBackend


class JobsBackend(BaseTaskBackend):
    """Checks tasks where they are declared. Work has a person and a key, so it is
    asked for by `jobs.actions.enqueue`.
    """

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> NoReturn:
        """Raises `NotImplementedError`: without a person nothing waits in a lane."""
        raise NotImplementedError("Ask for work with jobs.actions.enqueue.")
