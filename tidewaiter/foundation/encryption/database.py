"""The one door to a file of SQLite: by SQLCipher with its key where the store is encrypted, plain where it is not.

A process opens a file by one of the two alone: each library knows only its own locks.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from tidewaiter.foundation.encryption import envelope
from tidewaiter.foundation.encryption.keys import store_keys
from tidewaiter.foundation.encryption.master import NoStoreKey

type Connection = Any
"""Of one library or the other: they have the same methods and no class in common."""
_READ_ONLY = "mode=ro"


def connect(path: Path, *, key: bytes | None, read_only: bool = False, library: str = "") -> Connection:
    """A connection to that file, with that key, or plain without one; by `sqlcipher` too where `library` says so.

    Raises one of `SQLITE_ERRORS`.
    """
    by: Any = sqlite3 if key is None and library != "sqlcipher" else sqlcipher
    where = f"{path.resolve().as_uri()}?{_READ_ONLY}" if read_only else str(path)
    link = by.connect(where, uri=read_only)
    if key is not None:
        give_key(link, key)
    return link


def connect_to_node(path: Path, *, read_only: bool = False) -> Connection:
    """A connection to the database of a node's data folder, or to a copy of this node's. Raises `NoStoreKey` too."""
    home = path.parent if envelope.is_there(path.parent) else None
    if home is None:
        return connect(path, key=None, read_only=read_only)
    return connect(path, key=database_key(home, path), read_only=read_only)


def database_key(home: Path, path: Path) -> bytes:
    """The key of the database of an encrypted store: while it is exchanged the one that opens the file."""
    keys = store_keys(home)
    if keys.former is not None and path.exists():
        link = connect(path, key=keys.former, read_only=True)
        try:
            must_open(link)
        except NoStoreKey:
            return keys.database
        finally:
            link.close()
        return keys.former
    return keys.database


def give_key(link: Connection, key: bytes) -> None:
    """The first thing that is said on a connection. The key is raw: it is of chance and needs no stretching."""
    link.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is told in a sentence, not by the library on the page
    link.execute(f"PRAGMA key = \"x'{key.hex()}'\"")


def must_open(link: Connection) -> None:
    """Raises `NoStoreKey` where the key is not that of the file."""
    try:
        link.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        if "not a database" not in str(error):
            raise
        raise NoStoreKey(
            "wrong_store_key",
            "The database is not encrypted with the keys of this store: bring the data folder and its key that belong "
            "together. Nothing was changed.",
        ) from error
