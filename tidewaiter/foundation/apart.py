"""A long piece of work in a process of its own, under limits of memory and
processor time, that can be ended at any moment.

What one person asks for then takes nothing from what is done for another: a child that grows too large or runs too long
ends alone, and so does one whose work was cancelled. Its scratch folders are swept.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any

import django
from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.disk import disk_spoken_of
from tidewaiter.foundation.limited import bound
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal
from tidewaiter.foundation.scratch import sweep

type Pulse = Callable[[str, float], None]
"""What is being done, and which share of it all is done (0 to 1)."""
EVERY = 0.5
"""Seconds between looks: the caller's `pulse` is called this often, whether there is news or not."""
_LIBRARIES = 4 * 1024**3
"""Addresses that libraries, stacks of threads and what an engine maps take beside the memory that is worked in."""
_KINDS: dict[str, type[Refusal]] = {kind.__name__: kind for kind in (Refusal, BadInput, Missing, NotAllowed)}


def apart(work: Callable[..., Any], *arguments: Any, pulse: Pulse, memory: str, seconds: str, disk: str = "") -> Any:
    """What `work(*arguments, report)` gives back, worked out in a child; both sides speak JSON.

    `work` is a function of a module of ours and reports by `report(step, share)`. `memory` and `seconds` name rows
    of the table of limits, and so does `disk`: how large any file that it writes may be. `pulse` is called at least
    once a second with the latest report; what it raises (a job that was cancelled) ends the child. Refusals of the
    work are raised here; a child that its limits ended raises `OverLimit`.
    """
    asked = {
        "module": work.__module__,
        "name": work.__qualname__,
        "arguments": arguments,
        "language": translation.get_language(),
        "database": str(connection.settings_dict["NAME"]),
        "home": str(settings.TIDEWAITER_HOME),
    }
    child = subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=_limited(most(memory) + _LIBRARIES, most(seconds), most(disk) if disk else resource.RLIM_INFINITY),
    )
    try:
        if child.stdin is None or child.stdout is None:
            raise Refusal("ended", gettext("The work could not be begun."))
        try:
            with child.stdin as told:
                told.write(json.dumps(asked).encode())
        except BrokenPipeError:
            pass  # it ended before it had read: what follows says why
        said = _listened_to(child.stdout, pulse)
        child.wait()
        return _answered(said, child.returncode, memory, seconds)
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()
        sweep()


def _limited(memory: int, seconds: int, disk: int) -> Callable[[], None]:
    def limit() -> None:
        bound(resource.RLIMIT_AS, memory)
        bound(resource.RLIMIT_CPU, seconds, seconds + 5)
        bound(resource.RLIMIT_FSIZE, disk)
        bound(resource.RLIMIT_CORE, 0)

    return limit


def _listened_to(pipe: IO[bytes], pulse: Pulse) -> dict[str, Any]:
    """The child's last word; meanwhile its reports are passed on. Nothing where it ended without one."""
    step, share, rest = "", 0.0, b""
    said: dict[str, Any] = {}
    told = 0.0
    while True:
        ready, _, _ = select.select([pipe], [], [], EVERY)
        if ready:
            block = os.read(pipe.fileno(), 65536)
            if not block:
                return said
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                news = json.loads(line)
                if "step" in news:
                    step, share, told = news["step"], news["share"], time.monotonic()
                    pulse(step, share)
                said = news if "answer" in news or "refused" in news else said
        if time.monotonic() - told >= EVERY:
            told = time.monotonic()
            pulse(step, share)


def _answered(said: dict[str, Any], code: int, memory: str, seconds: str) -> Any:
    if "answer" in said:
        return said["answer"]
    if "refused" in said:
        kind, refusal, sentence = said["refused"]
        if kind == "memory":
            raise over(memory, gettext("Bring fewer rows or columns."))
        raise _KINDS.get(kind, Refusal)(refusal, sentence)
    if code == -signal.SIGXCPU:
        raise over(seconds, gettext("Bring fewer rows or columns."))
    raise over(memory, gettext("The work ended before it was done. Bring fewer rows or columns."))


def _work() -> None:
    """The child: reads what to do from standard input and writes what comes of it to standard output, a line each."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed goes where errors go
    asked = json.load(sys.stdin.buffer)
    settings.DATABASES["default"]["NAME"] = asked["database"]
    settings.TIDEWAITER_HOME = asked["home"]
    django.setup()
    speaking = threading.Lock()

    def say(news: dict[str, Any]) -> None:
        try:
            with speaking:
                answers.write(json.dumps(news).encode() + b"\n")
                answers.flush()
        except BrokenPipeError:  # the caller is gone, nobody waits for the rest
            os._exit(1)

    def alive() -> None:
        while True:
            time.sleep(1)
            say({})

    threading.Thread(target=alive, daemon=True).start()
    with translation.override(asked["language"]):
        try:
            work = getattr(importlib.import_module(asked["module"]), asked["name"])
            with disk_spoken_of():
                answer = work(*asked["arguments"], lambda step, share: say({"step": step, "share": share}))
            say({"answer": answer})
        except Refusal as refusal:
            say({"refused": [_kind(refusal), refusal.code, refusal.sentence]})
        except MemoryError:
            say({"refused": ["memory", "", ""]})


def _kind(refusal: Refusal) -> str:
    return next((kind.__name__ for kind in type(refusal).__mro__ if kind.__name__ in _KINDS), "Refusal")


if __name__ == "__main__":
    _work()
