"""Making a backup while the node runs."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.data_folder import DATABASE
from tidewaiter.foundation.encryption import envelope
from tidewaiter.foundation.encryption import keys as store_keys
from tidewaiter.foundation.encryption.database import connect
from tidewaiter.foundation.key_folder import OLD, SECRET, SIGNING, SIGNING_TOO, read_key
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.room_cards import Folder, rooms_of_node
from tidewaiter.foundation.scratch import scratch, sealed_scratch, sweep
from tidewaiter.ledger.actions import record
from tidewaiter.site import keyring
from tidewaiter.site.backup import archive, postgres

SEALED_KEYS = "keys.age"
"""The member of a backup of an encrypted store that holds its keys, sealed to whom the backup is."""


def other_keys() -> tuple[str, ...]:
    """The keys of a node beside that of its store: its own, and those that its rooms keep."""
    return (SECRET, SIGNING, SIGNING_TOO, *keyring.of_rooms())


def folders() -> list[Folder]:
    """What belongs to this node beside its database and its keys, by the cards of its rooms, the lowest first.

    What is made anew (analysis store, results of a day) and what nobody has judged yet (uploads that wait) is left out.
    """
    return [folder for room in reversed(rooms_of_node()) for folder in room.folders]


def back_up(
    *,
    target: Path,
    recipients: list[str],
    by: Actor,
    say: Callable[[str], None],
    keys: bool = False,
    without: Collection[str] = (),
    before_upgrade: bool = False,
) -> dict[str, Any]:
    """One consistent, checked file; `{"file", "sha256", "bytes", "entries", "encrypted", "keys"}`, and of each
    folder that may be left out whether it is there (`"trade"`).

    That of an encrypted store is sealed: to the node's recovery key, and to `recipients` too. What lies in it
    is encrypted as it is on the node, and the keys of the store are in it for whoever can open it.

    It holds the database and the rooms' folders but those named by `without`;
    with `keys` the secret keys, which otherwise stay where they are: who takes the backup then cannot sign or sign in.

    The database is taken as it stood at one moment; vault files are written before the rows that name them, so copying
    them afterwards misses none. The file gets its name only when it is whole and has been read back.

    `before_upgrade`: the ledger has the columns of a former release; the caller writes its entry later (`backed_up`).
    """
    home = Path(settings.TIDEWAITER_HOME)
    parts = {folder.name: folder.name not in without for folder in folders() if folder.left_out}
    sealed = store_keys.sealed()
    if sealed:
        recipients = list(dict.fromkeys([envelope.read(home).recovery, *recipients]))
    if not before_upgrade:
        backed_up(by=by, encrypted=bool(recipients), keys=keys)
    sweep()
    with sealed_scratch() if sealed and connection.vendor == "sqlite" else scratch() as folder:
        say("Copying the database")
        database, about = _database(folder)
        about |= {"made_at": stamp(now()), "shape": settings.TIDEWAITER_SHAPE, "node": settings.NODE_NAME, "keys": keys}
        about |= parts
        say("Packing")
        plain = folder / "backup.tar.gz"
        if sealed:
            about |= {"sealed": True, "recovery": recipients[0]}
            held = _sealed_keys(folder, recipients, keys)
        else:
            held = _keys() if keys else []
        archive.pack(plain, [*database, *_files(home, without), *held], about, 0 if sealed else 1)
        say("Reading it back")
        entries = _read_back(plain, folder / "check")
        sha256 = _laid_down(plain, target, recipients)
    return {
        "file": str(target),
        "sha256": sha256,
        "bytes": target.stat().st_size,
        "entries": entries,
        "encrypted": bool(recipients),
        "keys": keys,
        **parts,
    }


def _read_back(plain: Path, check: Path) -> int:
    """How many entries of the ledger the packed file holds, read through."""
    check.mkdir()
    entries = _entries(check, archive.unpack(plain, check))
    shutil.rmtree(check)
    return entries


def backed_up(*, by: Actor, encrypted: bool, keys: bool) -> None:
    """Writes down that a backup is made."""
    with transaction.atomic():
        record(by=by, deed="site.backed_up", ref="node", detail={"encrypted": encrypted, "keys": keys})


def _laid_down(plain: Path, target: Path, recipients: list[str]) -> str:
    """Writes the file under its name, whole or not at all, and gives its SHA-256."""
    part = target.with_name(target.name + ".part")
    try:
        part.touch(mode=0o600)
        if recipients:
            archive.encrypt(plain, part, recipients)
        else:
            shutil.copyfile(plain, part)
        with part.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return sha256


def _database(folder: Path) -> tuple[list[tuple[str, Path]], dict[str, Any]]:
    migrations = sorted([migration.app, migration.name] for migration in MigrationRecorder.Migration.objects.all())
    about: dict[str, Any] = {"format": 1, "database": connection.vendor, "migrations": migrations}
    if connection.vendor == "sqlite":
        copy = folder / DATABASE
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        return [(DATABASE, copy)], about
    tables = folder / "tables"
    tables.mkdir()
    about["columns"] = postgres.dump(tables)
    return [(f"tables/{path.name}", path) for path in sorted(tables.iterdir())], about


def _keys() -> list[tuple[str, Path]]:
    keyring.must_be_there()
    return [(f"{OLD}/{name}", path) for name, path in keyring.found()]


def _sealed_keys(folder: Path, recipients: list[str], all_of_them: bool) -> list[tuple[str, Path]]:
    """The keys of the store, and with `all_of_them` the node's others: in no file in the clear, not for a moment."""
    others: dict[str, bytes] = {}
    if all_of_them:
        keyring.must_be_there()
        others = {name: read_key(path) or b"" for name, path in keyring.found() if name in other_keys()}
    said = {
        "store": store_keys.store_keys().said().decode(),
        "others": {name: base64.b64encode(key).decode() for name, key in others.items()},
    }
    path = folder / SEALED_KEYS
    path.write_bytes(archive.encrypted(json.dumps(said).encode(), recipients))
    return [(SEALED_KEYS, path)]


def _files(home: Path, without: Collection[str]) -> Iterator[tuple[str, Path]]:
    for name in [folder.name for folder in folders() if folder.name not in without]:
        for path in sorted((home / name).rglob("*")):
            if path.is_file() and path.suffix != ".part":
                yield str(path.relative_to(home)), path


def _entries(folder: Path, manifest: dict[str, Any]) -> int:
    """How many ledger entries the backup holds; reads the database copy through, so that a damaged one is no backup."""
    if manifest["database"] != "sqlite":
        with (folder / "tables" / "ledger_entry").open("rb") as file:
            return sum(1 for _line in file)
    key = store_keys.store_keys().database if store_keys.sealed() else None
    with closing(connect(folder / DATABASE, key=key)) as database:
        if database.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise Refusal("damaged", gettext("The copy of the database is damaged; no backup was made."))
        return int(database.execute("SELECT count(*) FROM ledger_entry").fetchone()[0])
