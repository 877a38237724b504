"""The clock: what the node does by itself, each deed in a thread of its own, and how it
went, written where web processes read it.

One that fails is tried again, sooner at first; one that hangs keeps no other from being done, and shows
as overdue (site/readiness.py). Deeds begin with a connection of their own and leave none, so a database
that was away is back at the next turn.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connections, transaction

from tidewaiter.foundation.moments import is_ahead, now
from tidewaiter.foundation.room_cards import rooms_of_node, together
from tidewaiter.foundation.running_items import Ran, attempt
from tidewaiter.jobs.models import ScheduledDeed
from tidewaiter.jobs.set_aside import forget_but, keep_failures

_log = logging.getLogger("tidewaiter.clock")
CLOCK, BEAT = "clock", 10
"""The clock's own row, and after how many seconds it is written again."""
PATIENCE = 20
"""Seconds that a worker without a clock has to end by itself."""
RETRY = 60
"""Seconds after which a failed deed is tried again, however rarely it is due."""
Deed = Callable[[], object]


def schedule() -> dict[str, tuple[int, Deed]]:
    """What this node does by the clock: seconds, deed; by the names that logs, pages and metrics use."""
    deeds = together(room.schedule for room in rooms_of_node())
    return {name: (said.every, said.do) for name, said in deeds.items()}


def followers() -> dict[str, str]:
    """Who follows the ledger on this node: the deed of the schedule that moves it."""
    return together(room.follows for room in rooms_of_node())


@dataclass(slots=True)
class _Turn:
    """One deed: how often, what, when again, and how it went."""

    every: int
    deed: Deed
    due: float = 0.0
    running: bool = False
    failures: int = 0
    started_at: datetime | None = None
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    error: str = ""


class Clock:
    """Does the deeds of a schedule when they are due."""

    def __init__(self, deeds: dict[str, tuple[int, Deed]]) -> None:
        self._turns = {name: _Turn(every, deed) for name, (every, deed) in deeds.items()}
        self._turns[CLOCK] = _Turn(BEAT, self._write_down)

    def tick(self) -> None:
        """Begins whatever is due and does not run already, each in its own thread; waits for nothing."""
        for name, turn in self._turns.items():
            if not turn.running and time.monotonic() >= turn.due:
                self._begin(name)

    def _begin(self, name: str) -> None:
        began, self._turns[name].running = False, True
        try:
            threading.Thread(target=self._do_beside, args=(name,), daemon=True, name=f"deed {name}").start()
            began = True
        finally:
            if not began:
                self._turns[name].running = False

    def do(self, name: str) -> str:
        """Does one deed now; gives the kind of error that ended it, or nothing."""
        turn = self._turns[name]
        turn.started_at = now()
        error = attempt(lambda: _done(name, turn.deed), task=name)
        turn.error = error
        if error:
            turn.failed_at, turn.failures = now(), turn.failures + 1
        else:
            turn.succeeded_at, turn.failures = now(), 0
        turn.due = time.monotonic() + _pause(turn)
        return error

    def _do_beside(self, name: str) -> None:
        try:
            self.do(name)
        finally:
            connections.close_all()
            self._turns[name].running = False

    def _write_down(self) -> None:
        """Writes how everything went; what this process does not know yet stays as it was."""
        moment = now()
        for turn in self._turns.values():
            if is_ahead(turn.succeeded_at):
                turn.due = 0.0  # done by a clock that was wrong: done again, so that its stamp says when
        with transaction.atomic():
            for row in ScheduledDeed.objects.filter(name__in=list(self._turns)):
                turn = self._turns[row.name]
                turn.succeeded_at = turn.succeeded_at or row.succeeded_at
                turn.failed_at = turn.failed_at or row.failed_at
            ScheduledDeed.objects.bulk_create(
                [
                    ScheduledDeed(
                        name=name,
                        every=turn.every,
                        started_at=turn.started_at,
                        succeeded_at=moment if name == CLOCK else turn.succeeded_at,
                        failed_at=turn.failed_at,
                        error=turn.error[:100],
                    )
                    for name, turn in self._turns.items()
                ],
                update_conflicts=True,
                unique_fields=["name"],
                update_fields=["every", "started_at", "succeeded_at", "failed_at", "error"],
            )


def _done(name: str, deed: Deed) -> None:
    ran = deed()
    if isinstance(ran, Ran):  # of rooms that know no table: their failures are kept here
        every = [*ran.done, *(failure.item for failure in ran.failed)]
        forget_but(deed=name, refs=map(_name_of, every))
        keep_failures(ran, deed=name, ref_of=_name_of)


def _name_of(item: object) -> str:
    return str(getattr(item, "name", item))


def _pause(turn: _Turn) -> float:
    """Seconds until a deed is due again: after a failure sooner if it is rare, and more and more slowly."""
    if not turn.failures:
        return turn.every
    return min(min(turn.every, RETRY) * 2.0 ** min(turn.failures - 1, 20), max(turn.every, RETRY))


def run_clock(stopping: threading.Event) -> None:
    """Does what the shape's schedule says until told to stop."""
    clock = Clock(schedule())
    while not stopping.wait(1):
        attempt(clock.tick, task=CLOCK)


def start_clock(stopping: threading.Event) -> None:
    """Starts the clock beside the worker, and ends the worker should the clock ever
    die: the supervisor starts both again.
    """
    clock = threading.Thread(target=run_clock, args=(stopping,), daemon=True, name=CLOCK)
    clock.start()
    threading.Thread(target=_watch, args=(clock, stopping), daemon=True, name="watches the clock").start()


def _watch(clock: threading.Thread, stopping: threading.Event) -> None:
    clock.join()
    if stopping.is_set():
        return
    _log.error("the clock has stopped: this worker ends", extra={"task": CLOCK})
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(70)  # it is in the middle of a job: the job's lease runs out, and another worker takes it up
