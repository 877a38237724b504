"""Nodes and people for the tests: each worker has its own home, its own database, and the shipped lists in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from tests import prepared
from tests.home import HOME
from tests.people_with import PASSWORD, people_with
from tests.shares import SHARES, THOROUGH, is_left_out, share
from tests.warm import WARM

PROJECT = Path(__file__).resolve().parents[1]

# Folders of a home whose files belong to records of one test.
LEFT_OVER = ("incoming", "held", "rejected", "results")


def pytest_configure() -> None:
    """Passwords of people made by tests are hashed fast; a node that a test starts hashes them as ever."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.hookimpl(tryfirst=True)  # before the workers read the groups that are set here
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that share a running node and a browser go to one worker, and begin first since nobody can help it; of long
    ones a share is run.

    Long ones that were asked for by name are run whatever their share.
    """
    named = [one.partition("[")[0] for one in config.args if "::" in one or one.endswith(".py")]
    others = [item for item in items if is_left_out(item.nodeid, marked=bool(item.get_closest_marker("long")))]
    if others and not named:
        config.hook.pytest_deselected(items=others)
        left_out = {item.nodeid for item in others}
        items[:] = [item for item in items if item.nodeid not in left_out]
    items.sort(key=lambda item: "journeys" not in item.path.parts)
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("journeys"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Writes what each test took where TIDEWAITER_DURATIONS names a file (tools/long_tests.py reads it)."""
    file = os.environ.get("TIDEWAITER_DURATIONS")
    if file and "PYTEST_XDIST_WORKER" not in os.environ:
        with Path(file).open("a", encoding="utf-8") as lines:
            lines.write(f"{report.duration:.3f}\t{report.nodeid.removesuffix('@journeys')}\n")


def pytest_report_header() -> str:
    """Says which long tests are run."""
    return "long tests: all" if THOROUGH else f"long tests: share {share()} of {SHARES} (make test-all runs all)"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any) -> Any:
    """A test database with the reference lists, forms and administrations that `init` loads; nobody needs a second
    factor.

    On SQLite it is a copy of the database of the home that `init` prepared for this shape (tests/prepared.py).
    """
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from tidewaiter.foundation.encryption import keys as store_keys

    on_sqlite = connection.vendor == "sqlite"
    if on_sqlite:
        _copy_of_prepared(Path(connection.settings_dict["TEST"]["NAME"]), os.environ.get("TIDEWAITER_SHAPE", "central"))
    elif settings.STORE_SEALED:
        store_keys.make()
    with django_db_blocker.unblock():
        kept = setup_databases(verbosity=0, interactive=False, keepdb=on_sqlite, serialized_aliases=[])
        if on_sqlite:
            _check_what_tests_write(connection)
        else:
            _initialise()
    _believe_own_password()
    yield
    with django_db_blocker.unblock():
        connection.close()
        teardown_databases(kept, verbosity=0)


def _copy_of_prepared(database: Path, shape: str) -> None:
    """The database, the keys that open it, the folder's mark and its folders, of the home that `init` prepared."""
    from tidewaiter.foundation.data_folder import DATABASE, ENVELOPE, MARK
    from tidewaiter.foundation.modes import FOLDERS

    with tempfile.TemporaryDirectory() as folder:
        whole, configuration = Path(folder) / "home", Path(folder) / "configuration"
        prepared.copy_home(shape, whole, lambda *made: _init_home(*made, shape), configuration)
        for end in ("", "-wal"):  # the commands that made it have ended, and closed it
            if (whole / f"{DATABASE}{end}").exists():
                shutil.copyfile(whole / f"{DATABASE}{end}", f"{database}{end}")
        [keys] = (configuration / "tidewaiter").iterdir()
        shutil.copytree(keys, os.environ["TIDEWAITER_KEYS"], dirs_exist_ok=True)
        for name in (MARK, ENVELOPE):
            if (whole / name).exists():
                shutil.copy2(whole / name, HOME / name)
    for name in FOLDERS:
        (HOME / name).mkdir(mode=0o700, exist_ok=True)


LISTS = ("codelists_code", "codelists_label")


def _check_what_tests_write(connection: Any) -> None:
    """After each test Django asks SQLite whether every foreign key leads somewhere. The reference lists have 300,000 of
    them and tests write into other tables: these alone are looked through, unless a list got a row.
    """
    every = connection.check_constraints

    def of_lists() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            return [cursor.execute(f"SELECT max(rowid) FROM {table}").fetchone() for table in LISTS]

    before = of_lists()

    def check(table_names: Any = None) -> None:
        if table_names is None and of_lists() == before:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT 1 FROM sqlite_master AS tables, pragma_foreign_key_check(tables.name)"
                    " WHERE tables.type = 'table' AND tables.name NOT IN (%s, %s) LIMIT 1",
                    LISTS,
                )
                if cursor.fetchone() is None:
                    return
        every(table_names)

    connection.check_constraints = check


def _believe_own_password() -> None:
    """The password of the tests' people is judged once: what judges it reads lists of a hundred thousand words."""
    from tidewaiter.people.actions import accounts

    judge = accounts.validate_password
    judge(PASSWORD, None)
    accounts.validate_password = lambda password, officer: None if password == PASSWORD else judge(password, officer)


def _initialise() -> None:
    from django.core.management import call_command

    with open(os.devnull, "w") as quiet:
        call_command("init", format="json", stdout=quiet, stderr=quiet)
        call_command("demand_second_factor", nobody=True, format="json", stdout=quiet, stderr=quiet)


@pytest.fixture(autouse=True)
def _fresh_views(settings: Any) -> Any:
    """Lists and counts of a former test are not believed, no file that it left in the worker's home is met
    (its database is rolled back, its files are not), no language that its last page was in is spoken,
    the node has just started.
    """
    translation.deactivate()
    settings.NODE_STARTED = time.time()
    from tidewaiter.cases.facets import forget_counts
    from tidewaiter.codelists.queries import look_again
    from tidewaiter.foundation.scratch import open_folder
    from tidewaiter.people.called import forget_names

    look_again()
    forget_counts()
    forget_names()
    shutil.rmtree(open_folder(HOME, sealed=settings.STORE_SEALED) / "analysis", ignore_errors=True)
    for name in LEFT_OVER:
        for file in (HOME / name).glob("*"):
            shutil.rmtree(file) if file.is_dir() else file.unlink(missing_ok=True)
    yield
    look_again()


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    """People with a country: an officer, contacts, reviewers, an analyst, and outsiders who must never see."""
    return people_with(
        {
            "officer": ("KE", "officer"),
            "contact": ("KE", "contact"),
            "reviewer": ("UG", "reviewer"),
            "own_reviewer": ("KE", "reviewer"),
            "far_reviewer": ("CL", "reviewer"),
            "american": ("US", "contact"),
            "chilean": ("CL", "contact"),
            "analyst": ("INT", "analyst"),
            "secretariat": ("INT", "reviewer"),
            "steward": ("INT", "steward"),
            "partner": ("INT", "partner"),
        }
    )


class Program:
    """The command line of a node with a home of its own."""

    def __init__(self, home: Path, shape: str = "central") -> None:
        self.home = home
        self.environment = {**os.environ, "TIDEWAITER_HOME": str(home), "TIDEWAITER_SHAPE": shape}
        self.environment.pop("DATABASE_URL", None)
        self.environment.pop(
            "TIDEWAITER_KEYS", None
        )  # that of the tests' own process; a node names its own after itself
        self.environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browser tests set it for themselves

    def run(self, *words: str, said: str = "", seconds: int = 300) -> subprocess.CompletedProcess[str]:
        """Runs a command and gives what it printed and its exit code; `seconds`: how long it may take."""
        if WARM.takes(self.environment):
            return WARM.run(words, self.environment, said, seconds)
        return subprocess.run(
            [sys.executable, "-m", "tidewaiter", *words],
            env=self.environment,
            input=said,
            capture_output=True,
            text=True,
            cwd=PROJECT,
            timeout=seconds,
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
    """A home that `init` has prepared, to be copied. Its people need no second factor (tests/people are about that)."""
    return prepared_for("central")


def prepared_for(shape: str) -> Path:
    """A home of a shape that `init` has prepared, to be copied; made once."""
    home = HOME / f"prepared-{shape}"
    if not home.exists():
        prepared.copy_home(shape, home, lambda fresh, configuration: _init_home(fresh, configuration, shape))
    return home


@pytest.fixture(scope="session")
def small_home() -> Path:
    """A home without the largest lists (a former release's, taken on), for tests
    that copy or pack it again and again.
    """
    home = HOME / "small"
    if not home.exists():
        prepared.copy_home("small", home, _taken_on)
    return home


def _taken_on(home: Path, configuration: Path) -> None:
    with tarfile.open(PROJECT / "tests" / "data" / "release_0_1.tar.xz") as tar:
        tar.extractall(home, filter="data")
    _init_home(home, configuration, "central")


def _init_home(home: Path, configuration: Path, shape: str) -> None:
    program = Program(home, shape)
    program.environment["XDG_CONFIG_HOME"] = str(configuration)
    program.json("init")
    program.json("demand_second_factor", "--nobody")


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
