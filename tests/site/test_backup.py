"""Backup and restore: one consistent file, read back, refused when anything in it is not as it was."""

from __future__ import annotations

import json
import os
import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pyrage
import pytest

from tests.conftest import Program
from tests.making import record
from tidewaiter.site.backup import archive


def _filled(node: Program, folder: Path) -> None:
    node.person("b.contact", "KE", "contact")
    lines = [json.dumps(record(national_ref=f"BK-{n}", place="", route=[])) for n in range(20)] + [
        json.dumps(record(national_ref="BK-x", date="never", place="", route=[]))
    ]
    (folder / "cases.ndjson").write_text("\n".join(lines))
    node.json("import_cases", str(folder / "cases.ndjson"), "--by", "b.contact", "--submit", code=1)


def _figures(node: Program) -> list[dict[str, object]]:
    answer: list[dict[str, object]] = node.json("statistics", "--by", "commodity,subtype", "--status", "all")
    return answer


def test_a_node_comes_back_as_it_was(small_node: Program, tmp_path: Path) -> None:
    node = small_node
    _filled(node, tmp_path)
    before = _figures(node)
    node.json("ledger_head", "-o", str(tmp_path / "head.json"))
    made = node.json("backup", str(tmp_path / "node.backup"))
    assert (tmp_path / "node.backup").stat().st_mode & 0o077 == 0
    assert made["bytes"] == (tmp_path / "node.backup").stat().st_size
    other = Program(tmp_path / "other")
    back = other.json("restore", str(tmp_path / "node.backup"))
    assert (back["intact"], back["entries"]) == (True, made["entries"])
    assert other.json("verify_ledger", "--head", str(tmp_path / "head.json"))["intact"]
    assert _figures(other) == before
    kept = {path.name: path.read_bytes() for path in (node.home / "vault").rglob("*") if path.is_file()}
    assert kept
    assert kept == {path.name: path.read_bytes() for path in (other.home / "vault").rglob("*") if path.is_file()}
    refused = other.json("restore", str(tmp_path / "node.backup"), code=1)
    assert refused["error"] == "occupied"
    (other.home / "hidden").mkdir(mode=0o700, exist_ok=True)
    (other.home / "hidden" / "RC-1.xlsx").write_bytes(b"sealed")
    again = other.json("restore", str(tmp_path / "node.backup"), "--replace")
    assert (Path(again["set_aside"]) / "tidewaiter.sqlite3").is_file()
    assert not list(other.home.rglob("RC-1.xlsx")), "a sheet of what was hidden is gone within the hour, aside too"
    assert _figures(other) == before


TRADE = """
import sys
from tidewaiter.people.queries import officer_named
from tidewaiter.trade.files.sources import bring_file
print(bring_file(name="prices.csv", chunks=[b"hs,value\\n640411,12\\n"], by=officer_named("t.analyst")).ref)
"""


def test_trade_files_and_results_are_in_unless_they_are_left_out(small_node: Program, tmp_path: Path) -> None:
    node = small_node
    node.person("t.analyst", "KE", "analyst")
    assert node.run("shell", "-v", "0", "-c", TRADE).stdout.startswith("TF-")
    run = node.home / "trade" / "runs" / "TA-X"
    run.mkdir(parents=True)
    (run / "rows.parquet").write_bytes(b"rows")

    def trade(home: Path) -> dict[str, bytes]:
        found = (home / "trade").rglob("*")
        return {str(path.relative_to(home)): path.read_bytes() for path in found if path.is_file()}

    before = trade(node.home)
    assert len(before) == 2
    assert node.json("backup", str(tmp_path / "with"))["trade"] is True
    assert node.json("backup", str(tmp_path / "without"), "--without-trade")["trade"] is False
    whole, part = Program(tmp_path / "whole"), Program(tmp_path / "part")
    assert whole.json("restore", str(tmp_path / "with"))["trade"] is True
    assert trade(whole.home) == before
    assert part.json("restore", str(tmp_path / "without"))["trade"] is False
    assert trade(part.home) == {}
    said = " ".join(node.run("backup", "--help").stdout.split())
    assert "trade files with their results" in said
    assert "left out are the secret keys" in said


def test_a_file_that_grows_while_it_is_packed_spoils_no_backup(tmp_path: Path) -> None:
    growing = tmp_path / "growing"
    growing.write_bytes(b"x" * 1000)

    def members() -> Iterator[tuple[str, Path]]:
        yield "database", growing

    real = archive._add

    def later(tar: Any, name: str, file: Any) -> Any:
        if name == "database":
            kept = real(tar, name, _Growing(file, growing))
            assert growing.stat().st_size > 1000
            return kept
        return real(tar, name, file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "_add", later)
        archive.pack(tmp_path / "packed", members(), {"database": "sqlite"})
    (tmp_path / "out").mkdir()
    archive.unpack(tmp_path / "packed", tmp_path / "out")
    assert (tmp_path / "out" / "database").read_bytes() == b"x" * 1000


class _Growing:
    """A file that somebody writes to while it is read."""

    def __init__(self, file: Any, path: Path) -> None:
        self._file, self._path = file, path

    def fileno(self) -> int:
        """As the file's."""
        return int(self._file.fileno())

    def read(self, size: int = -1) -> bytes:
        """Reads, after more was written."""
        with self._path.open("ab") as more:
            more.write(b"y" * 100)
        return bytes(self._file.read(size))


def test_a_damaged_backup_is_refused_and_nothing_is_changed(small_node: Program, tmp_path: Path) -> None:
    node = small_node
    node.json("backup", str(tmp_path / "good"))
    whole = (tmp_path / "good").read_bytes()
    chance = random.Random(7)
    target = Program(tmp_path / "target")
    damages = [whole[: len(whole) // 2], whole[:-9], b"", b"not a backup"]
    for _ in range(4):
        at = chance.randrange(len(whole))
        damages.append(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
    for content in damages:
        (tmp_path / "bad").write_bytes(content)
        assert target.json("restore", str(tmp_path / "bad"), code=2)["error"] == "damaged"
        assert not (target.home / "tidewaiter.sqlite3").exists()
    assert target.run("restore", str(tmp_path / "nowhere")).returncode == 2


def test_a_backup_for_an_age_recipient_opens_with_its_key_alone(small_node: Program, tmp_path: Path) -> None:
    node = small_node
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(f"# made for the test\n{key}\n")
    (tmp_path / "other-key").write_text(f"{pyrage.x25519.Identity.generate()}\n")
    made = node.json("backup", str(tmp_path / "sealed"), "--recipient", str(key.to_public()))
    assert made["encrypted"]
    assert b"SQLite format" not in (tmp_path / "sealed").read_bytes()
    target = Program(tmp_path / "target")
    for more in ([], ["--identity", str(tmp_path / "other-key")]):
        assert target.json("restore", str(tmp_path / "sealed"), *more, code=2)["error"] == "identity"
    assert target.json("restore", str(tmp_path / "sealed"), "--identity", str(tmp_path / "key"))["intact"]
    assert node.json("backup", str(tmp_path / "x"), "--recipient", "age1nonsense", code=2)["error"] == "recipient"
    assert not (tmp_path / "x").exists()
    assert not list(node.home.glob(".backup-*"))


def test_a_restore_that_was_cut_off_keeps_the_node_shut_until_it_is_done(small_node: Program, tmp_path: Path) -> None:
    node = small_node
    node.json("backup", str(tmp_path / "good"))
    (node.home / "restoring").write_text("{}")
    said = node.run("serve", "--port", "0")
    assert said.returncode != 0
    assert "restore" in said.stderr
    node.json("restore", str(tmp_path / "good"), "--replace")
    assert not (node.home / "restoring").exists()


@pytest.mark.both_databases
@pytest.mark.skipif(
    not os.environ.get("DATABASE_URL"), reason="this one is about PostgreSQL; SQLite has its own tests above"
)
def test_a_node_on_postgresql_comes_back_as_it_was(tmp_path: Path) -> None:
    url = os.environ["DATABASE_URL"]
    names = [f"tw_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    with psycopg.connect(url, autocommit=True) as server:
        for name in names:
            server.execute(f'CREATE DATABASE "{name}"')
    nodes = []
    for name in names:
        node = Program(tmp_path / name)
        node.environment["DATABASE_URL"] = f"{url.rsplit('/', 1)[0]}/{name}"
        nodes.append(node)
    first, second = nodes
    first.json("init")
    _filled(first, tmp_path)
    before = _figures(first)
    made = first.json("backup", str(tmp_path / "pg.backup"))
    back = second.json("restore", str(tmp_path / "pg.backup"))
    assert (back["intact"], back["entries"]) == (True, made["entries"])
    assert _figures(second) == before
    second.person("after.restore", "KE", "officer")
    assert second.json("restore", str(tmp_path / "pg.backup"), code=1)["error"] == "occupied"
    assert second.json("restore", str(tmp_path / "pg.backup"), "--replace")["intact"]
