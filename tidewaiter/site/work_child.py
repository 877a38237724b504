"""The process that does jobs: `python -m tidewaiter.site.work_child LANE PIPE`, started by a worker.

It reads `REF ATTEMPT` lines from its standard input and writes a line to the pipe when a job has ended. When the worker
is no more, its input ends, and so do this process and all that it has started.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import sys
import threading
from types import TracebackType

import django

django.setup()

from django.db import connections  # noqa: E402

from tidewaiter.jobs.actions import holding  # noqa: E402
from tidewaiter.jobs.kinds import HEAVY, kinds_of_node  # noqa: E402
from tidewaiter.jobs.models import Job  # noqa: E402

NICER = 10
"""What others wait for goes before heavy work."""
_log = logging.getLogger("tidewaiter.work")


def _listen(asked: queue.SimpleQueue[tuple[str, int]]) -> None:
    for line in sys.stdin:
        ref, _space, attempt = line.partition(" ")
        asked.put((ref, int(attempt)))
    os.killpg(0, signal.SIGKILL)


def _log_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error ends the process; the log says its kind and its frames, never its words, which may quote a row."""
    _log.error("work ended by an error", exc_info=(kind, error, trace))


def main() -> None:
    """Does jobs until the worker is no more, or one of them fails unforeseen."""
    lane, pipe = sys.argv[1], int(sys.argv[2])
    for number in (signal.SIGINT, signal.SIGTERM):  # the worker decides
        signal.signal(number, signal.SIG_IGN)
    sys.excepthook = _log_end
    if lane == HEAVY:
        os.nice(NICER)
    asked: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    kinds = kinds_of_node()  # reads all rooms in, before there is anything to do
    with os.fdopen(pipe, "w") as answers:
        while True:
            ref, attempt = asked.get()
            with holding(ref=ref, attempt=attempt):
                kinds[Job.objects.get(ref=ref).kind].task.func(ref)
            connections.close_all()
            answers.write("ended\n")
            answers.flush()


if __name__ == "__main__":
    main()
