"""The arithmetic of the chain, on bytes alone (the idea of RFC 6962 §2, as a plain list of hashes)."""

from __future__ import annotations

import hashlib

SEPARATOR = b"\x1f"


def genesis(node: str) -> str:
    """The hash before the first entry of a node, in hex."""
    return hashlib.sha256(b"tidewaiter ledger 1" + SEPARATOR + node.encode()).hexdigest()


def link(before: str, values: tuple[bytes, ...]) -> str:
    """The hash of an entry: SHA-256 over the hash before it and its columns as bytes, in hex.

    Each column goes in with its length, so that moving a character over a border changes the hash.
    """
    return link_framed(before, *map(framed, values))


def framed(value: bytes) -> bytes:
    """A column as it goes into the hash: its length in four bytes, then itself."""
    return len(value).to_bytes(4, "big") + value


def link_framed(before: str, *parts: bytes) -> str:
    """The same where the columns are framed already: what many entries share is framed once."""
    return hashlib.sha256(b"".join((before.encode(), *parts))).hexdigest()


def head_text(day: str, seq: int, hash_: str) -> bytes:
    """What a signed head states."""
    return f"tidewaiter head 1\n{day}\n{seq}\n{hash_}\n".encode()
