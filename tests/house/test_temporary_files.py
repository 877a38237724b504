"""Plaintext that is not judged yet lies in the node's own scratch folder and nowhere else (DESIGN.md §4, rule 20)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import HOUSE, of_each_file

OWNER = "foundation/scratch.py"
MODULES = {"tempfile", "_tempfile"}
WORDS = re.compile(r"/(?:var/)?tmp(?:/|$)|/dev/shm|\b(?:SQLITE_)?TMPDIR\b")
"""The machine's folders for temporary files, and the variables that name them."""
SETTINGS = re.compile(r"\b(?:temp_directory|temp_store_directory|spark\.local\.dir|java\.io\.tmpdir|temp_store)\b")
"""Settings by which an engine says where it puts things aside."""
CALLS = {
    "mkstemp",
    "mkdtemp",
    "mktemp",
    "gettempdir",
    "tmpfile",
    "NamedTemporaryFile",
    "TemporaryFile",
    "TemporaryDirectory",
    "SpooledTemporaryFile",
    "memfd_create",
}
ALLOWED = {
    "foundation/locked_engine.py": ({"temp_directory"}, "DuckDB is given a folder of the scratch folder"),
    "trade/engines.py": (
        {"temp_directory", "spark.local.dir"},
        "it asks DuckDB what it was given, and gives Spark the same",
    ),
    "foundation/encryption/master.py": ({"memfd_create"}, "the master key is handed on in memory, on no disk"),
    "site/settings.py": ({"temp_store"}, "SQLite keeps temporary tables in memory"),
}
"""File: which words of the kind stand in it, and why that is no temporary file elsewhere."""


def _ways(text: str) -> Iterator[str]:
    """Ways to a temporary file: modules, calls, and what texts say to others."""
    of_environment = "environ" in text
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.split(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in (MODULES | {"os"}):
            yield from (node.module or "" for one in node.names if node.module != "os" or one.name in CALLS)
        elif isinstance(node, ast.Attribute) and node.attr in CALLS:
            if not (
                isinstance(node.value, ast.Name) and node.value.id in MODULES
            ):  # the module itself is told by its import
                yield node.attr
        elif isinstance(node, ast.Call | ast.Subscript) and of_environment and "environ" in ast.unparse(node):
            yield from re.findall(r"'(TMP|TEMP)'", ast.unparse(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (hit.group() for hit in WORDS.finditer(node.value))
            yield from (hit.group() for hit in SETTINGS.finditer(node.value))


def _holds(path: Path) -> None:
    name = str(path.relative_to(HOUSE))
    if name == OWNER:
        return
    found = set(_ways(path.read_text()))
    allowed, why = ALLOWED.get(name, (set(), "-"))
    assert found - allowed == set(), f"{name}: use foundation.scratch"
    assert allowed - found == set(), f"{name}: this is not used any more"
    assert why


def test_temporary_files_are_made_by_the_scratch_folder_alone() -> None:
    of_each_file(_holds)


def test_every_temporary_file_outside_its_owner_names_the_scratch_folder() -> None:
    for name in (OWNER,):
        for node in ast.walk(ast.parse((HOUSE / name).read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
                said = {one.arg: ast.unparse(one.value) for one in node.keywords}
                assert "scratch_root()" in said.get("dir", ""), (name, ast.unparse(node))


@pytest.mark.parametrize(
    "text",
    [
        "import tempfile",
        "import tempfile as t",
        "from tempfile import mkdtemp",
        "import os\nos.memfd_create('x')",
        "x = '/tmp/file'",
        "x = '/var/tmp'",
        "x = os.environ['TMPDIR']",
        "x = '/dev/shm/x'",
        "x = \"SET temp_directory = 'x'\"",
        "x = 'PRAGMA temp_store_directory'",
        "x = 'spark.local.dir'",
        "from os import memfd_create",
        "os.environ.get('TMP')",
    ],
)
def test_the_check_sees_every_way_to_a_temporary_file(text: str) -> None:
    assert list(_ways(text))
