"""How long a file is in its reader's own numbers, so that a bar can say how much of it has been read."""

from __future__ import annotations

from pathlib import Path

from tidewaiter.foundation.limits import MIB
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sandbox import answer_of_child

MEMORY, SECONDS = 256 * MIB, 20
"""Bytes and seconds of the processor that counting may take: a bar is worth no more."""


def rows_in(path: Path) -> int:
    """The number of the last line, row of a sheet, or case; 0 where only reading it
    would tell. Unpacked by a child process.
    """
    try:
        return int(
            answer_of_child(
                "tidewaiter.intake.reading.lengths_child", str(path), memory=MEMORY, seconds=SECONDS, kind=int
            )
        )
    except BadInput:
        return 0  # its reader says what is wrong with it
