"""The keys of the exchange are the node's keys: a backup with keys brings them back, and one without holds none."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.site.sealed import bytes_of, national


def _keys(node: Program) -> Path:
    ref = json.loads((node.home / "node.json").read_text())["node"]
    return Path(node.environment["XDG_CONFIG_HOME"]) / "tidewaiter" / ref


def _private(node: Program) -> list[bytes]:
    keys = json.loads((_keys(node) / "exchange").read_text())["keys"]
    assert [one["use"] for one in keys] == ["sig", "enc"]
    return [one["jwk"]["d"].encode() for one in keys]


def _restored(tmp_path: Path, shape: str, *words: str) -> Program:
    other = Program(tmp_path / "other", shape)
    other.environment["XDG_CONFIG_HOME"] = str(tmp_path / "elsewhere")
    assert other.json("restore", *words)["intact"] is True
    return other


def test_a_backup_with_keys_brings_back_those_of_the_exchange(small_node: Program, tmp_path: Path) -> None:
    shutil.copytree(os.environ["XDG_CONFIG_HOME"], tmp_path / "config")
    small_node.environment["XDG_CONFIG_HOME"] = str(tmp_path / "config")
    made = small_node.json("exchange", "key", "--name", "centre", "--administration", "INT")
    private = _private(small_node)
    small_node.json("backup", str(tmp_path / "with"), "--with-keys")
    small_node.json("backup", str(tmp_path / "without"))
    shutil.unpack_archive(tmp_path / "without", tmp_path / "unpacked", "gztar")
    assert [name for name, said in bytes_of(tmp_path / "unpacked").items() if any(d in said for d in private)] == []
    other = _restored(tmp_path, "central", str(tmp_path / "with"))
    assert _private(other) == private
    assert (_keys(other) / "exchange").stat().st_mode & 0o777 == 0o600
    again = other.json("exchange", "key")
    assert (again["fingerprint"], again["made"]) == (made["fingerprint"], False)


@pytest.mark.long
def test_the_sealed_backup_of_a_national_node_holds_them_sealed(tmp_path: Path) -> None:
    node = national(tmp_path)
    made = node.json("exchange", "key", "--name", "kenya", "--administration", "KE")
    private = _private(node)
    node.json("backup", str(tmp_path / "with.age"), "--with-keys")
    assert all(d not in (tmp_path / "with.age").read_bytes() for d in private)
    identity = str(_keys(node) / "store.recovery.age")
    other = _restored(tmp_path, "national", str(tmp_path / "with.age"), "--identity", identity)
    assert other.json("exchange", "key")["fingerprint"] == made["fingerprint"]
    assert _private(other) == private
