#!/usr/bin/env python3
"""Verifies that a Tidewaiter node signed a receipt. Needs Python 3.10 and the package `cryptography`, nothing else.

    python verify_receipt.py PROOF.json [--head HEAD.json] [--fingerprint "ABCD EF01 …"]

PROOF.json is what the node gave (`exchange prove`). --head is a head of its ledger as it was published, or kept by
somebody else; --fingerprint is that of the node's card as you know it from elsewhere. No account, no network. Exit code
0: it holds. 1: it does not, and a sentence says why. 2: a file cannot be read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import pathlib
import sys
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

try:  # of an older `cryptography` only the Ed25519 signatures are looked at, and that is said
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
except ImportError:
    MLDSA65PublicKey = None  # type: ignore[assignment,misc]

LONGEST = 16 * 1024 * 1024
SHORTEST_PRINT = 16
"""Hex digits of a fingerprint that must be said, at least."""


class Wrong(Exception):
    """What does not hold, in a sentence."""


def _leaf(digest: str) -> bytes:
    return hashlib.sha256(b"\0" + bytes.fromhex(digest)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _levels(leaves: list[str]) -> list[list[bytes]]:
    """The tree, its leaves first; one that has no neighbour goes up as it is."""
    levels = [[_leaf(one) for one in leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [_node(*below[at : at + 2]) if at + 1 < len(below) else below[at] for at in range(0, len(below), 2)]
        levels.append(pairs)
    return levels


def root_of(leaves: list[str]) -> str:
    """The root over some digests, 64 hex digits each."""
    return _levels(leaves)[-1][0].hex() if leaves else hashlib.sha256(b"").hexdigest()


def path_of(leaves: list[str], place: int) -> list[str]:
    """The neighbours of a leaf on its way to the root; empty where it has none on a level."""
    path = []
    for level in _levels(leaves)[:-1]:
        beside = place ^ 1
        path.append(level[beside].hex() if beside < len(level) else "")
        place //= 2
    return path


def root_from(digest: str, place: int, path: list[str]) -> str:
    """The root to which a leaf leads from its place by its neighbours."""
    here = _leaf(digest)
    for beside in path:
        if beside:
            other = bytes.fromhex(beside)
            here = _node(other, here) if place % 2 else _node(here, other)
        place //= 2
    return here.hex()


def closed_text(day: str, root: str, count: int) -> bytes:
    """What is signed of the receipts of a day."""
    return f"tidewaiter receipts 1\n{day}\n{root}\n{count}\n".encode()


def head_text(head: dict[str, Any]) -> bytes:
    """What is signed of a head of the ledger."""
    return f"tidewaiter head 1\n{head['day']}\n{head['seq']}\n{head['hash']}\n".encode()


def _must_be_signed(said: dict[str, Any], text: bytes, what: str) -> None:
    """Raises `Wrong` unless both signatures fit; a node of an earlier release has one alone."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["public_key"]))
        key.verify(bytes.fromhex(said["signature"]), text)
        second = said.get("ml_dsa_key") or ""
        if second and MLDSA65PublicKey is not None:
            second_key = MLDSA65PublicKey.from_public_bytes(bytes.fromhex(second))
            second_key.verify(bytes.fromhex(said["ml_dsa_signature"]), text)
    except (InvalidSignature, ValueError) as error:
        raise Wrong(f"the signature of {what} does not fit") from error


def _bytes(part: str) -> bytes:
    data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != part:
        raise Wrong("a signed part is not written in the one way it can be")
    return data


def _opened(token: str, typ: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    head, payload, signature = token.split(".")
    header = json.loads(_bytes(head))
    if header.get("alg") != "Ed25519" or header.get("typ") != typ or set(header) != {"alg", "kid", "typ"}:
        raise Wrong(f"what should be a {typ} is none")
    return header, json.loads(_bytes(payload)), f"{head}.{payload}".encode(), _bytes(signature)


def _key(card: dict[str, Any], kid: str) -> dict[str, Any]:
    for one in card["keys"]:
        if one["kid"] == kid and one["use"] == "sig":
            return dict(one)
    raise Wrong("the receipt is signed by a key that is not on the card")


def _verify_token(x: str, signature: bytes, signing: bytes, what: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(x)).verify(signature, signing)
    except (InvalidSignature, ValueError) as error:
        raise Wrong(f"the signature of {what} does not fit") from error


def fingerprint_of(card: dict[str, Any]) -> str:
    """Of the key by which the card's node signs now, 64 hex digits."""
    x = next(one["x"] for one in card["keys"] if one["use"] == "sig" and not one.get("until"))
    return hashlib.sha256(x.encode()).hexdigest().upper()


def check(proof: dict[str, Any], kept: dict[str, Any] | None, print_: str) -> dict[str, Any]:
    """What the receipt says. Raises `Wrong`."""
    header, card, signing, signature = _opened(proof["card"]["card"], "tw-card")
    _verify_token(_key(card, header["kid"])["x"], signature, signing, "the card")
    wanted = "".join(print_.split()).upper()
    if wanted and (len(wanted) < SHORTEST_PRINT or not fingerprint_of(card).startswith(wanted)):
        raise Wrong("the card has another fingerprint than you know")
    header, receipt, signing, signature = _opened(proof["receipt"], "tw-receipt")
    _verify_token(_key(card, header["kid"])["x"], signature, signing, "the receipt")
    if receipt["by"] != card["node"]:
        raise Wrong("the receipt is another node's than the card")
    closed, head = proof["closed"], proof["head"]
    digest = hashlib.sha256(proof["receipt"].encode()).hexdigest()
    if root_from(digest, int(proof["place"]), list(proof["path"])) != closed["root"]:
        raise Wrong("the receipt is not among those that the node published of that day")
    _must_be_signed(closed, closed_text(closed["day"], closed["root"], closed["count"]), "the day's receipts")
    for one, what in ((head, "the head of the ledger"), *(((kept, "the head that you gave"),) if kept else ())):
        _must_be_signed(one, head_text(one), what)
        same = one["public_key"] == closed["public_key"]
        if not same or (one.get("ml_dsa_key") or "") != (closed.get("ml_dsa_key") or ""):
            raise Wrong(f"{what} is signed by another key than the day's receipts")
    if int(receipt["ledger"].get("seq", 0)) > int(head["seq"]):
        raise Wrong("the receipt was signed after the head of the ledger that should cover it")
    return dict(receipt)


def _read(path: pathlib.Path) -> Any:
    with path.open("rb") as file:
        text = file.read(LONGEST + 1)
    if len(text) > LONGEST:
        raise ValueError(f"{path.name} is too long")
    return json.loads(text)


def main() -> int:
    """Reads the command line, checks, says what is proven and what is not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("proof", type=pathlib.Path)
    parser.add_argument("--head", type=pathlib.Path)
    parser.add_argument("--fingerprint", default="")
    asked = parser.parse_args()
    try:
        proof, kept = _read(asked.proof), _read(asked.head) if asked.head else None
        said = check(proof, kept, asked.fingerprint)
    except Wrong as wrong:
        print(f"NOT VALID: {wrong}.")
        return 1
    except (OSError, ValueError, KeyError, TypeError, RecursionError, StopIteration) as error:
        print(f"cannot be read: {error!r}")
        return 2
    print(f"VALID: {said['outcome']} by {said['by']} at {said['at']}")
    print(f"Record {said['record']}, version {said['version']}, digest {said['digest']}")
    if not asked.fingerprint:
        print("Not proven: that the card is the node's: give --fingerprint as you know it from elsewhere.")
    if not asked.head:
        print("Not proven: that the ledger's key is the node's: give --head with a head that was published.")
    if MLDSA65PublicKey is None:
        print("Not proven: the ML-DSA-65 signatures: this Python's `cryptography` has no ML-DSA.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
