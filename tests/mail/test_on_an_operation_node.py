"""Runs the tests of mail and of the library of those who share a node in a process whose node is an operation's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.another_shape import must_pass


@pytest.mark.long
def test_mail_keeps_its_promises_on_an_operation_node(tmp_path: Path) -> None:
    must_pass("operation", "tests/mail", folder=tmp_path)
