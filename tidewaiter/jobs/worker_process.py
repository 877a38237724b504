"""A worker: takes the jobs of a lane in turn and has each done by a process of its own, which it can end at any moment.

What ends the process: the job was cancelled, or taken up elsewhere; it takes more memory than a job
may; the worker is told to stop. A process that ends by itself in the middle of a job costs that job one
of its attempts, and nobody else anything.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import DatabaseError, close_old_connections

from tidewaiter.foundation.limits import most
from tidewaiter.foundation.scratch import sweep
from tidewaiter.jobs import actions
from tidewaiter.jobs.kinds import Kind
from tidewaiter.jobs.models import Job

LOOK, RENEW = 0.5, 15.0
"""Seconds between looks at a job or for one, and between renewals of a lease."""
_log = logging.getLogger("tidewaiter.work")


class Child:
    """A process that does jobs one after the other, told by lines on its standard input; in a group of its own."""

    def __init__(self, command: Sequence[str]) -> None:
        self._answers, theirs = os.pipe()
        try:
            self._process = subprocess.Popen(
                [*command, str(theirs)], stdin=subprocess.PIPE, pass_fds=(theirs,), start_new_session=True
            )
        finally:
            os.close(theirs)

    def begin(self, job: Job) -> None:
        """Tells it what to do."""
        if self._process.stdin is not None:
            self._process.stdin.write(f"{job.ref} {job.attempts}\n".encode())
            self._process.stdin.flush()

    def heard(self, seconds: float) -> str:
        """`ended` when the job is, `died` when the process is no more, nothing after so many seconds."""
        if not select.select([self._answers], [], [], seconds)[0]:
            return ""
        return "ended" if os.read(self._answers, 64) else "died"

    def memory(self) -> int:
        """Bytes that it and its own children hold; 0 where the machine does not say (it has no /proc)."""
        pages, group = 0, str(self._process.pid)
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                said = (folder / "stat").read_text().rpartition(")")[2].split()
                pages += int(said[21]) if said[2] == group else 0
            except (OSError, IndexError, ValueError):
                continue  # it ended while we looked
        return pages * os.sysconf("SC_PAGE_SIZE")

    def end(self) -> None:
        """Ends it and whatever it has started."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        os.close(self._answers)


class LaneWorker:
    """Does the jobs of one lane. `command` starts the process that does them; it is
    given the number of a pipe to answer by.
    """

    def __init__(self, lane: str, command: Sequence[str], kinds: Mapping[str, Kind], *, reuse: bool) -> None:
        self.lane = lane
        self._command, self._kinds, self._reuse = command, kinds, reuse
        self._name = f"{lane}-{uuid.uuid4().hex[:12]}"
        self._child: Child | None = None
        self._renewed = 0.0

    def run(self, stopping: threading.Event, *, batch: bool) -> None:
        """Works until told to stop; in a batch until nothing waits any more."""
        try:
            while not stopping.is_set():
                if self._round(stopping):
                    continue
                if batch:
                    return
                if self._reuse and self._child is None:
                    self._child = Child(self._command)  # who asks next finds it started
                stopping.wait(LOOK)
        finally:
            self._drop()
            close_old_connections()

    def _round(self, stopping: threading.Event) -> bool:
        """Puts away, takes a job, does it; whether there was one."""
        try:
            close_old_connections()
            self._tidy()
            job = actions.take_next(lane=self.lane, worker=self._name)
            if job is None:
                return False
            self._do(job, stopping)
            self._tidy()
        except (DatabaseError, OSError) as error:
            _log.warning("work could not be taken", extra={"task": self.lane, "error": type(error).__name__})
            self._drop()
            stopping.wait(LOOK)
        return True

    def _do(self, job: Job, stopping: threading.Event) -> None:
        self._renewed = time.monotonic()
        child = self._child = self._child or Child(self._command)
        try:
            child.begin(job)
        except BrokenPipeError:  # it died while it waited: nothing of this job was begun
            self._drop()
            actions.give_back(job=job)
            return
        heard = ""
        while not heard:
            heard = child.heard(LOOK)
            heard = heard or self._why_end(job, child, stopping)
        if heard != "ended" or not self._reuse:
            self._drop()
        if heard == "stopping":
            actions.give_back(job=job)
        elif heard == "memory":
            actions.give_up(job=job, limit="job_memory_bytes")
        else:  # a job that is still held was left in the middle
            actions.put_back(job=job)
        actions.release(job=job)

    def _why_end(self, job: Job, child: Child, stopping: threading.Event) -> str:
        """Why the process must end now; nothing while it may go on."""
        if stopping.is_set():
            return "stopping"
        if not actions.still_held(job=job):
            return "lost"
        if child.memory() > most("job_memory_bytes"):
            return "memory"
        if time.monotonic() - self._renewed > RENEW:
            self._renewed = time.monotonic()
            actions.renew(job=job)
        return ""

    def _tidy(self) -> None:
        """Puts away what cancelled and given-up jobs of the lane left half done."""
        for job in actions.untidy_jobs(lane=self.lane):
            tidy = self._kinds[job.kind].tidy if job.kind in self._kinds else None
            if tidy is not None:
                tidy(job)
            actions.tidied(job=job)

    def _drop(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None
            sweep()  # what it could not put away itself
