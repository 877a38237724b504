"""Where the sealed bytes of items lie while they come in: one file an item, in a folder of the data folder."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

FOLDER = "offline"


def place_of(ref: str) -> Path:
    """The file of an item."""
    folder = Path(settings.TIDEWAITER_HOME) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / ref


def append(ref: str, start: int, chunk: bytes) -> int:
    """Writes a piece where it belongs, and gives how much is there now. What lay behind is cut off."""
    path = place_of(ref)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.seek(start)
        file.truncate()
        file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def got(ref: str) -> int:
    """How much of an item is here."""
    try:
        return place_of(ref).stat().st_size
    except FileNotFoundError:
        return 0


def sealed(ref: str) -> bytes:
    """The bytes of an item; nothing where none came yet."""
    try:
        return place_of(ref).read_bytes()
    except FileNotFoundError:
        return b""


def forget(ref: str) -> None:
    """Deletes what lay sealed of an item that has become part of the record, or begins anew."""
    place_of(ref).unlink(missing_ok=True)
