"""Files that wait for a worker, sealed: who takes the data folder, or a copy of it, reads nothing of them.

What a stranger brought is not judged yet, so it lies in the clear only in the scratch folder, while it is read
(DESIGN.md §4, rule 20). The key of each file is made of the node's secret key, which lies outside the data folder, and
of chance (HKDF, RFC 5869); it is sealed a MiB at a time (AES-256-GCM, the piece's number is its nonce, the last piece
says that it is the last), so that neither sealing nor opening holds it whole and a cut-off file does not open.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.scratch import scratch

MARK = b"tidewaiter sealed file 1\n"
STORE_MARK = b"tidewaiter sealed file 2\n"
"""Before one of the encrypted store; the generation of its key follows."""
_GENERATION = 4
_SALT, _LENGTH, _PIECE = 16, 4, 1024**2
_MORE, _LAST = b"more", b"last"


def write_sealed(
    path: Path, chunks: Iterable[bytes], key: bytes | None = None, *, generation: int | None = None
) -> None:
    """Writes what is brought to a new file, readable by its user alone, that only this node opens
    again; with a `key` only whoever has it, of the encrypted store its `generation` is written before.
    """
    salt, number = os.urandom(_SALT), 0
    cipher = _cipher(salt, key)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(_mark(generation) + salt)
        before: bytes | None = None
        for piece in _pieces(chunks):
            if before is not None:
                file.write(_sealed(cipher, number, before, _MORE))
                number += 1
            before = piece
        file.write(_sealed(cipher, number, before or b"", _LAST))


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """A sealed file in the clear, in the scratch folder, for the time of the block. Raises `BadInput` where it is gone,
    cut off, or was sealed by another node.
    """
    with scratch() as folder:
        plain = folder / "opened"
        try:
            with os.fdopen(os.open(plain, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                file.writelines(pieces_of(path))
        except OSError as error:
            raise _unreadable(path) from error
        yield plain


def pieces_of(path: Path, key: bytes | None = None) -> Iterator[bytes]:
    """What a sealed file says, bit by bit; `key` where it was sealed with one. Raises `BadInput` as `opened`."""
    with path.open("rb") as sealed:
        yield from _unsealed(sealed.read, path, key)


def is_sealed(path: Path) -> bool:
    """Whether a file is one of these."""
    try:
        with path.open("rb") as file:
            return file.read(len(MARK)) == MARK
    except OSError:
        return False


def generation_of(path: Path) -> int | None:
    """The generation of the key of a file of the encrypted store; nothing for any other file. Raises `OSError`."""
    with path.open("rb") as file:
        if file.read(len(STORE_MARK)) != STORE_MARK:
            return None
        return int.from_bytes(file.read(_GENERATION), "big")


def _mark(generation: int | None) -> bytes:
    return MARK if generation is None else STORE_MARK + generation.to_bytes(_GENERATION, "big")


def _unsealed(read: Callable[[int], bytes], path: Path, key: bytes | None) -> Iterator[bytes]:
    mark = read(len(MARK))
    if mark == STORE_MARK and key is not None:
        read(_GENERATION)
    elif mark != MARK:
        raise _unreadable(path)
    cipher, number = _cipher(read(_SALT), key), 0
    following = _next(read)
    while (token := following) is not None:
        following = _next(read)
        try:
            yield cipher.decrypt(number.to_bytes(12, "big"), token, _LAST if following is None else _MORE)
        except InvalidTag as error:
            raise _unreadable(path) from error
        number += 1
    if not number:
        raise _unreadable(path)


def _next(read: Callable[[int], bytes]) -> bytes | None:
    head = read(_LENGTH)
    return read(min(int.from_bytes(head, "big"), 2 * _PIECE)) if head else None


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for at in range(0, len(chunk), _PIECE):
            yield chunk[at : at + _PIECE]


def _sealed(cipher: AESGCM, number: int, piece: bytes, which: bytes) -> bytes:
    token = cipher.encrypt(number.to_bytes(12, "big"), piece, which)
    return len(token).to_bytes(_LENGTH, "big") + token


def _cipher(salt: bytes, key: bytes | None) -> AESGCM:
    derived = HKDF(SHA256(), 32, salt, b"tidewaiter.foundation.sealed_files")
    return AESGCM(derived.derive(settings.SECRET_KEY.encode() if key is None else key))


def _unreadable(path: Path) -> BadInput:
    return BadInput("unreadable", gettext("%(name)s cannot be read.") % {"name": path.name})
