"""Everybody's budget: the environment may set a row, and what it says must be a number; scratch is left clean."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import LIMITS, WrongLimit, most
from tidewaiter.foundation.scratch import scratch, sweep


def test_a_limit_is_the_tables_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert most("json_depth") == 64
    monkeypatch.setenv("TIDEWAITER_LIMIT_JSON_DEPTH", "12")
    assert most("json_depth") == 12


@pytest.mark.parametrize("said", ["", "0", "-1", "ten", "1e6", "²"])
def test_a_limit_that_is_no_number_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_JSON_DEPTH", said)
    with pytest.raises(WrongLimit, match="TIDEWAITER_LIMIT_JSON_DEPTH"):
        most("json_depth")


def test_a_refusal_says_the_bound_and_what_helps() -> None:
    refusal = over("json_body_bytes", "Send it in parts.")
    assert refusal.sentence == "A request to the JSON door may have 20 MiB. Send it in parts."
    assert (refusal.code, refusal.exit_code) == ("too_large", 2)
    assert over("json_depth", waiting_helps=True).code == "too_many"


def test_every_limit_has_a_sentence_with_its_bound() -> None:
    assert all("%(most)s" in limit.says and limit.most > 0 for limit in LIMITS.values())


def test_scratch_is_gone_afterwards_and_what_a_dead_process_left_is_swept(tmp_path: Path, settings: Any) -> None:
    settings.TIDEWAITER_HOME = tmp_path
    with scratch() as folder:
        (folder / "table").write_text("a name")
        assert oct((tmp_path / "scratch").stat().st_mode & 0o777) == "0o700"
        dead = tmp_path / "scratch" / "999999999-left"
        dead.mkdir()
        (dead / "table").write_text("a name")
        again = tmp_path / "scratch" / f"{os.getpid()}.1-of-one-before"
        again.mkdir()
        (tmp_path / "scratch" / f"{os.getpid()}-of-a-release-before").mkdir()
        assert sweep() == 3, "a number that another process has now keeps nothing"
        assert folder.exists()
        assert folder.name.startswith(f"{os.getpid()}.")
    assert list((tmp_path / "scratch").iterdir()) == []
