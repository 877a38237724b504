"""A node of one's own on the database that the tests run on, and things that processes do to it at the same moment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from tests.conftest import PROJECT, Program

type AtOnce = Callable[..., list[str]]


@pytest.fixture
def both_node(db: None, small_node: Program) -> Iterator[Program]:
    """A node on SQLite, or on a PostgreSQL database of its own where the tests run on PostgreSQL."""
    if connection.vendor != "postgresql":
        yield small_node
        return
    server = urlsplit(os.environ["DATABASE_URL"])
    database = f"people_{os.getpid()}"
    with psycopg.connect(server.geturl(), autocommit=True) as main:
        main.execute(f"CREATE DATABASE {database}")
    small_node.environment["DATABASE_URL"] = server._replace(path=f"/{database}").geturl()
    (small_node.home / "node.json").unlink()  # it begins anew with this database
    try:
        small_node.json("init")
        yield small_node
    finally:
        with psycopg.connect(server.geturl(), autocommit=True) as main:
            main.execute(f"DROP DATABASE {database} WITH (FORCE)")


@pytest.fixture
def at_once(both_node: Program) -> AtOnce:
    """Does things in processes of their own at the same moment (tests/people/act.py); gives what each printed."""

    def run(*wanted: tuple[str, ...]) -> list[str]:
        environment = {**both_node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"}
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.people.act", *words],
                env=environment,
                cwd=PROJECT,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for words in wanted
        ]
        for one in started:  # all have begun, however busy the machine is
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n", one.stderr and one.stderr.read()
        for one in started:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        answers = []
        for one in started:
            said, complaint = one.communicate(timeout=120)
            assert one.returncode == 0, complaint[-2000:]
            answers.append(said.strip())
        return answers

    return run
