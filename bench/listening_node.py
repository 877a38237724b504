"""The node of a bench of rooms: its processes, its people, what is asked of it from outside."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
PEOPLE = """
import json, secrets, sys
from datetime import timedelta
from django.contrib.auth.hashers import make_password
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.operations.actions.opening import open_operation
from tidewaiter.operations.models import Membership
from tidewaiter.operations.planned import read_planned
from tidewaiter.people.actions import add_officer
from tidewaiter.people.actions.tokens import digest_of
from tidewaiter.people.models import Grant, Officer, Token
readers, senders, countries = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].split(",")
unit = add_officer(username="o.cu", administration="INT", role="coordinator", password=secrets.token_hex(9), by=NODE)
room = open_operation(
    said=read_planned({"title": "Grey Heron", "countries": countries, "waiting_days": 0, "test": True}), by=unit
)
secret = make_password(secrets.token_hex(9))
names = [f"r{n}" for n in range(readers)] + [f"s{n}" for n in range(senders)]
moment = now()
Officer.objects.bulk_create([
    Officer(username=name, administration_id=countries[n % len(countries)], password=secret, date_joined=moment,
            used_at=moment)
    for n, name in enumerate(names)
])
people = {one.username: one for one in Officer.objects.all()}
Grant.objects.bulk_create([
    Grant(officer=people[name], role="participant", granted_by="bench", granted_at=moment) for name in names
])
Membership.objects.bulk_create([
    Membership(operation=room, username=name, administration=people[name].administration_id, part="participant",
               invited_by="o.cu", invited_at=moment, joined_at=moment)
    for name in names
])
tokens = {name: f"tw_{secrets.token_urlsafe(32)}" for name in names}
Token.objects.bulk_create([
    Token(ref=new_ref("TK"), officer=people[name], scope="write", digest=digest_of(text=text), made_by="bench",
          made_at=moment, expires_at=moment + timedelta(days=1))
    for name, text in tokens.items()
])
print(json.dumps({"ref": room.ref, "tokens": tokens}))
"""
HELD = """
import json
from tidewaiter.ledger.queries import verify
from tidewaiter.operations.models import Message
print(json.dumps({"numbers": sorted(Message.objects.values_list("number", flat=True)), "intact": verify()["intact"]}))
"""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def environment_of(home: Path) -> dict[str, str]:
    """What an operation node in a folder is told."""
    environment = {
        **os.environ,
        "TIDEWAITER_HOME": str(home),
        "TIDEWAITER_KEYS": f"{home}-keys",
        "TIDEWAITER_SHAPE": "operation",
        "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings",
    }
    environment.pop("DATABASE_URL", None)
    return environment


class Node:
    """The node's processes."""

    def __init__(self, environment: dict[str, str], workers: int) -> None:
        self.port = free_port()
        self.environment, self.workers = environment, workers
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serves."""
        self.process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", str(self.port), "--workers", str(self.workers)],
            env=self.environment,
            cwd=PROJECT,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    async def answers(self) -> None:
        """Waits until it does."""
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reading, writing = await asyncio.open_connection("127.0.0.1", self.port)
                writing.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                head = await reading.readuntil(b"\r\n\r\n")
                writing.close()
                if b" 200 " in head:
                    return
            await asyncio.sleep(0.2)

    def stop(self) -> None:
        """Ends it."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(60)

    def used(self) -> tuple[float, float]:
        """Memory held by its processes, in MB, and the processor time they have had, in seconds."""
        memory = spent = 0.0
        waiting = [self.process.pid] if self.process else []
        while waiting:
            path = Path(f"/proc/{waiting.pop()}")
            with contextlib.suppress(OSError, IndexError):
                fields = (path / "stat").read_text().rsplit(")", 1)[1].split()
                spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
                memory += int((path / "statm").read_text().split()[1]) * 4096 / 1e6
                for thread in (path / "task").glob("*/children"):
                    waiting += map(int, thread.read_text().split())
        return memory, spent


PROGRAM = [sys.executable, "-m", "tidewaiter"]


def script(said: str, *words: str, environment: dict[str, str]) -> Any:
    """What a script in the node answers."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{said}", *words],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)
