"""A node that really serves: `serve` in a process of its own, asked over real sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import PROJECT, Program

SLOW = 300.0
"""Seconds after which a busy machine is given up on; nothing is expected to take that long."""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def until(holds: Callable[[], Any], what: str) -> Any:
    """Waits until something holds, and gives what it gave."""
    last = time.monotonic() + SLOW
    while time.monotonic() < last:
        if found := holds():
            return found
        time.sleep(0.1)
    raise AssertionError(f"never so: {what}")


def descendants(pid: int) -> set[int]:
    """All processes that a process has started, and those that these have."""
    parents: dict[int, set[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents.setdefault(int(fields[1]), set()).add(int(entry.name))
    found: set[int] = set()
    waiting = {pid}
    while waiting:
        new = parents.get(waiting.pop(), set()) - found
        found |= new
        waiting |= new
    return found


def alive(pids: set[int]) -> set[int]:
    """Those of the processes that run."""
    found = set()
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                found.add(pid)
        except OSError:
            continue
    return found


class Served:
    """A running node."""

    def __init__(self, node: Program, workers: int = 1, **environment: str) -> None:
        self.node, self.port = node, free_port()
        self.log = node.home.parent / "serve.log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tidewaiter", "serve", "--port", str(self.port), "--workers", str(workers)],
            env={**node.environment, **environment},
            cwd=PROJECT,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
        )

    def answers(self) -> bool:
        """Whether the node answers."""
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def wait(self) -> None:
        """Waits until it answers."""
        until(self.answers, f"the node answers; its log: {self.log.read_text()[-2000:]}")

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        """Status and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): said for name, said in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def children(self) -> dict[str, dict[str, Any]]:
        """What the data folder says of its processes."""
        path = self.node.home / "processes.json"
        return {one["name"]: one for one in json.loads(path.read_text())} if path.exists() else {}

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Ends it and waits for its end."""
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
            self.process.wait(SLOW)


@contextmanager
def serving(node: Program, workers: int = 1, **environment: str) -> Iterator[Served]:
    """A node that answers, and that is no more afterwards."""
    served = Served(node, workers, **environment)
    started: set[int] = set()
    try:
        served.wait()
        yield served
    finally:
        started = descendants(served.process.pid)
        served.stop()
        for pid in alive(started):
            os.kill(pid, signal.SIGKILL)
