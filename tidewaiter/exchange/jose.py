"""JOSE behind a fence: one fixed pair of algorithms a key, nothing that a token says of itself is believed.

`joserfc` does the cryptography. The fence stands before it: a part that is not canonical base64url is refused (else
one signature has many spellings), so is a header that brings its own key, wants something understood or unpacks
(`jwk jku x5u x5c crit zip`), and one that names another algorithm than the key has (docs/decisions/0047).
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from django.utils.translation import gettext as _
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import Key

from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.refusals import Refusal

SIGN = "Ed25519"
SEAL = ("ECDH-ES", "A256GCM")
"""The pairs of this release: a key of the exchange has these and no others."""
REFUSED = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "zip", "b64", "x5t", "x5t#S256"})
LONGEST_HEADER = 4096
MOST_SIGNED, MOST_SEALED = 12 * 1024 * 1024, 2 * 1024 * 1024
"""Bytes in base64url of what is signed (a call with 4 MiB of envelopes), and of what is sealed (one envelope)."""
_part = re.compile(r"[A-Za-z0-9_-]*")


class NotOurs(Refusal):
    """A token that is not what it should be; the code says how."""


def canonical_part(part: str) -> bytes:
    """The bytes of a part. Raises `NotOurs` unless it is the one way to write them (RFC 4648, §3.5)."""
    if _part.fullmatch(part) is None:
        raise NotOurs("base64", _("A part of the envelope is not written in base64url."))
    try:
        data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError) as error:
        raise NotOurs("base64", _("A part of the envelope is not written in base64url.")) from error
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != part:
        raise NotOurs("base64", _("A part of the envelope is not written in the one way it can be."))
    return data


def header_of(token: str, parts: int) -> dict[str, Any]:
    """The header of a token of so many parts, which nobody has vouched for yet. Raises `NotOurs`."""
    pieces = token.split(".")
    if len(pieces) != parts:
        raise NotOurs("parts", _("The envelope is cut, or is no envelope."))
    data, *_others = [canonical_part(piece) for piece in pieces]
    if len(data) > LONGEST_HEADER:
        raise NotOurs("header", _("The head of the envelope is too long."))
    try:
        header = read_json(data)
    except Refusal as error:
        raise NotOurs("header", _("The head of the envelope cannot be read.")) from error
    if not isinstance(header, dict) or not all(isinstance(name, str) for name in header):
        raise NotOurs("header", _("The head of the envelope cannot be read."))
    if said := sorted(REFUSED & header.keys()):
        raise NotOurs("header", _("The head of the envelope says «%(name)s», which is refused.") % {"name": said[0]})
    if len(re.findall(rb'"alg"', data)) > 1:
        raise NotOurs("header", _("The head of the envelope says one thing twice."))
    return header


def sign(payload: bytes, key: Key, kid: str, *, typ: str) -> str:
    """A JWS of that payload."""
    header = {"alg": SIGN, "kid": kid, "typ": typ}
    return jws.serialize_compact(header, payload, key, registry=_signing(SIGN))


def verified(token: str, key: Key, alg: str = SIGN) -> tuple[dict[str, Any], bytes]:
    """Header and payload of a JWS that `key` has signed with its one algorithm. Raises `NotOurs`."""
    header = header_of(token, 3)
    _must_be_of(key, header, alg)
    try:
        said = jws.deserialize_compact(token, key, registry=_signing(alg))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotOurs("signature", _("The signature of the envelope does not fit.")) from error
    return header, bytes(said.payload)


def seal(payload: bytes, key: Key, header: dict[str, Any]) -> str:
    """A JWE of that payload, which the owner of `key` alone opens; the header is said openly, and sealed with it."""
    alg, enc = SEAL
    return jwe.encrypt_compact({**header, "alg": alg, "enc": enc}, payload, key, registry=_sealing(SEAL))


def unsealed(token: str, key: Key, pair: tuple[str, str] = SEAL) -> tuple[dict[str, Any], bytes]:
    """Header and payload of a JWE that was sealed for `key` with its one pair of algorithms. Raises `NotOurs`."""
    header = header_of(token, 5)
    _must_be_of(key, header, pair[0])
    if header.get("enc") != pair[1]:
        raise NotOurs("algorithm", _("The envelope names another algorithm than its key has."))
    try:
        said = jwe.decrypt_compact(token, key, registry=_sealing(pair))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, AssertionError) as error:
        raise NotOurs("seal", _("The envelope cannot be opened with the key of this node.")) from error
    return header, bytes(said.plaintext or b"")


def _must_be_of(key: Key, header: dict[str, Any], alg: str) -> None:
    own = key.as_dict(private=False) if key.key_type != "oct" else key.as_dict(private=True)
    if header.get("alg") != alg or own.get("alg", alg) != alg:
        raise NotOurs("algorithm", _("The envelope names another algorithm than its key has."))


class _Signing(jws.JWSRegistry):
    """The library's own bounds (128,000 bytes) are below what a call carries: ours stand in their place."""

    max_payload_length = MOST_SIGNED


class _Sealing(jwe.JWERegistry):
    """The same: 64 KiB by itself."""

    max_protected_header_length = LONGEST_HEADER
    max_ciphertext_length = MOST_SEALED


def _signing(alg: str) -> jws.JWSRegistry:
    return _Signing(algorithms=[alg], strict_check_header=False)


def _sealing(pair: tuple[str, str]) -> jwe.JWERegistry:
    return _Sealing(algorithms=list(pair), strict_check_header=False)
