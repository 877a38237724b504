"""Commands of a node, run as copies of a process that has imported what is not ours (tests/warm_server.py).

A command of the suite takes longer to import Django, the engines of tables and the like than to do what it is for. The
copy reads settings, rooms and the environment for itself, as a fresh process does; what the interpreter alone reads
when it begins must be what this process was started with, or a fresh one is taken. `TIDEWAITER_TEST_COLD=1`, and
`make test-all`, run every command in a fresh process.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
READ_AT_START = ("PYTHON", "LANG", "LC_", "LD_", "MALLOC_", "OMP_", "OPENBLAS_", "TZ")
"""Of the environment, what a process reads once, before its first line."""


class Warm:
    """The process of this worker, started when first asked for."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self.seconds = 0.0
        """Of a processor, that commands have taken so far."""

    def takes(self, environment: dict[str, str]) -> bool:
        """Whether a copy does what a fresh process in this environment would."""
        return (
            not os.environ.get("TIDEWAITER_TEST_COLD")
            and not os.environ.get("TIDEWAITER_THOROUGH")
            and hasattr(os, "pidfd_open")
            and _read_at_start(environment) == _read_at_start(dict(os.environ))
        )

    def run(
        self, words: tuple[str, ...], environment: dict[str, str], said: str, seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """As `subprocess.run` of `python -m tidewaiter WORDS` with text put in and taken."""
        line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours, files = [], []
        for writes in (True, False, False):
            reading, writing = os.pipe()
            ours.append(writing if writes else reading)
            files.append(reading if writes else writing)
        asked = {"words": words, "environment": environment, "folder": str(PROJECT)}
        socket.send_fds(self._server(), [json.dumps(asked).encode()], [*files, theirs.fileno()])
        theirs.close()
        for file in files:
            os.close(file)
        got: dict[int, str] = {}
        readers = [threading.Thread(target=_read, args=(file, got), daemon=True) for file in ours[1:]]
        readers.append(threading.Thread(target=_write, args=(ours[0], said), daemon=True))
        for reader in readers:
            reader.start()
        line.settimeout(seconds)
        try:
            answer = line.recv(1000)
        except TimeoutError:
            line.close()
            raise subprocess.TimeoutExpired(["tidewaiter", *words], seconds) from None
        for reader in readers:
            reader.join()
        line.close()
        code, used = json.loads(answer)
        self.seconds += used
        return subprocess.CompletedProcess(["tidewaiter", *words], code, got[ours[1]], got[ours[2]])

    def _server(self) -> socket.socket:
        with self._lock:
            if self._socket is None:
                self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                number = theirs.fileno()
                process = subprocess.Popen(
                    [sys.executable, "-m", "tests.warm_server", str(number)], pass_fds=[number], cwd=PROJECT
                )
                theirs.close()
                if self._socket.recv(10) != b"ready":
                    raise RuntimeError("the process that commands are copied of did not start: see its errors above")
                atexit.register(_ended, self._socket, process)
            return self._socket


def _read_at_start(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(READ_AT_START)}


def _read(file: int, got: dict[int, str]) -> None:
    with open(file, encoding="utf-8") as lines:
        got[file] = lines.read()


def _write(file: int, said: str) -> None:
    try:
        with open(file, "w", encoding="utf-8") as input_of:
            input_of.write(said)
    except BrokenPipeError:  # it reads nothing
        pass


def _ended(line: socket.socket, process: subprocess.Popen[bytes]) -> None:
    line.close()
    process.wait(30)


WARM = Warm()
