"""Runs the tests of the off-line desk in a process whose node is a national one."""

from __future__ import annotations

from pathlib import Path

from tests.another_shape import must_pass
from tests.rendered import NOT_HERE


def test_the_off_line_desk_keeps_its_promises_on_a_national_node(tmp_path: Path) -> None:
    rendered = must_pass("national", "tests/offline", folder=tmp_path)
    wanted = {name for name in NOT_HERE if name.startswith("offline/")}
    assert not wanted - rendered, "a template of the off-line desk that no test renders"
