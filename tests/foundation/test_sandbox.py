"""A child process that goes wrong takes neither memory nor time nor secrets, and says what it can."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

import pytest

from tidewaiter.foundation.budgets import OverLimit
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sandbox import seconds_for, stream_from_child


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """What makes a child of a few lines and gives all that it tells."""
    settings.TIDEWAITER_HOME = str(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).resolve().parents[2]}")

    def run(lines: str, **bounds: Any) -> list[Any]:
        (tmp_path / "a_child.py").write_text(f"import sys\nfrom tidewaiter.foundation.child_errors import *\n{lines}\n")
        return list(stream_from_child("a_child", **bounds))

    return run


def test_what_is_told_comes_in_order(child: Any) -> None:
    assert child('tell([1, "é", None, {"a": [2.5, True]}])\ntell("end")') == [[1, "é", None, {"a": [2.5, True]}], "end"]


def test_a_refusal_is_said_and_a_limit_is_named(child: Any) -> None:
    with pytest.raises(BadInput, match=r"The file cannot be read. It is empty\.") as refused:
        child('refuse("It is empty.", "no_rows")')
    assert refused.value.code == "no_rows"
    with pytest.raises(OverLimit, match=r"A file may have 2.000.000 rows or cases\. Line 7\.") as over:
        child('refuse_over("file_rows", "Line %(line)s.", line="7")')
    assert over.value.limit == "file_rows"


@pytest.mark.parametrize(
    "lines",
    [
        'sys.stdout.buffer.write(b"\\xff\\xff\\xff\\xff" + b"x" * 100)',
        'sys.stdout.buffer.write((5_000_000).to_bytes(4, "big") + b"x" * 5_000_000)',
        'sys.stdout.buffer.write(b"\\x00\\x00\\x00\\x02\\xc1\\xc1")',
        'sys.stdout.buffer.write(b"\\x00\\x0f\\x42\\x40" + b"\\x91" * 1_000_000)',
        'sys.stdout.buffer.write(b"\\x00\\x00\\x00\\x05\\xdd\\xff\\xff\\xff\\xff")',
    ],
    ids=["length", "long", "no_value", "nesting", "list_of_billions"],
)
def test_an_answer_that_would_make_the_parent_allocate_is_not_taken(child: Any, lines: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadInput, match="could not be read to its end"):
        child(lines)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_memory_time_and_disk_are_limited_and_the_limit_is_said(child: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="more than 256 MiB of memory"):
        child("x = bytearray(1 << 30)", memory=256 << 20)
    with pytest.raises(BadInput, match="more than 1 seconds of the processor"):
        child("while True: pass", seconds=1)
    with pytest.raises(BadInput):
        child(f"open({str(tmp_path / 'out')!r}, 'wb').write(b'x' * 5_000_000)", disk=1_000_000)
    assert (tmp_path / "out").stat().st_size <= 1_000_000


def test_a_child_that_chatters_or_sleeps_at_its_end_holds_nobody_up(child: Any) -> None:
    assert child('sys.stderr.write("x" * 3_000_000)\ntell(1)') == [1]


def test_a_child_knows_no_secret_of_the_node(child: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@host/db")
    monkeypatch.setenv("TIDEWAITER_SECRET_KEY_FILE", "/keys/secret")
    monkeypatch.setenv("TIDEWAITER_LIMIT_FILE_ROWS", "7")
    [known] = child("import os\ntell(dict(os.environ))")
    assert not {"DATABASE_URL", "TIDEWAITER_SECRET_KEY_FILE", "TIDEWAITER_KEYS", "TIDEWAITER_HOME"} & set(known)
    assert "user:secret" not in json.dumps(known)
    assert known["TIDEWAITER_LIMIT_FILE_ROWS"] == "7"


def test_a_small_file_has_few_seconds_and_a_large_one_more(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"x")
    with large.open("wb") as file:
        file.truncate(100 << 20)
    assert seconds_for(small) == 15
    assert seconds_for(large) == 415
    assert sys.maxsize > seconds_for(tmp_path / "none") == 15
