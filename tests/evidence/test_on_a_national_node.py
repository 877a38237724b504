"""Runs the tests of evidence in a process whose node is a national one."""

from __future__ import annotations

from pathlib import Path

from tests.another_shape import must_pass
from tests.rendered import NOT_HERE


def test_evidence_keeps_its_promises_on_a_national_node(tmp_path: Path) -> None:
    rendered = must_pass("national", "tests/evidence", folder=tmp_path)
    wanted = {name for name in NOT_HERE if name.startswith("evidence/")}
    assert not wanted - rendered, "a template of evidence that no test renders"
