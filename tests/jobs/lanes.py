"""Run in a process of its own: `python -m tests.jobs.lanes SCENE` plays a scene with real workers on the node of the
environment.

Prints what came of it as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import django

django.setup()

from tests.jobs.killers import KINDS, NOTES, end_worker, long_call, prompt_work, short_work, take_memory  # noqa: E402
from tidewaiter.jobs.actions import cancel, enqueue  # noqa: E402
from tidewaiter.jobs.models import Job  # noqa: E402
from tidewaiter.jobs.worker_process import LaneWorker  # noqa: E402


def person(name: str) -> Any:
    """Somebody who asks."""
    return SimpleNamespace(username=name, administration_code="KE", door="")


def ask(task: Any, subject: str, by: str) -> Job:
    """A job of that name."""
    return enqueue(task=task, key=subject, subject=subject, by=person(by))


def work(*lanes: str) -> Any:
    """Workers of the lanes, and what stops them."""
    stopping = threading.Event()
    threads = []
    for lane in lanes:
        worker = LaneWorker(lane, [sys.executable, "-m", "tests.jobs.killers", lane], KINDS, reuse=lane == "prompt")
        threads.append(threading.Thread(target=worker.run, args=(stopping,), kwargs={"batch": False}, daemon=True))
        threads[-1].start()

    def end() -> None:
        stopping.set()
        for thread in threads:
            thread.join(20)

    return end


def wait_for(holds: Any, seconds: float = 200) -> float:
    """Seconds until something holds; ends the scene where it never does."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise SystemExit(f"NOT SO after {seconds} s; jobs: {list(Job.objects.values())}; notes: {notes()}")
        time.sleep(0.05)
    return time.monotonic() - began


def notes() -> list[str]:
    """What the tasks have noted."""
    return NOTES.read_text().splitlines() if NOTES.exists() else []


def state(subject: str) -> str:
    """Of a job."""
    return Job.objects.get(subject=subject).state


def alive(pid: int) -> bool:
    """Whether a process runs."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def killer() -> dict[str, Any]:
    """A job that ends its worker, and the next person's."""
    ask(end_worker, "bad", "eve")
    ask(short_work, "good", "ann")
    end = work("heavy")
    wait_for(lambda: state("bad") == "failed" and state("good") == "done")
    end()
    bad = Job.objects.get(subject="bad")
    return {"notes": notes(), "attempts": bad.attempts, "why": bad.reason, "untidy": bad.untidy}


def cancelled() -> dict[str, Any]:
    """Work in a long C call is cancelled; the next person's begins."""
    job = ask(long_call, "long", "eve")
    ask(short_work, "next", "ann")
    end = work("heavy")
    wait_for(lambda: any(line.startswith("long ") for line in notes()))
    pid = int(next(line for line in notes() if line.startswith("long ")).split()[1])
    running = Job.objects.get(pk=job.pk)
    cancel(job=job, by=person("eve"))
    seconds = wait_for(lambda: not alive(pid))
    wait_for(lambda: "tidy long cancelled" in notes() and state("next") == "done")
    end()
    return {"gone_after": seconds, "share": running.share, "step": running.step, "notes": notes()[1:]}


def beside() -> dict[str, Any]:
    """One person's long heavy work, another's prompt work asked for after it."""
    ask(long_call, "training", "eve")
    end = work("heavy", "prompt")
    wait_for(lambda: state("training") == "running")
    ask(prompt_work, "import", "ann")
    wait_for(lambda: state("import") == "done")
    still = state("training")
    end()
    return {
        "training": still,
        "after_stop": state("training"),
        "attempts": Job.objects.get(subject="training").attempts,
    }


def memory() -> dict[str, Any]:
    """A job that takes more memory than a job may."""
    ask(take_memory, "large", "eve")
    end = work("heavy")
    wait_for(lambda: state("large") == "failed")
    end()
    job = Job.objects.get(subject="large")
    return {"why": job.reason, "attempts": job.attempts}


def asked() -> dict[str, Any]:
    """Two people's work, and nobody to do it."""
    ask(short_work, "first", "an.officer")
    ask(short_work, "second", "another")
    return {}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]]()))
