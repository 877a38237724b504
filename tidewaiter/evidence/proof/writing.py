"""Writing an export: one file after another in the order of their names, none of them held in memory."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from tidewaiter.evidence.proof.boxes import FORMAT, LONGEST, MANIFEST, PIECE, SEAL, canonical
from tidewaiter.evidence.proof.signing import signed
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.scratch import spooled

_DAY = (1980, 1, 1, 0, 0, 0)
"""That of every member: when it was written is said inside."""


class Writer:
    """Takes files in the order of their names, and at the end writes what is signed of them all."""

    def __init__(self, open_: Callable[[str], IO[bytes]]) -> None:
        self._open = open_
        self._lines = spooled()
        self._last = ""
        self.files = 0

    def put(self, path: str, pieces: Iterable[bytes]) -> str:
        """Writes a file; gives its SHA-256. Raises `ValueError` for one out of order: the manifest is in order."""
        if path <= self._last:
            raise ValueError(f"{path} after {self._last}")
        step, size = hashlib.sha256(), 0
        with self._open(path) as file:
            for piece in pieces:
                step.update(piece)
                size += len(piece)
                file.write(piece)
        self._lines.write(canonical({"path": path, "sha256": step.hexdigest(), "size": size}) + b"\n")
        self._last, self.files = path, self.files + 1
        return step.hexdigest()

    def put_lines(self, path: str, documents: Iterable[Any]) -> str:
        """Writes documents, one a line."""
        return self.put(path, (canonical(one) + b"\n" for one in documents))

    def seal(self, said: dict[str, Any]) -> dict[str, Any]:
        """Writes the manifest, whose first line says what the export is, and its signature; gives what was signed."""
        step = hashlib.sha256()
        with self._open(MANIFEST) as file:
            for line in self._manifest({"format": FORMAT, **said, "files": self.files}):
                step.update(line)
                file.write(line)
        self._lines.close()
        seal = signed({"format": FORMAT, "manifest": step.hexdigest(), "sealed_at": stamp(now())})
        with self._open(SEAL) as file:
            file.write(canonical(seal) + b"\n")
        return seal

    def _manifest(self, first: dict[str, Any]) -> Iterator[bytes]:
        yield canonical(first) + b"\n"
        self._lines.seek(0)
        while line := self._lines.readline(LONGEST):
            yield line


def to_folder(folder: Path, write: Callable[[Writer], None]) -> str:
    """An export in a folder that is not there yet or is empty; gives the SHA-256 of its manifest."""

    def opened(name: str) -> IO[bytes]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")

    folder.mkdir(parents=True, exist_ok=True)
    write(Writer(opened))
    with (folder / MANIFEST).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_zip(path: Path, write: Callable[[Writer], None]) -> str:
    """An export in one file, at whose end stands the SHA-256 of all before it; gives the SHA-256 of the whole file."""
    with zipfile.ZipFile(path, "w", compresslevel=3) as box:

        def opened(name: str) -> IO[bytes]:
            member = zipfile.ZipInfo(name, _DAY)
            member.compress_type = zipfile.ZIP_STORED if name.startswith("files/") else zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            return box.open(member, "w", force_zip64=True)

        write(Writer(opened))
        box.comment = b"0" * 64
    return _ended(path)


def _ended(path: Path) -> str:
    """Puts the digest of everything before the comment in its place."""
    step, left = hashlib.sha256(), path.stat().st_size - 64
    with path.open("r+b") as file:
        while left > 0 and (piece := file.read(min(PIECE, left))):
            step.update(piece)
            left -= len(piece)
        file.seek(-64, 2)
        end = step.hexdigest().encode()
        file.write(end)
    step.update(end)
    return step.hexdigest()
