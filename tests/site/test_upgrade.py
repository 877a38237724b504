"""A data folder of the former release (0.1, made by it; its largest lists are left out) is taken on by this one."""

from __future__ import annotations

import json
import tarfile
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
