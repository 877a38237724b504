#!/usr/bin/env python3
"""Checks an exported Tidewaiter ledger. Needs Python 3.10 and the package `cryptography`, nothing of Tidewaiter.

    python verify.py [FOLDER] [--head HEAD.json ...] [--key PUBLIC_KEY_HEX ...]

FOLDER holds entries.ndjson (one entry a line), heads.json and node.json, as the export wrote them. --head names a
signed head that somebody else has kept: the chain must continue it. --key is the node's public key as you know it from
elsewhere; give each one where the node has changed its keys. Exit code 0: what was checked holds. 1: it does not, and
the first entry that is wrong is named. 2: files cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib
import sys
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

try:  # cryptography 47 and later; with an older one the second signature is not looked at, and that is said
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
except ImportError:
    MLDSA65PublicKey = None  # type: ignore[assignment,misc]

LONGEST = 64 * 1024 * 1024
"""Bytes that one file of heads, or one entry, may have: more is not what an export writes."""
COLUMNS = ("seq", "at", "by", "deed", "ref", "version", "detail")


def link(before: str, values: list[bytes]) -> str:
    """The hash of an entry: SHA-256 over the hash before it (as hex text) and, for
    each column, its length and its bytes.
    """
    step = hashlib.sha256(before.encode())
    for value in values:
        step.update(len(value).to_bytes(4, "big"))
        step.update(value)
    return step.hexdigest()


def read(path: pathlib.Path) -> Any:
    """What a JSON file holds. Raises `ValueError` for one that is longer than any that an export writes."""
    with path.open("rb") as file:
        text = file.read(LONGEST + 1)
    if len(text) > LONGEST:
        raise ValueError(f"{path.name} is too long")
    return json.loads(text)


def signed(head: dict[str, Any], keys: list[str]) -> bool:
    """Whether the head is signed by its key, and by one of `keys` where any is given."""
    if keys and head["public_key"] not in keys:
        return False
    text = f"tidewaiter head 1\n{head['day']}\n{head['seq']}\n{head['hash']}\n".encode()
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(head["public_key"])).verify(
            bytes.fromhex(head["signature"]), text
        )
        second, signature = head.get("ml_dsa_key") or "", head.get("ml_dsa_signature") or ""
        if (second or signature) and MLDSA65PublicKey is not None:
            MLDSA65PublicKey.from_public_bytes(bytes.fromhex(second)).verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def check(folder: pathlib.Path, kept: list[dict[str, Any]], keys: list[str]) -> tuple[str, int, int]:
    """Gives (what is wrong or nothing, how many entries, how many heads)."""
    node = read(folder / "node.json")
    heads = read(folder / "heads.json")
    before = hashlib.sha256(b"tidewaiter ledger 1\x1f" + node["node"].encode()).hexdigest()
    at, number = {0: before}, 0
    wanted = {int(head["seq"]) for head in [*heads, *kept, node["head"]]}
    with (folder / "entries.ndjson").open("rb") as lines:
        while line := lines.readline(LONGEST):
            number += 1
            entry = json.loads(line)
            if entry["seq"] != str(number):
                return f"entry {number}: it is missing, or its number was changed", number, 0
            before = link(before, [entry[name].encode("utf-8", "surrogateescape") for name in COLUMNS])
            if entry["hash"] != before:
                return f"entry {number}: its content does not fit its hash", number, 0
            if number in wanted:
                at[number] = before
    for name, head in [("signed head of " + head["day"], head) for head in [*heads, node["head"]]] + [
        ("kept head", head) for head in kept
    ]:
        if not signed(head, keys):
            return f"{name} (entry {head['seq']}): the signature does not fit", number, 0
        if at.get(int(head["seq"])) != head["hash"]:
            return f"{name} (entry {head['seq']}): the chain does not continue it", number, 0
    return "", number, len(heads) + len(kept) + 1


def proven(kept: list[dict[str, Any]]) -> list[str]:
    """What this check has shown, in words."""
    said = ["that no entry was changed, taken out, put in or moved since the heads were signed"]
    if kept:
        last = max(int(head["seq"]) for head in kept)
        said.append(f"that the ledger continues the heads that you gave (up to entry {last})")
    return said


def not_proven(kept: list[dict[str, Any]], keys: list[str]) -> list[str]:
    """What it has not, in words."""
    said = []
    if not kept:
        said.append(
            "that the node did not rewrite everything and sign anew: give --head with a head that you have kept"
        )
    if not keys:
        said.append("that the key is this node's: give --key with the public key as you know it from elsewhere")
    if MLDSA65PublicKey is None:
        said.append("that the ML-DSA-65 signatures of the heads fit: this Python's `cryptography` has no ML-DSA")
    return [
        *said,
        "that the node did not rewrite what came after the last head that left it",
        (
            "that every record of the node has its entry: this file holds none of them (the node's verify_ledger asks"
            " that)"
        ),
        "that what was recorded is true, or that everything that happened was recorded",
    ]


def main() -> int:
    """Reads the command line, checks, says what is proven and what is not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent)
    parser.add_argument("--head", action="append", type=pathlib.Path, default=[])
    parser.add_argument("--key", action="append", default=[])
    asked = parser.parse_args()
    try:
        kept = [read(path) for path in asked.head]
        wrong, entries, heads = check(asked.folder, kept, asked.key)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        print(f"cannot be read: {error!r}")
        return 2
    if wrong:
        print(f"NOT INTACT: {wrong}")
        return 1
    print(f"INTACT: {entries} entries, {heads} signed heads")
    for sentence in proven(kept):
        print(f"Proven: {sentence}.")
    for sentence in not_proven(kept, asked.key):
        print(f"Not proven: {sentence}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
