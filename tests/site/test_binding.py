"""A data folder and its database are of one shape and one node, and nothing opens them as another."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tarfile
import uuid
from pathlib import Path

import psycopg
import pytest

from tests.conftest import PROJECT, Program


def _as(node: Program, shape: str | None) -> Program:
    other = Program(node.home, shape or "central")
    if shape is None:
        del other.environment["TIDEWAITER_SHAPE"]
    return other


def _bytes_of(node: Program) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in node.home.iterdir() if path.is_file() and path.name != ".running"}


def test_another_shape_is_refused_by_every_command_before_anything_is_read_or_migrated(small_node: Program) -> None:
    before = _bytes_of(small_node)
    national = _as(small_node, "national")
    for words in (["init"], ["serve", "--port", "0"], ["work", "--once"], ["statistics", "--by", "year"], ["migrate"]):
        said = national.run(*words)
        assert said.returncode == 2, words
        assert "central" in said.stderr, words
        assert "national" in said.stderr, words
        assert "Traceback" not in said.stderr, words
    assert national.json("verify_ledger", code=2)["error"] == "other_shape"
    assert _bytes_of(small_node) == before


def test_without_a_shape_set_the_folders_own_is_used(small_node: Program) -> None:
    unset = _as(small_node, None)
    assert unset.json("init")["shape"] == "central"
    fresh = Program(small_node.home.with_name("fresh"))
    del fresh.environment["TIDEWAITER_SHAPE"]
    assert (
        "national"
        in fresh.run("shell", "-c", "from django.conf import settings as s; print(s.TIDEWAITER_SHAPE)").stdout
    )


def test_exchanging_the_mark_or_the_database_does_not_help(small_node: Program, tmp_path: Path) -> None:
    mark = small_node.home / "node.json"
    said = json.loads(mark.read_text())
    mark.write_text(json.dumps({**said, "shape": "national"}))
    refused = _as(small_node, "national").run("statistics", "--by", "year")
    assert refused.returncode == 2
    assert "central" in refused.stderr
    mark.unlink()
    refused = _as(small_node, "national").run("init")
    assert refused.returncode == 2
    assert "central" in refused.stderr
    assert _as(small_node, None).run("init").returncode == 2, "a folder without its mark is no new one"
    small_node.json("init")
    assert json.loads(mark.read_text()) == said
    other = tmp_path / "other"
    shutil.copytree(small_node.home, other)
    (other / "node.json").write_text(json.dumps({**said, "node": "NODE-ANOTHER"}))
    refused = Program(other).run("init")
    assert refused.returncode == 2
    assert "NODE-ANOTHER" in refused.stderr
    assert said["node"] in refused.stderr


def test_a_folder_whose_database_is_gone_is_not_filled_anew(small_node: Program) -> None:
    for path in small_node.home.glob("tidewaiter.sqlite3*"):
        path.unlink()
    refused = small_node.run("init")
    assert refused.returncode == 2
    assert "restore" in refused.stderr
    assert not (small_node.home / "tidewaiter.sqlite3").exists()


def test_an_older_folder_takes_the_configured_shape_but_not_that_of_other_rooms_or_other_cases(tmp_path: Path) -> None:
    for shape, code in (("operation", 2), ("national", 2), ("central", 0)):
        home = tmp_path / shape
        with tarfile.open(PROJECT / "tests" / "data" / "release_0_1.tar.xz") as tar:
            tar.extractall(home, filter="data")
        node = Program(home, shape)
        done = node.run("init")
        assert done.returncode == code, done.stderr
        assert (home / "node.json").exists() == (code == 0)
        with sqlite3.connect(home / "tidewaiter.sqlite3") as database:
            moved = database.execute("SELECT count(*) FROM django_migrations WHERE name LIKE '%shape_of%'").fetchone()
        assert moved[0] == (1 if code == 0 else 0), "refused before anything is migrated"


def test_a_backup_of_another_shape_changes_nothing(small_node: Program, tmp_path: Path) -> None:
    small_node.json("backup", str(tmp_path / "made"))
    national = Program(tmp_path / "national", "national")
    said = national.json("restore", str(tmp_path / "made"), code=1)
    assert said["error"] == "other_shape"
    assert "central" in said["message"]
    assert "national" in said["message"]
    assert not (national.home / "tidewaiter.sqlite3").exists()
    assert not (national.home / "node.json").exists()
    again = Program(tmp_path / "again")
    again.json("restore", str(tmp_path / "made"))
    assert (again.home / "node.json").read_text() == (small_node.home / "node.json").read_text()


@pytest.mark.both_databases
@pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="this one is about PostgreSQL")
def test_a_folder_does_not_meet_the_postgresql_database_of_another_node_or_shape(tmp_path: Path) -> None:
    url = os.environ["DATABASE_URL"]
    names = [f"tw_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    with psycopg.connect(url, autocommit=True) as server:
        for name in names:
            server.execute(f'CREATE DATABASE "{name}"')
    first, second = (f"{url.rsplit('/', 1)[0]}/{name}" for name in names)
    node = Program(tmp_path / "home")
    node.environment["DATABASE_URL"] = first
    node.json("init")
    node.environment["DATABASE_URL"] = second
    refused = node.run("init")
    assert refused.returncode == 2
    assert "DATABASE_URL" in refused.stderr
    with psycopg.connect(second) as database:
        assert database.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone() == (0,)
    other = Program(tmp_path / "other", "national")
    other.environment["DATABASE_URL"] = first
    refused = other.run("init")
    assert refused.returncode == 2
    assert "central" in refused.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["unit_prices", "declared.csv", "-o", "flagged.csv"],
        ["import_cases", "declared.csv", "--by", "officer.ke"],
        ["export_cases", "--by", "officer.ke", "-o", "cases.csv"],
        ["jobs"],
        ["propose_mapping", "declared.csv", "--form", "WPN", "-o", "map.toml"],
    ],
)
def test_before_a_node_is_made_a_command_says_what_makes_one(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "declared.csv").write_text(
        "declaration id,date,hs,origin,quantity,value\nD1,2025-01-11,640411,CN,10,99\n"
    )
    fresh = Program(tmp_path / "home")
    done = fresh.run(*[str(tmp_path / word) if "." in word else word for word in words])
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert "There is no node here yet" in done.stderr
    assert "tidewaiter init" in done.stderr
