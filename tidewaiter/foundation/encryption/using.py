"""Who has the encrypted database open shares a lock; who exchanges its file has it alone.

SQLite's own locks are of the file: who waits for one while the file is exchanged would go on with the former.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tidewaiter.foundation.refusals import Refusal

LOCK = ".database"
_shared: dict[Path, int] = {}
_taking = threading.Lock()


def share(home: Path) -> None:
    """Says that this process has the database open, until it ends. Raises `Refusal` while the file is exchanged."""
    with _taking:
        if home not in _shared:
            held = _opened(home)
            if not _locked(held, fcntl.LOCK_SH):
                os.close(held)
                raise Refusal("rekeying", "The store of this node is being encrypted anew: wait until that has ended.")
            _shared[home] = held


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """While no other process has the database open. Raises `Refusal` where one has."""
    with _taking:
        held = _shared.get(home)
        mine = held if held is not None else _opened(home)
        try:
            if not _locked(mine, fcntl.LOCK_EX):
                raise Refusal("in_use", "Somebody works on this node (a command): wait until that has ended.")
            yield
        finally:
            if held is None:
                os.close(mine)
            else:
                fcntl.flock(held, fcntl.LOCK_SH)


def _opened(home: Path) -> int:
    return os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _locked(held: int, kind: int) -> bool:
    try:
        fcntl.flock(held, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
