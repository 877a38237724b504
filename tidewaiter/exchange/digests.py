"""Digests by which two nodes ask each other for hit or no hit."""

from __future__ import annotations

import hashlib
import hmac


def keyed(secret: str, text: str) -> str:
    """The keyed digest of a normalised name or number."""
    return hmac.new(bytes.fromhex(secret), text.encode(), hashlib.sha256).hexdigest()
