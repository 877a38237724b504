"""What a command and all processes that it starts take of the machine's memory, looked at from outside."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """A command that has ended: its exit code, what it wrote, and the most that the whole
    tree of processes held at once, in MiB.
    """

    code: int
    out: str
    err: str
    mebibytes: int


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                found += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
        except OSError:
            continue
    return found


def _held(pid: int) -> int:
    """KiB of a process, what it shares with others divided among them (PSS)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def measured(words: Sequence[str], environment: Mapping[str, str], cwd: Path, seconds: int = 900) -> Measured:
    """Runs a command and looks every few hundredths of a second at the memory of its processes."""
    child = subprocess.Popen(
        words, env=dict(environment), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    peak, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.02):
            peak[0] = max(peak[0], sum(map(_held, _tree(child.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        out, err = child.communicate(timeout=seconds)
    finally:
        child.kill()
        ended.set()
        watcher.join()
    return Measured(child.returncode, out, err, peak[0] // 1024)
