"""A file's bytes, unpacked where it is packed by gzip, counted while they are read. For child
processes: it ends them with a refusal.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from tidewaiter.foundation.child_errors import gettext_noop, refuse, refuse_over
from tidewaiter.foundation.limits import MIB, most

GZIP = b"\x1f\x8b"
FREE = 32 * MIB
"""Bytes that anything may unpack to, however small it is: a short file of equal rows is no bomb."""
_STEP = 64 * 1024
SPLIT = gettext_noop("Send it in parts.")


class Unpacked(io.RawIOBase):
    """A stream that ends the child when it unpacks to more than a file may, in bytes or in times its own size."""

    def __init__(self, inner: IO[bytes], size: int, bytes_limit: str = "file_unpacked_bytes") -> None:
        self._inner = inner
        self._limit = bytes_limit
        self._most = most(bytes_limit)
        self._ratio = max(FREE, most("file_ratio") * size)
        self.count = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads as `io.RawIOBase` promises, and counts."""
        data = self._next(min(len(buffer), _STEP))
        self.count += len(data)
        if self.count > self._most:
            refuse_over(self._limit, SPLIT)
        if self.count > self._ratio:
            refuse_over("file_ratio", gettext_noop("Nothing that was not made to harm packs so well."))
        buffer[: len(data)] = data
        return len(data)

    def _next(self, size: int) -> bytes:
        try:
            return self._inner.read(size)
        except (OSError, EOFError, zlib.error, ValueError):
            refuse(gettext_noop("The archive is damaged or cut off."))

    def close(self) -> None:
        """Closes what lies inside too."""
        self._inner.close()
        super().close()


class Gunzipped(Unpacked):
    """What a gzip file of one part or many unpacks to."""

    def __init__(self, inner: IO[bytes], size: int, bytes_limit: str = "file_unpacked_bytes") -> None:
        super().__init__(inner, size, bytes_limit)
        self._parts = 0
        self._waiting = b""
        self._unpacker: Any = None

    def _next(self, size: int) -> bytes:
        while True:
            if not self._waiting:
                self._waiting = self._inner.read(_STEP)
            if not self._waiting:
                if self._unpacker is not None:
                    self._damaged()
                return b""
            if self._unpacker is None and not self._begun():
                continue
            if data := self._some(size):
                return data

    def _begun(self) -> bool:
        """Begins the next part, after what fills a block on old tapes."""
        if self._parts:
            self._waiting = self._waiting.lstrip(b"\0")
        if not self._waiting:
            return False
        self._parts += 1
        if self._parts > most("file_members"):
            refuse_over("file_members", SPLIT)
        self._unpacker = zlib.decompressobj(wbits=31)
        return True

    def _some(self, size: int) -> bytes:
        try:
            data: bytes = self._unpacker.decompress(self._waiting, size)
        except zlib.error:
            self._damaged()
        if self._unpacker.eof:
            self._waiting = self._unpacker.unused_data
            self._unpacker = None
        else:
            self._waiting = self._unpacker.unconsumed_tail
            if not self._waiting and not data:
                self._waiting = self._inner.read(_STEP)
                if not self._waiting:
                    self._damaged()
        return data

    def _damaged(self) -> None:
        refuse(gettext_noop("The gzip file is damaged or cut off."))


def unpacker(path: Path, bytes_limit: str = "file_unpacked_bytes") -> Callable[[], IO[bytes]]:
    """What opens a file from its start, unpacked. Ends the child for a file that is packed twice."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    size = path.stat().st_size

    def opened() -> IO[bytes]:
        raw = path.open("rb")
        return io.BufferedReader((Gunzipped if packed else Unpacked)(raw, size, bytes_limit), MIB)

    if packed:
        with opened() as stream:
            if stream.read(2) == GZIP:
                refuse(gettext_noop("It is packed by gzip twice. Unpack it once."))
    return opened
