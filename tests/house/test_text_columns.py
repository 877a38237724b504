"""Every text that a node keeps is marked, in every shape: columns, files, the
scratch folder (DESIGN.md §4, rule 20).
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tests.conftest import PROJECT

TEXTS = {"CharField", "TextField", "JSONField", "EmailField", "URLField", "SlugField", "FileField", "FilePathField"}
"""Kinds of columns in which a text may stand."""
MARKS = {"free", "place", "office", "brand", "firm", "code", "person", "indicator", "system"}
OTHERS = {
    "auth.Permission": "Django's own rows, never written by a person",
    "auth.Group": "not used: roles are grants",
    "contenttypes.ContentType": "Django's own rows",
    "sessions.Session": "signed; who is signed in, and what the next page says",
    "account.EmailAddress": "person: the address of an account",
    "account.EmailConfirmation": "not used: a digest",
    "mfa.Authenticator": "system: sealed secrets of second factors",
    "usersessions.UserSession": "person: address of an account's own sessions, family and system of its browser",
}
"""Models of others, whose columns carry no mark: what stands in them."""
FOLDERS = {
    "vault": "content by digest: pictures without their data, sheets and tables that were judged",
    "incoming": "uploads that wait, sealed; left out of backups",
    "hidden": "what was hidden of files, sealed, for who brought them; for less than an hour; left out of backups",
    "held": "uploads between a preview and its confirmation, sealed; for a day",
    "scratch": "the one place for plaintext that is not judged; swept at start; left out of backups",
    "rejected": "error sheets that a command wrote: what was judged",
    "analysis": "tables of cases for statistics: codes and numbers of judged records",
    "trade": "brought files with allowed columns alone, results of analyses",
    "results": "files that a person asked for; for a day",
    "slots": "empty files that are locked: who is at a heavy page",
    "restoring": "a backup while it is brought back",
    "mappings": "mappings that a steward put there",
    "operations": "files of rooms, each sealed under its room's own key, which is in no backup (docs/decisions/0045)",
    "offline": "what comes in from off-line desks, sealed by the device, until it is whole",
    "certificates": "of rooms that were destroyed, and their reports: numbers, without names",
}
"""What lies in the data folder beside the database."""


def _fields() -> list[tuple[str, models.Field[Any, Any]]]:
    return [
        (model._meta.label, field)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.get_internal_type() in TEXTS
    ]


def test_every_text_column_of_a_model_carries_a_mark() -> None:
    for label, field in _fields():
        if label in OTHERS:
            continue
        about = getattr(field, "about", "")
        password = (label, field.name) == ("people.Officer", "password")  # Django's own column: a digest
        assert about in MARKS or password, f"{label}.{field.name}: make it one of the columns of privacy.columns"


def test_every_model_of_others_is_known_and_used() -> None:
    unmarked = {label for label, field in _fields() if not hasattr(field, "about")} - {"people.Officer"}
    assert unmarked == set(OTHERS)


@pytest.mark.parametrize("shape", ["central", "national", "operation"])
def test_the_list_in_docs_is_that_of_each_shape(shape: str, tmp_path: Path) -> None:
    words = (
        "import django, json; django.setup(); from django.apps import apps;"
        " print(json.dumps(sorted({f'{m._meta.label}.{f.name}' for m in apps.get_models() for f in"
        " m._meta.concrete_fields if hasattr(f, 'about')})))"
    )
    environment = {**os.environ, "TIDEWAITER_SHAPE": shape, "TIDEWAITER_HOME": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "tidewaiter.site.settings"
    done = subprocess.run(
        [sys.executable, "-c", words], env=environment, cwd=PROJECT, capture_output=True, text=True, check=True
    )
    listed = (PROJECT / "docs" / "text_columns.md").read_text()
    missing = [name for name in json.loads(done.stdout) if f"| `{name}` |" not in listed]
    assert missing == [], "run tools/generated.py"


def test_no_model_is_written_with_a_plain_text_column() -> None:
    for path in (PROJECT / "tidewaiter").glob("*/models*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TEXTS:
                raise AssertionError(f"{path.parent.name}: {ast.unparse(node)[:60]}")


def test_rows_are_inserted_past_the_columns_by_their_one_door_alone() -> None:
    """Rows that do not go through a model go through `bulk.insert_rows`, which asks the columns; the
    index of words is made of kept records.
    """
    allowed = {"foundation/bulk.py", "cases/search_index.py", "site/backup/postgres.py"}
    for path in (PROJECT / "tidewaiter").rglob("*.py"):
        name = str(path.relative_to(PROJECT / "tidewaiter"))
        if "migrations" in path.parts or name in allowed:
            continue
        text = path.read_text()
        assert "INSERT INTO" not in text, f"{name}: use foundation.bulk.insert_rows"
        assert "UPDATE {" not in text, f"{name}: update through the model"


def test_every_folder_of_the_data_folder_is_known_and_what_is_not_judged_is_in_no_backup() -> None:
    from tidewaiter.site.backup.backup import folders

    named = set()
    for path in (PROJECT / "tidewaiter").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.right, ast.Constant):
                left = ast.unparse(node.left)
                if left in ("Path(settings.TIDEWAITER_HOME)", "settings.TIDEWAITER_HOME", "home", "HOME"):
                    named.add(str(node.right.value))
    assert not {name for name in named if "." not in name} - set(FOLDERS) - {"keys"}, "say what lies there"
    kept = {
        "vault": {"vault"},
        "intake": {"mappings"},
        "trade": {"trade"},
        "operations": {"operations", "certificates"},
    }
    here = [names for room, names in kept.items() if apps.is_installed(f"tidewaiter.{room}")]
    assert {folder.name for folder in folders()} == set().union(*here)
