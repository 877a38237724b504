"""Public identifiers: the node's prefix and a ULID (https://github.com/ulid/spec)."""

from __future__ import annotations

import os
import time

from ulid import base32

_SIGNS = base32.ENCODE
_COUNTED = 1 << 20


def new_refs(prefix: str, count: int) -> list[str]:
    """`count` new refs in ascending order, `PREFIX-` + 26 characters of Crockford base 32.

    One moment and one random start serve the whole batch, counted up, so that a file's cases keep its order.
    """
    moment = int(time.time() * 1000).to_bytes(6, "big")
    start = int.from_bytes(os.urandom(10), "big") >> 1
    made: list[str] = []
    while len(made) < count:  # the last four of 26 signs count to 2^20; the signs before them are written once
        high, low = divmod(start + len(made), _COUNTED)
        before = base32.encode(moment + (high * _COUNTED).to_bytes(10, "big"))[:-4]
        few = range(low, min(_COUNTED, low + count - len(made)))
        made += [
            f"{prefix}-{before}{_SIGNS[n >> 15]}{_SIGNS[n >> 10 & 31]}{_SIGNS[n >> 5 & 31]}{_SIGNS[n & 31]}"
            for n in few
        ]
    return made


def new_ref(prefix: str) -> str:
    """One new ref."""
    return new_refs(prefix, 1)[0]
