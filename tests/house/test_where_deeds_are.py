"""What is recorded is done by a deed in its room's actions; the few that lie
elsewhere are named here, with the reason.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import PROJECT

HOUSE = PROJECT / "tidewaiter"
RECORDING = ("record", "record_many")
ELSEWHERE: dict[str, tuple[tuple[str, ...], str]] = {
    "ledger/export.py": (
        ("export_ledger",),
        "what it writes is read through queries, and these lie above the ledger's own actions",
    ),
    "library/files.py": (("attach_file", "drop_file"), "deeds of one noun, as those of its pictures"),
    "notices/ringing.py": (
        ("_end", "_next_level", "ring"),
        "deeds of one noun, beside who hears it: notices themselves record nothing",
    ),
    "library/pictures.py": (("attach_picture", "drop_picture"), "deeds of one noun, beside how its pictures are read"),
    "people/views/you.py": (
        ("form_valid",),
        "allauth's own forms change the second factor; the entry is of the same transaction",
    ),
    "people/views/passkeys.py": (
        ("form_valid",),
        "allauth's own forms change the passkeys; the entry is of the same transaction",
    ),
    "search/linking.py": (("link", "unlink"), "deeds of one noun, beside how links are read"),
    "site/backup/backup.py": (
        ("backed_up",),
        "the site has no models and so no actions; a backup is a deed of its own file",
    ),
    "site/backup/restore.py": (("restore",), "as a backup; the entry is written into the node that was brought back"),
    "site/failed_items.py": (
        ("drop", "retry", "retry_all"),
        "the site has no models and so no actions; deeds of one noun",
    ),
    "site/keyring.py": (
        ("_record_second", "_record_signing", "_record_store"),
        "the site has no models and so no actions; what `init` tells of the keys that it made",
    ),
    "site/store_encryption.py": (
        ("encrypt_store", "record_rotation"),
        "the site has no models and so no actions; the node's own store",
    ),
    "site/masking_stored.py": (
        ("mask_stored",),
        "the site has no models and so no actions; it goes through the columns of every room",
    ),
    "statistics/comparisons/external_tables.py": (
        ("bring_table", "forget_table"),
        "deeds of one noun, beside how its tables are read",
    ),
    "statistics/report/frozen_data.py": (("freeze",), "the deed of one noun, beside how its files are found"),
    "trade/files/sources.py": (("bring_file", "forget_file"), "deeds of one noun, beside how its files are found"),
    "trade/tasks.py": (("put_away",), "what the worker does after a job that ended, beside the job itself"),
    "trade/runs.py": (("start", "forget"), "deeds of one noun, beside the doing of it as a job"),
}
"""File: which functions of it record, and why not in actions."""
INHERITED = {
    ("people/views/passkeys.py", "form_valid"),
    ("people/views/you.py", "form_valid"),
    ("trade/tasks.py", "put_away"),
}
"""Functions whose arguments another library fixes, or the table of jobs."""


def _is_shelf(path: Path) -> bool:
    return path.name == "actions.py" or path.parent.name == "actions"


def _records(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RECORDING


def _functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


def _recording(path: Path) -> list[ast.FunctionDef]:
    return [function for function in _functions(path) if any(_records(node) for node in ast.walk(function))]


SOURCES = [path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts]


def test_what_is_recorded_outside_of_actions_is_named_here() -> None:
    found = {
        str(path.relative_to(HOUSE)): tuple(function.name for function in functions)
        for path in SOURCES
        if not _is_shelf(path) and (functions := _recording(path))
    }
    assert {path: tuple(sorted(set(names))) for path, names in found.items()} == {
        path: tuple(sorted(names)) for path, (names, _why) in ELSEWHERE.items()
    }


def _room(path: Path) -> str:
    """The room that a source lies in, in whichever of its folders."""
    return path.relative_to(HOUSE).parts[0]


def test_the_ledger_is_written_under_no_other_name() -> None:
    """`record` is imported by its name and called by it, so that the test above finds it."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "") == "tidewaiter.ledger.actions":
                assert all(alias.asname is None for alias in node.names), path
            if isinstance(node, ast.ImportFrom) and (node.module or "") == "tidewaiter.ledger":
                assert "actions" not in {alias.name for alias in node.names}, path
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("tidewaiter.ledger") for alias in node.names), path
            if isinstance(node, ast.Attribute):
                at_home = ("intake", "forms", "cases", "operations", "exchange", "offline")
                assert node.attr not in RECORDING or _room(path) in at_home, path


@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_a_deed_elsewhere_takes_its_arguments_by_name_and_records_in_its_transaction(name: str) -> None:
    for function in _recording(HOUSE / name):
        if (name, function.name) not in INHERITED:
            assert not function.args.args, f"{function.name} takes its arguments by name"
            assert "by" in {one.arg for one in function.args.kwonlyargs}, f"{function.name} says who"
        for call in (node for node in ast.walk(function) if _records(node)):
            inside = [
                block
                for block in ast.walk(function)
                if isinstance(block, ast.With)
                and any("atomic" in ast.unparse(item.context_expr) for item in block.items)
                and call in set(ast.walk(block))
            ]
            assert inside, f"{function.name} records in the transaction in which it changes"
