"""The list of an image's files with their digests: read line by line, a million of them in a few MiB of memory.

Two forms are read: what sha256sum writes (`digest  path`), and a JSON object a line (`path`, `sha256`, `size`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from tidewaiter.evidence.proof.boxes import canonical
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.limits import MIB, most
from tidewaiter.foundation.refusals import BadInput

LONGEST = 64 * 1024
AT_ONCE = MIB
_SUM = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_hex64 = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class Counted:
    """What was read of a list."""

    files: int = 0
    size: int = 0


def lines_of(file: BinaryIO, counted: Counted) -> Iterator[bytes]:
    """The list as it is kept: a JSON object a line. Raises `BadInput`, `OverLimit` with the line that is wrong."""
    bound, held = most("manifest_files"), bytearray()
    while line := file.readline(LONGEST + 1):
        if not line.strip():
            continue
        counted.files += 1
        if counted.files > bound:
            raise over("manifest_files", _("Acquire it in parts."))
        one = _read(line, counted.files)
        size = one["size"]
        counted.size += size if isinstance(size, int) else 0
        held += canonical(one) + b"\n"
        if len(held) > AT_ONCE:
            yield bytes(held)
            held.clear()
    if not counted.files:
        raise BadInput("manifest", _("The list names no file."))
    yield bytes(held)


def _read(line: bytes, number: int) -> dict[str, str | int | None]:
    try:
        text = line.decode("utf-8").strip("\r\n")
    except UnicodeDecodeError as error:
        raise _wrong(number) from error
    if len(line) > LONGEST:
        raise _wrong(number)
    if found := _SUM.fullmatch(text):
        return {"path": found[2], "sha256": found[1], "size": None}
    try:
        said = read_json(line)
        path, digest, size = str(said["path"]), str(said["sha256"]).lower(), said.get("size")
    except (BadInput, KeyError, TypeError, AttributeError) as error:
        raise _wrong(number) from error
    if not _hex64.fullmatch(digest) or not path or not (size is None or (type(size) is int and size >= 0)):
        raise _wrong(number)
    return {"path": path, "sha256": digest, "size": size}


def _wrong(number: int) -> BadInput:
    return BadInput(
        "manifest",
        _("Line %(n)s of the list is not understood: «digest  path», or an object with path and sha256.")
        % {"n": number},
    )
