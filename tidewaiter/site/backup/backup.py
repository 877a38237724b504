"""Making a backup while the node runs."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.site.backup import archive, postgres

FOLDERS = ("vault", "keys", "incoming", "mappings")
"""What belongs to a node beside its database; the analysis store is made anew from the record."""
DATABASE = "tidewaiter.sqlite3"


def back_up(*, target: Path, recipients: list[str], by: Actor, say: Callable[[str], None]) -> dict[str, Any]:
    """One consistent, checked file of database, vault and keys; `{"file", "sha256", "bytes", "entries", "encrypted"}`.

    The database is taken as it stood at one moment; vault files are written before the rows that name them, so copying
    them afterwards misses none. The file gets its name only when it is whole and has been read back.
    """
    home = Path(settings.TIDEWAITER_HOME)
    with transaction.atomic():
        record(by=by, deed="site.backed_up", ref="node", detail={"encrypted": bool(recipients)})
    part = target.with_name(target.name + ".part")
    _sweep(home)
    with tempfile.TemporaryDirectory(prefix=f".backup-{os.getpid()}-", dir=home) as scratch_name:
        scratch = Path(scratch_name)
        say("Copying the database")
        database, about = _database(scratch)
        about |= {"made_at": stamp(now()), "shape": settings.TIDEWAITER_SHAPE, "node": settings.NODE_NAME}
        say("Packing")
        plain = scratch / "backup.tar.gz"
        archive.pack(plain, [*database, *_files(home)], about)
        say("Reading it back")
        check = scratch / "check"
        check.mkdir()
        manifest = archive.unpack(plain, check)
        entries = _entries(check, manifest)
        shutil.rmtree(check)
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
    return {
        "file": str(target),
        "sha256": sha256,
        "bytes": target.stat().st_size,
        "entries": entries,
        "encrypted": bool(recipients),
    }


def _sweep(home: Path) -> None:
    """Deletes what backups that were killed have left."""
    for left in home.glob(".backup-*-*"):
        process = left.name.split("-")[1]
        if process.isdigit() and not Path("/proc", process).exists():
            shutil.rmtree(left, ignore_errors=True)


def _database(scratch: Path) -> tuple[list[tuple[str, Path]], dict[str, Any]]:
    migrations = sorted([migration.app, migration.name] for migration in MigrationRecorder.Migration.objects.all())
    about: dict[str, Any] = {"format": 1, "database": connection.vendor, "migrations": migrations}
    if connection.vendor == "sqlite":
        copy = scratch / DATABASE
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        return [(DATABASE, copy)], about
    tables = scratch / "tables"
    tables.mkdir()
    about["columns"] = postgres.dump(tables)
    return [(f"tables/{path.name}", path) for path in sorted(tables.iterdir())], about


def _files(home: Path) -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and path.suffix != ".part":
                yield str(path.relative_to(home)), path


def _entries(folder: Path, manifest: dict[str, Any]) -> int:
    """How many ledger entries the backup holds; reads the database copy through, so that a damaged one is no backup."""
    if manifest["database"] != "sqlite":
        with (folder / "tables" / "ledger_entry").open("rb") as file:
            return sum(1 for _line in file)
    with sqlite3.connect(folder / DATABASE) as database:
        if database.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise Refusal("damaged", gettext("The copy of the database is damaged; no backup was made."))
        return int(database.execute("SELECT count(*) FROM ledger_entry").fetchone()[0])
