"""A small folder in memory takes what fits and refuses what does not: nothing goes to the disk in the clear instead."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tidewaiter.foundation import scratch
from tidewaiter.foundation.budgets import OverLimit

MIB = 1024**2


@pytest.mark.parametrize(
    ("inside", "total", "free", "size", "fits"),
    [
        (False, 64 * MIB, 64 * MIB, 20 * MIB, True),
        (False, 64 * MIB, 64 * MIB, 56 * MIB, True),
        (False, 64 * MIB, 64 * MIB, 57 * MIB, False),
        (False, 64 * MIB, 10 * MIB, 5 * MIB, False),
        (False, 24_000 * MIB, 600 * MIB, 80 * MIB, True),
        (False, 24_000 * MIB, 600 * MIB, 100 * MIB, False),
        (True, 64 * MIB, 64 * MIB, 1, False),
        (True, 64_000 * MIB, 600 * MIB, 80 * MIB, True),
    ],
)
def test_what_fits_is_taken(
    inside: bool,
    total: int,
    free: int,
    size: int,
    fits: bool,
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.TIDEWAITER_HOME = tmp_path / "home"
    folder = tmp_path / ("home" if inside else "memory") / "scratch"
    monkeypatch.setattr(scratch, "scratch_root", lambda: folder)
    monkeypatch.setattr(scratch.shutil, "disk_usage", lambda _path: SimpleNamespace(total=total, free=free))
    if fits:
        scratch.must_fit(size)
        return
    with pytest.raises(OverLimit, match="no room for this file"):
        scratch.must_fit(size)
