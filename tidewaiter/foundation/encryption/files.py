"""Files of a node whose store is encrypted: sealed by chunks, each purpose under a key of its own.

A file is sealed with AES-256-GCM a MiB at a time under a key of its own (`foundation.sealed_files`), which is made of
the store's key for files and of chance; the generation of that key stands before it in the clear. So a file of
gigabytes takes a few MiB of memory, and one that was cut off, or whose parts were exchanged, does not open.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from django.conf import settings

from tidewaiter.foundation.encryption import keys
from tidewaiter.foundation.encryption.envelope import StoreKeys
from tidewaiter.foundation.scratch import process_scratch
from tidewaiter.foundation.sealed_files import generation_of, pieces_of, write_sealed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PIECE = 1 << 20
_LENT, _LENT_SECONDS = 8, 600
"""Copies in the clear that a process keeps in memory for engines that read by a path, and how long each at least."""
_lending = threading.Lock()


def write(to: Path, chunks: Iterable[bytes], purpose: str, of: StoreKeys | None = None) -> None:
    """Writes a new file for the node's user alone: sealed where the store is, or under the keys of another."""
    if of is None and not keys.sealed():
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(chunks)
        return
    number = (of or keys.store_keys()).generation
    write_sealed(to, chunks, keys.purpose_key(purpose, number, of), generation=number)


def copy(path: Path, to: Path, purpose: str, of: StoreKeys | None = None) -> None:
    """Writes what a file in the clear says as `write` does."""
    with path.open("rb") as file:
        write(to, iter(partial(file.read, _PIECE), b""), purpose, of)


def pieces(path: Path, purpose: str) -> Iterator[bytes]:
    """What a file says, bit by bit, whether it is sealed or not.

    Raises `OSError` where it is gone, `BadInput` where it is damaged.
    """
    if (number := generation_of(path)) is None:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
        return
    yield from pieces_of(path, keys.purpose_key(purpose, number))


def opened(path: Path, purpose: str) -> BinaryIO:
    """The same as a file to read from its beginning to its end."""
    if generation_of(path) is None:
        return path.open("rb")
    return cast(BinaryIO, io.BufferedReader(_Pieces(pieces(path, purpose))))


def lent(name: str, path: Path, purpose: str) -> Path:
    """A path at which the bytes can be read by an engine: the file itself, or a copy in the node's memory.

    The copy stays for ten minutes at least, and at most as long as this process.
    """
    if generation_of(path) is None:
        return path
    folder = process_scratch(Path(settings.TIDEWAITER_HOME), sealed=True) / "lent"
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / name
    with _lending:
        if kept.exists():
            os.utime(kept)
            return kept
        _take_back(folder)
        part = folder / f"{name}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(pieces(path, purpose))
        part.replace(kept)
    return kept


def digest_of(path: Path, purpose: str) -> str:
    """The SHA-256 of what a file says."""
    step = hashlib.sha256()
    for piece in pieces(path, purpose):
        step.update(piece)
    return step.hexdigest()


def _take_back(folder: Path) -> None:
    there = sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime)
    for old in there[: max(0, len(there) - _LENT + 1)]:
        if time.time() - old.stat().st_mtime > _LENT_SECONDS:
            with suppress(FileNotFoundError):
                old.unlink()


class _Pieces(io.RawIOBase):
    """Pieces as a file."""

    def __init__(self, found: Iterator[bytes]) -> None:
        self._found, self._left = found, b""

    def readable(self) -> bool:
        """It is read alone."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fills the buffer as far as one piece goes."""
        while not self._left:
            piece = next(self._found, None)
            if piece is None:
                return 0
            self._left = piece
        into = memoryview(buffer).cast("B")
        size = min(len(into), len(self._left))
        into[:size], self._left = self._left[:size], self._left[size:]
        return size
