"""Long tests run in shares: each commit runs one, so that ten run about all; `make test-all` runs every one at once.

A test is long by its mark (`@pytest.mark.long`), because `tests/long.txt` says how long it took (eight seconds and
more; `tools/long_tests.py` writes that list), or because it goes through all people of the rights matrix
(`tests/house/matrix.py`). Which share a run takes comes from the commit at hand, or from `TIDEWAITER_SHARE` (0 to 9, or
`none`); with `TIDEWAITER_THOROUGH` set nothing is left out.
"""

from __future__ import annotations

import os
import subprocess
import zlib
from functools import cache
from pathlib import Path

SHARES = 10
THOROUGH = bool(os.environ.get("TIDEWAITER_THOROUGH"))
"""Whether everything is run."""
LONG = Path(__file__).with_name("long.txt")
"""A line for each long test: seconds, a space, the test's id; the longest first, then those that came since."""


@cache
def share() -> int:
    """The share of this run; -1 for none."""
    named = os.environ.get("TIDEWAITER_SHARE", "")
    if named == "none":
        return -1
    if named:
        return int(named) % SHARES
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent, check=False
    )
    return int(done.stdout[:8] or "0", 16) % SHARES


@cache
def long_ones() -> dict[str, int]:
    """The tests that the list names, each with its place: dealt in this order, shares take about as long."""
    lines = LONG.read_text(encoding="utf-8").splitlines() if LONG.is_file() else []
    return {line.partition(" ")[2]: place for place, line in enumerate(lines)}


def is_mine(place: int) -> bool:
    """Whether what stands at `place` of a long list is of this run."""
    return THOROUGH or place % SHARES == share()


def is_left_out(name: str, *, marked: bool) -> bool:
    """Whether a test is long, by the list or as `marked`, and of another share."""
    place = long_ones().get(name)
    if place is None:
        return marked and not is_mine(zlib.crc32(name.encode()))
    return not is_mine(place)
