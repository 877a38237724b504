"""Two reviewers at the same cases at the same moment, in processes of their own: one wins, the other is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from tests.conftest import PROJECT, Program
from tests.making import record

NUMBER = 90


@pytest.mark.both_databases
@pytest.mark.django_db
def test_two_who_judge_at_the_same_moment_judge_each_case_once(small_node: Program, tmp_path: Path) -> None:
    with _own_database(small_node) as node:
        refs = _filed(node, tmp_path)
        done = _at_once(node, refs, ("n.achieng",), ("r.int",))
        assert sum(done) == NUMBER, done
        assert min(done) > 0, "both had their turn"
        assert _waiting(node) == []
        assert node.json("verify_ledger")["intact"]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_who_judges_while_an_officer_amends_judges_what_was_read_or_nothing(
    small_node: Program, tmp_path: Path
) -> None:
    with _own_database(small_node) as node:
        refs = _filed(node, tmp_path)
        done = _at_once(node, refs, ("n.achieng", "as-read"), ("r.int", "as-read"), ("a.wanjiru", "amend"))
        assert done[2] == NUMBER, "amending is free at any time"
        node.json("export_ledger", "-o", str(tmp_path / "ledger.zip"))
        with zipfile.ZipFile(tmp_path / "ledger.zip") as box:
            entries = [json.loads(line) for line in box.read("entries.ndjson").splitlines()]
        decided = [
            (entry["ref"], entry["version"])
            for entry in entries
            if entry["deed"] in ("cases.validated", "cases.returned") and entry["ref"] in refs
        ]
        assert {version for _ref, version in decided} <= {"1"}, "version 2 was read by nobody"
        assert len(decided) == len(set(decided)) == done[0] + done[1]
        assert node.json("verify_ledger")["intact"]


@contextmanager
def _own_database(node: Program) -> Iterator[Program]:
    database = ""
    if connection.vendor == "postgresql":  # a database of its own on the tests' server
        server = urlsplit(os.environ["DATABASE_URL"])
        database = f"judges_{os.getpid()}"
        with psycopg.connect(server.geturl(), autocommit=True) as main:
            main.execute(f"CREATE DATABASE {database}")
        node.environment["DATABASE_URL"] = server._replace(path=f"/{database}").geturl()
        (node.home / "node.json").unlink()  # it begins anew with this database
        node.json("init")
    try:
        yield node
    finally:
        if database:
            with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as main:
                main.execute(f"DROP DATABASE {database} WITH (FORCE)")


def _filed(node: Program, tmp_path: Path) -> list[str]:
    for username, country, role in (
        ("a.wanjiru", "KE", "contact"),
        ("n.achieng", "UG", "reviewer"),
        ("r.int", "INT", "reviewer"),
    ):
        node.person(username, country, role)
    path = tmp_path / "cases.json"
    route = [{"role": "departure", "country": "CL"}, {"role": "destination", "country": "KE"}]
    cases = [
        record(national_ref=f"J-{n}", date=f"2026-0{1 + n % 9}-{1 + n % 28:02d}", place="", route=route)
        for n in range(NUMBER)
    ]
    path.write_text(json.dumps(cases))
    assert node.json("import_cases", str(path), "--by", "a.wanjiru", "--submit")["cases"] == NUMBER
    refs = _waiting(node)
    assert len(refs) == NUMBER
    return refs


def _at_once(node: Program, refs: list[str], *asked: tuple[str, ...]) -> list[int]:
    """How many cases each of some processes (`tests.review.judge`) has done something with, all begun at one moment."""
    environment = {**node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"}
    judges = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.review.judge", *words],
            env=environment,
            cwd=PROJECT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for words in asked
    ]
    for judge in judges:
        assert judge.stdin is not None
        judge.stdin.write(" ".join(refs) + "\n")
        judge.stdin.flush()
    for judge in judges:  # both have started, however busy the machine is
        assert judge.stdout is not None
        assert judge.stdout.readline() == "ready\n"
    for judge in judges:
        assert judge.stdin is not None
        judge.stdin.write("go\n")
        judge.stdin.close()
    done = []
    for judge in judges:
        assert judge.stdout is not None
        assert judge.stderr is not None
        said, errors = judge.stdout.read(), judge.stderr.read()
        assert judge.wait(120) == 0, errors[-2000:]
        done.append(int(said.split()[-1]))
    return done


def _waiting(node: Program) -> list[str]:
    """The refs of our cases that wait; a home of a former release has others too."""
    rows = node.json("review_queue", "--by", "n.achieng", "--limit", "1000")
    return [row["ref"] for row in rows if row["national_ref"].startswith("J-")]
