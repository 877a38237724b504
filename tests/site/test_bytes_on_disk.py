"""Words planted at every door of a national node that dies are in no byte of its disk; in the clear they are found."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT, Program
from tests.site.sealed import bytes_of, national


def _planted(node: Program) -> tuple[dict[str, str], bytes]:
    """Words planted at every door of a node that then died; and what it logged."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.site.planted"],
        env={**node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"},
        cwd=PROJECT,
        capture_output=True,
        timeout=560,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr[-3000:].decode()
    words: dict[str, str] = json.loads(done.stdout)
    return words, done.stderr


def _found(words: dict[str, str], content: dict[str, bytes]) -> dict[str, list[str]]:
    """In which files each word stands, whichever its case, as UTF-8 or UTF-16."""
    found: dict[str, list[str]] = {}
    for name, data in content.items():
        low = data.lower()
        for door, word in words.items():
            if any(word.lower().encode(code) in low for code in ("utf-8", "utf-16-le", "utf-16-be")) or (
                word.lower() in name.lower()
            ):
                found.setdefault(door, []).append(name)
    return found


def _everything(node: Program, tmp_path: Path) -> dict[str, bytes]:
    """Every byte that the dead node has left, with its write-ahead file, and then a backup's."""
    content = bytes_of(node.home)
    assert any(name.endswith("-wal") and data for name, data in content.items()), "it died with its write-ahead file"
    node.json("backup", str(tmp_path / "backup.file"))
    return {**content, "backup": (tmp_path / "backup.file").read_bytes()}


@pytest.mark.long
def test_words_planted_at_every_door_are_in_no_byte_of_the_disk(tmp_path: Path) -> None:
    sealed = national(tmp_path)
    words, log = _planted(sealed)
    assert len(words) >= 19
    content = _everything(sealed, tmp_path)
    assert {name.split("/")[0] for name in content} >= {"results", "vault", "trade", "incoming"}
    assert _found(words, {**content, "log": log}) == {}
    assert not [
        name for name, data in content.items() if data.startswith((b"\xff\xd8\xff", b"PAR1", b"SQLite format 3\x00"))
    ]


@pytest.mark.long
def test_of_a_node_in_the_clear_the_same_search_finds_the_words(tmp_path: Path) -> None:
    node = Program(tmp_path / "home", "national")
    node.environment |= {"XDG_CONFIG_HOME": str(tmp_path / "config"), "TIDEWAITER_ENCRYPTION": "off"}
    node.json("init")
    node.json("demand_second_factor", "--nobody")
    words, _log = _planted(node)
    found: dict[str, Any] = _found(words, bytes_of(node.home))
    assert set(found) >= {"entity", "statement", "suspect", "graph", "case", "caption", "purpose", "file", "upload"}
    assert set(found) >= {"result", "trade", "scratch", "data_set"}
    assert any(name.startswith("scratch/") for name in found["scratch"])
