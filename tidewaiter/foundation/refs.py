"""Public identifiers: the node's prefix and a ULID (https://github.com/ulid/spec)."""

from __future__ import annotations

import os
import time

from ulid import base32


def new_refs(prefix: str, count: int) -> list[str]:
    """`count` new refs in ascending order, `PREFIX-` + 26 characters of Crockford base 32.

    One moment and one random start serve the whole batch, counted up, so that a file's cases keep its order.
    """
    moment = int(time.time() * 1000).to_bytes(6, "big")
    start = int.from_bytes(os.urandom(10), "big") >> 1
    return [f"{prefix}-{base32.encode(moment + (start + n).to_bytes(10, 'big'))}" for n in range(count)]


def new_ref(prefix: str) -> str:
    """One new ref."""
    return new_refs(prefix, 1)[0]
