"""Bringing a node back from a backup."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.queries import ledger_end, verify
from tidewaiter.site.backup import archive, postgres
from tidewaiter.site.backup.backup import DATABASE, FOLDERS
from tidewaiter.site.running import alone

MARK = "restoring"
"""A file in the data folder while a restore is under way; a node does not start beside it."""


def restore(
    *, source: Path, identity: Path | None, replace: bool, by: Actor, say: Callable[[str], None]
) -> dict[str, Any]:
    """Makes this data folder what the backup holds; `{"file", "entries", "intact", "set_aside"}`.

    What is here is moved aside, never deleted, and only with `replace`. Nothing is touched before the whole backup has been
    read, each member fits its digest and the database is sound. Raises `BadInput` for a damaged file, `Refusal` otherwise.
    """
    home = Path(settings.TIDEWAITER_HOME)
    home.mkdir(parents=True, exist_ok=True)
    if not source.is_file():
        raise BadInput("no_file", _("There is no file %(name)s.") % {"name": source})
    with alone(home), tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as scratch_name:
        scratch = Path(scratch_name)
        plain = source
        if archive.is_encrypted(source):
            say("Decrypting")
            plain = scratch / "backup.tar.gz"
            archive.decrypt(source, plain, identity)
        say("Checking")
        fresh = scratch / "fresh"
        fresh.mkdir()
        manifest = archive.unpack(plain, fresh)
        _must_fit(manifest, fresh)
        if _occupied(home) and not replace:
            raise Refusal("occupied", _("There is a node in this data folder. Give --replace to move it aside."))
        say("Bringing it back")
        aside = _swap(home, fresh, manifest)
    call_command("migrate", verbosity=0, interactive=False)
    entries = ledger_end()
    with transaction.atomic():
        record(by=by, deed="site.restored", ref="node", detail={"entries": entries})
    (home / MARK).unlink(missing_ok=True)
    return {
        "file": str(source),
        "entries": entries,
        "intact": verify()["intact"],
        "set_aside": str(aside) if aside else None,
    }


def _must_fit(manifest: dict[str, Any], fresh: Path) -> None:
    if manifest["database"] != connection.vendor:
        raise Refusal(
            "other_database",
            _("The backup is of a %(there)s node; this one runs on %(here)s.")
            % {"there": manifest["database"], "here": connection.vendor},
        )
    if manifest["shape"] != settings.TIDEWAITER_SHAPE:
        raise Refusal(
            "other_shape",
            _("The backup is of a %(there)s node; this one is %(here)s.")
            % {"there": manifest["shape"], "here": settings.TIDEWAITER_SHAPE},
        )
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    if unknown := {(app, name) for app, name in manifest["migrations"]} - known:
        raise Refusal(
            "newer",
            _("The backup was made by a newer release (%(name)s): upgrade first.") % {"name": " ".join(min(unknown))},
        )
    if manifest["database"] == "sqlite":
        try:
            with sqlite3.connect(fresh / DATABASE) as database:
                sound = database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        except sqlite3.DatabaseError:
            sound = False
        if not sound:
            raise BadInput("damaged", _("The backup is damaged or was cut off. Nothing was changed."))


def _occupied(home: Path) -> bool:
    if connection.vendor == "sqlite":
        return (home / DATABASE).exists()
    tables = connection.introspection.table_names()
    if "ledger_entry" not in tables:
        return False
    return ledger_end() > 0


def _swap(home: Path, fresh: Path, manifest: dict[str, Any]) -> Path | None:
    """Moves what is here aside and what was unpacked in; cut off half-way, the mark stays and `restore` is run again."""
    connection.close()
    (home / MARK).write_text(json.dumps({"at": now().isoformat()}))
    aside = home / f"before-restore-{now():%Y%m%dT%H%M%S}"
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", *FOLDERS, "analysis", "held"):
        if (home / name).exists():
            aside.mkdir(exist_ok=True)
            (home / name).rename(aside / name)
    for name in (DATABASE, *FOLDERS):
        if (fresh / name).exists():
            shutil.move(fresh / name, home / name)
    if manifest["database"] != "sqlite":
        postgres.load(fresh / "tables", manifest["columns"], manifest["migrations"])
    return aside if aside.exists() else None
