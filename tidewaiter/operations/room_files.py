"""Files of rooms: sealed under the operation's key, named by chance, in a folder of the operation's own."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from tidewaiter.foundation.sealed_files import pieces_of, write_sealed
from tidewaiter.operations.room_keys import RoomKey

FOLDER = "operations"


def folder_of(ref: str) -> Path:
    """Where the files of an operation lie."""
    return Path(settings.TIDEWAITER_HOME) / "operations" / ref


def keep_file(key: RoomKey, name: str, chunks: Iterable[bytes]) -> tuple[int, dict[str, str]]:
    """Seals what is brought; gives its size and its digests: SHA-256, and those by which lists of known files go."""
    folder = folder_of(key.ref)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    digests = {name: hashlib.new(name, usedforsecurity=False) for name in ("sha256", "sha1", "md5")}
    size = 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for chunk in chunks:
            for digest in digests.values():
                digest.update(chunk)
            size += len(chunk)
            yield chunk

    write_sealed(folder / name, counted(), key.key)
    return size, {name: digest.hexdigest() for name, digest in digests.items()}


def read_file(key: RoomKey, name: str) -> Iterator[bytes]:
    """What a file says, bit by bit."""
    return pieces_of(folder_of(key.ref) / name, key.key)


def drop_files(ref: str, names: Iterable[str]) -> None:
    """Deletes some files of an operation."""
    for name in names:
        (folder_of(ref) / name).unlink(missing_ok=True)


def drop_all(ref: str) -> int:
    """Deletes every file of an operation; gives how many there were."""
    folder = folder_of(ref)
    count = sum(1 for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0
    shutil.rmtree(folder, ignore_errors=True)
    return count
