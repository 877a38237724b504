"""A data folder of the former release (0.1, made by it; its largest lists are left out) is taken on by this one."""

from __future__ import annotations

import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Program
from tests.making import record

RELEASES = sorted((PROJECT / "tests" / "data").glob("release_*.tar.xz"))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name.split(".")[0])
def test_a_data_folder_of_a_former_release_is_taken_on_whole(release: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with tarfile.open(release) as tar:
        tar.extractall(home, filter="data")
    node = Program(home)
    node.json("init")
    assert node.json("verify_ledger", "--head", str(home / "head.json"))["intact"]
    validated = node.json("statistics", "--by", "country")
    assert [(row["country"], row["cases"], row["quantity"]) for row in validated] == [("KE", 3, "33")]
    every = node.json("statistics", "--by", "status", "--status", "all")
    assert {row["status"]: row["cases"] for row in every} == {"validated": 3, "submitted": 9}
    moved = node.json("validate_cases", "--by", "n.reviewer", "--unopened", "after the upgrade")
    assert moved["cases"] == 9
    (tmp_path / "again.ndjson").write_text(json.dumps(record(national_ref="NEW-1", place="", route=[])))
    assert node.json("import_cases", str(tmp_path / "again.ndjson"), "--by", "a.contact")["accepted"] == 1
    made = node.json("invite", "new.one", "--role", "officer", "--by", "a.contact")
    assert made["code"]
    assert node.json("backup", str(tmp_path / "after"))["entries"] > 84


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name.split(".")[0])
def test_one_command_backs_up_takes_on_and_checks_and_the_way_back_holds_the_node_as_it_was(
    release: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with tarfile.open(release) as tar:
        tar.extractall(home, filter="data")
    node = Program(home)
    with closing(sqlite3.connect(home / "tidewaiter.sqlite3")) as base:
        before = base.execute("SELECT count(*) FROM django_migrations").fetchone()[0]
    said = node.json("upgrade", str(tmp_path / "before.tar.gz"))
    assert said["intact"] is True
    assert [name for name in said["applied"] if name.startswith("exchange.")]
    assert f"restore {tmp_path / 'before.tar.gz'} --replace" in said["back"]
    assert node.json("verify_ledger")["intact"]
    with tarfile.open(tmp_path / "before.tar.gz") as tar:
        tar.extractall(tmp_path / "kept", filter="data")
    with closing(sqlite3.connect(tmp_path / "kept" / "tidewaiter.sqlite3")) as base:
        assert base.execute("SELECT count(*) FROM django_migrations").fetchone()[0] == before
    refused = node.json("upgrade", str(tmp_path / "before.tar.gz"), code=1)
    assert "name a new file" in refused["message"]
    again = node.json("upgrade", str(tmp_path / "again.tar.gz"))
    assert (again["applied"], again["intact"]) == ([], True)
