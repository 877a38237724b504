"""The master key: from a file outside the data folder, from what started the node, or from a passphrase.

`TIDEWAITER_KEY_FROM` says from where: `file` (the default), `fd:N` (an open descriptor), `environment` (the variable
`TIDEWAITER_KEY`, which is forgotten when it was read), `passphrase` (asked at the terminal, stretched by scrypt). What
is in no file is handed to the processes that this one starts by an anonymous file in memory: they are told where that
is, never what it says, so that it stands in no list of processes, no log and no file.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import re
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings

from tidewaiter.foundation.data_folder import read_mark
from tidewaiter.foundation.key_folder import STORE, folder_for, must_be_outside, places_of, read_key, write_key
from tidewaiter.foundation.refusals import BadInput

FROM, VARIABLE, HANDED = "TIDEWAITER_KEY_FROM", "TIDEWAITER_KEY", "TIDEWAITER_KEY_HANDED"
NEXT = ".next"
"""What the name of a new key ends in, beside the former, until everything is under the new one."""
RECOVERY = f"{STORE}.recovery.age"
"""The recovery key: an age identity that opens sealed backups and nothing else."""
SHORTEST_PASSPHRASE = 16
COST, BLOCK, LANES = 2**17, 8, 1
"""Of scrypt (RFC 7914): 128 MiB and about half a second, once when the node starts."""
_hex = re.compile(r"[0-9a-fA-F]{64}")
_held: dict[str, bytes] = {}
"""What was read from where it can be read once only."""


class NoStoreKey(BadInput):
    """The store cannot be opened: its key is missing, or it is another."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was found: a key, or a passphrase that a slot's salt is still to be put to."""

    key: bytes | None = None
    passphrase: str | None = None

    def master(self, salt: bytes) -> bytes:
        """The key; of a passphrase the one that it makes with that salt."""
        if self.key is not None:
            return self.key
        named = f"{salt.hex()} {hashlib.sha256((self.passphrase or '').encode()).hexdigest()}"
        if named not in _held:
            scrypt = Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=LANES)
            _held[named] = scrypt.derive((self.passphrase or "").encode())
        return _held[named]

    def fits(self, salt: bytes) -> None:
        """What it makes with that salt is the right one: processes that this one starts need not ask again."""
        if self.passphrase is not None:
            hand_on(self.master(salt))


def source() -> str:
    """From where the master key comes. Raises `BadInput` for a setting that is none."""
    said = os.environ.get(FROM, "file")
    if said not in ("file", "environment", "passphrase") and not re.fullmatch(r"fd:\d{1,6}", said):
        raise BadInput("key_from", f"{FROM} is «{said[:40]}»: give file, fd:N, environment or passphrase.")
    return said


def in_file() -> bool:
    """Whether the master key lies in a file, so that it can be missing, moved and replaced."""
    return source() == "file"


def place() -> Path:
    """The file of the master key, where it is or belongs: what `TIDEWAITER_KEY_FILE` names, else one beside the node's
    other keys. A node that is being made has no name yet: until it has, its key waits under that of its folder.
    """
    home = Path(settings.TIDEWAITER_HOME)
    if settings.TIDEWAITER_KEY_FILE is not None:
        return Path(settings.TIDEWAITER_KEY_FILE)
    places = places_of(STORE, home, settings.TIDEWAITER_KEYS)
    right = places[0] if len(places) > 1 else waiting()
    return next((path for path in (right, waiting(), places[-1]) if path.exists()), right)


def waiting() -> Path:
    """Where the key of a node lies that has no name yet."""
    home = Path(settings.TIDEWAITER_HOME)
    above = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "tidewaiter"
    named = f"{STORE}-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"
    return must_be_outside(above / named, home, "TIDEWAITER_KEY_FILE")


def settle(folder: Path) -> None:
    """Brings the keys of a node that has its name now into its folder for keys: the master key, unless a setting says
    that it lies elsewhere, and the recovery key.
    """
    moved = [(recovery_waiting(), folder / RECOVERY)]
    if in_file() and settings.TIDEWAITER_KEY_FILE is None:
        moved.append((waiting(), folder / STORE))
    for old, new in moved:
        if (key := read_key(old)) is not None and (new.exists() or write_key(new, key)) and read_key(new) == key:
            old.unlink()


def recovery_place() -> Path:
    """Where the recovery key lies until somebody takes it elsewhere: in the folder for keys, wherever the master key
    is; that of a node that is being made waits as its master key does.
    """
    home = Path(settings.TIDEWAITER_HOME)
    mark = read_mark(home)
    if settings.TIDEWAITER_KEYS is None and (mark is None or recovery_waiting().exists()):
        return recovery_waiting()
    return folder_for(mark.node if mark else "", home, settings.TIDEWAITER_KEYS) / RECOVERY


def recovery_waiting() -> Path:
    """Where the recovery key of a node lies that has no name yet."""
    return waiting().with_name(f"{waiting().name}.{RECOVERY}")


def made_or_found() -> Said:
    """The master key for a node that is being made: a new file where there is none. Raises `BadInput`."""
    if not in_file():
        return found(new=True)
    path = place()
    if not path.exists():
        write_key(path, f"{secrets.token_hex(32)}\n".encode())
    return Said(key=of_file(path))


def found(*, new: bool = False) -> Said:
    """The master key as it is given. Raises `NoStoreKey` where it is missing or is none."""
    if handed := os.environ.get(HANDED):
        return Said(key=_of_hex(_read(Path(handed)), "the process that started this one"))
    said = source()
    if said == "file":
        path = place()
        if not path.exists():
            raise NoStoreKey(
                "no_store_key",
                f"The key of the encrypted store is missing ({path}): bring it there from where you keep it, or say "
                "where it is (TIDEWAITER_KEY_FILE). Nothing was changed.",
            )
        return Said(key=of_file(path))
    if said == "passphrase":
        return Said(passphrase=_asked(new=new))
    return Said(key=_given(said))


def given_new(number: int | None) -> Said | None:
    """The new master key of a node whose key lies in no file: from a descriptor, or a new passphrase that is asked for;
    nothing where it lies in a file. Raises `BadInput`.
    """
    if number is not None:
        if in_file():
            raise BadInput("new_key", "The key of this node lies in a file, and the new one is made for it.")
        return Said(key=_of_hex(_read(Path(f"/dev/fd/{number}")), f"descriptor {number}"))
    if source() == "passphrase":
        return Said(passphrase=_typed(new=True, prompt="New passphrase of the store: "))
    return None


def of_file(path: Path) -> bytes:
    """The key that a file holds. Raises `BadInput` where it cannot be read, `NoStoreKey` where it is none."""
    return _of_hex((read_key(path) or b"").decode("utf-8", "replace"), str(path))


def hand_on(key: bytes) -> None:
    """Lets the processes that this one starts have the key: they are told where it is, not what it says."""
    if HANDED in os.environ:
        return
    try:
        memory = os.memfd_create("tidewaiter", os.MFD_CLOEXEC)
    except (AttributeError, OSError) as error:
        raise BadInput("key_from", f"This system cannot hand a key on in memory: use {FROM}=file.") from error
    os.write(memory, key.hex().encode())
    os.environ[HANDED] = f"/proc/{os.getpid()}/fd/{memory}"


def forget() -> None:
    """Drops what was read, as a new process would."""
    _held.clear()
    os.environ.pop(HANDED, None)


def replaced_by(new: Said) -> None:
    """From now on the master key is this one: what was read of the former is dropped."""
    forget()
    if new.passphrase is not None:
        _held["passphrase"] = new.passphrase.encode()
    elif new.key is not None and not in_file():
        hand_on(new.key)


def _given(said: str) -> bytes:
    if said not in _held:
        if said == "environment":
            _held[said] = _of_hex(os.environ.pop(VARIABLE, ""), VARIABLE)
        else:
            _held[said] = _of_hex(_read(Path(f"/dev/fd/{said.removeprefix('fd:')}")), f"descriptor {said[3:]}")
        hand_on(_held[said])
    return _held[said]


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(4096).decode("utf-8", "replace")
    except OSError as error:
        raise NoStoreKey(
            "no_store_key", f"The key of the encrypted store cannot be read ({path}: {error.strerror})."
        ) from error


def _of_hex(text: str, where: str) -> bytes:
    if not _hex.fullmatch(text.strip()):
        raise NoStoreKey(
            "no_store_key",
            f"What is to be the key of the encrypted store ({where}) is not 64 hexadecimal digits: bring back the "
            "right one. Nothing was changed.",
        )
    return bytes.fromhex(text.strip())


def _asked(*, new: bool) -> str:
    if "passphrase" in _held:
        return _held["passphrase"].decode()
    if not (sys.stdin and sys.stdin.isatty()):
        raise NoStoreKey(
            "no_store_key",
            f"The store's passphrase is asked for at a terminal, and there is none: start the node at one, or use "
            f"{FROM}=fd:N or file.",
        )
    _held["passphrase"] = _typed(new=new, prompt="Passphrase of the store: ").encode()
    return _held["passphrase"].decode()


def _typed(*, new: bool, prompt: str) -> str:
    said = getpass.getpass(prompt)
    if new and len(said) < SHORTEST_PASSPHRASE:
        raise BadInput("passphrase", f"Choose a passphrase of {SHORTEST_PASSPHRASE} signs or more.")
    if new and getpass.getpass("The same again: ") != said:
        raise BadInput("passphrase", "The two are not the same. Nothing was changed.")
    return said
