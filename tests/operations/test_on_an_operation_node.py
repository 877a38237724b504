"""Runs the rooms' tests in a process whose node is an operation node."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.another_shape import must_pass
from tests.conftest import Program, prepared_for
from tests.rendered import NOT_HERE

HOUSE_TOO = (
    "tests/house/test_rules.py::test_every_template_compiles_and_is_named",
    "tests/house/test_text_columns.py::test_every_text_column_of_a_model_carries_a_mark",
    "tests/house/test_text_columns.py"
    "::test_every_folder_of_the_data_folder_is_known_and_what_is_not_judged_is_in_no_backup",
)
"""Rules of the house that are asked of a shape's own rooms."""


def test_rooms_keep_their_promises_on_an_operation_node(tmp_path: Path) -> None:
    rendered = must_pass("operation", "tests/operations", *HOUSE_TOO, folder=tmp_path)
    wanted = {name for name in NOT_HERE if name.startswith("operations/")}
    assert not wanted - rendered, "a template of operations that no test renders"


def test_a_central_node_has_no_table_for_rooms(tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(prepared_for("central"), home)
    asked = Program(home, "central").run("open_operation", "x.toml", "--by", "nobody")
    assert asked.returncode == 2
    assert "There is no command «open_operation» on this node" in asked.stderr
    assert b"operations_message" not in (home / "tidewaiter.sqlite3").read_bytes()
