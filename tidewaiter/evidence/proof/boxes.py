"""How an export is written, signed and read again: canonical JSON, the tree over what is stamped, folder and zip.

Part of the verifier of one file (`one_file.py`): standard library and `cryptography` alone.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

try:  # of an older `cryptography` only the Ed25519 signatures are looked at, and that is said
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey as MLDSA65PublicKey
except ImportError:
    MLDSA65PublicKey = None  # type: ignore[assignment,misc]

FORMAT = "tidewaiter evidence export 1"
MANIFEST, SEAL = "manifest.ndjson", "seal.json"
LONGEST = 64 * 1024 * 1024
"""Bytes that one line, or one small file, may have."""
PIECE = 1024 * 1024
HEX64 = re.compile(r"[0-9a-f]{64}")
PLAIN = re.compile(r"(?!/)(?:(?!\.\.?/)[A-Za-z0-9._-]+/)*[A-Za-z0-9][A-Za-z0-9._-]*")


class Wrong(Exception):
    """What does not hold, in a sentence."""


def canonical(document: Any) -> bytes:
    """The one way in which a document is written."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def as_written(text: bytes, what: str) -> Any:
    """What a line of JSON says. Raises `Wrong` where it is written in any other way than the one."""
    try:
        document = json.loads(text)
        if canonical(document) == text:
            return document
    except (ValueError, RecursionError):
        pass
    raise Wrong(f"{what} is not written as the node writes it")


def leaf_of(said: dict[str, Any]) -> str:
    """The digest by which a thing stands in a batch that is stamped."""
    return hashlib.sha256(canonical(said)).hexdigest()


def _leaf(digest: str) -> bytes:
    return hashlib.sha256(b"\0" + bytes.fromhex(digest)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def levels_of(leaves: Sequence[str]) -> list[list[bytes]]:
    """The tree over digests, its leaves first; one that has no neighbour goes up as it is."""
    levels = [[_leaf(one) for one in leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [_node(*below[at : at + 2]) if at + 1 < len(below) else below[at] for at in range(0, len(below), 2)]
        levels.append(pairs)
    return levels


def path_in(levels: list[list[bytes]], place: int) -> list[str]:
    """The neighbours of a leaf on its way to the root; empty where it has none on a level."""
    path = []
    for level in levels[:-1]:
        beside = place ^ 1
        path.append(level[beside].hex() if beside < len(level) else "")
        place //= 2
    return path


def root_from(digest: str, place: int, path: Sequence[str]) -> str:
    """The root to which a leaf leads from its place by its neighbours."""
    here = _leaf(digest)
    for beside in path:
        if beside:
            other = bytes.fromhex(beside)
            here = _node(other, here) if place % 2 else _node(here, other)
        place //= 2
    return here.hex()


def signed_text(said: dict[str, Any]) -> bytes:
    """What the second key signs: everything that is said but keys and signatures."""
    own = ("public_key", "signature", "ml_dsa_key", "ml_dsa_signature")
    return canonical({name: value for name, value in said.items() if name not in own})


def must_be_signed(said: dict[str, Any], what: str) -> None:
    """Raises `Wrong` unless both signatures fit: ML-DSA-65 over what is said, Ed25519 over that and the former."""
    try:
        whole = canonical({name: value for name, value in said.items() if name not in ("public_key", "signature")})
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["public_key"]))
        key.verify(bytes.fromhex(said["signature"]), whole)
        second = said.get("ml_dsa_key") or ""
        if second and MLDSA65PublicKey is not None:
            other = MLDSA65PublicKey.from_public_bytes(bytes.fromhex(second))
            other.verify(bytes.fromhex(said["ml_dsa_signature"]), signed_text(said))
        for name in ("public_key", "signature"):
            if bytes.fromhex(said[name]).hex() != said[name]:
                raise ValueError(name)
    except (InvalidSignature, ValueError, KeyError, TypeError) as error:
        raise Wrong(f"the signature of {what} does not fit") from error


class Folder:
    """An export that lies in a folder."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        """Of all its files."""
        return sorted(str(one.relative_to(self.path).as_posix()) for one in self.path.rglob("*") if not one.is_dir())

    def open(self, name: str) -> IO[bytes]:
        """A file of it. Raises `Wrong` where there is none."""
        path = self.path / name
        if path.is_symlink() or not path.is_file():
            raise Wrong(f"{name} is missing")
        return path.open("rb")


class Zip:
    """An export in one file, whose last 64 signs are the SHA-256 of all before them."""

    def __init__(self, path: pathlib.Path) -> None:
        size, step = path.stat().st_size, hashlib.sha256()
        with path.open("rb") as file:
            left = size - 64
            while left > 0 and (piece := file.read(min(PIECE, left))):
                step.update(piece)
                left -= len(piece)
            end = file.read(65)
        if end != step.hexdigest().encode():
            raise Wrong("the zip is not as it was written: its bytes do not fit the digest at its end")
        try:
            self.box = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise Wrong("the zip cannot be opened") from error
        if self.box.comment != end:
            raise Wrong("the digest at the end of the zip is not its comment")

    def names(self) -> list[str]:
        """Of all its members."""
        return sorted(self.box.namelist())

    def open(self, name: str) -> IO[bytes]:
        """A member of it. Raises `Wrong` where there is none."""
        try:
            return self.box.open(name)
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise Wrong(f"{name} is missing") from error


def read_small(box: Folder | Zip, name: str) -> bytes:
    with box.open(name) as file:
        text = file.read(LONGEST + 1)
    if len(text) > LONGEST:
        raise Wrong(f"{name} is too long")
    return text


def lines_of(box: Folder | Zip, name: str) -> Iterator[Any]:
    with box.open(name) as file:
        number = 0
        while line := file.readline(LONGEST):
            number += 1
            if not line.endswith(b"\n"):
                raise Wrong(f"{name}, line {number} is cut off")
            yield as_written(line[:-1], f"{name}, line {number}")
