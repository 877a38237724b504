"""Runs the registry's tests in a process whose node is a national one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import prepared
from tests.conftest import PROJECT


def test_the_registry_keeps_its_promises_on_a_national_node(tmp_path: Path) -> None:
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
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/registry", "-n", "0", "-W", "ignore"],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


def test_a_central_node_has_no_table_for_names() -> None:
    words = (
        "import django; django.setup(); from django.apps import apps; "
        "print(sorted(m._meta.db_table for m in apps.get_models() if m._meta.db_table.startswith('registry')))"
    )
    for shape in ("central", "operation"):
        done = subprocess.run(
            [sys.executable, "-c", words],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "TIDEWAITER_SHAPE": shape, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"},
        )
        assert done.stdout.strip() == "[]"
