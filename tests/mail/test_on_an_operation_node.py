"""Runs the tests of mail and of the library of those who share a node in a process whose node is an operation's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT


@pytest.mark.long
def test_mail_keeps_its_promises_on_an_operation_node(tmp_path: Path) -> None:
    environment = {
        name: said
        for name, said in os.environ.items()
        if not name.startswith(("PYTEST", "TIDEWAITER_", "DATABASE_URL"))
    }
    environment |= {
        "TIDEWAITER_SHAPE": "operation",
        "TIDEWAITER_TEST_BASE": str(tmp_path / "base"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/mail", "-n", "0", "-W", "ignore"],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
