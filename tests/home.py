"""Loaded before anything else (`-p tests.home`): each test worker has a home of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_base = os.environ.setdefault(
    "TIDEWAITER_TEST_BASE", os.environ.get("TIDEWAITER_HOME") or tempfile.mkdtemp(prefix="tidewaiter-test-")
)
HOME = Path(_base) / os.environ.get("PYTEST_XDIST_WORKER", "main")
HOME.mkdir(parents=True, exist_ok=True)
os.environ["TIDEWAITER_HOME"] = str(HOME)
os.environ.setdefault("TIDEWAITER_SHAPE", "central")
