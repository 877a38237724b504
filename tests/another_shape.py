"""Tests of rooms that this process's node has not, run in a process whose node is of another shape."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import PROJECT

PASSED_ON = ("TIDEWAITER_SHARE", "TIDEWAITER_TEST_COLD", "TIDEWAITER_THOROUGH")
"""What says how much is run, and how, holds there as well."""


def must_pass(shape: str, *words: str, folder: Path) -> set[str]:
    """Runs pytest with these words in a process of its own, whose homes lie in `folder`; gives the templates that were
    rendered there.
    """
    environment = {
        name: said
        for name, said in os.environ.items()
        if name in PASSED_ON or not name.startswith(("PYTEST", "TIDEWAITER_", "DATABASE_URL"))
    }
    environment |= {"TIDEWAITER_SHAPE": shape, "TIDEWAITER_TEST_BASE": str(folder / "base")}
    rendered = folder / "rendered"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, "-n", "0", "-W", "ignore", "--rendered", str(rendered)],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=1800,  # a busy machine takes minutes
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    return set(rendered.read_text().split())
