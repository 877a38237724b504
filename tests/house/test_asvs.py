"""docs/asvs.toml judges every requirement of OWASP ASVS 5.0, level 2; what it says
is met is shown by tests that exist.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections import Counter
from typing import Any

import pytest

from tests.conftest import PROJECT

JUDGED: dict[str, dict[str, Any]] = tomllib.loads((PROJECT / "docs" / "asvs.toml").read_text())
SECTIONS = {
    "1.1": 2,
    "1.2": 9,
    "1.3": 11,
    "1.4": 3,
    "1.5": 2,
    "2.1": 3,
    "2.2": 3,
    "2.3": 4,
    "2.4": 1,
    "3.2": 2,
    "3.3": 4,
    "3.4": 6,
    "3.5": 5,
    "3.7": 2,
    "4.1": 3,
    "4.2": 1,
    "4.3": 2,
    "4.4": 4,
    "5.1": 1,
    "5.2": 3,
    "5.3": 2,
    "5.4": 3,
    "6.1": 3,
    "6.2": 12,
    "6.3": 4,
    "6.4": 4,
    "6.5": 5,
    "6.6": 3,
    "6.8": 4,
    "7.1": 3,
    "7.2": 4,
    "7.3": 2,
    "7.4": 5,
    "7.5": 2,
    "7.6": 2,
    "8.1": 2,
    "8.2": 3,
    "8.3": 1,
    "8.4": 1,
    "9.1": 3,
    "9.2": 4,
    "10.1": 2,
    "10.2": 2,
    "10.3": 4,
    "10.4": 11,
    "10.5": 5,
    "10.6": 2,
    "10.7": 3,
    "11.1": 2,
    "11.2": 3,
    "11.3": 3,
    "11.4": 4,
    "11.5": 1,
    "11.6": 1,
    "12.1": 3,
    "12.2": 2,
    "12.3": 4,
    "13.1": 1,
    "13.2": 5,
    "13.3": 2,
    "13.4": 5,
    "14.1": 2,
    "14.2": 4,
    "14.3": 3,
    "15.1": 3,
    "15.2": 3,
    "15.3": 7,
    "16.1": 1,
    "16.2": 5,
    "16.3": 4,
    "16.4": 3,
    "16.5": 3,
    "17.1": 1,
    "17.2": 4,
    "17.3": 2,
}
"""Requirements of levels 1 and 2 in each section; they are numbered from 1 without a gap."""


def test_every_requirement_of_levels_one_and_two_is_judged_once() -> None:
    assert len(JUDGED) == 253
    assert Counter(one["level"] for one in JUDGED.values()) == {1: 70, 2: 183}
    assert list(JUDGED) == [f"V{name}.{number}" for name, many in SECTIONS.items() for number in range(1, many + 1)]


@pytest.mark.parametrize("name", JUDGED)
def test_a_judgement_says_what_it_rests_on(name: str) -> None:
    one = JUDGED[name]
    assert one.keys() == {"level", "words", "verdict", "tests" if one["verdict"] == "met" else "why"}
    assert one["verdict"] in ("met", "not met", "not applicable")
    assert 3 < len(one["words"]) < 100
    assert "|" not in one["words"] + one.get("why", "")
    if one["verdict"] == "met":
        assert one["tests"]
        assert len(one["tests"]) == len(set(one["tests"]))
    else:
        assert len(one["why"]) >= 12
    if one["verdict"] == "not met":
        assert "would do" in one["why"] or "would be" in one["why"] or one["why"].startswith("As "), "what would do"


@pytest.mark.parametrize("named", sorted({test for one in JUDGED.values() for test in one.get("tests", ())}))
def test_a_test_that_is_named_exists(named: str) -> None:
    path, _colons, function = named.partition("::")
    tree = ast.parse((PROJECT / path).read_text())
    assert path.startswith("tests/")
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert function.startswith("test_")


def test_the_documents_that_the_program_draws_are_drawn_now() -> None:
    done = subprocess.run(
        [sys.executable, "tools/generated.py", "--check"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
