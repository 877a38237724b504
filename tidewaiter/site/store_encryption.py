"""Encrypting a store that lies in the clear, and giving one new keys: what the commands of these names do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation import modes
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.encryption import files, keys, master, rotation
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.sealed_files import generation_of
from tidewaiter.jobs import results
from tidewaiter.ledger.actions import record
from tidewaiter.site.running import alone
from tidewaiter.vault import actions as vault

TRADE = "trade"
"""The purpose of the key for files of a room that not every node has (`trade.run_folders`)."""


def rotate_key(*, by: Actor, say: Callable[[str], None], new_key_fd: int | None = None) -> dict[str, Any]:
    """A new master key, a new key of the database, which is written anew, and one for files that are written from now
    on; the keys of the files that are there are wrapped anew.

    `{"files", "seconds"}`: the database and each sealed file. Raises `Refusal` while the node runs, or where its store
    is not encrypted.
    """
    began, home = time.monotonic(), _home()
    if not keys.sealed():
        raise Refusal("not_encrypted", _("The store of this node is not encrypted: run encrypt_store."))
    new = master.given_new(new_key_fd)
    with alone(home):
        connection.close()
        say(_("Writing the database anew under a new key"))
        rotation.rotate(home, _database(), new=new)
        number = record_rotation(by=by)
    return {"files": number, "seconds": round(time.monotonic() - began, 1)}


def record_rotation(*, by: Actor) -> int:
    """Writes down that the keys were exchanged, also where another process had begun it; gives of how many files."""
    number = (1 if _database() else 0) + sum(1 for path in _sealed_files(_home()))
    with transaction.atomic():
        record(by=by, deed="site.key_rotated", ref="node", detail={"files": number})
    return number


def encrypt_store(*, by: Actor, say: Callable[[str], None]) -> dict[str, Any]:
    """Encrypts what lies in the clear: the database, the vault, results; may be run again where it was cut off.

    `{"files", "seconds", "recovery_key"}`. Raises `Refusal` while the node runs.
    """
    began, home = time.monotonic(), _home()
    modes.narrow(home)
    number = 0
    with alone(home):
        if not keys.sealed():
            if not settings.STORE_LIES_OPEN:
                raise BadInput(
                    "encryption",
                    _("This node is not to be encrypted: set TIDEWAITER_ENCRYPTION=on, or run init for a new one."),
                )
            with transaction.atomic():
                record(by=by, deed="site.store_encrypted", ref="node", detail={"database": connection.vendor})
            connection.close()
            say(_("Writing the database anew, encrypted"))
            rotation.encrypt(home, _database())
            number += 1 if _database() else 0
        say(_("Sealing the files"))
        number += sum(1 for path in _open_files(home) if _seal(home, path))
    return {
        "files": number,
        "seconds": round(time.monotonic() - began, 1),
        "recovery_key": str(master.recovery_place()),
    }


def _home() -> Path:
    return Path(settings.TIDEWAITER_HOME)


def _database() -> Path | None:
    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None


def _sealed_files(home: Path) -> Iterator[Path]:
    for path in _files(home):
        if generation_of(path) is not None:
            yield path


def _open_files(home: Path) -> Iterator[Path]:
    for path in _files(home):
        if generation_of(path) is None:
            yield path


def _files(home: Path) -> list[Path]:
    places = (home / "vault", results.results_folder(), home / "trade")
    found = (path for place in places if place.is_dir() for path in sorted(place.rglob("*")))
    return [path for path in found if path.is_file() and path.suffix not in (".part", ".refs")]


def _seal(home: Path, path: Path) -> bool:
    """Seals one file and takes the open one away; in the vault it lies under a name of its own from then on."""
    if home / "vault" not in path.parents:
        with whole(path) as part:
            files.copy(path, part, results.PURPOSE if path.parent == results.results_folder() else TRADE)
        return True
    name = keys.hidden_name(path.name)
    to = home / "vault" / name[:2] / name
    to.parent.mkdir(mode=0o700, exist_ok=True)
    with whole(to) as part:
        files.copy(path, part, vault.PURPOSE)
    path.unlink()
    return True
