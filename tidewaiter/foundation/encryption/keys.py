"""The keys of this node's store, opened once a process; one for each purpose, by HKDF (RFC 5869)."""

from __future__ import annotations

import hashlib
import hmac
import threading
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tidewaiter.foundation.data_folder import ENVELOPE
from tidewaiter.foundation.encryption import envelope, master
from tidewaiter.foundation.encryption.envelope import Envelope, Slot, StoreKeys
from tidewaiter.foundation.key_folder import read_key, write_key
from tidewaiter.foundation.refusals import BadInput

_opened: dict[Path, tuple[int, StoreKeys]] = {}
_opening = threading.Lock()


def home_of_node() -> Path:
    """The data folder."""
    return Path(settings.TIDEWAITER_HOME)


def sealed() -> bool:
    """Whether this node's store is encrypted."""
    return envelope.is_there(home_of_node())


def store_keys(home: Path | None = None) -> StoreKeys:
    """The keys of the store in a folder, or in the node's own. Raises `BadInput` where there is no encrypted store,
    its key is missing, or is another.
    """
    home = home or home_of_node()
    with _opening:
        try:
            written = (home / ENVELOPE).stat().st_mtime_ns
        except OSError as error:
            raise BadInput(
                "no_node",
                f"There is no node here yet ({home}). Make one with `tidewaiter init`, or name the folder of the one "
                "that is meant (TIDEWAITER_HOME).",
            ) from error
        held = _opened.get(home)
        if held is None or held[0] != written:
            held = _opened[home] = (written, envelope.read(home).open(master.found()))
        return held[1]


def make(to: str = ENVELOPE) -> bool:
    """Makes the keys of a store that is to be encrypted from its first byte; one that is there stays. Gives whether a
    file with a new master key was made; `to` names another file than the one by which the store is an encrypted one.

    The recovery key is made with it: it opens backups and nothing else. Raises `BadInput`.
    """
    home = home_of_node()
    if envelope.is_there(home):
        return False
    made = master.in_file() and not master.place().exists()
    said = master.made_or_found()
    envelope.write(home, Envelope([Slot.of(StoreKeys.new(), said)], recovery_key()), to)
    return made


def recovery_key() -> str:
    """To whom backups are sealed; the key that opens them is made where there is none on this machine."""
    kept = master.recovery_place()
    if not kept.exists():
        write_key(kept, _told(pyrage.x25519.Identity.generate()).encode())
    return _recipient(kept)


def purpose_key(purpose: str, generation: int | None = None, keys: StoreKeys | None = None) -> bytes:
    """The key of one purpose, and of a generation of files, or the present one; of this node's store or another."""
    keys = keys or store_keys()
    number = keys.generation if generation is None else generation
    if number not in keys.files:
        raise BadInput("unreadable", f"A file is sealed under a key that this node has not (generation {number}).")
    return HKDF(SHA256(), 32, None, f"tidewaiter {purpose} {number}".encode()).derive(keys.files[number])


def hidden_name(digest: str, keys: StoreKeys | None = None) -> str:
    """The name under which a file of that digest lies: it tells nobody without the key what the file says. It stays
    through rotations.
    """
    return hmac.new(purpose_key("names", 1, keys), digest.encode(), hashlib.sha256).hexdigest()


def forget() -> None:
    """Drops what is held in memory."""
    with _opening:
        _opened.clear()


def _told(identity: pyrage.x25519.Identity) -> str:
    return (
        "# The recovery key of a Tidewaiter node: it opens the node's sealed backups. Keep it elsewhere.\n"
        f"# public key: {identity.to_public()}\n{identity}\n"
    )


def _recipient(path: Path) -> str:
    for line in (read_key(path) or b"").decode("utf-8", "replace").splitlines():
        if line.startswith("AGE-SECRET-KEY-"):
            return str(pyrage.x25519.Identity.from_str(line.strip()).to_public())
    raise BadInput("recovery_key", f"The recovery key {path} is none: bring back the right one.")
