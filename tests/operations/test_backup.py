"""An older backup, restored beside today's keys, reads no room that was destroyed since."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Program, prepared_for

TOML = 'title = "Grey Heron"\ncountries = ["KE"]\nwaiting_days = 0\ntest = true\n'
MARKERS = (b"markertext", b"markerperson", b"markercontent", b"markername")


def _found(*folders: Path) -> list[tuple[str, bytes]]:
    return [
        (str(path), marker)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
        for marker in MARKERS
        if marker in path.read_bytes()
    ]


@pytest.mark.long
def test_a_room_that_was_destroyed_is_in_no_file_and_comes_back_with_no_backup(tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(prepared_for("operation"), home)
    node = Program(home, "operation")
    for name, country, role in (
        ("o.cu", "INT", "coordinator"),
        ("s.u", "INT", "coordinator"),
        ("k.e", "KE", "officer"),
    ):
        node.person(name, country, role)
    (tmp_path / "op.toml").write_text(TOML)
    ref = node.json("open_operation", str(tmp_path / "op.toml"), "--by", "o.cu")["ref"]
    for name, part in (("s.u", "coordinator"), ("k.e", "participant")):
        node.json("admit", ref, name, "--as", part, "--by", "o.cu")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "data.json").write_text(
        json.dumps({"text": "markertext", "lang": "en", "annex": [{"name": "markerperson"}]})
    )
    (outside / "markername.txt").write_text("markercontent")
    node.json(
        *("send_message", ref, "--template", "instruction", "--data", str(outside / "data.json")),
        *("--attach", str(outside / "markername.txt"), "--by", "k.e"),
    )
    [told] = node.json("read_messages", ref, "--by", "o.cu")
    assert told["data"]["text"] == "markertext"
    assert told["attachments"][0]["name"] == "markername.txt"
    backup = tmp_path / "old.backup"
    node.json("backup", str(backup))
    assert node.json("close_operation", ref, "--by", "o.cu")["messages"] == 1
    done = node.json("destroy_operation", ref, "--by", "o.cu", "--second", "s.u")
    assert node.json("verify_certificate", done["certificate"])["counts"]["messages"] == 1
    assert _found(home) == []
    older = Program(tmp_path / "older", "operation")
    older.environment["XDG_CONFIG_HOME"] = node.environment["XDG_CONFIG_HOME"]
    older.run("restore", str(backup))
    assert _found(tmp_path / "older") == []
    refused = older.run("read_messages", ref, "--by", "o.cu", "--format", "json")
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert json.loads(refused.stdout)["error"] == "no_key"
