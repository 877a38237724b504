"""Where the rows of an analysis lie: in the data folder; of a node whose store is encrypted sealed there, and in the
clear in its memory while an analysis is done or looked at.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from django.conf import settings

from tidewaiter.foundation.encryption import files, keys
from tidewaiter.foundation.scratch import open_folder

PURPOSE = "trade"
"""That of the key under which files and rows are sealed."""
OPEN_SECONDS = 3600
"""How long rows that nobody looks at stay in memory."""


def sealed_folder(ref: str) -> Path:
    """Where the rows of a run are kept."""
    return Path(settings.TIDEWAITER_HOME) / "trade" / "runs" / ref


def folder(ref: str) -> Path:
    """Where the rows of a run can be read and written."""
    if not keys.sealed():
        return sealed_folder(ref)
    there = _in_memory() / ref
    kept = sealed_folder(ref)
    if there.is_dir():
        os.utime(there)
    elif kept.is_dir():
        _make_room()
        part = there.with_name(f"{ref}.{os.getpid()}.part")
        shutil.rmtree(part, ignore_errors=True)
        for path in _files(kept):
            to = part / path.relative_to(kept)
            to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with to.open("wb") as file:
                file.writelines(files.pieces(path, PURPOSE))
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
        if there.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.rename(there)
    return there


def keep(ref: str) -> None:
    """Seals the rows of a run that has ended."""
    if not keys.sealed():
        return
    there, kept = folder(ref), sealed_folder(ref)
    shutil.rmtree(kept, ignore_errors=True)
    for path in _files(there):
        to = kept / path.relative_to(there)
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.copy(path, to, PURPOSE)


def drop(ref: str) -> None:
    """Deletes the rows of a run."""
    shutil.rmtree(sealed_folder(ref), ignore_errors=True)
    if keys.sealed():
        shutil.rmtree(_in_memory() / ref, ignore_errors=True)


def _in_memory() -> Path:
    return open_folder(Path(settings.TIDEWAITER_HOME), sealed=settings.STORE_SEALED) / "trade-runs"


def _make_room() -> None:
    """Takes rows out of memory that lie sealed too and that nobody has looked at for an hour."""
    for old in _in_memory().iterdir() if _in_memory().is_dir() else ():
        if sealed_folder(old.name).is_dir() and time.time() - old.stat().st_mtime > OPEN_SECONDS:
            shutil.rmtree(old, ignore_errors=True)


def _files(place: Path) -> list[Path]:
    return [path for path in sorted(place.rglob("*")) if path.is_file()]
