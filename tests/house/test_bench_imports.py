"""Benches and tools take from the house what is there: no type checker looks at them, and nobody runs them each day."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tidewaiter.foundation.room_cards import rooms_of_node

ROOMS = {room.name for room in rooms_of_node()} | {"foundation", "privacy", "drawing", "checks", "site"}
FILES = sorted([*(PROJECT / "bench").glob("*.py"), *(PROJECT / "tools").glob("*.py")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_is_imported_from_the_house_is_there(path: Path) -> None:
    taken = [
        (node, one.name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tidewaiter")
        for one in node.names
        if one.name != "*"
    ]
    assert [f"{node.lineno}: {node.module}.{name}" for node, name in taken if not _is_there(node, name)] == []


def _is_there(node: ast.ImportFrom, name: str) -> bool:
    """Whether a module has this, or is a package with a module of this name."""
    module = str(node.module)
    if module.split(".")[1] not in ROOMS:
        path = PROJECT / module.replace(".", "/")
        if path.is_dir():
            return (path / f"{name}.py").is_file() or name in _written(path / "__init__.py")
        return name in _written(path.with_suffix(".py"))
    if hasattr(importlib.import_module(module), name):
        return True
    try:
        importlib.import_module(f"{module}.{name}")
    except ModuleNotFoundError:
        return False
    return True


def _written(path: Path) -> set[str]:
    """What a module of a room that this node has not says of itself: its models cannot be loaded here."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        elif isinstance(node, ast.ImportFrom):
            found |= {one.asname or one.name for one in node.names}
    return found
