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


def without_empty(document: Any) -> Any:
    """`document` less its nulls, empty texts, lists and objects, so that «not given» has one form."""
    if isinstance(document, dict):
        kept = {key: without_empty(value) for key, value in document.items()}
        return {key: value for key, value in kept.items() if value not in (None, "", [], {})}
    if isinstance(document, list):
        return [item for item in (without_empty(value) for value in document) if item not in (None, "", [], {})]
    return document
