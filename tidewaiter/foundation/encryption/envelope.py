"""`encryption.json` in the data folder: the keys of the store, sealed under the master key, which lies elsewhere.

What is encrypted is told by this file alone, never by a setting of today. It holds the key of the database, the keys
of files (a new one with every rotation, the former stay readable), and to whom backups are sealed. It is written
whole or not at all. A second slot stands in it while the master key is being replaced (see `rotation`).
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tidewaiter.foundation.data_folder import ENVELOPE
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.encryption.master import NoStoreKey, Said
from tidewaiter.foundation.refusals import BadInput

FORMAT = 1
_ABOUT = b"tidewaiter store keys 1"
_MOST = 1024**2


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """The keys that the store is encrypted with: of the database, and of files by their generation.

    `former` is the database's key before a rotation that is under way.
    """

    database: bytes
    files: Mapping[int, bytes]
    former: bytes | None = None

    @property
    def generation(self) -> int:
        """The one with which files are sealed now."""
        return max(self.files)

    def said(self) -> bytes:
        """As text, to be sealed."""
        return json.dumps(
            {
                "database": self.database.hex(),
                "files": {str(number): key.hex() for number, key in self.files.items()},
                "former": self.former.hex() if self.former else None,
            }
        ).encode()

    @classmethod
    def read(cls, said: bytes) -> StoreKeys:
        """From that text. Raises `ValueError`, `KeyError` for what is none."""
        text: dict[str, Any] = json.loads(said)
        return cls(
            database=bytes.fromhex(text["database"]),
            files={int(number): bytes.fromhex(key) for number, key in text["files"].items()},
            former=bytes.fromhex(text["former"]) if text.get("former") else None,
        )

    @classmethod
    def new(cls) -> StoreKeys:
        """Keys of chance."""
        return cls(database=secrets.token_bytes(32), files={1: secrets.token_bytes(32)})


@dataclass(frozen=True, slots=True)
class Slot:
    """The store's keys under one master key."""

    salt: str
    sealed: str

    @classmethod
    def of(cls, keys: StoreKeys, said: Said) -> Slot:
        """Seals them under that master key, with a salt of chance."""
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        token = nonce + _cipher(said.master(salt), salt).encrypt(nonce, keys.said(), _ABOUT)
        return cls(base64.b64encode(salt).decode(), base64.b64encode(token).decode())

    def open(self, said: Said) -> StoreKeys | None:
        """The keys; nothing where that master key is another."""
        salt, token = base64.b64decode(self.salt), base64.b64decode(self.sealed)
        try:
            keys = StoreKeys.read(_cipher(said.master(salt), salt).decrypt(token[:12], token[12:], _ABOUT))
        except InvalidTag:
            return None
        said.fits(salt)
        return keys


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the file says: slots (two while the master key is replaced), and the age recipient of backups."""

    slots: list[Slot]
    recovery: str = ""
    format: int = field(default=FORMAT)

    def open(self, said: Said) -> StoreKeys:
        """The store's keys. Raises `NoStoreKey` where the master key opens no slot."""
        for slot in self.slots:
            if (keys := slot.open(said)) is not None:
                return keys
        raise NoStoreKey(
            "wrong_store_key",
            "The key that was given is not that of this encrypted store: bring the right one (TIDEWAITER_KEY_FILE, "
            "TIDEWAITER_KEY_FROM). Nothing was changed.",
        )


def is_there(home: Path) -> bool:
    """Whether the store in that folder is encrypted."""
    return (home / ENVELOPE).is_file()


def read(home: Path, name: str = ENVELOPE) -> Envelope:
    """The envelope of a folder. Raises `BadInput` where it cannot be read."""
    path = home / name
    try:
        with path.open("rb") as file:
            said: dict[str, Any] = json.loads(file.read(_MOST))
        if said["format"] != FORMAT:
            raise ValueError
        return Envelope([Slot(one["salt"], one["sealed"]) for one in said["slots"]], str(said["recovery"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "envelope", f"{path} cannot be read, and without it the store cannot: bring it back from a backup."
        ) from error


def write(home: Path, envelope: Envelope, name: str = ENVELOPE) -> None:
    """Writes it for its owner alone, whole or not at all."""
    with whole(home / name) as part:
        part.touch(mode=0o600)
        part.write_text(json.dumps(asdict(envelope), indent=1) + "\n", encoding="utf-8")
    folder = os.open(home, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _cipher(master: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"tidewaiter.foundation.encryption.envelope").derive(master))
