"""Runs a module of ours as a child under limits:
`python -m tidewaiter.foundation.limited MEMORY SECONDS DISK MODULE [ARGUMENT …]`.

The limits are set by the child itself before it reads anything: what forks a process with many
threads should do nothing else there.
"""

from __future__ import annotations

import resource
import runpy
import signal
import sys
from typing import NoReturn

from tidewaiter.foundation.child_errors import gettext_noop, refuse

_seconds: list[int] = []
"""What was set: the kernel moves the limit on when it tells that it was reached."""


def _too_slow(_signal: int, _frame: object) -> NoReturn:
    refuse(
        gettext_noop("Reading it takes more than %(seconds)s seconds of the processor. Send it in parts, or simpler."),
        "too_large",
        seconds=str(_seconds[0]),
    )


def bound(kind: int, soft: int, hard: int | None = None) -> None:
    """Sets a limit, or leaves the lower one that whoever runs the node has set: that one may not be raised."""
    most = resource.getrlimit(kind)[1]
    hard = soft if hard is None else hard
    hard = hard if most == resource.RLIM_INFINITY else min(hard, most)
    resource.setrlimit(kind, (min(soft, hard), hard))


def main() -> None:
    """Sets the limits (bytes of memory, seconds of the processor, bytes of a file it writes), then is that module."""
    memory, seconds, disk = (int(word) for word in sys.argv[1:4])
    bound(resource.RLIMIT_AS, memory)
    bound(resource.RLIMIT_CPU, seconds, seconds + 1)
    _seconds.append(seconds)
    signal.signal(signal.SIGXCPU, _too_slow)
    bound(resource.RLIMIT_FSIZE, disk)
    bound(resource.RLIMIT_CORE, 0)
    del sys.argv[1:4]
    module = sys.argv.pop(1)
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except MemoryError:
        refuse(
            gettext_noop("Reading it takes more than %(most)s MiB of memory. Send it in parts, or simpler."),
            "too_large",
            most=str(resource.getrlimit(resource.RLIMIT_AS)[0] // 1024**2),
        )


if __name__ == "__main__":
    main()
