"""How often something may be done in a minute, counted over all processes of the node (docs/decisions/0032).

A small file in the data folder that every process maps into its memory; a count costs microseconds and no
transaction. What is counted is known by a keyed digest alone. The count is of a sliding minute: what was done in
the minute before weighs as much as of it is left.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

NAME = "pace"
_SLOT = struct.Struct("<QIII4x")  # whose, minute, counted in the minute before, counted in it
_WAYS = 8
_BUCKETS = 2048
_BUCKET = _SLOT.size * _WAYS
_SIZE = _BUCKET * _BUCKETS


class _Map:
    """The mapped file of this process; a process that was forked opens its own."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._memory: mmap.mmap | None = None
        self._file = -1
        self._opened: tuple[int, str] = (0, "")

    @contextmanager
    def bucket(self, at: int) -> Iterator[mmap.mmap]:
        """The memory, with one bucket held against threads of this process and against other processes."""
        with self.lock:
            memory = self._open()
            fcntl.lockf(self._file, fcntl.LOCK_EX, _BUCKET, at)
            try:
                yield memory
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, _BUCKET, at)

    def _open(self) -> mmap.mmap:
        home = str(settings.TIDEWAITER_HOME)
        if self._memory is None or self._opened != (os.getpid(), home):
            Path(home).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(Path(home) / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if os.fstat(self._file).st_size < _SIZE:
                os.ftruncate(self._file, _SIZE)
            self._memory = mmap.mmap(self._file, _SIZE)
            self._opened = (os.getpid(), home)
        return self._memory


_map = _Map()


def seconds_to_wait(what: str, most: int, *, moment: float | None = None) -> float:
    """Counts one; 0 where it may be done now, else the seconds until it may. What is refused is not counted.

    `most` is how many a minute may have; `moment` is the time in seconds, for tests.
    """
    time_now = time.time() if moment is None else moment
    minute, within = int(time_now // 60), time_now % 60
    digest = hashlib.blake2b(what.encode(), digest_size=16, key=settings.SECRET_KEY.encode()[:64]).digest()
    whose = int.from_bytes(digest[:8], "little") or 1
    start = int.from_bytes(digest[8:], "little") % _BUCKETS * _BUCKET
    with _map.bucket(start) as memory:
        at, before, counted = _slot(memory, start, whose, minute)
        if counted >= most:
            return max(1.0, 60 - within)
        if before and before * (1 - within / 60) + counted >= most:
            return max(1.0, 60 * (1 - (most - counted) / before) - within)
        _SLOT.pack_into(memory, at, whose, minute, before, counted + 1)
    return 0


def _slot(memory: mmap.mmap, start: int, whose: int, minute: int) -> tuple[int, int, int]:
    """Where to count, and what was counted in the minute before and in this one;
    the least busy gives way to a newcomer.
    """
    spare, least = start, None
    for at in range(start, start + _BUCKET, _SLOT.size):
        owner, then, before, counted = _SLOT.unpack_from(memory, at)
        if owner == whose:
            if then == minute:
                return at, before, counted
            return at, counted if then == minute - 1 else 0, 0
        busy = (then, counted) if then >= minute - 1 else (0, 0)
        if least is None or busy < least:
            spare, least = at, busy
    return spare, 0, 0
