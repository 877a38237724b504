"""Untrusted files are read in a child process with limits on memory, processor time and disk, that knows no secret of
the node.

What the child answers is bounded too, so that a child which went wrong does not make its parent allocate.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import msgspec
from django.utils.translation import gettext

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.child_errors import SIGN
from tidewaiter.foundation.limits import LIMITS, MIB, most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.scratch import scratch_file

MEMORY_BYTES = 512 * MIB
DISK_BYTES = 64 * MIB
LEAST_SECONDS, SECONDS_A_MIB, MOST_SECONDS = 15, 4, 900
"""Seconds of the processor: for a small file, for each MiB of it, for any."""
_HEARD = 64 * 1024
"""Bytes of standard error that are looked at."""
_KNOWN = ("HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "TZ", "VIRTUAL_ENV")
_KNOWN_BEGIN = ("LC_", "FONTCONFIG_", "XDG_", "TIDEWAITER_LIMIT_")


def seconds_for(*paths: Path) -> int:
    """Seconds of the processor that reading files of this size may take: ample for
    what is honest, few for what is small.
    """
    size = sum(path.stat().st_size for path in paths if path.exists())
    return min(MOST_SECONDS, LEAST_SECONDS + SECONDS_A_MIB * size // MIB)


def stream_from_child(
    module: str,
    *arguments: str,
    memory: int = MEMORY_BYTES,
    seconds: int = 60,
    disk: int = DISK_BYTES,
    kind: Any = Any,
) -> Generator[Any, None, None]:
    """What `python -m module arguments` tells (`child_errors.tell`), one after the other, each of the type `kind`.

    The child is our own code reading a stranger's file. It may take `memory` bytes of addresses, `seconds` of the
    processor and `disk` bytes for a file that it writes. Raises `BadInput` with the child's words when it fails,
    `OverLimit` where the file is over a limit.
    """
    decoder = msgspec.msgpack.Decoder(kind)
    with scratch_file() as errors:
        child = _begun(module, arguments, (memory, seconds, disk), errors)
        if child.stdout is None:
            raise BadInput("unreadable", gettext("The file could not be opened."))
        try:
            while (frame := _frame(child.stdout)) is not None:
                try:
                    yield decoder.decode(frame)
                except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
                    raise _broken() from error
            if child.wait() != 0:
                raise _refusal(errors)
        finally:
            child.kill()
            child.wait()
            child.stdout.close()


def answer_of_child(
    module: str, *arguments: str, given: bytes = b"", memory: int, seconds: int, kind: Any = Any
) -> Any:
    """The one answer of a child that reads what is `given` on standard input. Raises as `stream_from_child`."""
    with scratch_file() as errors, scratch_file() as source:
        source.write(given)
        source.seek(0)
        child = _begun(module, arguments, (memory, seconds, DISK_BYTES), errors, source)
        if child.stdout is None:
            raise BadInput("unreadable", gettext("The file could not be opened."))
        try:
            frame = _frame(child.stdout)
            if frame is None or child.wait() != 0:
                child.wait()
                raise _refusal(errors)
            return msgspec.msgpack.decode(frame, type=kind)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise _broken() from error
        finally:
            child.kill()
            child.wait()
            child.stdout.close()


class Answering:
    """A child that is asked again and again: it reads a frame from standard input and tells one. Close it after use."""

    def __init__(self, module: str, *arguments: str, memory: int, seconds: int) -> None:
        self._errors = scratch_file()
        bounds = (memory, seconds, DISK_BYTES)
        self._child = _begun(module, arguments, bounds, self._errors, subprocess.PIPE)

    def ask(self, value: Any, kind: Any) -> Any:
        """The child's answer to a plain value. Raises as `stream_from_child`."""
        packed = msgspec.msgpack.encode(value)
        child = self._child
        if child.stdin is None or child.stdout is None:
            raise _broken()
        try:
            child.stdin.write(len(packed).to_bytes(4, "big") + packed)
            child.stdin.flush()
            frame = _frame(child.stdout)
        except BrokenPipeError:
            frame = None
        if frame is None:
            child.wait()
            raise _refusal(self._errors)
        try:
            return msgspec.msgpack.decode(frame, type=kind)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise _broken() from error

    def close(self) -> None:
        """Ends the child."""
        self._child.kill()
        self._child.wait()
        for stream in (self._child.stdin, self._child.stdout, self._errors):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()


def environment_of_child() -> dict[str, str]:
    """What a child may know of this process's environment: where programs lie and what limits
    were set; no address, key or password.
    """
    known = {name: said for name, said in os.environ.items() if name in _KNOWN or name.startswith(_KNOWN_BEGIN)}
    return known | {"OPENBLAS_NUM_THREADS": "1"}  # a thread's buffers would count against the memory


def _begun(
    module: str,
    arguments: tuple[str, ...],
    bounds: tuple[int, int, int],
    errors: IO[bytes],
    source: IO[bytes] | int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tidewaiter.foundation.limited", *map(str, bounds), module, *arguments],
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=environment_of_child(),
    )


def _frame(stream: IO[bytes]) -> bytes | None:
    """The next answer; nothing at the end. Never more than the bound is read."""
    head = stream.read(4)
    if not head:
        return None
    length = int.from_bytes(head, "big")
    if len(head) < 4 or length > most("child_answer_bytes"):
        raise _broken()
    frame = stream.read(length)
    return frame if len(frame) == length else None  # it ended in the middle; its last words say why


def _broken() -> BadInput:
    return BadInput("unreadable", gettext("The file could not be read to its end."))


def _refusal(errors: IO[bytes]) -> BadInput:
    """The child's last words as a refusal in the reader's language; a child that was ended from outside leaves none."""
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - _HEARD))
    lines = errors.read(_HEARD).decode("utf-8", "replace").strip().splitlines()
    try:
        said = json.loads(lines[-1].removeprefix(SIGN)) if lines and lines[-1].startswith(SIGN) else {}
        sentence = str(gettext(said["sentence"]) % said["figures"]) if said["sentence"] else ""
        if said.get("limit") in LIMITS:
            return over(said["limit"], sentence)
        code = said["code"]
    except (ValueError, TypeError, KeyError):
        code, sentence = "unreadable", gettext("It needs more memory or time than a file may take, or it is damaged.")
    return BadInput(str(code), gettext("The file cannot be read. %(refused)s") % {"refused": sentence})
