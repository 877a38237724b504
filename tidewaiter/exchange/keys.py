"""The node's own keys for the exchange: one to sign (Ed25519), one to seal to (X25519), kept where its other keys lie.

A new pair stands beside the old one for a while (`OVERLAP`): what was sealed to the old one is still opened, what it
has signed still fits, until peers have the new card. The file never lies in the data folder.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _
from joserfc.jwk import OKPKey

from tidewaiter.foundation.data_folder import read_mark
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.key_folder import folder_for, read_key, write_key
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal

FILE = "exchange"
OVERLAP = timedelta(days=30)
CURVES = {"sig": "Ed25519", "enc": "X25519"}


@dataclass(frozen=True, slots=True)
class OwnKey:
    """One key pair of this node."""

    kid: str
    use: str
    """`sig` or `enc`."""
    since: str
    until: str
    """When it is used no more; empty for the pair in use."""
    key: OKPKey

    def public(self) -> dict[str, str]:
        """As the node's card shows it."""
        half = self.key.as_dict(private=False)
        return {"kid": self.kid, "use": self.use, "kty": "OKP", "crv": CURVES[self.use], "x": str(half["x"])} | (
            {"until": self.until} if self.until else {}
        )


def key_path() -> Path:
    """Where the file with the keys belongs: beside the node's other keys."""
    home = Path(settings.TIDEWAITER_HOME)
    mark = read_mark(home)
    return folder_for(mark.node if mark else "", home, settings.TIDEWAITER_KEYS) / FILE


def kid_of(x: str) -> str:
    """What a public key is called: the beginning of its digest."""
    return hashlib.sha256(x.encode()).hexdigest()[:16]


def fingerprint_of(x: str) -> str:
    """A public key as two people read it to each other: 16 groups of four."""
    digest = hashlib.sha256(x.encode()).hexdigest().upper()
    return " ".join(digest[at : at + 4] for at in range(0, 64, 4))


def own_keys() -> list[OwnKey]:
    """The keys that hold now, the newest of each use first. Raises `Refusal` where none were made yet."""
    found = _read()
    if not found:
        raise Refusal("no_exchange_keys", _("This node has no keys for the exchange yet: run `exchange key`."))
    moment = now().isoformat()
    return [one for one in found if not one.until or one.until > moment]


def has_keys() -> bool:
    """Whether the node takes part in any exchange."""
    return key_path().exists()


def newest(use: str) -> OwnKey:
    """The key in use."""
    return next(one for one in own_keys() if one.use == use)


def signing_key() -> OwnKey:
    """The key that signs what goes to peers: after a rotation the former one, until its last day.

    So every peer has had the new card in time.
    """
    soon = (now() + timedelta(days=1)).isoformat()
    keys = [one for one in own_keys() if one.use == "sig"]
    return next((one for one in reversed(keys) if not one.until or one.until > soon), keys[0])


def key_called(kid: str, use: str) -> OwnKey:
    """The node's key of that name. Raises `Refusal` where it is none, or no more."""
    for one in own_keys():
        if one.kid == kid and one.use == use:
            return one
    raise Refusal("key", _("The envelope was sealed to a key that this node has not (any more)."))


def make_keys(*, rotate: bool) -> bool:
    """Makes the first pair, or with `rotate` a new one beside those that hold; gives whether it did."""
    before = _read()
    if before and not rotate:
        return False
    moment = now()
    fresh = [_fresh(use, moment) for use in CURVES]
    ends = (moment + OVERLAP).isoformat()
    kept = [
        OwnKey(one.kid, one.use, one.since, one.until or ends, one.key)
        for one in before
        if not one.until or one.until > moment.isoformat()
    ]
    write_key(key_path(), _written([*fresh, *kept]), instead=True)
    return True


def _fresh(use: str, moment: datetime) -> OwnKey:
    key = OKPKey.generate_key(CURVES[use])  # type: ignore[arg-type]  # a literal of theirs
    return OwnKey(kid_of(str(key.as_dict(private=False)["x"])), use, moment.isoformat(), "", key)


def own_names() -> dict[str, str]:
    """What the node calls itself on its card: `name`, `title`, `administration`, `url`; nothing before it was said."""
    said = _document().get("self", {})
    return {str(name): str(value) for name, value in said.items()} if isinstance(said, dict) else {}


def say_names(names: dict[str, str]) -> None:
    """Keeps what the node calls itself."""
    write_key(key_path(), _written(_read(), names), instead=True)


def _written(keys: list[OwnKey], names: dict[str, str] | None = None) -> bytes:
    rows: list[dict[str, Any]] = [
        {"kid": one.kid, "use": one.use, "since": one.since, "until": one.until, "jwk": one.key.as_dict(private=True)}
        for one in keys
    ]
    document = {"self": own_names() if names is None else names, "keys": rows}
    return msgspec.json.format(msgspec.json.encode(document)) + b"\n"


def _document() -> dict[str, Any]:
    path = key_path()
    try:
        about = path.stat()
    except OSError:
        return {}
    return _document_of(path, about.st_mtime_ns, about.st_size, about.st_ino)


@lru_cache(maxsize=4)
def _document_of(path: Path, _changed: int, _size: int, _inode: int) -> dict[str, Any]:
    """What the file says as long as it is the same; nobody changes what this gives."""
    text = read_key(path)
    if text is None:
        return {}
    try:
        document = read_json(text)
    except Refusal as error:
        raise _unreadable() from error
    if not isinstance(document, dict):
        raise _unreadable()
    return document


def _read() -> list[OwnKey]:
    try:
        return [
            OwnKey(row["kid"], row["use"], row["since"], row["until"], imported(msgspec.json.encode(row["jwk"])))
            for row in _document().get("keys", [])
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable() from error


@lru_cache(maxsize=256)
def imported(jwk: bytes) -> OKPKey:
    """A key of its JWK, read once."""
    return OKPKey.import_key(read_json(jwk))


def _unreadable() -> Refusal:
    return Refusal(
        "exchange_keys",
        _("The keys of the exchange (%(place)s) cannot be read: bring them back.") % {"place": key_path()},
    )
