"""Benches and tools take from the house what is there: no type checker looks at them, and nobody runs them each day."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from tests.conftest import PROJECT

FILES = sorted([*(PROJECT / "bench").glob("*.py"), *(PROJECT / "tools").glob("*.py")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_is_imported_from_the_house_is_there(path: Path) -> None:
    taken = [
        (node, one.name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tidewaiter")
        for one in node.names
    ]
    assert [f"{node.lineno}: {node.module}.{name}" for node, name in taken if not _is_there(node, name)] == []


def _is_there(node: ast.ImportFrom, name: str) -> bool:
    """Whether a module has this, or is a package with a module of this name."""
    module = str(node.module)
    if hasattr(importlib.import_module(module), name):
        return True
    try:
        importlib.import_module(f"{module}.{name}")
    except ModuleNotFoundError:
        return False
    return True
