"""A node that holds names keeps its store encrypted, under a key that lies elsewhere; no word of it is on the disk."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Program
from tests.site.sealed import bytes_of, national

PLAIN = b"SQLite format 3\x00"
KEY = "5a" * 32


@pytest.fixture
def sealed(tmp_path: Path) -> Program:
    """A national node of one's own."""
    return national(tmp_path)


def _key_file(node: Program) -> Path:
    ref = json.loads((node.home / "node.json").read_text())["node"]
    return Path(node.environment["XDG_CONFIG_HOME"]) / "tidewaiter" / ref / "store"


def _script(node: Program, text: str) -> subprocess.CompletedProcess[str]:
    """A piece of Python in a process of the node."""
    environment = {**node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"}
    return subprocess.run(
        [sys.executable, "-c", text], env=environment, cwd=PROJECT, capture_output=True, text=True, timeout=300
    )


def test_the_store_of_a_new_national_node_is_encrypted_and_its_key_lies_elsewhere(sealed: Program) -> None:
    database = (sealed.home / "tidewaiter.sqlite3").read_bytes()
    assert not database.startswith(PLAIN)
    key = _key_file(sealed)
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(key.read_text().strip())) == 32
    for name, content in bytes_of(sealed.home).items():
        assert key.read_text().strip().encode() not in content, name
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        sqlite3.connect(sealed.home / "tidewaiter.sqlite3").execute("SELECT * FROM sqlite_master").fetchall()


def test_the_store_of_a_central_node_is_plain_unless_it_is_asked_for(small_node: Program) -> None:
    assert (small_node.home / "tidewaiter.sqlite3").read_bytes().startswith(PLAIN)
    assert not (small_node.home / "encryption.json").exists()
    small_node.environment["TIDEWAITER_ENCRYPTION"] = "on"
    refused = small_node.run("forms")
    assert refused.returncode == 2
    assert "tidewaiter encrypt_store" in refused.stderr


def test_a_key_inside_the_data_folder_is_refused(tmp_path: Path) -> None:
    node = Program(tmp_path / "home", "national")
    node.environment["TIDEWAITER_KEY_FILE"] = str(tmp_path / "home" / "store")
    refused = node.run("init")
    assert refused.returncode == 2
    assert "is inside the data folder" in refused.stderr
    assert not (tmp_path / "home" / "tidewaiter.sqlite3").exists()


@pytest.mark.parametrize(("what", "said"), [("missing", "is missing"), ("other", "is not that"), ("text", "is not 64")])
def test_a_wrong_or_missing_key_is_a_sentence_and_changes_nothing(sealed: Program, what: str, said: str) -> None:
    before, key = bytes_of(sealed.home), _key_file(sealed)
    key.unlink() if what == "missing" else key.write_text(KEY if what == "other" else "my secret word")
    for command in (["forms"], ["serve"], ["rotate_key"]):
        refused = sealed.run(*command)
        assert refused.returncode == 2, refused.stderr
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr
        assert "my secret word" not in refused.stderr
    after = bytes_of(sealed.home)
    assert {name: after[name] for name in before} == before


def test_the_key_comes_from_a_variable_or_a_descriptor_and_reaches_the_processes_unseen(
    sealed: Program, tmp_path: Path
) -> None:
    key = _key_file(sealed).read_text().strip()
    _key_file(sealed).rename(tmp_path / "elsewhere")
    by_variable = sealed.environment | {"TIDEWAITER_KEY_FROM": "environment", "TIDEWAITER_KEY": key}
    command = [sys.executable, "-m", "tidewaiter", "forms", "--format", "json"]
    done = subprocess.run(command, env=by_variable, cwd=PROJECT, capture_output=True, text=True, timeout=300)
    assert json.loads(done.stdout), done.stderr
    port = "8197"
    with (tmp_path / "elsewhere").open() as file:
        node = subprocess.Popen(
            [sys.executable, "-m", "tidewaiter", "serve", "--port", port],
            env=sealed.environment | {"TIDEWAITER_KEY_FROM": f"fd:{file.fileno()}"},
            pass_fds=(file.fileno(),),
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    try:
        assert _answers(f"http://127.0.0.1:{port}/healthz"), "the web processes have opened the store"
        seen = subprocess.run(["ps", "axeww"], capture_output=True, text=True).stdout
        assert f"--port {port}" in seen
        assert key not in seen
    finally:
        node.send_signal(signal.SIGTERM)
        said = node.communicate(timeout=60)[0].decode()
    assert key not in said
    assert "Traceback" not in said


def _answers(address: str) -> bool:
    from urllib.error import URLError
    from urllib.request import urlopen

    for _half_second in range(1200):
        try:
            with urlopen(address) as answer:
                return bool(answer.status == 200)
        except (URLError, ConnectionError):
            time.sleep(0.5)
    return False


def _typed(node: Program, command: list[str], *lines: str) -> tuple[int, str]:
    """A command at a terminal at which these lines are typed."""
    here, there = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "tidewaiter", *command],
        env=node.environment,
        cwd=PROJECT,
        stdin=there,
        stdout=there,
        stderr=there,
        start_new_session=True,
        preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),
    )
    os.close(there)
    said, left = b"", list(lines)
    while True:
        try:
            piece = os.read(here, 4096)
        except OSError:
            break
        if not piece:
            break
        said += piece
        if left and said.rstrip().endswith((b"store:", b"again:")):
            os.write(here, left.pop(0).encode() + b"\n")
            said += b"."
    os.close(here)
    return running.wait(timeout=120), said.decode()


def test_the_key_may_be_a_passphrase_that_is_asked_for(tmp_path: Path) -> None:
    node = Program(tmp_path / "home", "national")
    node.environment |= {"XDG_CONFIG_HOME": str(tmp_path / "config"), "TIDEWAITER_KEY_FROM": "passphrase"}
    code, said = _typed(node, ["init"], "too short")
    assert (code, "of 16 signs or more" in said) == (2, True), said
    code, said = _typed(node, ["init"], "correct horse battery", "correct horse battery")
    assert code == 0, said
    assert "correct horse" not in said
    assert list((tmp_path / "config").rglob("store")) == []
    assert _typed(node, ["forms"], "correct horse battery")[0] == 0
    code, said = _typed(node, ["forms"], "wrong horse battery!")
    assert (code, "is not that of this encrypted store" in said) == (2, True), said
    refused = node.run("forms")
    assert refused.returncode == 2
    assert "asked for at a terminal" in refused.stderr


def test_rotating_gives_new_keys_and_the_former_open_nothing(sealed: Program, tmp_path: Path) -> None:
    kept = _script(sealed, _KEEP)
    assert kept.returncode == 0, kept.stderr
    digest, former = kept.stdout.strip(), _key_file(sealed).read_text()
    before = (sealed.home / "tidewaiter.sqlite3").read_bytes()
    answer = sealed.json("rotate_key")
    assert set(answer) == {"files", "seconds"}
    assert answer["files"] == 2, "the database and one file of the vault"
    assert _key_file(sealed).read_text() != former
    assert (sealed.home / "tidewaiter.sqlite3").read_bytes()[:4096] != before[:4096]
    assert _script(sealed, _READ.format(digest=digest)).stdout.strip() == "a file of the vault"
    assert sealed.json("verify_ledger")["intact"]
    assert {one["check"]: one["ok"] for one in sealed.json("doctor", code=1)}["keys"]
    _key_file(sealed).write_text(former)
    assert sealed.run("forms").returncode == 2


_KEEP = """
import django; django.setup()
from tidewaiter.foundation.actors import NODE
from tidewaiter.vault.actions import keep
print(keep(content=b"a file of the vault", media_type="text/plain", by=NODE).digest)
"""
_READ = """
import django; django.setup()
from tidewaiter.vault.actions import read
print(read("{digest}").decode())
"""
_DIES = """
import os, signal, sys
from pathlib import Path
from tidewaiter.foundation.encryption import envelope, rotation
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
where = {where!r}
if where == "before the database":
    rotation.exchange = die
elif where == "before the rename":
    rotation._synced = die
elif where == "after the rename":
    rotation._end = die
elif where == "after the key":
    write, count = envelope.write, []
    envelope.write = lambda *said: (count.append(1), write(*said) if len(count) == 1 else die())
sys.argv = ["tidewaiter", {command!r}]
from tidewaiter.site.command_line import main
os.environ["DJANGO_SETTINGS_MODULE"] = "tidewaiter.site.settings"
main()
"""


@pytest.mark.parametrize(
    ("where", "ended"),
    [
        ("before the database", False),
        ("before the rename", False),
        ("after the rename", True),
        ("after the key", True),
    ],
)
def test_a_rotation_that_is_killed_is_taken_back_or_ended_by_the_next_start(
    sealed: Program, where: str, ended: bool
) -> None:
    former = _key_file(sealed).read_text()
    died = _script(sealed, _DIES.format(where=where, command="rotate_key"))
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert sealed.json("verify_ledger")["intact"]
    assert (_key_file(sealed).read_text() != former) == ended
    assert len(json.loads((sealed.home / "encryption.json").read_text())["slots"]) == 1
    assert not list(sealed.home.glob("*.next")), "nothing half done is left"
    assert not _key_file(sealed).with_name("store.next").exists()
    assert sealed.json("rotate_key")["files"] == 1


def _open_node(tmp_path: Path) -> Program:
    """A node as a release without encryption left it, with one file in its vault."""
    node = Program(tmp_path / "open", "national")
    node.environment |= {"XDG_CONFIG_HOME": str(tmp_path / "open-config"), "TIDEWAITER_ENCRYPTION": "off"}
    node.json("init")
    kept = _script(node, _KEEP)
    assert kept.returncode == 0, kept.stderr
    (tmp_path / "digest").write_text(kept.stdout.strip())
    return node


@pytest.mark.long
def test_a_plain_national_node_is_refused_until_one_command_has_encrypted_it(tmp_path: Path) -> None:
    node = _open_node(tmp_path)
    digest = (tmp_path / "digest").read_text()
    assert (node.home / "vault" / digest[:2] / digest).read_bytes() == b"a file of the vault"
    node.json("backup", str(tmp_path / "plain.tar.gz"))
    del node.environment["TIDEWAITER_ENCRYPTION"]
    refused = node.run("serve")
    assert refused.returncode == 2
    assert "tidewaiter encrypt_store" in refused.stderr
    found = {one["check"]: one for one in node.json("doctor", code=1)}
    assert "encrypt_store" in found["encryption"]["advice"]
    died = _script(node, _DIES.format(where="before the rename", command="encrypt_store"))
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert (node.home / "tidewaiter.sqlite3").read_bytes().startswith(PLAIN), "it is as it was"
    answer = node.json("encrypt_store")
    assert answer["files"] == 2
    assert Path(answer["recovery_key"]).read_text().count("AGE-SECRET-KEY-") == 1
    assert not (node.home / "tidewaiter.sqlite3").read_bytes().startswith(PLAIN)
    assert _script(node, _READ.format(digest=digest)).stdout.strip() == "a file of the vault"
    assert [name for name, content in bytes_of(node.home).items() if b"a file of the vault" in content] == []
    assert [name for name in bytes_of(node.home) if digest in name] == [], "nor does a name tell what it says"
    assert node.json("verify_ledger")["intact"]
    assert node.json("encrypt_store")["files"] == 0
    fresh = Program(tmp_path / "fresh", "national")
    fresh.environment["XDG_CONFIG_HOME"] = node.environment["XDG_CONFIG_HOME"]
    assert fresh.json("restore", str(tmp_path / "plain.tar.gz"))["intact"], "a backup of then is encrypted as it comes"
    assert not (fresh.home / "tidewaiter.sqlite3").read_bytes().startswith(PLAIN)
    assert _script(fresh, _READ.format(digest=digest)).stdout.strip() == "a file of the vault"


def test_a_backup_is_sealed_by_the_recovery_key_and_restored_under_a_new_one(sealed: Program, tmp_path: Path) -> None:
    digest = _script(sealed, _KEEP).stdout.strip()
    made = sealed.json("backup", str(tmp_path / "backup.age"), "--with-keys")
    assert made["encrypted"]
    content = (tmp_path / "backup.age").read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    recovery = _key_file(sealed).with_name("store.recovery.age")
    shutil.move(recovery, tmp_path / "kept-elsewhere")
    other = Program(tmp_path / "other", "national")
    other.environment["XDG_CONFIG_HOME"] = str(tmp_path / "other-config")
    refused = other.json("restore", str(tmp_path / "backup.age"), code=2)
    assert "--identity" in refused["message"]
    assert not (other.home / "tidewaiter.sqlite3").exists()
    back = other.json("restore", str(tmp_path / "backup.age"), "--identity", str(tmp_path / "kept-elsewhere"))
    assert back["intact"]
    assert back["keys"]
    assert _key_file(other).read_text() != _key_file(sealed).read_text(), "this machine's master key is its own"
    assert _script(other, _READ.format(digest=digest)).stdout.strip() == "a file of the vault"
    damaged = bytearray(content)
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "damaged.age").write_bytes(damaged)
    third = Program(tmp_path / "third", "national")
    third.environment["XDG_CONFIG_HOME"] = str(tmp_path / "third-config")
    refused = third.json(
        "restore", str(tmp_path / "damaged.age"), "--identity", str(tmp_path / "kept-elsewhere"), code=2
    )
    assert "damaged" in refused["message"]


def test_a_file_of_the_vault_that_was_cut_or_whose_parts_were_exchanged_does_not_open(sealed: Program) -> None:
    done = _script(sealed, _CUT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["whole", "cut:refused", "exchanged:refused", "changed:refused", "other:refused"]


_CUT = """
import django; django.setup()
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import Missing
from tidewaiter.vault.actions import keep, path_of, read
MIB = 1 << 20
said = b"".join(bytes([n]) * MIB for n in range(3))
digest = keep(content=said, media_type="text/plain", by=NODE).digest
path = path_of(digest)
assert digest not in str(path)
whole = path.read_bytes()
print("whole" if read(digest) == said else "lost")
head = len(whole) - 3 * (4 + MIB + 16)
piece = lambda n: whole[head + n * (4 + MIB + 16) : head + (n + 1) * (4 + MIB + 16)]
other = keep(content=b"another", media_type="text/plain", by=NODE).digest
for name, content in {
    "cut": whole[:head] + piece(0) + piece(1),
    "exchanged": whole[:head] + piece(1) + piece(0) + piece(2),
    "changed": whole[:-1] + bytes([whole[-1] ^ 1]),
    "other": path_of(other).read_bytes(),
}.items():
    path.write_bytes(content)
    try:
        read(digest)
        print(f"{name}:read")
    except Missing:
        print(f"{name}:refused")
"""
