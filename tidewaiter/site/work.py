"""The worker: work that people asked for. What is done by the clock stands in `clock`."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence

from tidewaiter.jobs.actions import lost_jobs, put_back
from tidewaiter.jobs.kinds import PROMPT, kinds_of_node
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.jobs.worker_process import LaneWorker


def take_up_lost_jobs() -> None:
    """Lets work whose worker died wait again; what has ended its worker too often fails."""
    run_each(lost_jobs(), lambda job: put_back(job=job), deed="lost_work", ref_of=lambda job: job.ref, whole=True)


def lane_worker(lane: str) -> LaneWorker:
    """A worker of that lane. Prompt work finds its process warm; heavy work gives back all its memory when it ends."""
    command = [sys.executable, "-m", "tidewaiter.site.work_child", lane]
    return LaneWorker(lane, command, kinds_of_node(), reuse=lane == PROMPT)


def run_batch(lanes: Sequence[str]) -> None:
    """Does what waits in the lanes, one after the other, and ends."""
    take_up_lost_jobs()
    for lane in lanes:
        lane_worker(lane).run(threading.Event(), batch=True)


def run_lanes(lanes: Sequence[str], stopping: threading.Event) -> None:
    """Does the work of the lanes, each beside the other, until the process is told to end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    workers = [
        threading.Thread(target=lane_worker(lane).run, args=(stopping,), kwargs={"batch": False}) for lane in lanes
    ]
    for worker in workers:
        worker.start()
    while all(worker.is_alive() for worker in workers):
        workers[0].join(0.5)
    stopping.set()  # one that ended by an error takes the others along: the supervisor starts all of them again
    for worker in workers:
        worker.join()
