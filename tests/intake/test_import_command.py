"""Importing by command: killed and begun again, and what its exit code says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import PROJECT, Program
from tests.intake.test_intake import HEAD, MAPPING, WEAPONS, recount, write


def test_a_killed_import_resumes_and_ends_the_same(node: Program) -> None:
    node.person("us.contact", "US", "contact")
    words = [
        sys.executable,
        "-m",
        "tidewaiter",
        "import_cases",
        str(WEAPONS),
        "--by",
        "us.contact",
        "--mapping",
        str(MAPPING),
        "--submit",
        "--format",
        "json",
    ]
    for wait_for in ("Reading rows: 10,0", "Making cases: 4,9", "Making cases: 14,9"):
        child = subprocess.Popen(
            words, env=node.environment, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert child.stderr is not None
        for line in child.stderr:
            if line.startswith(wait_for):
                time.sleep(0.05)
                os.kill(child.pid, signal.SIGKILL)
                break
        child.wait()
        assert child.returncode == -signal.SIGKILL, "the import was to be cut off here"
    answer = node.json(
        "import_cases", str(WEAPONS), "--by", "us.contact", "--mapping", str(MAPPING), "--submit", code=1
    )
    rows, events, bad = recount()
    assert answer["rows"] == rows
    assert answer["accepted"] + answer["unchanged"] == rows - sum(len(events[event]) for event in bad)
    again = node.json("import_cases", str(WEAPONS), "--by", "us.contact", "--mapping", str(MAPPING), "--submit", code=1)
    assert (again["accepted"], again["changed"], again["rejected"]) == (0, 0, answer["rejected"])
    figures = node.json("statistics", "--by", "commodity", "--status", "all")
    assert figures[0]["cases"] == answer["cases"]
    assert node.json("verify_ledger")["intact"]


def test_the_command_says_what_is_wrong_by_its_exit_code(node: Program, tmp_path: Path) -> None:
    node.person("ke.contact", "KE", "contact")
    good = write(tmp_path, HEAD + "WPN,A,2026-01-02,KE,,pistol,2,H87\n", "good.csv")
    assert node.json("import_cases", str(good), "--by", "ke.contact", "--dry-run")["accepted"] == 1
    assert node.json("import_cases", str(good), "--by", "ke.contact")["accepted"] == 1, "the dry run kept nothing"
    part = write(tmp_path, HEAD + "WPN,C,2026-01-02,KE,,pistol,0,H87\n", "part.csv")
    answer = node.json("import_cases", str(part), "--by", "ke.contact", code=1)
    assert Path(answer["rejected_file"]).exists()
    assert node.json("import_cases", answer["rejected_file"], "--by", "ke.contact", code=1)["rejected"] == 1
    assert node.run("import_cases", str(write(tmp_path, "", "none.csv")), "--by", "ke.contact").returncode == 2
    assert node.run("import_cases", str(good), "--by", "nobody").returncode == 2
    assert node.run("import_cases", str(tmp_path / "absent.csv"), "--by", "ke.contact").returncode == 2
    assert node.run("import_cases").returncode == 2
