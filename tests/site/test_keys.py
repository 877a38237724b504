"""Keys lie apart from the data: who takes the folder, or a backup of it, holds none of them."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Program

KEYS = {"secret": 86, "node.ed25519": 32, "node.mldsa65": 32}
"""The keys of a central node, and their bytes."""


@pytest.fixture
def own(small_node: Program, tmp_path: Path) -> Program:
    """A node whose keys no other test shares."""
    shutil.copytree(os.environ["XDG_CONFIG_HOME"], tmp_path / "config")
    small_node.environment["XDG_CONFIG_HOME"] = str(tmp_path / "config")
    return small_node


def _folder(node: Program) -> Path:
    name = json.loads((node.home / "node.json").read_text())["node"]
    return Path(node.environment["XDG_CONFIG_HOME"]) / "tidewaiter" / name


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _holding(folder: Path, keys: dict[str, bytes]) -> list[str]:
    """Files of a folder in which any of these keys is."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [f"{path}: {name}" for path in files for name, key in keys.items() if key.strip() in path.read_bytes()]


def _moved_back(node: Program) -> dict[str, bytes]:
    """As a node of an earlier release had them."""
    keys = _bytes_of(_folder(node))
    (node.home / "keys").mkdir(mode=0o700)
    for path in _folder(node).iterdir():
        path.rename(node.home / "keys" / path.name)
    return keys


def test_the_keys_of_a_new_node_lie_in_the_users_configuration_and_in_no_byte_of_the_data_folder(
    tmp_path: Path,
) -> None:
    node = Program(tmp_path / "home")
    node.environment["XDG_CONFIG_HOME"] = str(tmp_path / "config")
    said = node.json("init")["keys"]
    folder = _folder(node)
    assert (said["folder"], sorted(said["made"]), said["moved"]) == (str(folder), sorted(KEYS), [])
    keys = _bytes_of(folder)
    assert {name: len(key) for name, key in keys.items()} == KEYS
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600, 0o600]
    assert _holding(node.home, keys) == []
    assert node.json("init")["keys"]["made"] == [], "made once"
    assert _bytes_of(folder) == keys


def test_a_named_folder_holds_them_and_none_inside_the_data_folder_is_taken(small_home: Path, tmp_path: Path) -> None:
    node = Program(tmp_path / "home")
    shutil.copytree(small_home, node.home)
    for name in ("TIDEWAITER_KEYS", "TIDEWAITER_KEY_FILE"):
        for place in (node.home / "inside", node.home, tmp_path / "x" / ".." / "home" / "y"):
            node.environment[name] = str(place)
            refused = node.json("forms", code=2)
            assert refused["error"] == "keys_inside"
            assert name in refused["message"]
            assert str(node.home) in refused["message"]
        del node.environment[name]
    node.environment["XDG_CONFIG_HOME"] = str(node.home / "config")
    assert node.json("forms", code=2)["error"] == "keys_inside"
    assert not (node.home / "config").exists()
    named = Program(tmp_path / "named")
    named.environment["TIDEWAITER_KEYS"] = str(tmp_path / "apart")
    named.json("init")
    assert sorted(_bytes_of(tmp_path / "apart")) == sorted(KEYS)


def test_init_moves_keys_out_of_the_folder_of_a_former_node_once_and_they_are_found_before(own: Program) -> None:
    keys = _moved_back(own)
    before = own.run("ledger_head", "-o", "/dev/null")
    assert before.returncode == 0
    assert f"Run init, which moves them to {_folder(own)}." in before.stderr
    said = own.run("init", "--format", "json")
    assert sorted(json.loads(said.stdout)["keys"]["moved"]) == sorted(KEYS)
    assert f"They are now in {_folder(own)}." in said.stderr
    assert _bytes_of(_folder(own)) == keys
    assert not (own.home / "keys").exists()
    assert own.json("init")["keys"]["moved"] == []
    assert "Run init" not in own.run("forms").stderr
    assert _holding(own.home, keys) == []


def test_a_data_folder_of_a_former_release_keeps_its_keys(tmp_path: Path) -> None:
    with tarfile.open(PROJECT / "tests" / "data" / "release_0_1.tar.xz") as tar:
        tar.extractall(tmp_path / "home", filter="data")
    node = Program(tmp_path / "home")
    node.environment["XDG_CONFIG_HOME"] = str(tmp_path / "config")
    keys = _bytes_of(node.home / "keys")
    node.json("init")
    now = _bytes_of(_folder(node))
    assert len(now.pop("node.mldsa65")) == 32, "which earlier releases had not"
    assert now == keys
    assert node.json("verify_ledger", "--head", str(node.home / "head.json"))["intact"]


def test_a_lost_key_is_not_made_anew_by_itself_and_a_sentence_says_where_it_is_looked_for(own: Program) -> None:
    away = _folder(own) / "secret"
    kept = away.rename(away.with_name("kept"))
    for words in (["forms"], ["serve", "--port", "0"], ["work", "--once"], ["init"]):
        said = own.run(*words)
        assert said.returncode == 1, words
        assert str(away) in said.stderr, words
        assert "init --new-keys" in said.stderr, words
        assert "Traceback" not in said.stderr, words
    assert not away.exists()
    assert own.json("verify_ledger")["intact"], "looking needs no key"
    kept.rename(away)
    assert own.run("forms").returncode == 0
    away.unlink()
    assert own.json("init", "--new-keys")["keys"]["made"] == ["secret", "node.ed25519", "node.mldsa65"]
    assert own.run("forms").returncode == 0


def test_heads_of_retired_keys_stay_the_nodes_and_a_strangers_is_told(own: Program, tmp_path: Path) -> None:
    heads = [tmp_path / f"head-{n}.json" for n in range(3)]
    own.json("ledger_head", "-o", str(heads[0]))
    for head in heads[1:]:
        own.json("init", "--new-keys")
        own.json("ledger_head", "-o", str(head))
    assert len({json.loads(head.read_text())["public_key"] for head in heads}) == 3
    assert own.json("verify_ledger", "--heads", str(tmp_path))["intact"]
    stranger = Program(tmp_path / "stranger")
    stranger.environment["XDG_CONFIG_HOME"] = str(tmp_path / "strangers")
    stranger.json("init")
    stranger.json("ledger_head", "-o", str(heads[0]))
    refused = own.json("verify_ledger", "--head", str(heads[0]), code=1)
    assert "another node" in refused["why"]


@pytest.mark.parametrize("what", [".", "secret", "node.ed25519"])
def test_keys_that_others_can_read_are_named_with_the_command_that_shuts_them(own: Program, what: str) -> None:
    place = _folder(own) / what
    place.chmod(0o755 if place.is_dir() else 0o644)
    for words in (["serve", "--port", "0"], ["work", "--once"], ["init"]):
        said = own.run(*words)
        assert said.returncode == 1, words
        assert f"chmod -R go= {_folder(own)}" in said.stderr, words


def test_a_backup_holds_no_key_unless_asked_and_restore_says_what_is_missing(own: Program, tmp_path: Path) -> None:
    keys = _bytes_of(_folder(own))
    assert own.json("backup", str(tmp_path / "without"))["keys"] is False
    assert own.json("backup", str(tmp_path / "with"), "--with-keys")["keys"] is True
    for name, found in (("without", []), ("with", ["keys/node.ed25519", "keys/node.mldsa65", "keys/secret"])):
        with tarfile.open(tmp_path / name) as tar:
            assert sorted(one for one in tar.getnames() if "key" in one or "secret" in one) == found
            tar.extractall(tmp_path / f"{name}-unpacked", filter="data")
    assert _holding(tmp_path / "without-unpacked", keys) == []
    other = Program(tmp_path / "other")
    other.environment["XDG_CONFIG_HOME"] = str(tmp_path / "elsewhere")
    said = other.json("restore", str(tmp_path / "without"))
    assert (said["keys"], said["intact"]) == (False, True)
    assert str(_folder(other) / "node.ed25519") in said["advice"]
    assert "init --new-keys" in said["advice"]
    assert other.run("forms").returncode == 1
    again = other.json("restore", str(tmp_path / "with"), "--replace")
    assert (again["keys"], again["advice"]) == (True, "")
    assert _bytes_of(_folder(other)) == keys
    assert not (other.home / "keys").exists()
    assert other.run("forms").returncode == 0
    beside = Program(tmp_path / "beside")
    beside.environment["XDG_CONFIG_HOME"] = own.environment["XDG_CONFIG_HOME"]
    assert beside.json("restore", str(tmp_path / "without"))["keys"] is True, "the node's keys are on this machine"


def test_the_secret_keys_file_may_be_named_and_is_made_on_first_use(own: Program, tmp_path: Path) -> None:
    own.environment["TIDEWAITER_SECRET_KEY_FILE"] = str(tmp_path / "named" / "secret")
    asked = "from django.conf import settings as s; print(s.SECRET_KEY)"
    first, second = (own.run("shell", "-v", "0", "-c", asked).stdout.strip() for _ in range(2))
    assert first == second == (tmp_path / "named" / "secret").read_text()
    assert first != (_folder(own) / "secret").read_text()
    assert (tmp_path / "named" / "secret").stat().st_mode & 0o777 == 0o600


def test_a_national_node_has_a_key_for_its_store_outside_the_data_folder(tmp_path: Path) -> None:
    node = Program(tmp_path / "home", "national")
    node.environment["XDG_CONFIG_HOME"] = str(tmp_path / "config")
    node.environment["TIDEWAITER_KEY_FILE"] = str(tmp_path / "apart" / "store.key")
    assert "store" in node.json("init")["keys"]["made"]
    key = (tmp_path / "apart" / "store.key").read_text()
    assert len(bytes.fromhex(key)) == 32
    assert (tmp_path / "apart" / "store.key").stat().st_mode & 0o777 == 0o600
    assert sorted(_bytes_of(_folder(node))) == sorted([*KEYS, "store.recovery.age"])
    (tmp_path / "apart" / "store.key").unlink()
    refused = node.json("init", code=2)
    assert str(tmp_path / "apart" / "store.key") in refused["message"]
    (tmp_path / "apart" / "store.key").write_text(key)
    (tmp_path / "apart" / "store.key").chmod(0o640)
    assert node.json("work", "--once", code=1)["error"] == "open_folder"


def test_keys_that_cannot_be_written_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    node = Program(tmp_path / "home")
    node.environment["TIDEWAITER_KEYS"] = str(tmp_path / "file" / "keys")
    said = node.run("init")
    assert said.returncode == 2
    assert str(tmp_path / "file" / "keys") in said.stderr
    assert "Traceback" not in said.stderr
