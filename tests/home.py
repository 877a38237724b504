"""Loaded before anything else (`-p tests.home`): each test worker has a home of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.umask(0o077)
_base = os.environ.setdefault(
    "TIDEWAITER_TEST_BASE", os.environ.get("TIDEWAITER_HOME") or tempfile.mkdtemp(prefix="tidewaiter-test-")
)
HOME = Path(_base) / os.environ.get("PYTEST_XDIST_WORKER", "main")
HOME.mkdir(parents=True, exist_ok=True)
os.environ["TIDEWAITER_HOME"] = str(HOME)
os.environ.setdefault("TIDEWAITER_SHAPE", "central")
# Keys lie outside a home, and never in the configuration folder of the person who runs the tests. Nodes that
# tests start find theirs by the node's name, so that a home which is copied finds its keys too
# (tests.conftest.Program).
os.environ["TIDEWAITER_KEYS"] = str(HOME.with_name(f"{HOME.name}-keys"))
os.environ["XDG_CONFIG_HOME"] = str(HOME.with_name(f"{HOME.name}-config"))
