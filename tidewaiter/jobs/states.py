"""The states of a job. `queued` and `running` belong to the worker; the others are ends."""

from __future__ import annotations

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"

MOVES: dict[str, tuple[str, ...]] = {
    QUEUED: (RUNNING, CANCELLED),
    RUNNING: (DONE, FAILED, QUEUED, CANCELLED),
    FAILED: (QUEUED,),
    DONE: (QUEUED,),
    CANCELLED: (QUEUED,),
}
OWNERS: dict[str, str] = {QUEUED: "worker", RUNNING: "worker"}
ENDS = (DONE, FAILED, CANCELLED)
