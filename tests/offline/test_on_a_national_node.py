"""Runs the tests of the off-line desk in a process whose node is a national one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import prepared
from tests.conftest import PROJECT
from tests.rendered import NOT_HERE


def test_the_off_line_desk_keeps_its_promises_on_a_national_node(tmp_path: Path) -> None:
    environment = {
        name: said
        for name, said in os.environ.items()
        if not name.startswith(("PYTEST", "TIDEWAITER_", "DATABASE_URL"))
    }
    environment |= {
        "TIDEWAITER_SHAPE": "national",
        "TIDEWAITER_TEST_BASE": str(tmp_path / "base"),
        "TIDEWAITER_TEST_PREPARED": str(prepared.FOLDER / f"{prepared.digest()}-national.sqlite3"),
    }
    rendered = tmp_path / "rendered"
    words = ["-m", "pytest", "tests/offline", "-n", "0", "-W", "ignore", "--rendered", str(rendered)]
    done = subprocess.run(
        [sys.executable, *words], env=environment, cwd=PROJECT, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    wanted = {name for name in NOT_HERE if name.startswith("offline/")}
    assert not wanted - set(rendered.read_text().split()), "a template of the off-line desk that no test renders"
