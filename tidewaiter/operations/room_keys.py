"""The key of an operation: made when it opens, gone when it is destroyed, and never in a backup (docs/decisions/0045).

Each key is a file of its own in the node's folder for keys; while a room is sealed, so is the key under which shares
wait for their holders. Whatever is written in a room is sealed with it before it
reaches the database or a file (AES-256-GCM, a fresh nonce each time, and what it is bound to as associated data, so
that a piece which was put in another's place does not open).
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.data_folder import read_mark
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.key_folder import folder_for, read_key, write_key
from tidewaiter.foundation.refusals import Refusal

FOLDER = "operations"
SIZE = 32
_NONCE = 12


class RoomKey:
    """The key of one operation, in memory."""

    def __init__(self, ref: str, key: bytes) -> None:
        self.ref, self.key = ref, key
        self._cipher = AESGCM(key)

    def seal(self, bound_to: str, said: bytes) -> bytes:
        """`said`, sealed; it opens again under the same name alone."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, said, f"{self.ref}|{bound_to}".encode())

    def open(self, bound_to: str, sealed: bytes | memoryview) -> bytes:
        """What was sealed under that name. Raises `Refusal` for anything else."""
        sealed = bytes(sealed)
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], f"{self.ref}|{bound_to}".encode())
        except InvalidTag as error:
            raise Refusal(
                "not_ours", _("A piece of the room does not open under its key: it was changed, or is another room's.")
            ) from error

    def seal_json(self, bound_to: str, said: Any) -> bytes:
        """A document, sealed."""
        return self.seal(bound_to, canonical(said))

    def open_json(self, bound_to: str, sealed: bytes | memoryview) -> Any:
        """A document that was sealed."""
        return read_json(self.open(bound_to, sealed))


def print_of(key: bytes) -> str:
    """A fingerprint of a key."""
    return hashlib.sha256(b"operation key " + key).hexdigest()[:16]


def path_of(ref: str) -> Path:
    """Where the key of an operation lies."""
    home = Path(settings.TIDEWAITER_HOME)
    mark = read_mark(home)
    return folder_for(mark.node if mark else "", home, settings.TIDEWAITER_KEYS) / FOLDER / f"{ref}.key"


def make_key(ref: str) -> RoomKey:
    """A fresh key for a new operation, written for the node's user alone."""
    key = os.urandom(SIZE)
    put_key(ref, key)
    return RoomKey(ref, key)


def put_key(ref: str, key: bytes) -> None:
    """Writes the key of an operation to its place."""
    write_key(path_of(ref), key.hex().encode(), instead=True)


def key_of(ref: str, print_: str) -> RoomKey:
    """The key of an open operation. Raises `Refusal` where it is not there, or is another's."""
    said = read_key(path_of(ref))
    key = bytes.fromhex(said.decode()) if said is not None else b""
    if len(key) != SIZE or print_of(key) != print_:
        raise Refusal(
            "no_key",
            _("The key of this room is not here, so nobody can read it: it was sealed, or its file is lost."),
        )
    return RoomKey(ref, key)


def make_share_key(ref: str) -> RoomKey:
    """A fresh key under which shares of a sealed room wait: it goes with the room, so no backup opens them later."""
    key = os.urandom(SIZE)
    write_key(_share_path(ref), key.hex().encode(), instead=True)
    return RoomKey(ref, key)


def share_key_of(ref: str) -> RoomKey:
    """The key under which shares of a sealed room wait. Raises `Refusal` where it is gone."""
    said = read_key(_share_path(ref))
    if said is None:
        raise Refusal(
            "no_share_key", _("What waited of this key is gone: whoever has taken a share types it, nobody else can.")
        )
    return RoomKey(ref, bytes.fromhex(said.decode()))


def _share_path(ref: str) -> Path:
    return path_of(ref).with_suffix(".shares")


def drop_key(ref: str) -> bool:
    """Overwrites the key's file and deletes it; gives whether there was one."""
    return _overwritten(path_of(ref))


def drop_share_key(ref: str) -> bool:
    """The same of the key under which shares wait: once they are taken, used or destroyed."""
    return _overwritten(_share_path(ref))


def _overwritten(path: Path) -> bool:
    """Overwriting does not reach what a file system or a flash disk has copied aside; see docs/decisions/0045."""
    try:
        with path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            file.write(os.urandom(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return False
    return True
