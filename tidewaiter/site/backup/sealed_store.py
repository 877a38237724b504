"""What a backup of an encrypted store needs when it is brought back: who opens it, and the keys that lie in it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from tidewaiter.foundation.data_folder import DATABASE, Mark, write_mark
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.encryption import envelope, files, keys, master, rotation
from tidewaiter.foundation.encryption.envelope import Envelope, Slot, StoreKeys
from tidewaiter.foundation.scratch import scratch, sealed_scratch
from tidewaiter.site.backup import archive
from tidewaiter.site.backup.backup import SEALED_KEYS, other_keys
from tidewaiter.vault.actions import PURPOSE


@dataclass(slots=True)
class Brought:
    """The keys that came with a backup: of the store, where it is an encrypted one, and the node's others."""

    store: StoreKeys | None = None
    others: dict[str, bytes] = field(default_factory=dict)
    node: str = ""

    @property
    def database(self) -> bytes | None:
        """The key of its database."""
        return self.store.database if self.store else None

    def lay_down(self, home: Path, recovery: str) -> None:
        """Puts the store's keys under the master key of this machine: the one that the node has here, or a new one."""
        if self.store is None:
            return
        if self.node:
            write_mark(home, Mark(settings.TIDEWAITER_SHAPE, self.node))
        said = master.made_or_found()
        envelope.write(home, Envelope([Slot.of(self.store, said)], recovery or keys.recovery_key()))
        keys.forget()


def recovery_keys() -> list[Path]:
    """Recovery keys that lie on this machine, beside keys of this user's nodes."""
    beside = [master.recovery_place()]
    if settings.TIDEWAITER_KEYS is None:
        beside += sorted(master.waiting().parent.glob(f"*/{master.RECOVERY}"))
    return [path for path in dict.fromkeys(beside) if path.is_file()]


def brought_keys(manifest: dict[str, Any], fresh: Path, identities: list[Path]) -> Brought:
    """The keys that lie in an unpacked backup. Raises `BadInput` where none of the identities opens them."""
    if not manifest.get("sealed"):
        return Brought()
    said = read_json(archive.decrypted(fresh / SEALED_KEYS, identities), limit="json_document_bytes")
    (fresh / SEALED_KEYS).unlink()
    others = {name: base64.b64decode(key) for name, key in said["others"].items() if name in other_keys()}
    return Brought(StoreKeys.read(said["store"].encode()), others)


@contextmanager
def working_folder() -> Iterator[Path]:
    """Where a backup is unpacked: what is of an encrypted store may lie on the disk."""
    sealed = settings.STORE_SEALED and not settings.DATABASE_URL
    with sealed_scratch() if sealed else scratch() as folder:
        yield folder


def seal_folder(fresh: Path) -> StoreKeys:
    """Encrypts what an unpacked backup of an earlier release holds, before it becomes the node's."""
    held = StoreKeys.new()
    if (fresh / DATABASE).is_file():
        rotation.exchange(fresh / DATABASE, None, held.database)
    for path in sorted((fresh / "vault").rglob("*")) if (fresh / "vault").is_dir() else ():
        if path.is_file():
            name = keys.hidden_name(path.name, held)
            to = fresh / "vault" / name[:2] / name
            to.parent.mkdir(mode=0o700, exist_ok=True)
            with whole(to) as part:
                files.copy(path, part, PURPOSE, held)
            path.unlink()
    return held
