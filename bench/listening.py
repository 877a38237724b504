"""A room with many who listen: what sending and hearing take, and whether each hears each message once.

bench/listening.py [--readers 100] [--senders 20] [--seconds 20] [--pause 5] [--postgresql] [--workers 1]

Starts an operation node with `serve`, opens a stream for every reader from one asyncio client, and lets the senders
write: first at a pace (a message a sender every `--pause` seconds), then as fast as they are answered. In the middle of
the first the node is stopped and started again; readers come again with `Last-Event-ID`. Prints the median and the 95th
percentile of sending and of hearing (from the request of the sender to the last byte of the event at a reader),
messages a second, the memory and the processor time of the node's processes, and whether every reader heard every
message of the room once. The client takes its share of the same processors; its own processor time is printed beside.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "tools"))
from listening_node import HELD, PEOPLE, PROGRAM, Node, environment_of, script  # noqa: E402
from run_tests import postgres  # noqa: E402 -- the path is set above

HOME = Path(tempfile.gettempdir()) / f"tidewaiter-listening-{os.getpid()}"
COUNTRIES = ("KE", "JO", "ES", "UG", "FR", "BR", "IN", "ID", "CN", "SN")
_event = re.compile(rb'event: message\ndata: \{"kind":"message","number":(\d+),.*?"text":"sent ([0-9.]+) ')
_id = re.compile(rb"id: (\S+)\n")


@dataclass
class Noted:
    """What the client has seen."""

    sent: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)
    after_restart: list[float] = field(default_factory=list)
    """How long messages took that were sent while no stream stood."""
    answers: Counter[int] = field(default_factory=Counter)
    reloads: int = 0
    cut: float = 0.0
    """When the node was stopped; and when every stream stood again."""
    again: float = 0.0


NOTED = Noted()


class Reader:
    """Somebody who listens, and comes again with the last number they have where the line breaks."""

    def __init__(self, ref: str, token: str, port: int) -> None:
        self.ref, self.token, self.port = ref, token, port
        self.last, self.numbers, self.stands, self.over = b"", list[int](), False, False

    async def listen(self) -> None:
        """Until it is told that it is over."""
        while not self.over:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._once()
            self.stands = False
            await asyncio.sleep(random.uniform(0.5, 2.0))

    async def _once(self) -> None:
        reading, writing = await asyncio.open_connection("127.0.0.1", self.port)
        last = f"Last-Event-ID: {self.last.decode()}\r\n" if self.last else ""
        writing.write(
            f"GET /api/v1/operations/{self.ref}/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {self.token}\r\n{last}\r\n".encode()
        )
        try:
            head = await reading.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                NOTED.answers[int(head.split()[1])] += 1
                return
            waiting = b""
            while block := await reading.read(65536):
                self.stands = True
                waiting += block
                if b"\n\n" in waiting:
                    whole, _end, waiting = waiting.rpartition(b"\n\n")
                    self._take(whole)
        finally:
            writing.close()

    def _take(self, said: bytes) -> None:
        moment = time.time()
        for number, at in _event.findall(said):
            self.numbers.append(int(number))
            sent = float(at)
            of_old = NOTED.cut and NOTED.cut - 1 <= sent and (not NOTED.again or sent <= NOTED.again)
            (NOTED.after_restart if of_old else NOTED.heard).append(moment - sent)
        NOTED.reloads += said.count(b"event: reload")
        if found := _id.findall(said):
            self.last = found[-1]


async def ask(port: int, token: str, ref: str, number: int) -> tuple[int, float]:
    """Sends one message on a connection of its own; gives the status of the answer and how long it took."""
    began = time.time()
    said = json.dumps(
        {"template": "instruction", "data": {"text": f"sent {began:.4f} as number {number} of mine", "lang": "en"}}
    ).encode()
    reading, writing = await asyncio.open_connection("127.0.0.1", port)
    try:
        writing.write(
            f"POST /api/v1/operations/{ref}/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(said)}\r\n\r\n".encode()
            + said
        )
        head = await reading.readuntil(b"\r\n\r\n")
        return int(head.split()[1]), time.time() - began
    finally:
        writing.close()


async def send(port: int, token: str, ref: str, until: float, pause: float) -> int:
    """Sends until the moment comes; a message that was cut off is not sent again. Gives how many were taken."""
    taken = number = 0
    await asyncio.sleep(random.uniform(0, pause))
    while time.time() < until:
        number += 1
        try:
            status, took = await ask(port, token, ref, number)
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.5)
            continue
        if status == 201:
            taken += 1
            NOTED.sent.append(took)
        else:
            NOTED.answers[status] += 1
            await asyncio.sleep(0.5)
        if pause:
            await asyncio.sleep(random.uniform(0.5, 1.5) * pause)
    return taken


def spread(times: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    if not times:
        return "none"
    ordered = sorted(times)
    return f"median {ordered[len(ordered) // 2] * 1000:.0f} ms  p95 {ordered[int(len(ordered) * 0.95)] * 1000:.0f} ms"


async def phase(node: Node, made: dict[str, Any], chosen: argparse.Namespace, pause: float, name: str) -> int:
    """The senders write for a while; prints what it took."""
    NOTED.sent.clear()
    NOTED.heard.clear()
    _memory, before = node.used()
    own = time.process_time()
    until, began = time.time() + chosen.seconds, time.time()
    senders = [text for who, text in made["tokens"].items() if who.startswith("s")]
    taken = sum(await asyncio.gather(*(send(node.port, one, made["ref"], until, pause) for one in senders)))
    lasted = time.time() - began
    await asyncio.sleep(3)
    memory, after = node.used()
    print(
        f"{name}: {taken} messages, {taken / lasted:.1f} a second\n"
        f"  sent   {spread(NOTED.sent)}\n  heard  {spread(NOTED.heard)}  ({len(NOTED.heard)} times)\n"
        f"  node   {memory:.0f} MB, {max(0.0, after - before):.1f} s of processor in {lasted:.0f} s;"
        f" client {time.process_time() - own:.1f} s",
        flush=True,
    )
    return taken


async def restart(node: Node, readers: list[Reader], after: float) -> None:
    """Stops the node in the middle and starts it again."""
    await asyncio.sleep(after)
    NOTED.cut = time.time()
    await asyncio.to_thread(node.stop)
    stopped = time.time()
    node.start()
    await node.answers()
    up = time.time()
    while not all(one.stands for one in readers):
        await asyncio.sleep(0.1)
    NOTED.again = time.time()
    print(
        f"restarted: stopped in {stopped - NOTED.cut:.1f} s, down {up - NOTED.cut:.1f} s,"
        f" every stream stands after {NOTED.again - NOTED.cut:.1f} s"
    )


async def bench(node: Node, made: dict[str, Any], chosen: argparse.Namespace) -> list[Reader]:
    """All of it."""
    node.start()
    await node.answers()
    readers = [Reader(made["ref"], text, node.port) for name, text in made["tokens"].items() if name.startswith("r")]
    began = time.time()
    listening = [asyncio.create_task(one.listen()) for one in readers]
    while not all(one.stands for one in readers):
        await asyncio.sleep(0.1)
    print(f"{len(readers)} streams stand after {time.time() - began:.1f} s, {node.used()[0]:.0f} MB", flush=True)
    await phase(node, made, chosen, chosen.pause, f"{chosen.senders} senders at a pace")
    await asyncio.gather(
        phase(node, made, chosen, chosen.pause, f"{chosen.senders} senders at a pace, with a restart"),
        restart(node, readers, chosen.seconds / 3),
    )
    print(f"  sent while no stream stood: heard {spread(NOTED.after_restart)}")
    await phase(node, made, chosen, 0, f"{chosen.senders} senders as fast as they are answered")
    last, still = -1, 0
    while still < 20:  # all is heard once every stream stands and nothing has come for two seconds
        count = sum(len(one.numbers) for one in readers)
        still = still + 1 if count == last and all(one.stands for one in readers) else 0
        last = count
        await asyncio.sleep(0.1)
    for one in listening:
        one.cancel()
    return readers


def main() -> None:
    """Starts the node, lets everybody listen and send, prints what was."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--readers", type=int, default=100)
    parser.add_argument("--senders", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--pause", type=float, default=5, help="seconds between a sender's messages, on average")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    chosen = parser.parse_args()
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    environment = environment_of(HOME)
    server: Any = None
    if chosen.postgresql:
        server = postgres()
        environment["DATABASE_URL"] = server.__enter__()
    node = Node(environment, chosen.workers)
    try:
        HOME.mkdir(mode=0o700)
        for words in (("init",), ("demand_second_factor", "--nobody")):
            subprocess.run([*PROGRAM, *words], env=environment, cwd=PROJECT, check=True, capture_output=True)
        countries = ",".join(COUNTRIES)
        made = script(PEOPLE, str(chosen.readers), str(chosen.senders), countries, environment=environment)
        readers = asyncio.run(bench(node, made, chosen))
        node.stop()
        held = script(HELD, environment=environment)
        lost = sum(len(set(held["numbers"]) - set(one.numbers)) for one in readers)
        by_number = Counter(n for one in readers for n in set(held["numbers"]) - set(one.numbers))
        doubled = sum(len(one.numbers) - len(set(one.numbers)) for one in readers)
        disordered = sum(one.numbers != sorted(one.numbers) for one in readers)
        print(
            f"messages held {len(held['numbers'])}, lost {lost} (of {len(by_number)} messages), doubled {doubled},"
            f" readers out of order {disordered},"
            f" told to load anew {NOTED.reloads}, other answers {dict(NOTED.answers) or 'none'},"
            f" ledger intact {held['intact']}"
        )
    finally:
        node.stop()
        if server is not None:
            server.__exit__(None, None, None)
        shutil.rmtree(HOME, ignore_errors=True)
        shutil.rmtree(f"{HOME}-keys", ignore_errors=True)


if __name__ == "__main__":
    main()
