"""The keys of the node: where they are, what is missing and what to do; made and
moved by `init`, brought by `restore`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.data_folder import read_mark
from tidewaiter.foundation.encryption import master
from tidewaiter.foundation.key_folder import OLD, SECRET, SIGNING, SIGNING_TOO, STORE, folder_for, read_key, write_key
from tidewaiter.foundation.modes import must_be_shut
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.keys import (
    MADE,
    key_of_seed,
    known_prints,
    known_public_keys,
    new_private_key,
    new_seed,
    print_of,
    public_half,
)
from tidewaiter.ledger.models import Entry

NAMES = (SECRET, SIGNING, SIGNING_TOO, STORE)


@dataclass(slots=True)
class Settled:
    """What became of keys in the data folder: where they went, which were moved, and
    the paths of those that were put aside.
    """

    folder: Path
    moved: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)


def _home() -> Path:
    return Path(settings.TIDEWAITER_HOME)


def key_folder() -> Path | None:
    """The folder for this node's keys; nothing while there is no node and no setting that names one."""
    mark = read_mark(_home())
    if mark is None and settings.TIDEWAITER_KEYS is None:
        return None
    return folder_for(mark.node if mark else "", _home(), settings.TIDEWAITER_KEYS)


def wanted() -> tuple[str, ...]:
    """The keys that a node of this shape has."""
    sealed = (settings.HOLDS_NAMES or settings.STORE_SEALED) and master.in_file()
    return NAMES if sealed else (SECRET, SIGNING, SIGNING_TOO)


def of_rooms() -> tuple[str, ...]:
    """Key files that rooms keep beside them, and that a node has or has not: none is missed."""
    return tuple(name for room in rooms_of_node() for name in room.key_files)


def place(name: str, folder: Path) -> Path:
    """Where that key belongs."""
    elsewhere = {STORE: settings.TIDEWAITER_KEY_FILE, SECRET: settings.SECRET_KEY_FILE}.get(name)
    return folder / name if elsewhere is None else Path(elsewhere)


def found() -> Iterator[tuple[str, Path]]:
    """Each key that is there and where it is, the right place first."""
    folder = key_folder()
    for name in (*wanted(), *of_rooms()):
        places = [place(name, folder)] if folder else []
        for path in (*places, _home() / OLD / name):
            if path.exists():
                yield name, path
                break


def in_data_folder() -> list[Path]:
    """Keys that still lie in the data folder, as earlier releases kept them; not one that a setting names there."""
    return [
        path
        for name in (*NAMES, *of_rooms())
        if (path := _home() / OLD / name).exists() and path != settings.SECRET_KEY_FILE
    ]


def missing() -> list[str]:
    """What is nowhere and should be; nothing for a folder that `init` has not prepared yet."""
    if read_mark(_home()) is None:
        return []
    here = {name for name, _path in found()}
    return [name for name in wanted() if name not in here and (name not in (STORE, SIGNING_TOO) or _was_made(name))]


def must_be_there() -> None:
    """Raises `Refusal` that says what is missing, where it is looked for, and what to do."""
    if lacking := missing():
        raise Refusal("no_keys", what_is_missing(lacking))


def what_is_missing(lacking: list[str]) -> str:
    """One sentence for a person: what is missing and what to do."""
    folder = key_folder()
    places = ", ".join(str(place(name, folder)) for name in lacking) if folder else ", ".join(lacking)
    return _(
        "Keys of this node are missing (%(places)s): bring them there from where you keep them (a backup made with"
        " --with-keys holds them), or name their folder (TIDEWAITER_KEYS), or run init --new-keys, after which"
        " everybody signs in anew and sets up the second factor again."
    ) % {"places": places}


def what_to_do() -> str:
    """A sentence where keys are missing or are another node's; nothing where all is well."""
    if lacking := missing():
        return what_is_missing(lacking)
    if wrong := foreign():
        return _(
            "These keys are there and are not those of this node: %(names)s (%(folder)s). Bring the node's own."
        ) % {
            "names": ", ".join(wrong),
            "folder": key_folder(),
        }
    return ""


def advice() -> str:
    """A sentence where keys still lie in the data folder; else nothing."""
    if not in_data_folder():
        return ""
    return _("The keys of this node lie in its data folder (%(place)s). Run init, which moves them to %(folder)s.") % {
        "place": _home() / OLD,
        "folder": key_folder() or "TIDEWAITER_KEYS",
    }


def must_be_shut_too(folder: Path | None = None) -> None:
    """Raises `Refusal` where others can get at the keys."""
    folder = folder or key_folder()
    if folder is not None:
        must_be_shut(folder)
        if STORE in wanted():
            must_be_shut(place(STORE, folder))


def prepare(node: str, *, new: bool, by: Actor) -> list[str]:
    """Makes the keys that are not there yet, and gives their names.

    With `new` the signing key is replaced, and whatever is missing made anew. Public halves are recorded, so heads
    that a retired key has signed stay the node's. Raises `Refusal` where a key that the node had is missing.
    """
    folder = folder_for(node, _home(), settings.TIDEWAITER_KEYS)
    if settings.STORE_SEALED:
        master.settle(folder)
    made: list[str] = []
    for name in wanted():
        path = place(name, folder)
        if path.exists() and not (new and name in (SIGNING, SIGNING_TOO)):
            continue
        if not new and _was_made(name):
            raise Refusal("no_keys", what_is_missing([name]))
        key = _fresh(name)
        if name == SIGNING:
            _record_signing(key=key, by=by)
        if name == SIGNING_TOO:
            _record_second(key=key, by=by)
        if write_key(path, key, instead=new):
            made.append(name)
    _record_signing(key=read_key(place(SIGNING, folder)), by=by)
    _record_second(key=read_key(place(SIGNING_TOO, folder)), by=by)
    if STORE in wanted():
        _record_store(key=read_key(place(STORE, folder)), by=by)
    must_be_shut_too(folder)
    return made


def settle(folder: Path, *, theirs: bool = False) -> Settled:
    """Moves keys out of the data folder.

    Of two that differ the one in the right place stays, or with `theirs` the moved
    one; the other is put aside beside it.
    """
    done = Settled(folder)
    for old in in_data_folder():
        key, path = read_key(old), place(old.name, folder)
        there = read_key(path)
        if key is not None and there is not None and there != key:
            lost = path.with_name(f"{path.name}.{hashlib.sha256(there if theirs else key).hexdigest()[:8]}.aside")
            write_key(lost, there if theirs else key)
            done.aside.append(str(lost))
        if key is not None and (there is None or theirs):
            write_key(path, key, instead=True)
        old.unlink()
        done.moved.append(old.name)
    if (_home() / OLD).is_dir() and not any((_home() / OLD).iterdir()):
        (_home() / OLD).rmdir()
    return done


def _fresh(name: str) -> bytes:
    if name == SIGNING:
        return new_private_key()
    if name == SIGNING_TOO:
        return new_seed()
    if name == STORE:
        return f"{secrets.token_hex(32)}\n".encode()
    return (settings.SECRET_KEY if not settings.SECRET_KEY_KEPT else secrets.token_urlsafe(64)).encode()


def _was_made(name: str) -> bool:
    """Whether the ledger tells that the node had such a key."""
    try:
        if name == STORE:
            return bool(_told("store"))
        if name == SIGNING_TOO:
            return bool(known_prints())
        return bool(known_public_keys())
    except DatabaseError:
        return False


def _told(what: str) -> set[str]:
    told = Entry.objects.filter(deed=MADE).values_list("detail", flat=True)
    return {str(json.loads(text).get(what, "")) for text in told if text} - {""}


def _record_signing(*, key: bytes | None, by: Actor) -> None:
    if key is not None and (public := public_half(key)) not in _told("public_key"):
        with transaction.atomic():
            record(by=by, deed=MADE, ref="node", detail={"public_key": public})


def _record_second(*, key: bytes | None, by: Actor) -> None:
    """A print of its public half, which itself is too long for a line of the ledger."""
    if key is not None and (print_ := print_of(key_of_seed(key)[1])) not in known_prints():
        with transaction.atomic():
            record(by=by, deed=MADE, ref="node", detail={"ml_dsa": print_})


def _record_store(*, key: bytes | None, by: Actor) -> None:
    """A fingerprint of the store's key: enough to tell a wrong one, not to guess it."""
    if key is not None and (print_ := hashlib.sha256(key.strip()).hexdigest()[:16]) not in _told("store"):
        with transaction.atomic():
            record(by=by, deed=MADE, ref="node", detail={"store": print_})


def bring(brought: Mapping[str, bytes], folder: Path) -> None:
    """Lays keys that came out of a sealed backup where they belong; one that differs is put aside beside it."""
    for name, key in brought.items():
        path = place(name, folder)
        there = read_key(path)
        if there is not None and there != key:
            write_key(path.with_name(f"{path.name}.{hashlib.sha256(there).hexdigest()[:8]}.aside"), there)
        if there != key:
            write_key(path, key, instead=True)


def foreign() -> list[str]:
    """Keys that are there and are none that the ledger tells of: another node's, or put there by somebody."""
    wrong = []
    for name, path in found():
        key = read_key(path)
        if key is None or name == SECRET or name in of_rooms() or (name == STORE and settings.STORE_SEALED):
            continue  # whether it is that of an encrypted store is told by opening it
        if name == SIGNING_TOO:
            known, said = known_prints(), print_of(key_of_seed(key)[1]) if len(key) == 32 else ""
        elif name == SIGNING:
            known, said = known_public_keys(), public_half(key)
        else:
            known, said = _told("store"), hashlib.sha256(key.strip()).hexdigest()[:16]
        if known and said not in known:
            wrong.append(name)
    return wrong
