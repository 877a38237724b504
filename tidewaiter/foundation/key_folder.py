"""Where the keys of a node lie: in a folder of the user's own, named after the node, and never inside the data folder.

Who takes the data folder, or a copy of it, then holds no key. Settings read the secret key before there are any
settings, so nothing here knows the node; its words are for the shell.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from tidewaiter.foundation.data_folder import read_mark
from tidewaiter.foundation.refusals import BadInput

SECRET, SIGNING, STORE = "secret", "node.ed25519", "store"
"""The key of sessions and second factors (text), of the ledger's heads (32 bytes), of
the encrypted store (64 hex digits).
"""
SIGNING_TOO = "node.mldsa65"
"""The seed (32 bytes) of the second key of the ledger's heads, ML-DSA-65 (FIPS 204)."""
OLD = "keys"
"""The folder in the data folder where earlier releases kept them."""
LONGEST_KEY = 64 * 1024
_node = re.compile(r"[A-Za-z0-9-]{1,64}")


def named(setting: str, home: Path) -> Path | None:
    """The place that a setting of the environment names. Raises `BadInput` where that is inside the data folder."""
    said = os.environ.get(setting)
    return must_be_outside(Path(said), home, setting) if said else None


def must_be_outside(place: Path, home: Path, setting: str) -> Path:
    """That place, whole. Raises `BadInput` where it is inside the data folder, or the data folder itself."""
    place = Path(os.path.expanduser(place)).resolve()
    if place == home or home in place.parents:
        raise BadInput(
            "keys_inside",
            f"{place} is inside the data folder {home}: who takes the folder would hold its keys. "
            f"Name a place outside it ({setting}).",
        )
    return place


def folder_for(node: str, home: Path, asked: Path | None) -> Path:
    """The folder for the keys of that node: what `TIDEWAITER_KEYS` names, else one in the user's configuration."""
    if asked is not None:
        return asked
    if not _node.fullmatch(node):
        raise BadInput("mark", f"The data folder {home} names the node «{node[:64]}», and no node is called so.")
    try:
        above = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    except RuntimeError as error:
        raise BadInput(
            "keys_nowhere", "This user has no home: say where the keys are to lie (TIDEWAITER_KEYS)."
        ) from error
    return must_be_outside(above / "tidewaiter" / node, home, "TIDEWAITER_KEYS")


def places_of(name: str, home: Path, asked: Path | None) -> list[Path]:
    """Where a key may be, the right place first: the folder for keys, then the data folder of an earlier release."""
    mark = read_mark(home)
    right = [folder_for(mark.node if mark else "", home, asked) / name] if mark or asked else []
    return [*right, home / OLD / name]


def read_secret(home: Path, asked: Path | None) -> tuple[str, bool]:
    """The secret key, and whether it is kept in a file; where it is nowhere yet one is made up, which `init` keeps.

    A file that `TIDEWAITER_SECRET_KEY_FILE` names is made on first use. Raises `BadInput` for one that cannot be read.
    """
    said = os.environ.get("TIDEWAITER_SECRET_KEY_FILE")
    if said and not Path(said).exists():
        write_key(Path(said), secrets.token_urlsafe(64).encode())
    for path in [Path(said)] if said else places_of(SECRET, home, asked):
        if (key := read_key(path)) is not None:
            return key.decode("utf-8", "replace"), True
    return secrets.token_urlsafe(64), False


def read_key(path: Path) -> bytes | None:
    """A key's bytes; nothing where there is no such file. Raises `BadInput` for one that is unreadable or empty."""
    try:
        with path.open("rb") as file:
            key = file.read(LONGEST_KEY + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput("key_unreadable", f"The key {path} cannot be read by this user ({error.strerror}).") from error
    if len(key) > LONGEST_KEY:
        raise BadInput("key_unreadable", f"The key {path} is longer than any key: bring back the right file.")
    if not key.strip():
        raise BadInput("key_unreadable", f"The key {path} is empty: bring it back from where you keep your keys.")
    return key


def write_key(path: Path, key: bytes, *, instead: bool = False) -> bool:
    """Writes a key for its owner alone, whole or not at all; gives whether it did. One
    that is there stays, unless `instead`.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        try:
            part.replace(path) if instead else os.link(part, path)
        except FileExistsError:
            return False
        finally:
            part.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise BadInput("key_unwritable", f"The key {path} cannot be written ({error.strerror}).") from error
    return True
