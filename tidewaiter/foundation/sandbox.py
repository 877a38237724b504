"""Untrusted files are read in a child process with limits on memory and processor time."""

from __future__ import annotations

import json
import os
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.refusing import SIGN

MEMORY_BYTES = 1024**3
CPU_SECONDS = 600


def _limited(memory: int) -> Callable[[], None]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return limit


def stream_from_child(module: str, *arguments: str, memory: int = MEMORY_BYTES) -> Iterator[Any]:
    """What `python -m module arguments` writes to standard output as pickled values, one after the other.

    The child is our own code reading a stranger's file: only its plain values (texts, numbers, lists) are
    taken, by an unpickler that knows no classes. It may take `memory` bytes of addresses. Raises `BadInput` with the child's words when it fails.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # a thread's buffers would count against the memory
        preexec_fn=_limited(memory),
    )
    if child.stdout is None or child.stderr is None:
        raise BadInput("unreadable", gettext("The file could not be opened."))
    try:
        while True:
            try:
                yield _PlainUnpickler(child.stdout).load()
            except EOFError:
                break
            except (pickle.UnpicklingError, ValueError, MemoryError) as error:
                raise BadInput("unreadable", gettext("The file could not be read to its end.")) from error
        words = child.stderr.read().decode("utf-8", "replace").strip().splitlines()
        if child.wait() != 0:
            said = _said(words[-1] if words else "")
            raise BadInput("unreadable", gettext("The file cannot be read. %(refused)s") % {"refused": said})
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
        child.stdout.close()
        child.stderr.close()


def _said(last: str) -> str:
    """The child's words in the reader's language; a child that was ended from outside leaves none."""
    try:
        sentence, figures = json.loads(last.removeprefix(SIGN))
        return str(gettext(sentence) % figures)
    except (ValueError, TypeError, KeyError):
        return gettext("It needs more memory or time than a file may take, or it is damaged.")


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str) -> Any:
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is not a plain value")
