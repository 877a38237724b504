"""A file that somebody gives at the shell is read as far as the table of limits goes, whatever its size says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Program
from tidewaiter.foundation.budgets import OverLimit
from tidewaiter.foundation.reading import bytes_of, text_of
from tidewaiter.foundation.refusals import BadInput


def test_as_much_as_may_be_is_read_and_a_byte_more_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 65_536)
    assert len(bytes_of(file, "key_file_bytes")) == 65_536
    file.write_bytes(b"x" * 65_537)
    with pytest.raises(OverLimit, match="64 KiB"):
        bytes_of(file, "key_file_bytes")


def test_a_file_without_an_end_is_refused() -> None:
    with pytest.raises(OverLimit):
        bytes_of(Path("/dev/zero"), "toml_bytes")


def test_what_is_no_text_or_not_there_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"\xff\xfe")
    for name in ("odd", "nowhere", "."):
        with pytest.raises(BadInput, match="cannot be read"):
            text_of(tmp_path / name, "toml_bytes")


@pytest.mark.parametrize(
    "words",
    [
        ("load_form", "FILE"),
        ("library", "--by", "t.editor", "--write", "FILE"),
        ("verify_ledger", "--head", "/dev/zero"),
        ("unit_prices", "TABLE", "-o", "OUT", "--mapping", "/dev/zero"),
        ("mirror", "TABLE", "-o", "OUT", "--mapping", "/dev/zero"),
        ("select_score", "TABLE", "--model", "/dev/zero", "-o", "OUT"),
    ],
    ids=lambda words: str(words[0]),
)
def test_a_command_reads_no_more_of_a_file_than_it_may(
    small_node: Program, tmp_path: Path, words: tuple[str, ...]
) -> None:
    with (tmp_path / "long").open("wb") as file:
        file.truncate(8 * 1024**3)
    (tmp_path / "table.csv").write_text("hs,value\n")
    names = {"FILE": str(tmp_path / "long"), "TABLE": str(tmp_path / "table.csv"), "OUT": str(tmp_path / "out.csv")}
    if words[0] == "library":
        small_node.person("t.editor", "INT", "editor")
    said = small_node.json(*(names.get(word, word) for word in words), code=2)
    assert said["error"] in ("too_large", "head_unreadable"), said


def test_a_password_without_an_end_is_no_password(small_node: Program) -> None:
    words = ("add_officer", "t.x", "--administration", "KE", "--role", "officer", "--password-stdin")
    assert small_node.json(*words, said="horse battery " * 400, code=2)["error"] == "password"


def test_the_verifier_of_a_ledger_reads_no_endless_head(tmp_path: Path) -> None:
    (tmp_path / "node.json").write_text(json.dumps({"node": "x", "head": {}}))
    with (tmp_path / "heads.json").open("wb") as file:
        file.truncate(8 * 1024**3)
    verifier = PROJECT / "tidewaiter" / "ledger" / "verifier.py"
    done = subprocess.run(
        [sys.executable, str(verifier), str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "heads.json is too long" in done.stdout
