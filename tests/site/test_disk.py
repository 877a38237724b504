"""A full disk is a sentence on pages, for programs, at the shell and in jobs, and nothing half-written stays."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client

from tests.conftest import PASSWORD, PROJECT, Program
from tests.making import case_in, record
from tidewaiter.cases.actions import draft
from tidewaiter.foundation.disk import DiskFull, disk_full
from tidewaiter.foundation.moments import now
from tidewaiter.jobs.actions import working
from tidewaiter.jobs.models import Job
from tidewaiter.people.actions import make_token
from tidewaiter.trade.engines import engine, fitting
from tidewaiter.trade.files.writing import stage_kept
from tidewaiter.vault.actions import keep

SENTENCE = "There is no room left on the disk"


@pytest.fixture
def no_room() -> Iterator[list[str]]:
    """Statements that begin with one of these words find the database full, as the database says it."""
    words: list[str] = []

    def full(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if words and sql.startswith(tuple(words)):
            if connection.vendor == "sqlite":
                raise OperationalError("database or disk is full") from sqlite3.OperationalError("full")
            raise OperationalError("could not extend file") from psycopg.errors.DiskFull("could not extend file")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(full):
        yield words


@pytest.mark.both_databases
@pytest.mark.django_db
def test_pages_answer_507_with_the_sentence_wherever_the_database_is_full(
    people: SimpleNamespace, no_room: list[str]
) -> None:
    client = Client(raise_request_exception=False)
    assert client.login(username=people.contact.username, password=PASSWORD)
    assert client.get("/").status_code == 200
    no_room.append('UPDATE "people_officer"')
    answer = client.post("/you/preferences/", {"compact": "1"})
    assert answer.status_code == 507
    assert SENTENCE in answer.content.decode()


@pytest.mark.both_databases
@pytest.mark.django_db
def test_programs_get_a_problem_with_507(people: SimpleNamespace, no_room: list[str]) -> None:
    _token, key = make_token(officer=people.contact, scope="write", by=people.contact)
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {key}"})
    assert client.get("/api/v1/cases").status_code == 200
    no_room.append('UPDATE "ledger_chain_end"')
    answer = client.post("/api/v1/cases", json.dumps(record()), content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (507, "application/problem+json")
    assert answer.json()["code"] == "disk_full"
    assert SENTENCE in answer.json()["detail"]
    no_room.clear()
    assert client.post("/api/v1/cases", json.dumps(record()), content_type="application/json").status_code == 201


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.django_db
def test_a_vault_without_room_keeps_no_half_of_a_file(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, number: int, settings: Any, tmp_path: Path
) -> None:
    settings.TIDEWAITER_HOME = str(tmp_path)

    def full(_file: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError) as told:
        keep(content=b"a picture", media_type="image/jpeg", by=people.contact)
    found = disk_full(told.value)
    assert found is not None
    assert SENTENCE in found.sentence
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_a_job_that_finds_no_room_fails_with_the_sentence() -> None:
    Job.objects.create(ref="JOB-1", key="k", kind="x", subject="s", asked_by="x", asked_at=now())
    with pytest.raises(OSError), working("JOB-1"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    job = Job.objects.get(ref="JOB-1")
    assert job.state == "failed"
    assert SENTENCE in job.why


def test_an_engine_that_has_no_room_to_put_things_aside_says_so() -> None:
    said = "failed to offload data block. This limit was set by the 'max_temp_directory_size' setting."
    with pytest.raises(DiskFull, match=SENTENCE), fitting("1GB"):
        raise duckdb.OutOfMemoryException(said)


def test_other_errors_are_no_full_disk() -> None:
    for error in (ValueError("x"), OSError(errno.ENOENT, "no file"), OperationalError("database is locked"), None):
        assert disk_full(error) is None


def _limited(node: Program, largest: int, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that may write no file larger than so many bytes."""
    return subprocess.run(
        [sys.executable, "-m", "tidewaiter", *words],
        env=node.environment,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)),
    )


def _told(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 1, done.stderr[-2000:]
    assert SENTENCE in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def _with_cases(node: Program, folder: Path, number: int) -> Path:
    node.person("d.contact", "KE", "contact")
    lines = [json.dumps(record(national_ref=f"D-{n}", place="", route=[])) for n in range(number)]
    (folder / "cases.ndjson").write_text("\n".join(lines))
    return folder / "cases.ndjson"


def test_commands_that_find_no_room_say_so_and_leave_nothing_half_written(small_node: Program, tmp_path: Path) -> None:
    cases = _with_cases(small_node, tmp_path, 1500)
    before = small_node.json("verify_ledger")["entries"]
    _told(_limited(small_node, 300_000, "import_cases", str(cases), "--by", "d.contact"))
    assert small_node.json("verify_ledger")["intact"]
    done = small_node.json("import_cases", str(cases), "--by", "d.contact")
    assert done["accepted"] + done["unchanged"] == 1500, "of lines of JSON each is a row"
    assert small_node.json("verify_ledger")["entries"] > before
    out = tmp_path / "out"
    out.mkdir(mode=0o700)
    _told(_limited(small_node, 200_000, "backup", str(out / "backup")))
    _told(_limited(small_node, 200_000, "export_cases", "--by", "d.contact", "-o", str(out / "cases.csv")))
    _told(_limited(small_node, 40_000, "export_ledger", "-o", str(out / "ledger.zip")))
    said = _limited(small_node, 200_000, "backup", str(out / "backup"), "--format", "json")
    assert json.loads(said.stdout)["error"] == "disk_full"
    assert list(out.iterdir()) == []
    assert [path for path in (small_node.home / "scratch").rglob("*") if path.is_file()] == []


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m,mode=0700", "tmpfs", str(place)], check=False)
    if mounted.returncode:
        pytest.skip("a tmpfs cannot be mounted here: that a disk really fills is not tried")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="only root mounts a disk")
def test_a_disk_that_really_fills_is_a_sentence_and_the_node_goes_on_when_there_is_room(
    small_node: Program, tiny_disk: Path, tmp_path: Path
) -> None:
    cases = _with_cases(small_node, tmp_path, 1500)
    node = Program(tiny_disk / "home")
    shutil.copytree(small_node.home, node.home)
    ballast = tiny_disk / "ballast"
    with ballast.open("wb") as file:
        file.write(b"\0" * (shutil.disk_usage(tiny_disk).free - 900_000))
    _told(node.run("import_cases", str(cases), "--by", "d.contact"))
    _told(node.run("backup", str(tiny_disk / "backup")))
    assert not (tiny_disk / "backup").exists()
    with ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    # there is no room even for the files that SQLite shares beside the database
    assert "Traceback" not in node.run("verify_ledger").stderr + node.run("forms").stderr
    _told(node.run("import_cases", str(cases), "--by", "d.contact"))
    with ballast.open("r+b") as file:
        file.truncate(ballast.stat().st_size - 900_000)
    (tiny_disk / "own").mkdir()
    rows = engine("duckdb", "1GB", tiny_disk / "own")
    with pytest.raises(duckdb.Error) as told:
        stage_kept(rows.sql("SELECT hash(range) AS x FROM range(3000000)"), tiny_disk / "own" / "x.parquet")
    assert disk_full(told.value) is not None
    assert list((tiny_disk / "own").iterdir()) == []
    ballast.unlink()
    assert node.json("import_cases", str(cases), "--by", "d.contact")["rejected"] == 0
    assert node.json("verify_ledger")["intact"]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_figures_that_are_made_are_read_on_a_full_disk(
    people: SimpleNamespace, no_room: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    draft(cases=[case_in()], by=people.contact, channel="csv")
    said = []
    for full in (False, True):
        if full:
            make_token(
                officer=people.contact, scope="read", by=people.contact
            )  # the ledger goes on, the figures do not
            no_room += ["INSERT", "UPDATE"]
        call_command("statistics", by="country", status="all", format="json")
        said.append(json.loads(capsys.readouterr().out))
    assert said[0] == said[1]
    assert [row["country"] for row in said[0]] == ["KE"]
