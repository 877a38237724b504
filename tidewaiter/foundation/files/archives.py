"""Opening a stranger's zip archive: its index is bounded before it is read, its members may not overlap nor lie
outside.

For child processes: what is wrong ends them with a refusal.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tidewaiter.foundation.child_errors import gettext_noop, refuse, refuse_over
from tidewaiter.foundation.files.unpacking import Unpacked
from tidewaiter.foundation.limits import most

_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_TAIL = 66 * 1024
"""Bytes at an archive's end among which the record of its index lies."""
FAULTS = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, KeyError)
"""What the reader of archives raises for a damaged one."""


@contextmanager
def opened_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive. Ends the child for one that is damaged, has too long an index, or
    holds members that lie in one another.
    """
    _bounded_index(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _apart(archive)
            yield archive
    except FAULTS:
        refuse(gettext_noop("The archive is damaged or cut off."))


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: str = "file_unpacked_bytes") -> IO[bytes]:
    """A member's bytes, counted while they are read whatever the index says of their number."""
    return io.BufferedReader(Unpacked(archive.open(info), max(info.compress_size, 1), limit), 1 << 20)


def _bounded_index(path: Path) -> None:
    """The index is as long as its end says, or longer when the end lies: the reader takes no more than it says."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
    at = tail.rfind(_END)
    if at < 0:
        refuse(gettext_noop("The archive is damaged or cut off."))
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    files = int.from_bytes(tail[at + 10 : at + 12], "little")
    wide = tail.rfind(_END_64, 0, at)
    if wide >= 0:
        length = max(length if length < 2**32 - 1 else 0, int.from_bytes(tail[wide + 40 : wide + 48], "little"))
        files = max(files if files < 2**16 - 1 else 0, int.from_bytes(tail[wide + 32 : wide + 40], "little"))
    if files > most("archive_files"):
        refuse_over("archive_files", gettext_noop("This one holds %(files)s."), files=str(files))
    if length > most("archive_index_bytes"):
        refuse_over("archive_index_bytes")


def _apart(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    if len(infos) > most("archive_files"):
        refuse_over("archive_files", gettext_noop("This one holds %(files)s."), files=str(len(infos)))
    end = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if info.header_offset < end:
            refuse(gettext_noop("Files of the archive lie in one another: it was made to harm."), "too_large")
        end = info.header_offset + info.compress_size
        name = info.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            refuse(gettext_noop("The archive names files outside itself. It is not opened."))
