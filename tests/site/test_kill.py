"""A node that is killed loses nothing, doubles nothing and leaves nothing half."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.conftest import PROJECT, Program


def test_fifty_kills_during_import_submit_and_backup_lose_nothing(small_node: Program) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.site.kill"],
        env={**small_node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    print(answer)
    assert answer["points"] == 50
    assert all(answer["killed_at_work"].values()), "some kills of each kind met the work"
