"""An envelope: what is said, signed by its sender (JWS), sealed for its receiver (JWE); a relay reads the outside.

The outside names id, sender, receiver, agreement, epoch and expiry, so that a relay can hold it to the agreement; the
inside names them again, and both must agree. Every field is needed; one that is not known is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.exchange.cards import key_in_use, own_node, public_key
from tidewaiter.exchange.jose import NotOurs, header_of, seal, sign, unsealed, verified
from tidewaiter.exchange.keys import key_called, signing_key
from tidewaiter.foundation.canonical import canonical, digest
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.wire_kinds import PUT, RECALL, WITHDRAW

VERSION = 1
TYP, SEALED = "tw-said", "tw-envelope"
LIFE = timedelta(days=30)
SKEW = timedelta(hours=26)
"""By how much a clock may be wrong before an envelope that is not yet valid, or no more, is refused."""
LARGEST = 2 * 1024 * 1024
_OPS = (PUT, WITHDRAW, RECALL, "note")
_TEXTS = ("id", "from", "to", "kind", "op", "record", "agreement", "purpose", "handling", "digest")
_NUMBERS = ("v", "kv", "version", "seq", "epoch", "iat", "exp")
_OUTSIDE = ("id", "from", "to", "agreement", "epoch", "exp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The inside of an envelope."""

    id: str
    sender: str
    receiver: str
    kind: str
    kind_version: int
    op: str
    record: str
    version: int
    seq: int
    agreement: str
    epoch: int
    purpose: str
    handling: str
    body: dict[str, Any] = field(repr=False)
    made_at: datetime
    digest: str = ""


def written(said: Said, card: dict[str, Any]) -> str:
    """A whole envelope for the node of that card. The same row gives the same inside, however often it is sent."""
    document = {
        "v": VERSION,
        "id": said.id,
        "from": said.sender,
        "to": said.receiver,
        "kind": said.kind,
        "kv": said.kind_version,
        "op": said.op,
        "record": said.record,
        "version": said.version,
        "seq": said.seq,
        "agreement": said.agreement,
        "epoch": said.epoch,
        "purpose": said.purpose,
        "handling": said.handling,
        "iat": int(said.made_at.timestamp()),
        "exp": int((said.made_at + LIFE).timestamp()),
        "digest": digest(said.body),
        "body": said.body,
    }
    own, theirs = signing_key(), key_in_use(card, "enc")
    outside = {name: document[name] for name in _OUTSIDE} | {"kid": theirs["kid"], "typ": SEALED}
    inside = sign(canonical(document), own.key, own.kid, typ=TYP)
    return seal(inside.encode(), public_key(card, theirs["kid"], "enc"), outside)


@dataclass(frozen=True, slots=True)
class Outside:
    """What a relay reads of an envelope; nobody but its receiver can vouch for it."""

    id: str
    sender: str
    receiver: str
    agreement: str
    epoch: int
    expires_at: datetime


def outside_of(token: str) -> Outside:
    """The outside of an envelope. Raises `NotOurs` for what is none."""
    if len(token) > LARGEST:
        raise NotOurs("size", _("The envelope is larger than the node takes."))
    header = header_of(token, 5)
    if header.get("typ") != SEALED or (header.get("alg"), header.get("enc")) != ("ECDH-ES", "A256GCM"):
        raise NotOurs("algorithm", _("The envelope names another algorithm than its key has."))
    texts = [header.get(name) for name in ("id", "from", "to", "agreement")]
    if not all(isinstance(one, str) and len(one) <= 64 for one in texts):
        raise NotOurs("header", _("The outside of the envelope lacks what it must say."))
    if not all(type(header.get(name)) is int for name in ("epoch", "exp")):
        raise NotOurs("header", _("The outside of the envelope lacks what it must say."))
    try:
        expires = datetime.fromtimestamp(header["exp"], tz=now().tzinfo)
    except (ValueError, OverflowError, OSError) as error:
        raise NotOurs("header", _("The outside of the envelope lacks what it must say.")) from error
    return Outside(header["id"], header["from"], header["to"], header["agreement"], header["epoch"], expires)


def opened(token: str, card: dict[str, Any]) -> Said:
    """The inside of an envelope for this node from the node of that card. Raises `NotOurs`, `Refusal`."""
    outside = outside_of(token)
    if outside.receiver != own_node():
        raise NotOurs("recipient", _("The envelope is for another node."))
    header, inside = unsealed(token, key_called(str(header_of(token, 5).get("kid")), "enc").key)
    try:
        signed = inside.decode("ascii")
    except UnicodeDecodeError as error:
        raise NotOurs("signature", _("The envelope was sealed, and not signed.")) from error
    if signed.count(".") != 2:
        raise NotOurs("unsigned", _("The envelope was sealed, and not signed."))
    head, payload = verified(signed, public_key(card, str(header_of(signed, 3).get("kid")), "sig"))
    if head.get("typ") != TYP:
        raise NotOurs("type", _("What is signed in the envelope is no message."))
    said = _read(payload)
    if any(said[name] != header.get(name) for name in _OUTSIDE):
        raise NotOurs("outside", _("The outside of the envelope says another thing than its inside."))
    if digest(said["body"]) != said["digest"]:
        raise NotOurs("digest", _("The content of the envelope does not fit its digest."))
    return _said(said)


def _read(payload: bytes) -> dict[str, Any]:
    try:
        said = read_json(payload)
    except Refusal as error:
        raise NotOurs("content", _("What is signed in the envelope cannot be read.")) from error
    if not isinstance(said, dict) or not isinstance(said.get("body"), dict):
        raise NotOurs("content", _("What is signed in the envelope cannot be read."))
    if not all(isinstance(said.get(name), str) and len(said[name]) <= 400 for name in _TEXTS):
        raise NotOurs("content", _("The envelope lacks what it must say."))
    if not all(type(said.get(name)) is int and 0 <= said[name] < 2**48 for name in _NUMBERS):
        raise NotOurs("content", _("The envelope lacks what it must say."))
    if said["v"] != VERSION:
        raise NotOurs("version", _("The envelope is of a version that this node does not know."))
    if said["op"] not in _OPS or canonical(said) != payload:
        raise NotOurs("content", _("The envelope is not written in the one way it can be."))
    return said


def _said(said: dict[str, Any]) -> Said:
    made_at = datetime.fromtimestamp(said["iat"], tz=now().tzinfo)
    expires_at = datetime.fromtimestamp(said["exp"], tz=now().tzinfo)
    if expires_at + SKEW < now() or expires_at <= made_at:
        raise NotOurs("expired", _("The envelope has expired."))
    if made_at > now() + SKEW:
        raise Refusal("clock", _("The envelope was made after today: a clock is wrong by more than a day."))
    return Said(
        id=said["id"],
        sender=said["from"],
        receiver=said["to"],
        kind=said["kind"],
        kind_version=said["kv"],
        op=said["op"],
        record=said["record"],
        version=said["version"],
        seq=said["seq"],
        agreement=said["agreement"],
        epoch=said["epoch"],
        purpose=said["purpose"],
        handling=said["handling"],
        body=said["body"],
        made_at=made_at,
        digest=said["digest"],
    )
