"""Work in a process of its own: told of while it lasts, ended when it is cancelled, bounded in memory and time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.foundation import apart_work
from tidewaiter.foundation.apart import apart
from tidewaiter.foundation.budgets import OverLimit
from tidewaiter.foundation.refusals import Missing, Refusal

ROWS = {"memory": "analysis_memory_bytes", "seconds": "analysis_seconds"}


def _nothing(_step: str, _share: float) -> None:
    return None


def test_what_it_works_out_and_how_far_it_is_comes_back() -> None:
    told: list[tuple[str, float]] = []
    answer = apart(apart_work.doubled, 21, pulse=lambda step, share: told.append((step, share)), **ROWS)
    assert answer == {"doubled": 42}
    assert ("Doubling", 0.5) in told
    assert [share for _step, share in told] == sorted(share for _step, share in told)


def test_the_caller_hears_of_it_every_second_though_it_says_nothing() -> None:
    heard: list[str] = []
    assert apart(apart_work.silent, 4, pulse=lambda step, _share: heard.append(step), **ROWS) == "done"
    assert len(heard) >= 4


def test_its_refusals_are_raised_as_they_are() -> None:
    with pytest.raises(Missing, match="no such file") as told:
        apart(apart_work.refusing, pulse=_nothing, **ROWS)
    assert told.value.code == "no_file"


@pytest.mark.parametrize("work", [apart_work.greedy, apart_work.dying])
def test_what_needs_too_much_memory_or_dies_is_a_sentence(work: Any) -> None:
    with pytest.raises(OverLimit, match="of memory") as told:
        apart(work, pulse=_nothing, **ROWS)
    assert "Bring fewer rows" in told.value.sentence


def test_what_takes_too_long_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_ANALYSIS_SECONDS", "4")
    with pytest.raises(OverLimit, match="4 seconds of processor time"):
        apart(apart_work.spinning, pulse=_nothing, **ROWS)


def test_a_cancelled_child_is_ended_and_leaves_nothing() -> None:
    seen: list[str] = []

    def cancelled(step: str, _share: float) -> None:
        if step:
            seen.append(step)
            raise Refusal("job_cancelled", "The work was cancelled.")

    with pytest.raises(Refusal, match="cancelled"):
        apart(apart_work.holding, pulse=cancelled, **ROWS)
    process, folder = seen[0].split(" ", 1)
    assert not Path(folder).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(process), 0)
