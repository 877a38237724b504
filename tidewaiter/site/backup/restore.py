"""Bringing a node back from a backup."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from tidewaiter.foundation import data_folder
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.data_folder import DATABASE
from tidewaiter.foundation.encryption.database import connect
from tidewaiter.foundation.key_folder import OLD, folder_for
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.foundation.scratch import open_folder
from tidewaiter.foundation.sqlite_errors import SQLITE_ERRORS
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.queries import ledger_end
from tidewaiter.site import binding, keyring
from tidewaiter.site.backup import archive, postgres
from tidewaiter.site.backup.backup import folders
from tidewaiter.site.backup.sealed_store import Brought, brought_keys, recovery_keys, seal_folder, working_folder
from tidewaiter.site.marking import bind
from tidewaiter.site.proof import proof
from tidewaiter.site.running import alone

_FORMER = "django_tasks_database"
"""An app of release 0.1 whose migrations a node of that time still names; nothing of ours uses its tables."""
MARK = "restoring"
"""A file in the data folder while a restore is under way; a node does not start beside it."""
_ROW = 64 * 1024
"""Signs that the one row of a small table of ours may have."""


def restore(
    *, source: Path, identity: Path | None, replace: bool, by: Actor, say: Callable[[str], None]
) -> dict[str, Any]:
    """Makes this data folder what the backup holds;
    `{"file", "entries", "intact", "set_aside", "keys", "trade", "advice"}`.

    `keys` says whether the node has its keys now, `trade` whether the backup held trade files; `advice` is a
    sentence where something is missing.

    What is here is moved aside, never deleted, and only with `replace`. Nothing is touched before the
    whole backup has been read, each member fits its digest and the database is sound. Raises `BadInput`
    for a damaged file, `Refusal` otherwise.
    """
    home = Path(settings.TIDEWAITER_HOME)
    home.mkdir(parents=True, exist_ok=True)
    if not source.is_file():
        raise BadInput("no_file", _("There is no file %(name)s.") % {"name": source})
    identities = [identity] if identity else recovery_keys()
    with alone(home), working_folder() as folder:
        plain = source
        if archive.is_encrypted(source):
            say("Decrypting")
            plain = folder / "backup.tar.gz"
            archive.decrypt(source, plain, identities)
        say("Checking")
        fresh = folder / "fresh"
        fresh.mkdir()
        manifest = archive.unpack(plain, fresh)
        brought = brought_keys(manifest, fresh, identities)
        _must_fit(manifest, fresh, brought)
        if _occupied(home) and not replace:
            raise Refusal("occupied", _("There is a node in this data folder. Give --replace to move it aside."))
        say("Bringing it back")
        if (folder_of_keys := keyring.key_folder()) is not None:
            keyring.settle(folder_of_keys)  # what an earlier release left here: it is this folder's node's
        if settings.STORE_SEALED and brought.store is None:
            say("Encrypting it")
            brought.store = seal_folder(fresh)
        aside = _swap(home, fresh, manifest, brought)
    call_command("migrate", verbosity=0, interactive=False)
    mark = bind(by=by)
    ours = folder_for(mark.node, home, settings.TIDEWAITER_KEYS)
    keyring.settle(ours, theirs=True)
    keyring.bring(brought.others, ours)
    entries = ledger_end()
    with transaction.atomic():
        record(by=by, deed="site.restored", ref="node", detail={"entries": entries})
    (home / MARK).unlink(missing_ok=True)
    if advice := keyring.what_to_do():
        say(advice)
    return {
        "file": str(source),
        "entries": entries,
        "intact": proof()["intact"],
        "set_aside": str(aside) if aside else None,
        "keys": not advice,
        **{folder.name: bool(manifest.get(folder.name)) for folder in folders() if folder.left_out},
        "advice": advice,
    }


def _must_fit(manifest: dict[str, Any], fresh: Path, brought: Brought) -> None:
    if brought.store is not None and not settings.STORE_SEALED:
        raise Refusal(
            "sealed",
            _(
                "The backup is of an encrypted store, and this node's is not: restore it into a data folder of its own"
                " (TIDEWAITER_HOME), with TIDEWAITER_ENCRYPTION=on."
            ),
        )
    if manifest["database"] != connection.vendor:
        raise Refusal(
            "other_database",
            _("The backup is of a %(there)s node; this one runs on %(here)s.")
            % {"there": manifest["database"], "here": connection.vendor},
        )
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    manifest["migrations"] = [one for one in manifest["migrations"] if one[0] != _FORMER]
    if unknown := {(app, name) for app, name in manifest["migrations"]} - known:
        raise Refusal(
            "newer",
            _("The backup was made by a newer release (%(name)s): upgrade first.") % {"name": " ".join(min(unknown))},
        )
    if manifest["database"] == "sqlite":
        try:
            with closing(connect(fresh / DATABASE, key=brought.database)) as database:
                sound = database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        except SQLITE_ERRORS:
            sound = False
        if not sound:
            raise BadInput("damaged", _("The backup is damaged or was cut off. Nothing was changed."))
    brought.node, found = bound_to(manifest, fresh, brought)
    shape = found or manifest["shape"]
    if {shape, manifest["shape"]} != {settings.TIDEWAITER_SHAPE}:
        raise Refusal(
            "other_shape",
            _("The backup is of a %(there)s node; this one is %(here)s. Restore it into a data folder of its own.")
            % {"there": shape, "here": settings.TIDEWAITER_SHAPE},
        )


def bound_to(manifest: dict[str, Any], fresh: Path, brought: Brought) -> tuple[str, str]:
    """The node and the shape that the backup's own database names; nothing where it is of a release that named none."""
    if manifest["database"] == "sqlite":
        found = binding.rows_of_file(fresh / DATABASE, "SELECT * FROM ledger_chain_end LIMIT 1", key=brought.database)
        return (str(found[0].get("node", "")), str(found[0].get("shape", ""))) if found else ("", "")
    names = manifest["columns"].get("ledger_chain_end", [])
    with (fresh / "tables" / "ledger_chain_end").open(encoding="utf-8") as table:
        line = table.readline(_ROW).rstrip("\n")
    told = dict(zip(names, line.split("\t"), strict=False)) if line else {}
    return told.get("node", ""), told.get("shape", "")


def _occupied(home: Path) -> bool:
    if connection.vendor == "sqlite":
        return (home / DATABASE).exists()
    tables = connection.introspection.table_names()
    if "ledger_entry" not in tables:
        return False
    return ledger_end() > 0


def _swap(home: Path, fresh: Path, manifest: dict[str, Any], brought: Brought) -> Path | None:
    """Moves what is here aside and what was unpacked in;
    cut off half-way, the mark stays and `restore` is run again.
    """
    connection.close()
    (home / MARK).write_text(json.dumps({"at": now().isoformat()}))
    aside = home / f"before-restore-{now():%Y%m%dT%H%M%S}"
    ours = [folder.name for folder in folders()]
    beside = ("analysis", "held", data_folder.MARK, data_folder.ENVELOPE)
    shutil.rmtree(open_folder(home, sealed=settings.STORE_SEALED) / "analysis", ignore_errors=True)
    for name in (name for room in rooms_of_node() for name in room.passing):
        shutil.rmtree(home / name, ignore_errors=True)  # aside, nothing would sweep them within the hour
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", *ours, OLD, *beside):
        if (home / name).exists():
            aside.mkdir(exist_ok=True)
            (home / name).rename(aside / name)
    for name in (DATABASE, *ours, OLD):
        if (fresh / name).exists():
            shutil.move(fresh / name, home / name)
    if brought.store is not None:
        brought.lay_down(home, str(manifest.get("recovery", "")))
    if manifest["database"] != "sqlite":
        postgres.load(fresh / "tables", manifest["columns"], manifest["migrations"])
    return aside if aside.exists() else None
