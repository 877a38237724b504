"""What a door can do stands in a table, and whether one may is asked in one way (DESIGN.md §4, rule 4)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT

HOUSE = PROJECT / "tidewaiter"
DOORS = sorted(
    path for path in HOUSE.rglob("*.py") if path.stem.endswith(("views", "api")) or path.parent.name == "views"
)


def _asks_which_deed(test: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Compare)
        and isinstance(node.left, ast.Name)
        and node.left.id == "deed"
        and isinstance(node.ops[0], ast.Eq | ast.In)
        for node in ast.walk(test)
    )


def _chains(tree: ast.Module) -> Iterator[int]:
    """Lines of `if deed == …` that go on with `elif deed == …`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and _asks_which_deed(node.test):
            following = node.orelse[0] if len(node.orelse) == 1 else None
            if isinstance(following, ast.If) and _asks_which_deed(following.test):
                yield node.lineno


@pytest.mark.parametrize("path", DOORS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_door_finds_its_deeds_in_a_table(path: Path) -> None:
    assert list(_chains(ast.parse(path.read_text()))) == [], "put the deeds into a table: name, function"


def test_the_check_sees_a_chain() -> None:
    chain = "if deed == 'a':\n    one()\nelif deed in ('b', 'c'):\n    two()\nelse:\n    three()\n"
    assert list(_chains(ast.parse(chain))) == [1]
    assert not list(_chains(ast.parse("if deed == 'a':\n    one()\nelse:\n    two()\n")))


@pytest.mark.parametrize("room", ["cases", "library", "people", "review", "trade"])
def test_whether_one_may_is_asked_by_deed_thing_and_person(room: str) -> None:
    tree = ast.parse((HOUSE / room / "policy.py").read_text())
    [function] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "allowed"]
    names = [argument.arg for argument in function.args.args]
    assert (names[0], names[2]) == ("deed", "by")
    raised = {ast.unparse(node) for node in ast.walk(function) if isinstance(node, ast.Raise)}
    assert not raised, "it answers, and refuses nothing"
