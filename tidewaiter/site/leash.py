"""A process that `serve` started ends with it, however `serve` ends: it holds one
end of a pipe whose other end is serve's.

When the pipe closes, the process ends itself and all that it started (its process group). Nothing is asked of the
system but pipes and groups, and a process that was started by hand holds no leash.
"""

from __future__ import annotations

import os
import signal
import stat
import threading

LEASH = "TIDEWAITER_LEASH"
"""Names the pipe as `number:inode`, so that no other file of the same number is taken for it."""


def made() -> tuple[int, str]:
    """A leash for the processes to be started: the end that they inherit, and what
    `LEASH` says of it in their environment.

    The other end stays open in this process until it ends.
    """
    held, _ours = os.pipe()
    return held, f"{held}:{os.fstat(held).st_ino}"


def hold() -> bool:
    """Watches the leash from a thread, if this process was given one. Gives whether it was."""
    number, _colon, inode = os.environ.get(LEASH, "").partition(":")
    if not (number.isascii() and number.isdigit()):
        return False
    end = int(number)
    try:
        found = os.fstat(end)
    except OSError:
        return False
    if not stat.S_ISFIFO(found.st_mode) or str(found.st_ino) != inode:
        return False
    threading.Thread(target=_watch, args=(end,), name="leash", daemon=True).start()
    return True


def _watch(end: int) -> None:
    while os.read(end, 1):  # nothing is ever written: this returns when serve is no more
        continue
    os.killpg(os.getpgrp(), signal.SIGKILL)
