"""The node's own keys, Ed25519 and beside it ML-DSA-65: made once by `init`, kept apart from the data, never
in the database; its public half is.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from django.conf import settings
from django.utils.translation import gettext

from tidewaiter.foundation.key_folder import SIGNING, SIGNING_TOO, places_of, read_key
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


def new_seed() -> bytes:
    """The 32 bytes of a fresh ML-DSA-65 key."""
    return MLDSA65PrivateKey.generate().private_bytes_raw()


@lru_cache(maxsize=4)
def key_of_seed(seed: bytes) -> tuple[MLDSA65PrivateKey, str]:
    """The key of a seed, and its public half (3,904 hex digits)."""
    key = MLDSA65PrivateKey.from_seed_bytes(seed)
    return key, key.public_key().public_bytes_raw().hex()


def print_of(public: str) -> str:
    """What the ledger tells of an ML-DSA public key: the SHA-256 of its bytes."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()


def second_key() -> tuple[MLDSA65PrivateKey, str] | None:
    """The node's ML-DSA-65 key and its public half; nothing where none is there: `init` makes one, and a node
    that had one does not serve without it (`site.keyring`).
    """
    for path in places_of(SIGNING_TOO, Path(settings.TIDEWAITER_HOME), settings.TIDEWAITER_KEYS):
        seed = read_key(path)
        if seed is not None and len(seed) == 32:
            return key_of_seed(seed)
    return None


def known_prints() -> set[str]:
    """Prints of every ML-DSA key that was this node's, as its ledger tells."""
    told = Entry.objects.filter(deed=MADE).values_list("detail", flat=True)
    return {str(json.loads(text).get("ml_dsa", "")) for text in told if text} - {""}


def known_public_keys() -> set[str]:
    """Every public key that was this node's: those whose making the ledger tells, and those of its signed heads."""
    told = Entry.objects.filter(deed=MADE).values_list("detail", flat=True)
    keys = {str(json.loads(text).get("public_key", "")) for text in told if text} - {""}
    return keys | set(Head.objects.values_list("public_key", flat=True))
