"""Reading whole a file that somebody gave: no more of it than the table of limits allows, whatever its size says.

A house test forbids `read_text`, `read_bytes` and their like on what is neither shipped nor written by the node itself.
"""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput

_STEP = 1024 * 1024


def bytes_of(path: Path, limit: str) -> bytes:
    """What a file holds. Raises `OverLimit` where that is more than the row `limit` allows, `BadInput` where it
    cannot be read.

    A device or a pipe, whose size says nothing, is bounded as any file is.
    """
    bound, whole = most(limit), bytearray()
    try:
        with path.open("rb") as file:  # bit by bit: asked for the whole bound, Python would set that much memory aside
            while len(whole) <= bound and (part := file.read(_STEP)):
                whole += part
    except OSError as error:
        raise _unreadable(path) from error
    if len(whole) > bound:
        raise over(limit)
    return bytes(whole)


def text_of(path: Path, limit: str) -> str:
    """The same as text (UTF-8). Raises `BadInput` also for what is none."""
    try:
        return bytes_of(path, limit).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> BadInput:
    return BadInput("unreadable", gettext("%(name)s cannot be read.") % {"name": path.name})
