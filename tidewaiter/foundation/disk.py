"""A disk without room, or one that may only be read, is a sentence at every door and never a traceback."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from django.conf import settings
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.sqlite_errors import SQLITE_ERRORS

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FULL_SAID = ("No space left on device", "Disk quota exceeded", "database or disk is full", "max_temp_directory_size")
_SHUT_SAID = ("Read-only file system", "attempt to write a readonly database")
_SQLITE_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC)
_SQLITE_STUCK = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR)
"""What SQLite says where it cannot even lay down the files it shares beside a database; it does not say why."""
_SHARED_FILES = 64 * 1024
"""Bytes that these take."""
_POSTGRESQL_FULL, _POSTGRESQL_SHUT = "53100", "25006"
_DEPTH = 12
"""Causes of causes that are looked at."""


class DiskFull(Refusal):
    """Nothing more can be written; pages and programs answer 507."""


def disk_full(error: BaseException | None) -> DiskFull | None:
    """The refusal that an error means, whichever library found the disk full or shut; nothing for any other error."""
    for _step in range(_DEPTH):
        if error is None:
            return None
        if isinstance(error, DiskFull):
            return error
        if _is_full(error):
            return DiskFull(
                "disk_full",
                _("There is no room left on the disk. What was not finished was not kept: make room, then try again."),
            )
        if _is_shut(error):
            return DiskFull("disk_read_only", _("The disk can be read and not written to. Nothing was kept."))
        error = error.__cause__ or error.__context__
    return None


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    if isinstance(error, SQLITE_ERRORS):
        code = getattr(error, "sqlite_errorcode", None) or 0
        if code in _SQLITE_FULL or (code & 0xFF in _SQLITE_STUCK and _no_room()):
            return True
    return getattr(error, "sqlstate", None) == _POSTGRESQL_FULL or any(said in str(error) for said in _FULL_SAID)


def _no_room() -> bool:
    return shutil.disk_usage(settings.TIDEWAITER_HOME).free < _SHARED_FILES


def _is_shut(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno == errno.EROFS:
        return True
    return getattr(error, "sqlstate", None) == _POSTGRESQL_SHUT or any(said in str(error) for said in _SHUT_SAID)


class disk_spoken_of:
    """Around work that writes: what a full disk raises leaves the block as `DiskFull`, everything else as it is."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        full = disk_full(error)
        if full is not None and full is not error:
            raise full from error


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to, which becomes `path` when the block ends well; else nothing of it
    stays. A device is written to as it is.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield part
        if part.is_file():
            with part.open("rb") as file:
                os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
