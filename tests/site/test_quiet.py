"""Commands say on standard error what they have to say, and no warning of a library's."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg
import pytest

from tests.conftest import PROJECT, Program

COMMANDS = (["init"], ["forms"], ["work", "--once"], ["verify_ledger"], ["ledger_head", "-o", "/dev/null"])


def _warnings(node: Program) -> list[str]:
    """What commands, and a web process that starts, say of warnings."""
    said = [node.run(*words, "--format", "json").stderr for words in COMMANDS]
    web = subprocess.run(
        [sys.executable, "-c", "import tidewaiter.site.asgi"],
        env=node.environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert web.returncode == 0, web.stderr
    return [line for text in (*said, web.stderr) for line in text.splitlines() if "Warning" in line]


def test_commands_warn_of_nothing(small_node: Program) -> None:
    assert _warnings(small_node) == []


@pytest.mark.both_databases
@pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="this one is about PostgreSQL")
def test_commands_warn_of_nothing_on_postgresql(tmp_path: Path) -> None:
    url, name = os.environ["DATABASE_URL"], f"tw_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    node = Program(tmp_path / "home")
    node.environment["DATABASE_URL"] = f"{url.rsplit('/', 1)[0]}/{name}"
    assert _warnings(node) == []
