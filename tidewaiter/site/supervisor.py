"""One command for the whole node: web processes and the worker, started together, each
started again by itself, ended together.

A process that ends is started again: at once after its first death within ten minutes, ever more slowly
after further ones, and never given up. The others are left alone. What happened stands in the log and in
the data folder (`running.children_of`).
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.utils.translation import gettext as _

from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.site import leash
from tidewaiter.site.running import ChildState, forget_children, note_children, say_stopping, serving

WINDOW, TOLD = 600.0, 3600.0
"""Seconds for which a death counts when it is asked how long to wait, and for which it is told."""
LONGEST_WAIT = 60.0
TICK = 0.25
PATIENCE = 10.0
"""Seconds that processes have to end by themselves when they are told to."""
_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_log = logging.getLogger("tidewaiter.serve")


def supervise(*, host: str, port: int, workers: int) -> int:
    """Runs the web server and the worker until told to stop. Gives the exit code.

    Raises `Refusal` while the node is being restored, and where another program listens at the address.
    """
    stopping = _Stopping()  # before anything is started: who is told to stop while starting leaves nothing behind
    with serving(Path(settings.TIDEWAITER_HOME)):
        _must_be_free(host, port)
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings",
            "TIDEWAITER_WORKERS": str(workers),
            "TIDEWAITER_STARTED": str(int(time.time())),
        }
        return Supervisor(commands(host, port, workers), environment).run(stopping)


def commands(host: str, port: int, workers: int) -> dict[str, list[str]]:
    """What is run, by name."""
    return {
        "web": [
            sys.executable,
            "-m",
            "tidewaiter.site.web_process",
            "--interface",
            "asginl",
            "--host",
            host,
            "--port",
            str(port),
            "--workers",
            str(workers),
            "--log-level",
            "warning",
            "--no-ws",
            "--http",
            "1",
            "--http1-buffer-size",
            str(most("header_bytes")),
            "--http1-header-read-timeout",
            "10000",
            "--backpressure",
            "4096",
            "--respawn-failed-workers",
            "--workers-kill-timeout",
            "8",
            "tidewaiter.site.asgi:application",
        ],
        "work": [sys.executable, "-m", "tidewaiter", "work", "--lane", "prompt"],
        "heavy": [sys.executable, "-m", "tidewaiter", "work", "--lane", "heavy"],
    }


class _Stopping:
    """Whether somebody said stop."""

    def __init__(self) -> None:
        self.said = False
        for number in _STOPPING:
            signal.signal(number, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.said = True


class Child:
    """One process of the node, and when it is started again."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths: deque[float] = deque()
        self.own: set[int] = set()
        self.own_deaths: deque[float] = deque()
        self.last_exit: int | None = None
        self.next_start = 0.0

    def start(self, environment: Mapping[str, str], leash_end: int) -> None:
        """Starts it, in a process group of its own: what it starts ends with it."""
        self.process = subprocess.Popen(
            self.command, env=dict(environment), pass_fds=(leash_end,), process_group=0, stdin=subprocess.DEVNULL
        )

    def has_ended(self) -> bool:
        """Whether it ended since it was last asked. What it had started is ended
        then, before its number can be another's.
        """
        if self.process is None:
            return False
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return False
        self.end_all()
        self.last_exit, self.process, self.own = self.process.wait(), None, set()
        return True

    def lost_some(self, moment: float) -> int:
        """How many of the processes that it has started itself have ended since it was last asked, while it went on."""
        if self.process is None:
            return 0
        there = started_by(self.process.pid)
        gone, self.own = self.own - there, there
        while self.own_deaths and moment - self.own_deaths[0] > WINDOW:
            self.own_deaths.popleft()
        self.own_deaths.extend([moment] * len(gone))
        return len(gone)

    def end_all(self) -> None:
        """Ends it and all that it started, at once."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def count_death(self, moment: float) -> float:
        """Remembers a death; gives how many seconds are waited: none after the first of a window, then 1, 2, 4 … 60."""
        while self.deaths and moment - self.deaths[0] > TOLD:
            self.deaths.popleft()
        self.deaths.append(moment)
        again = self.lately(moment) - 1
        wait = min(2.0 ** (again - 1), LONGEST_WAIT) if again else 0.0
        self.next_start = moment + wait
        return wait

    def lately(self, moment: float) -> int:
        """How often it died within the window before that moment."""
        return sum(moment - death <= WINDOW for death in self.deaths)

    def state(self) -> ChildState:
        """How it is, for whoever reads the data folder."""
        now, steady = time.time(), time.monotonic()
        return ChildState(
            name=self.name,
            pid=self.process.pid if self.process else 0,
            deaths=self.lately(steady),
            last_death=now - (steady - self.deaths[-1]) if self.deaths else 0.0,
            last_exit=self.last_exit,
            next_start=0.0 if self.process else now + max(0.0, self.next_start - steady),
            died=[now - (steady - death) for death in self.deaths if steady - death <= TOLD],
            own_ended=len(self.own_deaths),
        )


def started_by(pid: int) -> set[int]:
    """The processes that a process has started and that run (proc(5), `children`); none where that is not said."""
    found: set[int] = set()
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found.update(map(int, thread.read_text().split()))
    return found


class Supervisor:
    """The processes of the node, watched."""

    def __init__(self, table: Mapping[str, Sequence[str]], environment: Mapping[str, str]) -> None:
        self.children = [Child(name, command) for name, command in table.items()]
        self._leash_end, said = leash.made()
        self._environment = {**environment, leash.LEASH: said}
        self._home = Path(settings.TIDEWAITER_HOME)

    def run(self, stopping: _Stopping) -> int:
        """Starts and starts again, until told to stop."""
        try:
            while not stopping.said:
                if self._look():
                    self._note()
                time.sleep(TICK)
        finally:
            self._end()
        return 0

    def _look(self) -> bool:
        """Counts who ended, starts who is due. Gives whether anything changed."""
        changed = False
        for child in self.children:
            moment = time.monotonic()
            if child.has_ended():
                self._count(child, moment, "a process ended and is started again")
                changed = True
            if child.name == "web" and (lost := child.lost_some(moment)):
                _log.warning("a web process ended and is started again", extra={"task": child.name, "deaths": lost})
                changed = True
            if child.process is None and moment >= child.next_start:
                try:
                    child.start(self._environment, self._leash_end)
                except OSError:  # no memory, no more processes: it may be otherwise in a while
                    self._count(child, moment, "a process could not be started and is tried again")
                changed = True
        return changed

    @staticmethod
    def _count(child: Child, moment: float, event: str) -> None:
        wait = child.count_death(moment)
        said = {"task": child.name, "status": child.last_exit, "deaths": child.lately(moment), "seconds": wait}
        _log.warning(event, extra=said)

    def _note(self) -> None:
        try:
            note_children(self._home, [child.state() for child in self.children])
        except OSError as error:  # a full disk is told elsewhere, and ends nobody
            _log.warning("the state of the processes could not be noted", extra={"error": type(error).__name__})

    def _end(self) -> None:
        """Tells everybody to stop, waits for them together, ends who does not."""
        for number in _STOPPING:
            signal.signal(number, signal.SIG_IGN)
        say_stopping(self._home)
        last = time.monotonic() + PATIENCE
        running = [child for child in self.children if child.process is not None]
        for child in running:
            if child.process is not None:
                child.process.terminate()
        while any(not child.has_ended() and child.process is not None for child in running) and time.monotonic() < last:
            time.sleep(0.05)
        for child in running:
            child.end_all()
            if child.process is not None:
                child.process.wait()
        forget_children(self._home)


def _must_be_free(host: str, port: int) -> None:
    """The web server shares its port between its processes,
    and would share it with another program of this person too.
    """
    try:
        (family, kind, protocol, _name, address), *_rest = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        sentence = _("The node cannot listen at %(host)s:%(port)s (%(why)s). Stop what listens there, or give --port.")
        raise Refusal("port", sentence % {"host": host, "port": port, "why": error.strerror}) from error
