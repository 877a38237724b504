"""What a node writes is its user's alone, and a folder that others can get at is not opened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Program
from tests.making import record

PORT = 8181


def _run(node: Program, *words: str) -> subprocess.CompletedProcess[str]:
    """A command started by somebody whose files everybody may read and write."""
    return subprocess.run(
        [sys.executable, "-m", "tidewaiter", *words],
        env=node.environment,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        timeout=300,
        umask=0,
    )


def _open(folder: Path) -> list[str]:
    every = [folder, *folder.rglob("*")]
    return [f"{path} {path.stat().st_mode:o}" for path in every if path.stat().st_mode & 0o077]


def test_whatever_commands_write_is_readable_by_its_user_alone(small_node: Program, tmp_path: Path) -> None:
    fresh = Program(tmp_path / "fresh")
    assert _run(fresh, "init").returncode == 0
    assert _open(fresh.home) == []
    small_node.person("m.contact", "KE", "contact")
    lines = [json.dumps(record(national_ref=f"M-{n}", place="", route=[])) for n in range(3)]
    lines.append(json.dumps(record(national_ref="M-x", date="never", place="", route=[])))
    (tmp_path / "cases.ndjson").write_text("\n".join(lines))
    _run(small_node, "import_cases", str(tmp_path / "cases.ndjson"), "--by", "m.contact", "--submit")
    _run(small_node, "statistics", "--by", "year", "--status", "all")
    out = tmp_path / "out"
    out.mkdir(mode=0o700)
    _run(small_node, "backup", str(out / "backup"))
    _run(small_node, "ledger_head", "-o", str(out / "head.json"))
    _run(small_node, "export_cases", "--by", "m.contact", "-o", str(out / "cases.csv"))
    assert {path.name for path in out.iterdir()} == {"backup", "head.json", "cases.csv"}
    assert (small_node.home / "analysis").is_dir()
    assert _open(small_node.home) + _open(out) == []


def test_the_web_processes_and_the_worker_write_for_their_user_alone(small_node: Program) -> None:
    serving = subprocess.Popen(
        [sys.executable, "-m", "tidewaiter", "serve", "--port", str(PORT), "--workers", "1"],
        env=small_node.environment,
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        umask=0,
    )
    try:
        for _ in range(240):
            try:
                assert urllib.request.urlopen(f"http://127.0.0.1:{PORT}/accounts/login/", timeout=5).status == 200
                break
            except OSError:
                assert serving.poll() is None
                time.sleep(0.5)
        else:
            pytest.fail("the node did not come up")
        assert _open(small_node.home) == []
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(60)


@pytest.mark.parametrize("name", [".", "keys", "keys/node.ed25519", "vault", "tidewaiter.sqlite3", "scratch", "held"])
def test_a_folder_or_file_that_others_can_read_is_named_with_the_command_that_shuts_it(
    small_node: Program, name: str
) -> None:
    place = small_node.home / name
    (small_node.home / "keys").mkdir(mode=0o700)  # where a node of an earlier release has its keys
    (small_node.home / "keys" / "node.ed25519").touch(mode=0o600)
    place.mkdir(mode=0o700, exist_ok=True) if name == "held" else None
    place.chmod(0o755 if place.is_dir() else 0o644)
    for words in (["serve", "--port", "0"], ["work", "--once"]):
        said = small_node.run(*words)
        assert said.returncode == 1, said.stderr
        assert str(place.resolve()) in said.stderr
        assert f"chmod -R go= {small_node.home}" in said.stderr
        assert "Traceback" not in said.stderr
    subprocess.run(["chmod", "-R", "go=", str(small_node.home)], check=True)
    assert small_node.run("work", "--once").returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_user_is_refused(small_node: Program) -> None:
    os.chown(small_node.home / "vault", 12345, 12345)
    said = small_node.run("work", "--once")
    assert said.returncode == 1
    assert "12345" in said.stderr
    assert "chown -R root" in said.stderr
    assert small_node.run("init").returncode == 1


def test_init_narrows_what_a_node_made_wide_and_refuses_a_strangers_wide_folder(
    small_node: Program, tmp_path: Path
) -> None:
    for path in [small_node.home, *small_node.home.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert small_node.run("init").returncode == 0
    assert _open(small_node.home) == []
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    refused = Program(shared).run("init")
    assert refused.returncode == 1
    assert f"chmod -R go= {shared}" in refused.stderr
    assert not (shared / "tidewaiter.sqlite3").exists()


def test_nothing_goes_into_the_machines_temporary_folder(small_node: Program, tmp_path: Path) -> None:
    machine = tmp_path / "machine"
    machine.mkdir()
    small_node.environment["TMPDIR"] = str(machine)
    asked = "import os, tempfile; print(tempfile.mkdtemp(), os.environ['TMPDIR'], os.environ['SQLITE_TMPDIR'])"
    said = small_node.run("shell", "-c", asked).stdout.split()
    assert all(path.startswith(f"{small_node.home}/scratch/") for path in said[-3:]), said
    assert not Path(said[-3]).exists(), "what a command put aside is gone with it"
    web = subprocess.run(
        [sys.executable, "-c", "import tidewaiter.site.asgi, tempfile; print(tempfile.gettempdir())"],
        env=small_node.environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert web.stdout.strip().startswith(f"{small_node.home}/scratch/"), web.stderr
    assert list(machine.iterdir()) == []


def test_what_a_killed_process_left_is_swept_when_work_begins(small_node: Program) -> None:
    left = small_node.home / "scratch" / "999999999-process"
    left.mkdir(parents=True)
    (left / "upload.csv").write_text("a name")
    assert small_node.run("work", "--once").returncode == 0
    assert not left.exists()


def test_a_data_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = Program(tmp_path / "file" / "home").run("init")
    assert said.returncode == 2
    assert "data folder" in said.stderr
    assert "Traceback" not in said.stderr
