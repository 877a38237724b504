"""What a device sends, by a line or in a file: a signed head, and bytes that it has sealed (docs/wire/offline.md).

A head says itself how its item was sealed; nothing is judged by how the node is set up now.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _
from joserfc.jwk import OKPKey

from tidewaiter.exchange.jose import NotOurs, canonical_part, header_of, sign, unsealed, verified
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.offline.keys import key_called, newest

HEAD, HELLO, ENROL = "tw-offline-item", "tw-offline-hello", "tw-offline-enrol"
RECEIPT, NOTE = "tw-offline-receipt", "tw-offline-note"
SEALED_WITH = "A256GCM"
IV, TAG, KEY = 12, 16, 32
MAGIC = b'{"tw_offline_bundle":1'
"""How a saved queue begins: a line of JSON, then for each item its head on a line, its size, its bytes."""
LONGEST_HEAD = 16 * 1024
_id = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_digest = re.compile(r"[0-9a-f]{64}")
KINDS = ("case", "photo", "correction")


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a device signs of an item when it is frozen."""

    v: int
    id: str
    device: str
    kind: str
    digest: str
    """SHA-256 of the sealed bytes."""
    size: int
    at: datetime
    sealed: str
    """The cipher of the bytes."""
    wrap: str
    """The device's key, sealed for the node's recovery key (JWE)."""
    of: str = ""
    after: str = ""
    ahead: float | None = None
    """By how many seconds the device's clock went ahead of the node's when they last met."""


@dataclass(frozen=True, slots=True)
class Part:
    """One item of a saved queue: its head, and where its bytes lie in the file."""

    head: str
    start: int
    size: int


def device_of(token: str) -> str:
    """Whose a signed text says it is, which nobody has vouched for yet. Raises `NotOurs`."""
    return str(header_of(token, 3).get("kid", ""))


def said_by(token: str, public_key: str, typ: str) -> dict[str, Any]:
    """What a device has signed. Raises `NotOurs`."""
    header, payload = verified(token, device_key(public_key))
    try:
        said = read_json(payload)
    except Refusal as error:
        raise NotOurs("head", _("What the device signed cannot be read.")) from error
    if header.get("typ") != typ or not isinstance(said, dict):
        raise NotOurs("head", _("What the device signed is something else."))
    return said


def device_key(public_key: str) -> OKPKey:
    """A device's public key. Raises `NotOurs` for what is none."""
    try:
        if len(canonical_part(public_key)) != KEY:
            raise ValueError("length")
        return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public_key})
    except (ValueError, TypeError, KeyError) as error:
        raise NotOurs("device_key", _("This is no key of a device.")) from error


def read_head(token: str, public_key: str) -> Head:
    """The head of an item. Raises `NotOurs` for one that the device has not signed, or that says what cannot be."""
    try:
        head = msgspec.convert(said_by(token, public_key, HEAD), Head)
    except msgspec.ValidationError as error:
        raise NotOurs("head", _("The head of the item cannot be read.")) from error
    others = [one for one in (head.of, head.after) if one]
    fits = head.v == 1 and head.kind in KINDS and head.sealed == SEALED_WITH and is_moment(head.at)
    if not fits or not _digest.fullmatch(head.digest) or not all(map(_id.fullmatch, [head.id, *others])):
        raise NotOurs("head", _("The head of the item cannot be read."))
    if bool(head.of) != (head.kind == "photo") or head.size < IV + TAG or head.device != device_of(token):
        raise NotOurs("head", _("The head of the item contradicts itself."))
    return head


def is_moment(said: datetime) -> bool:
    """Whether a device's clock can have shown it: one that has lost its battery begins in 1970."""
    return said.tzinfo is not None and 1900 <= said.year <= 2999


def opened(head: Head, sealed: bytes) -> bytes:
    """What an item holds. Raises `NotOurs` where its bytes are not those of its head, or were sealed for others."""
    if len(sealed) != head.size or hashlib.sha256(sealed).hexdigest() != head.digest:
        raise NotOurs("digest", _("The bytes of the item are not those that the device has signed."))
    kid = str(header_of(head.wrap, 5).get("kid", ""))
    _header, key = unsealed(head.wrap, key_called(kid, "enc").key)
    if len(key) != KEY:
        raise NotOurs("seal", _("The key of the device has another length."))
    try:
        return AESGCM(key).decrypt(sealed[:IV], sealed[IV:], head.id.encode())
    except InvalidTag as error:
        raise NotOurs("seal", _("The item cannot be opened with the key of its device.")) from error


def signed_by_node(said: dict[str, Any], typ: str) -> str:
    """A text that the node signs, which every device can verify."""
    key = newest("sig")
    return sign(canonical(said), key.key, key.kid, typ=typ)


def receipts_file(receipts: Iterable[str]) -> bytes:
    """Receipts of a saved queue as a file that is carried back to its device: a line of JSON, then one a line."""
    held = [one for one in receipts if one]
    head = json.dumps({"tw_offline_receipts": 1, "items": len(held)}, separators=(",", ":"))
    return "".join(f"{line}\n" for line in (head, *held)).encode()


def is_bundle(path: Path) -> bool:
    """Whether a file is a saved queue, by its beginning."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def parts_of(file: BinaryIO, length: int) -> Iterator[Part]:
    """The items of a saved queue, in their order. Raises `BadInput` for one that was cut off or is none."""
    if not file.readline(4096).startswith(MAGIC):
        raise BadInput("bundle", _("This is no saved queue of an off-line desk."))
    while line := file.readline(LONGEST_HEAD + 2):
        if not line.endswith(b"\n") or len(line) > LONGEST_HEAD:
            raise _cut()
        size = file.readline(24).strip()
        if not size.isdigit() or len(size) > 12:
            raise _cut()
        start = file.tell()
        if start + int(size) + 1 > length:
            raise _cut()
        file.seek(start + int(size) + 1)
        yield Part(line.decode("ascii", "replace").strip(), start, int(size))


def _cut() -> BadInput:
    return BadInput("bundle_cut", _("The saved queue was cut off: save it again, or copy it again from the stick."))


def photo_parts(plain: bytes) -> tuple[dict[str, Any], bytes]:
    """What is said of a photo, and its bytes. Raises `NotOurs`."""
    length = int.from_bytes(plain[:4], "big")
    try:
        said = read_json(plain[4 : 4 + length])
    except Refusal as error:
        raise NotOurs("photo", _("What is said of the photo cannot be read.")) from error
    if not isinstance(said, dict):
        raise NotOurs("photo", _("What is said of the photo cannot be read."))
    return said, plain[4 + length :]


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
