"""The rules of the house that a program can check."""

from __future__ import annotations

import ast
import hashlib
import importlib
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.template.loader import get_template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import PASSWORD, PROJECT
from tests.house.elsewhere import is_elsewhere
from tests.house.sources import HOUSE, SOURCES, of_each_file, tree_of
from tests.house.steps import STEPS
from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.ledger.keys import public_key_hex


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _holds(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 400
    tree = tree_of(path)
    assert ast.get_docstring(tree) or path.name == "__init__.py", "a module says its promise in a line"
    for function in _functions(tree):
        assert (function.end_lineno or 0) - function.lineno < 60, function.name
    for word in ("get_model(", "django.dispatch", "import *", "TODO", "FIXME"):
        assert word not in text, word
    catches = re.findall(r"except\s*:|except[^:\n]*\bException\b", text) + re.findall("BLE001", text)
    assert len(catches) == (2 if path == HOUSE / "foundation" / "running_items.py" else 0), "one runner catches all"


def test_a_file_keeps_its_ceilings_and_leaves_out_what_the_house_leaves_out() -> None:
    of_each_file(_holds)


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in SOURCES
        if path.name == "actions.py" or (path.parent.name == "actions" and path.name != "__init__.py")
    ],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_every_deed_is_keyword_only_and_is_recorded(path: Path) -> None:
    tree = tree_of(path)
    steps = set(STEPS.get(str(path.relative_to(HOUSE)), ()))
    stale = steps - {function.name for function in _functions(tree)}
    assert not stale, f"{path} has no {stale}: take it out of tests/house/steps.py"
    calls = {
        function.name: {
            node.func.id
            for node in ast.walk(function)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
    }
    elsewhere = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".actions")
        for alias in node.names
    }

    def records(name: str, seen: frozenset[str] = frozenset()) -> bool:
        found = calls.get(name, set())
        return bool(found & (elsewhere | {"record", "record_many", "insert_rows"})) or any(
            records(call, seen | {name}) for call in found - seen - {name} if call in calls
        )

    for function in tree.body:
        if not isinstance(function, ast.FunctionDef) or function.name.startswith("_") or function.name in steps:
            continue
        assert not function.args.args, f"{function.name} takes its arguments by name"
        if path.parent.name not in (
            "jobs",
            "ledger",
        ):  # on the ledger's own floor: the work they start is recorded by its deeds
            assert records(function.name), f"{function.name} leaves no entry in the ledger"


@pytest.mark.parametrize("room", sorted(path.parent.name for path in HOUSE.glob("*/states.py")))
def test_every_state_has_an_owner_and_a_way_out_or_is_an_end(room: str) -> None:
    states = importlib.import_module(f"tidewaiter.{room}.states")
    moves = states.MOVES
    if all(isinstance(value, dict) for value in moves.values()):
        leaving = {state for move in moves.values() for state in move}
        reached = {state for move in moves.values() for state in move.values()}
    else:
        leaving, reached = set(moves), {state for after in moves.values() for state in after}
    for state in leaving | reached:
        assert state in states.ENDS or (state in leaving and states.OWNERS.get(state)), state


def test_every_template_compiles_and_is_named() -> None:
    """That a test renders it `tests/rendered.py` knows, at the end of a run of all tests."""
    used = "\n".join(path.read_text() for path in [*SOURCES, *HOUSE.rglob("*.html")])
    for path in HOUSE.rglob("*.html"):
        name = str(path).split("/templates/")[1]
        if not is_elsewhere(path):
            get_template(name)
        assert f'"{name}"' in used or name.startswith(("account/", "mfa/")) or name in ("404.html", "500.html"), (
            f"{name} is used nowhere"
        )
        text = path.read_text()
        assert not re.search(r'\sstyle="|<script(?![^>]*src=)|\son[a-z]+="', text), (
            f"{name}: the content policy allows nothing inline"
        )


def test_every_setting_and_command_is_documented() -> None:
    settings = (HOUSE / "site" / "settings.py").read_text()
    documented = (PROJECT / "docs" / "settings.md").read_text()
    for name in set(re.findall(r'environ\.get\(\s*"([A-Z_]+)"', settings)):
        assert f"`{name}`" in documented, name
    commands = (PROJECT / "docs" / "commands.md").read_text()
    for path in HOUSE.rglob("management/commands/*.py"):
        if path.stem != "__init__":
            assert f"`{path.stem}" in commands, path.stem


def test_shipped_lists_and_vendored_files_are_what_their_lists_say() -> None:
    for name, meta in tomllib.loads((PROJECT / "codes" / "lists.toml").read_text()).items():
        assert hashlib.sha256((PROJECT / "codes" / meta["file"]).read_bytes()).hexdigest() == meta["sha256"], name
        assert all(meta[key] for key in ("source", "licence", "version")), name
    listed = {meta["file"] for meta in tomllib.loads((PROJECT / "codes" / "lists.toml").read_text()).values()}
    assert {path.name for path in (PROJECT / "codes").glob("*.csv*")} - listed == {
        "country_ours.csv",
        "currency_ours.csv",
        "place_ours.csv",
        "unit_ours.csv",
        "substance_ours.csv",
    }
    static = HOUSE / "site" / "static"
    for target, meta in tomllib.loads((static / "vendor" / "ASSETS.toml").read_text()).items():
        assert hashlib.sha256((static / target).read_bytes()).hexdigest() == meta["sha256"], target


def test_no_page_asks_another_machine_for_anything() -> None:
    for path in [
        *HOUSE.rglob("*.html"),
        HOUSE / "site/static/tidewaiter.css",
        HOUSE / "site/static/app.js",
        HOUSE / "site/static/passkeys.js",
        HOUSE / "site/static/theme.js",
    ]:
        found = [url for url in re.findall(r"https?://[^\s\"')]+", path.read_text()) if "www.w3.org" not in url]
        assert not found, (path.name, found)


def test_lock_files_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (PROJECT / name).read_text()
        assert "://" not in text
        assert "--hash=sha256:" in text


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/cases/", "/search/?q=magazine", "/cases/photos/"])
def test_list_pages_ask_as_often_for_many_cases_as_for_few(
    people: SimpleNamespace, client: Client, address: str
) -> None:
    assert client.login(username=people.contact.username, password=PASSWORD)
    counts = []
    for number in (3, 30):
        draft(cases=[case_in(national_ref=f"Q{number}-{n}") for n in range(number)], by=people.contact, channel="csv")
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2, counts
    assert counts[1] < 60


@pytest.mark.django_db
def test_every_page_carries_a_strict_content_policy(client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_secrets_are_readable_by_their_owner_alone() -> None:
    public_key_hex()
    kept = list(Path(os.environ["TIDEWAITER_KEYS"]).iterdir())
    assert kept
    for path in kept:
        assert path.stat().st_mode & 0o077 == 0, path
