"""Generated nominal records through the real line: no nominal token in any byte at the centre, on the line, in a log.

What is generated comes of a seed, which is printed; `TIDEWAITER_SEED` repeats it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
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

CASES = int(os.environ.get("TIDEWAITER_NAMED_CASES", "60"))
GIVEN = ("Wekesa", "Zawadi", "Okiring", "Ndanu", "Barasa", "Chepkoech", "Mwende", "Kiprotich")
FAMILY = ("Tuvaluoma", "Kassarandi", "Wanjalaki", "Odhiamboro", "Nyirendaka", "Mutisyali")


class Tapped(threading.Thread):
    """A line that keeps what goes over it."""

    def __init__(self, port: int, to: int) -> None:
        super().__init__(daemon=True)
        self.to, self.kept, self.lock = to, bytearray(), threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", port))

    def run(self) -> None:
        while True:
            with suppress(OSError):
                here, _address = self.listener.accept()
                threading.Thread(target=self._carry, args=(here,), daemon=True).start()

    def _carry(self, here: socket.socket) -> None:
        with suppress(OSError), here, socket.create_connection(("127.0.0.1", self.to), 30) as there:
            back = threading.Thread(target=self._pump, args=(there, here), daemon=True)
            back.start()
            self._pump(here, there)
            back.join(60)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                with self.lock:
                    self.kept += data
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


def _nominal(chance: random.Random, number: int) -> tuple[dict[str, Any], list[str]]:
    """A record in whose texts somebody stands, and what of it must be in no byte."""
    name = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"
    passport = f"{chance.choice('ABKN')}{chance.choice('BKZ')}{chance.randrange(10**6, 10**7)}"
    phone = f"+254 7{chance.randrange(10, 99)} {chance.randrange(100, 999)} {chance.randrange(100, 999)}"
    mail = f"{name.split()[1].lower()}{number}@example.org"
    text = chance.choice(
        (
            "Driver {name}, passport {passport}, phone {phone}.",
            "The consignee {name} was called at {phone} and wrote from {mail}.",
            "passport no. {passport} of {name}; mail {mail}",
        )
    ).format(name=name, passport=passport, phone=phone, mail=mail)
    said = record(
        national_ref=f"KE-N-{number:04d}",
        date=f"2026-{1 + number % 9:02d}-{1 + number % 27:02d}",
        narrative=text if number % 3 else "",
        concealment={"place": "cargo", "method": "hidden_among_goods", "note": text},
        cover_load={"description": f"Brooms for {name}" if number % 2 else text},
        lines=[{"subtype": "magazine", "quantity": str(1 + number), "unit": "H87"}],
    )
    tokens = [passport, phone, phone.replace(" ", ""), mail]
    return said, [token for token in tokens if token in json.dumps(said)] + [name.split()[1]]


@pytest.mark.long
def test_no_nominal_token_is_in_any_byte_at_the_centre_on_the_line_or_in_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = int(os.environ.get("TIDEWAITER_SEED") or time.time())
    print(f"seed {seed}")
    chance = random.Random(seed)
    monkeypatch.setenv("TIDEWAITER_ENCRYPTION", "off")
    made = Path(os.environ.get("TIDEWAITER_NETWORK") or prepared.FOLDER / f"{prepared.digest()}-open-network")
    if not made.exists():
        demo_network.prepare(demo_network.nodes_in(made, 8000), print)
    shutil.copytree(made, tmp_path / "network")
    centre, kenya, _mauritius = demo_network.nodes_in(tmp_path / "network", 0)
    line, centre.port = free_port(), free_port()
    centre.run("exchange", "key", "--url", f"http://127.0.0.1:{line}", "-o", str(tmp_path / "centre.card"))
    kenya.run("exchange", "add_peer", str(tmp_path / "centre.card"))
    tap = Tapped(line, centre.port)
    tap.start()
    records, tokens = [], set()
    for number in range(CASES):
        said, own = _nominal(chance, number)
        records.append(said)
        tokens.update(own)
    # what the centre refuses says why, and its error text names nobody either
    records[0]["lines"][0]["fields"] = {"brand": sorted(tokens)[0]}
    (tmp_path / "cases.json").write_text(json.dumps(records))
    _known_people(kenya, tmp_path, tokens)
    log = (tmp_path / "centre.log").open("wb")
    words = [sys.executable, "-m", "tidewaiter", "serve", "--port", str(centre.port), "--workers", "1"]
    server = subprocess.Popen(
        words,
        env={**centre.environment, "TIDEWAITER_LOG": "debug"},
        cwd=PROJECT,
        stdout=log,
        stderr=log,
        process_group=0,
    )
    try:
        taken = kenya.run("import_cases", str(tmp_path / "cases.json"), "--by", "t.kiplagat", "--submit")
        _settled(kenya)
        status = kenya.run("exchange", "status")
    finally:
        os.killpg(server.pid, 15)
        server.wait(60)
        log.close()
    assert taken["accepted"] >= CASES - 1, taken
    arrived = _count(centre)
    assert arrived >= CASES - 1, (arrived, status["words"], f"seed {seed}")
    found = sorted(
        {
            f"{where}: {token}"
            for where, said in _bytes(tmp_path / "network" / "centre", tmp_path / "centre.log", bytes(tap.kept))
            for token in tokens
            if token.encode().lower() in said or token.encode("utf-16-le").lower() in said
        }
    )
    assert found == [], f"seed {seed}: {found[:20]}"
    print(f"seed {seed}: {arrived} cases, {len(tokens)} tokens, {len(tap.kept)} bytes on the line")


def _known_people(kenya: Any, folder: Path, tokens: set[str]) -> None:
    """The registry of the nation holds some of them, so that names by themselves are known to be names."""
    families = sorted(token for token in tokens if token in FAMILY)
    (folder / "people.csv").write_text("kind,name\n" + "".join(f"person,{one}\n" for one in families))
    (folder / "people.toml").write_text('[columns]\nkind = "kind"\nname = "name"\n')
    words = ("--by", "d.kamau", "--mapping", str(folder / "people.toml"))
    kenya.run("import_entities", str(folder / "people.csv"), *words)


def _settled(kenya: Any) -> None:
    for _ in range(120):
        told = kenya.run("exchange", "run", "--once")
        if not told["failed"] and not told["queued"] and not told["done"]:
            if not [one for one in kenya.run("exchange", "status")["outbox"] if one["status"] != "waits"]:
                return
        time.sleep(2)


def _count(centre: Any) -> int:
    import sqlite3

    with sqlite3.connect(centre.folder / "centre" / "tidewaiter.sqlite3", timeout=60) as database:
        found = database.execute("SELECT count(DISTINCT ref) FROM cases_case WHERE channel = 'national'").fetchone()
    return int(found[0])


def _bytes(folder: Path, log: Path, line: bytes) -> list[tuple[str, bytes]]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found = [(str(path.relative_to(folder)), path.read_bytes().lower()) for path in files]
    return [*found, ("log", log.read_bytes().lower()), ("line", line.lower())]
