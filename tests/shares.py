"""Long tests run in shares: each commit runs one, so that four commits run all; `make test-all` runs every one at once.

A test is long by its mark (`@pytest.mark.long`), or because it goes through all people of the rights matrix
(`tests/house/matrix.py`).
Which share a run takes comes from the commit at hand, or from `TIDEWAITER_SHARE` (0 to 3); with `TIDEWAITER_THOROUGH`
set nothing is left out.
"""

from __future__ import annotations

import os
import subprocess
import zlib
from functools import cache
from pathlib import Path

SHARES = 4
THOROUGH = bool(os.environ.get("TIDEWAITER_THOROUGH"))
"""Whether everything is run."""


@cache
def share() -> int:
    """The share of this run."""
    named = os.environ.get("TIDEWAITER_SHARE", "")
    if named:
        return int(named) % SHARES
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent, check=False
    )
    return int(done.stdout[:8] or "0", 16) % SHARES


def is_mine(place: int) -> bool:
    """Whether what stands at `place` of a long list is of this run."""
    return THOROUGH or place % SHARES == share()


def is_mine_by_name(name: str) -> bool:
    """Whether what is called so is of this run."""
    return is_mine(zlib.crc32(name.encode()))
