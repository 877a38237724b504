"""The node's own Ed25519 key: made once, kept beside the data, never in the database."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings


def key_path() -> Path:
    """Where the private key lies (32 raw bytes, readable by the owner alone)."""
    return Path(settings.TIDEWAITER_HOME) / "keys" / "node.ed25519"


def node_key() -> Ed25519PrivateKey:
    """The node's key; made on first use."""
    path = key_path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = path.with_suffix(f".{os.getpid()}")
        made.touch(mode=0o600)
        made.write_bytes(Ed25519PrivateKey.generate().private_bytes_raw())
        try:
            os.link(made, path)
        except FileExistsError:
            path.stat()  # another process was first: its key is the node's
        finally:
            made.unlink()
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def public_key_hex() -> str:
    """The public half, 64 hex digits."""
    return node_key().public_key().public_bytes_raw().hex()
