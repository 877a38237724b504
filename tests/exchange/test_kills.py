"""A centre and two national nodes as real processes, killed and cut at random: in the end all agree, once each.

Which ones and when comes of a seed, which is printed; `TIDEWAITER_SEED` repeats it, `TIDEWAITER_NETWORK` names the
folder of a network that `make demo-network` has prepared.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests import prepared
from tests.conftest import PROJECT
from tests.making import record
from tests.served import free_port
from tidewaiter.site import demo_network
from tidewaiter.site.demo_network import DemoNode

SECONDS = int(os.environ.get("TIDEWAITER_KILL_SECONDS", "60"))


class CutLine(threading.Thread):
    """A line between two ports that breaks off at any byte."""

    def __init__(self, port: int, to: int, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.port, self.to, self.chance, self.cuts, self.whole = port, to, chance, 0, False
        self.listener = socket.create_server(("127.0.0.1", port))

    def run(self) -> None:
        while True:
            with suppress(OSError):
                here, _address = self.listener.accept()
                threading.Thread(target=self._carry, args=(here,), daemon=True).start()

    def _carry(self, here: socket.socket) -> None:
        most = 10**9 if self.whole or self.chance.random() < 0.6 else self.chance.randrange(1, 6000)
        self.cuts += most < 10**9
        left = [most]
        with suppress(OSError), here, socket.create_connection(("127.0.0.1", self.to), 10) as there:
            back = threading.Thread(target=self._pump, args=(there, here, left), daemon=True)
            back.start()
            self._pump(here, there, left)
            back.join(60)

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket, left: list[int]) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                sink.sendall(data[: max(left[0], 0)])
                left[0] -= len(data)
                if left[0] <= 0:
                    sink.shutdown(socket.SHUT_RDWR)
                    source.shutdown(socket.SHUT_RDWR)
                    return
            sink.shutdown(socket.SHUT_WR)


def _process(node: DemoNode, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tidewaiter", *words],
        env=node.environment,
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[DemoNode]:
    """A network of one's own, copied from one that is made once; its tables are read from outside, so not encrypted."""
    monkeypatch.setenv("TIDEWAITER_ENCRYPTION", "off")
    made = Path(os.environ.get("TIDEWAITER_NETWORK") or prepared.FOLDER / f"{prepared.digest()}-open-network")
    with prepared.alone("open-network"):
        if not (made / "joined").exists():  # a preparation that was cut off goes on
            demo_network.prepare(demo_network.nodes_in(made, 8000), print)
    shutil.copytree(made, tmp_path / "network")
    return demo_network.nodes_in(tmp_path / "network", 0)


def _rows(node: DemoNode, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(node.folder / node.name / "tidewaiter.sqlite3", timeout=60) as database:
        return database.execute(sql).fetchall()


@pytest.mark.long
def test_random_kills_and_cut_lines_lose_nothing_and_double_nothing(network: list[DemoNode], tmp_path: Path) -> None:
    seed = int(os.environ.get("TIDEWAITER_SEED") or time.time())
    print(f"seed {seed}")
    chance = random.Random(seed)
    centre, kenya, mauritius = network
    line, centre.port = free_port(), free_port()
    centre.run("exchange", "key", "--url", f"http://127.0.0.1:{line}", "-o", str(tmp_path / "centre.card"))
    for node in (kenya, mauritius):
        node.run("exchange", "add_peer", str(tmp_path / "centre.card"))
    cut = CutLine(line, centre.port, chance)
    cut.start()
    words = {
        "centre": ("serve", "--port", str(centre.port), "--workers", "1"),
        "kenya": ("exchange", "run"),
        "mauritius": ("exchange", "run"),
    }
    started = {node.name: _process(node, *words[node.name]) for node in network}
    before = {ref for (ref,) in _rows(kenya, "SELECT ref FROM cases_case")}
    entering: list[subprocess.Popen[bytes]] = []
    kills, batches, ends = 0, 0, time.monotonic() + SECONDS
    try:
        while time.monotonic() < ends:
            time.sleep(chance.uniform(1, 12))
            if chance.random() < 0.3 and batches < 6:
                batches += 1
                entering.append(_enter(kenya, tmp_path, batches))
            else:
                node = chance.choice(network)
                _kill(started[node.name])
                kills += 1
                started[node.name] = _process(node, *words[node.name])
        for process in entering:
            process.wait(300)
        time.sleep(30)  # nobody is killed any more, the line still breaks
        cut.whole = True
        _settle(network, before)
    finally:
        for process in started.values():
            _kill(process)
    _must_agree(network, seed, before, batches)
    print(f"seed {seed}: {kills} kills, {cut.cuts} cuts, {batches * 5} cases")


def _enter(node: DemoNode, folder: Path, number: int) -> subprocess.Popen[bytes]:
    """Five cases more are entered and submitted, while all else goes on."""
    file = folder / f"cases-{number}.json"
    days = [record(national_ref=f"KE-{number}-{at}", date=f"2026-03-{at + 1:02d}") for at in range(5)]
    file.write_text(json.dumps(days))
    return _process(node, "import_cases", str(file), "--by", "t.kiplagat", "--submit")


def _settle(network: list[DemoNode], before: set[str]) -> None:
    """Waits until nothing is on its way any more."""
    centre, kenya, _mauritius = network
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        time.sleep(3)
        open_ = _rows(
            kenya, "SELECT count(*) FROM exchange_outgoing WHERE status IN ('ready', 'on_the_way') AND op <> 'note'"
        )[0][0]
        here = {ref for (ref,) in _rows(kenya, "SELECT ref FROM cases_case WHERE status = 'submitted'")}
        there = {ref for (ref,) in _rows(centre, "SELECT ref FROM cases_case")}
        if not open_ and here <= there | before:
            return
        # an envelope whose receipt was lost is sent again after ten minutes: a test does not wait for that
        with sqlite3.connect(kenya.folder / kenya.name / "tidewaiter.sqlite3", timeout=60) as database:
            database.execute(
                "UPDATE exchange_outgoing SET sent_at = NULL, status = 'ready' WHERE status = 'on_the_way'"
            )
    raise AssertionError("something is still on its way")


def _must_agree(network: list[DemoNode], seed: int, before: set[str], batches: int) -> None:
    centre, kenya, _mauritius = network
    here = dict(_rows(kenya, "SELECT ref, national_ref FROM cases_case WHERE status = 'submitted'"))
    there = _rows(centre, "SELECT ref, national_ref FROM cases_case WHERE channel = 'national'")
    assert len(there) == len(dict(there)), f"doubled, seed {seed}"
    assert {ref: name for ref, name in here.items() if ref not in before}.items() <= dict(there).items()
    assert len(here) >= 5 * batches, f"lost, seed {seed}"
    drafted = _rows(centre, "SELECT ref, count(*) FROM ledger_entry WHERE deed = 'cases.drafted' GROUP BY ref")
    assert {number for _ref, number in drafted} <= {1}, f"done twice, seed {seed}"
    bad = _rows(kenya, "SELECT ref, status, reason FROM exchange_outgoing WHERE op <> 'note' AND status <> 'received'")
    assert [row for row in bad if row[1] != "waits"] == [], f"seed {seed}"
    for node in network:
        assert node.run("verify_ledger")["intact"] is True
