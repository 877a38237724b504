"""Bounds on what a stranger's file may take. Used in child processes too, so it knows nothing of the node."""

from __future__ import annotations

import io
import zlib
from typing import Any, NoReturn

LARGEST_CELL = 100_000
"""Signs of one cell, or of one element's text."""
LARGEST_UNPACKED = 4 * 1024**3
"""Bytes that a packed file may unpack to."""


class Unreadable(Exception):
    """A stream that is damaged (`unreadable`) or unpacks to too much (`too_large`)."""


class Bounded(io.RawIOBase):
    """A stream that ends with a refusal when it unpacks to more than it should."""

    def __init__(self, inner: Any, most: int = LARGEST_UNPACKED) -> None:
        self._inner = inner
        self._read = 0
        self._most = most

    def refuse(self, code: str) -> NoReturn:
        """Ends the reading; `code` is `unreadable` or `too_large`."""
        raise Unreadable(code)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads as `io.RawIOBase` promises, and counts."""
        try:
            data = self._inner.read(len(buffer))
        except (OSError, EOFError, zlib.error):
            self.refuse("unreadable")
        self._read += len(data)
        if self._read > self._most:
            self.refuse("too_large")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Closes what lies inside too."""
        self._inner.close()
        super().close()
