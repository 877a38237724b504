"""Nodes and people for the tests: each worker has its own home, its own database, and the shipped lists in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.home import HOME

PROJECT = Path(__file__).resolve().parents[1]
PASSWORD = "a-long-passphrase-1"


def pytest_configure() -> None:
    """Passwords of people made by tests are hashed fast; a node that a test starts hashes them as ever."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a running node and a browser go to one worker; all others to whichever is free."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any) -> Any:
    """A test database with the reference lists, forms and administrations that `init` loads."""
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        kept = setup_databases(verbosity=0, interactive=False)
        with open(os.devnull, "w") as quiet:
            call_command("init", format="json", stdout=quiet, stderr=quiet)
    yield
    with django_db_blocker.unblock():
        connection.close()
        teardown_databases(kept, verbosity=0)


@pytest.fixture(autouse=True)
def _fresh_views() -> Any:
    """Lists and counts of a former test are not believed, and nothing of its analysis store stays on disk."""
    from tidewaiter.cases.queries import forget_counts
    from tidewaiter.codelists.queries import look_again

    look_again()
    forget_counts()
    shutil.rmtree(HOME / "analysis", ignore_errors=True)
    yield
    look_again()


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    """People with a country: an officer, contacts, reviewers, an analyst, and outsiders who must never see."""
    from tidewaiter.foundation.actors import NODE
    from tidewaiter.people.actions import add_officer

    wanted = {
        "officer": ("KE", "officer"), "contact": ("KE", "contact"), "reviewer": ("UG", "reviewer"), "own_reviewer": ("KE", "reviewer"),
        "far_reviewer": ("CL", "reviewer"), "american": ("US", "contact"), "chilean": ("CL", "contact"), "analyst": ("INT", "analyst"),
        "secretariat": ("INT", "reviewer"), "steward": ("INT", "steward"), "partner": ("INT", "partner"),
    }  # fmt: skip
    return SimpleNamespace(
        **{
            key: add_officer(
                username=f"{key}.{home.lower()}".replace("_", "-"),
                administration=home,
                role=role,
                password=PASSWORD,
                by=NODE,
            )
            for key, (home, role) in wanted.items()
        }
    )


class Program:
    """The command line of a node with a home of its own."""

    def __init__(self, home: Path, shape: str = "central") -> None:
        self.home = home
        self.environment = {**os.environ, "TIDEWAITER_HOME": str(home), "TIDEWAITER_SHAPE": shape}
        self.environment.pop("DATABASE_URL", None)
        self.environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browser tests set it for themselves

    def run(self, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a command and gives what it printed and its exit code."""
        return subprocess.run(
            [sys.executable, "-m", "tidewaiter", *words],
            env=self.environment,
            input=said,
            capture_output=True,
            text=True,
            cwd=PROJECT,
            timeout=300,
        )

    def json(self, *words: str, code: int = 0, said: str = "") -> Any:
        """Runs a command with `--format json`; the exit code must be `code`."""
        done = self.run(*words, "--format", "json", said=said)
        assert done.returncode == code, done.stderr[-2000:]
        return json.loads(done.stdout)

    def person(self, username: str, administration: str, role: str) -> None:
        """Makes an account."""
        self.json(
            "add_officer",
            username,
            "--administration",
            administration,
            "--role",
            role,
            "--password-stdin",
            said=PASSWORD + "\n",
        )


@pytest.fixture(scope="session")
def prepared_home() -> Path:
    """A home that `init` has prepared, to be copied."""
    home = HOME / "prepared"
    if not home.exists():
        Program(home).json("init")
    return home


@pytest.fixture(scope="session")
def small_home() -> Path:
    """A home without the largest lists (a former release's, taken on), for tests that copy or pack it again and again."""
    home = HOME / "small"
    if not home.exists():
        with tarfile.open(PROJECT / "tests" / "data" / "release_0_1.tar.xz") as tar:
            tar.extractall(home, filter="data")
        Program(home).json("init")
    return home


@pytest.fixture
def small_node(small_home: Path, tmp_path: Path) -> Program:
    """A node of one's own without the largest lists."""
    home = tmp_path / "home"
    shutil.copytree(small_home, home)
    return Program(home)


@pytest.fixture
def node(prepared_home: Path, tmp_path: Path) -> Program:
    """A node of one's own with the lists loaded, spoken to by commands."""
    home = tmp_path / "home"
    shutil.copytree(prepared_home, home)
    return Program(home)
