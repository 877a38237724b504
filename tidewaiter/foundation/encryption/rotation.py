"""Exchanging the keys of a store, and encrypting one that lies in the clear: whole at every moment, however it ends.

The database is written anew under a new key beside the former one, read back, and takes its place by one rename: until
then the former keys hold, from then on the new ones. `encryption.json` holds both meanwhile, under the former and the
new master key, and the new master key lies beside the former: whoever starts the node next sees by the database itself
on which side of the rename it stands, and ends the work or takes it back (`settle`).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tidewaiter.foundation.data_folder import ENVELOPE
from tidewaiter.foundation.encryption import envelope, keys, master, using
from tidewaiter.foundation.encryption.database import Connection, connect
from tidewaiter.foundation.encryption.envelope import Envelope, Slot, StoreKeys
from tidewaiter.foundation.encryption.master import Said
from tidewaiter.foundation.key_folder import write_key
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.sql import composed, names
from tidewaiter.foundation.sqlite_errors import SQLITE_ERRORS

NEXT = ".next"


@dataclass(frozen=True, slots=True)
class Replaced:
    """Master keys of an exchange: the present one and the new; `place` where the new lies in a file."""

    present: Said
    new: Said
    place: Path | None = None


def rotate(home: Path, database: Path | None, *, new: Said | None = None) -> None:
    """Puts the store in `home` under a new master key, its `database` under a new key, and files that are written from
    now on too; the keys of files that are there are wrapped anew. `new` where the master key lies in no file.

    Raises `Refusal` while others have the database open, `BadInput`.
    """
    with using.alone(home):
        settle(home, database, held=True)
        present, held = master.found(), keys.store_keys(home)
        masters = _masters(present, new)
        fresh = StoreKeys(
            database=secrets.token_bytes(32),
            files={**held.files, held.generation + 1: secrets.token_bytes(32)},
            former=held.database,
        )
        recovery = envelope.read(home).recovery
        envelope.write(home, Envelope([Slot.of(fresh, masters.present), Slot.of(fresh, masters.new)], recovery))
        if database is not None and database.exists():
            exchange(database, held.database, fresh.database)
        _end(home, replace(fresh, former=None), masters, recovery)


def encrypt(home: Path, database: Path | None) -> None:
    """Encrypts the database of a store that lies in the clear; its keys are there when its database is, never before.

    Raises `Refusal` while others have the database open, `BadInput`.
    """
    waiting = home / f"{ENVELOPE}{NEXT}"
    with using.alone(home):
        keys.make(to=waiting.name)
        held = envelope.read(home, waiting.name).open(master.found())
        if database is not None and database.exists():
            exchange(database, None, held.database)
        waiting.replace(home / ENVELOPE)
        keys.forget()


def settle(home: Path, database: Path | None, *, held: bool = False) -> bool:
    """Ends an exchange that was cut off, and gives whether it did, or takes it back; does nothing where there was none.

    Whether others have the database open is asked unless that is `held` already: then they are in the middle of it, and
    it is left to them.
    """
    if not envelope.is_there(home) or len(envelope.read(home).slots) < 2:
        return False
    if not held:
        try:
            with using.alone(home):
                return settle(home, database, held=True)
        except Refusal:
            return False
    found = keys.store_keys(home)
    if found.former is None:
        return False
    recovery = envelope.read(home).recovery
    present, waits = master.found(), _waiting()
    if database is None or not database.exists() or opens(database, found.database):
        new = Said(key=master.of_file(waits)) if waits is not None and waits.exists() else present
        _end(home, replace(found, former=None), Replaced(present, new, waits), recovery)
        return True
    taken_back = StoreKeys(found.former, {n: key for n, key in found.files.items() if n < found.generation})
    database.with_name(database.name + NEXT).unlink(missing_ok=True)
    envelope.write(home, Envelope([Slot.of(taken_back, present)], recovery))
    if waits is not None:
        waits.unlink(missing_ok=True)
    keys.forget()
    return False


def exchange(database: Path, key: bytes | None, new: bytes) -> None:
    """Writes a database anew under the key `new`, reads it back, and puts it in the place of the former."""
    fresh = database.with_name(database.name + NEXT)
    for left in (fresh, fresh.with_name(f"{fresh.name}-journal"), fresh.with_name(f"{fresh.name}-wal")):
        left.unlink(missing_ok=True)
    link = connect(database, key=key, library="sqlcipher")
    try:
        link.execute("PRAGMA locking_mode = EXCLUSIVE")
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        counted = _counts(link)
        link.execute(f"ATTACH DATABASE ? AS fresh KEY \"x'{new.hex()}'\"", (str(fresh),))
        link.execute("SELECT sqlcipher_export('fresh')").fetchall()
        link.execute("DETACH DATABASE fresh")
        fresh.chmod(0o600)
        _must_be_whole(fresh, new, counted)
    except SQLITE_ERRORS as error:
        fresh.unlink(missing_ok=True)
        if "locked" in str(error):
            raise Refusal("in_use", "Somebody works on this node (a command): wait until that has ended.") from error
        raise
    finally:
        link.close()
    for beside in (f"{database.name}-wal", f"{database.name}-shm"):
        database.with_name(beside).unlink(missing_ok=True)  # whoever closed it last has emptied them
    _synced(fresh)
    fresh.replace(database)
    _synced(database.parent)


def opens(database: Path, key: bytes) -> bool:
    """Whether that is the key of that file."""
    link = connect(database, key=key, read_only=True)
    try:
        link.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except SQLITE_ERRORS as error:
        if "not a database" in str(error):
            return False
        raise
    finally:
        link.close()
    return True


def _masters(present: Said, new: Said | None) -> Replaced:
    if not master.in_file():
        if new is None:
            raise BadInput("new_key", "The key of this node lies in no file: give the new one (--new-key-fd N).")
        return Replaced(present, new)
    made = secrets.token_bytes(32)
    place = master.place()
    waits = place.with_name(place.name + master.NEXT)
    write_key(waits, f"{made.hex()}\n".encode(), instead=True)
    return Replaced(present, Said(key=made), waits)


def _waiting() -> Path | None:
    if not master.in_file():
        return None
    place = master.place()
    return place.with_name(place.name + master.NEXT)


def _end(home: Path, fresh: StoreKeys, masters: Replaced, recovery: str) -> None:
    """The new master key takes its place, then nothing opens under the former one any more."""
    if masters.place is not None and masters.place.exists():
        masters.place.replace(masters.place.with_name(masters.place.name.removesuffix(master.NEXT)))
        _synced(masters.place.parent)
    envelope.write(home, Envelope([Slot.of(fresh, masters.new)], recovery))
    master.replaced_by(masters.new)
    keys.forget()


def _counts(link: Connection) -> Mapping[str, int]:
    tables = link.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    found = [str(row[0]) for row in tables.fetchall()]
    counts = {name: composed("SELECT count(*) FROM {table}", table=names(name)).sql for name in found}
    return {name: int(link.execute(sql).fetchone()[0]) for name, sql in counts.items()}


def _must_be_whole(fresh: Path, key: bytes, counted: Mapping[str, int]) -> None:
    link = connect(fresh, key=key)
    try:
        sound = link.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        if not sound or _counts(link) != counted:
            raise Refusal("damaged", "The database that was written anew is not the former one. Nothing was changed.")
    finally:
        link.close()


def _synced(path: Path) -> None:
    held = os.open(path, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
