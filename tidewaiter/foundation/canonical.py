"""One way to write a document down, so that equal things have equal digests."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(order="deterministic")


def canonical(document: Any) -> bytes:
    """`document` as JSON in UTF-8 with sorted keys and no white space."""
    return _encoder.encode(document)


def digest(document: Any) -> str:
    """SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(document)).hexdigest()
