"""What `test_apart` has done in a child."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from tidewaiter.foundation.refusals import Missing
from tidewaiter.foundation.scratch import scratch

type Report = Callable[[str, float], None]


def doubled(number: int, report: Report) -> dict[str, Any]:
    """Reports and answers."""
    for share in (0.25, 0.5, 1.0):
        report("Doubling", share)
        time.sleep(0.6)
    return {"doubled": number * 2}


def silent(seconds: float, _report: Report) -> str:
    """Says nothing for a while."""
    time.sleep(seconds)
    return "done"


def refusing(_report: Report) -> None:
    """Refuses."""
    raise Missing("no_file", "There is no such file.")


def greedy(_report: Report) -> int:
    """Takes more memory than anybody may."""
    return len(bytearray(12 * 1024**3))


def spinning(_report: Report) -> None:
    """Takes processor time for ever."""
    while True:
        pass


def dying(_report: Report) -> None:
    """Ends without a word."""
    os._exit(3)


def holding(_report: Report) -> None:
    """Lies down on its scratch folder; says which process it is and where that lies."""
    with scratch() as folder:
        (folder / "rows").write_text("a name")
        _report(f"{os.getpid()} {folder}", 0.1)
        time.sleep(600)
