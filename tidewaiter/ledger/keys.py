"""The node's own Ed25519 key: made once by `init`, kept apart from the data, never
in the database; its public half is.
"""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.translation import gettext

from tidewaiter.foundation.key_folder import SIGNING, places_of, read_key
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.models import Entry, Head

MADE = "ledger.keys_made"
"""The deed whose entry tells a public key (`public_key`): heads that it signed are
the node's, also when it is retired.
"""


def new_private_key() -> bytes:
    """The 32 bytes of a fresh key."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_half(private: bytes) -> str:
    """The public half, 64 hex digits."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw().hex()


def node_key() -> Ed25519PrivateKey:
    """The node's key. Raises `Refusal` where it is not there."""
    for path in places_of(SIGNING, Path(settings.TIDEWAITER_HOME), settings.TIDEWAITER_KEYS):
        key = read_key(path)
        if key is not None and len(key) == 32:
            return Ed25519PrivateKey.from_private_bytes(key)
    raise Refusal("no_keys", gettext("The key that signs the ledger is not here: run doctor, which says what to do."))


def public_key_hex() -> str:
    """The public half of the node's key. Raises `Refusal` where it is not there."""
    return node_key().public_key().public_bytes_raw().hex()


def known_public_keys() -> set[str]:
    """Every public key that was this node's: those whose making the ledger tells, and those of its signed heads."""
    told = Entry.objects.filter(deed=MADE).values_list("detail", flat=True)
    keys = {str(json.loads(text).get("public_key", "")) for text in told if text} - {""}
    return keys | set(Head.objects.values_list("public_key", flat=True))
