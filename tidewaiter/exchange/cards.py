"""The card of a node: who it is and its public keys, signed by itself; two people compare its fingerprint by telephone.

A card that follows another carries a second signature, by a key of the former one: so a node that rotates its keys is
known again without a telephone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _
from joserfc.jwk import OKPKey

from tidewaiter.exchange.jose import NotOurs, canonical_part, header_of, sign, verified
from tidewaiter.exchange.keys import fingerprint_of, imported, kid_of, newest, own_keys, own_names
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.ledger.keys import public_key_hex, second_key
from tidewaiter.ledger.models import ChainEnd

CARD = 1
TYP = "tw-card"
SHAPES = ("central", "national", "operation")
LONGEST = 64 * 1024
RECEIPTS = "receipts"
"""What a card says under `kinds` where its node takes many receipts in one note."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card that fits its signature."""

    node: str
    name: str
    title: str
    shape: str
    administration: str
    url: str
    keys: tuple[dict[str, str], ...]
    ledger: str
    kinds: dict[str, int]
    at: str
    document: dict[str, Any] = field(repr=False)
    token: str = field(repr=False)
    before: str = field(default="", repr=False)
    """The same card signed by a key of the former one, where there was one."""

    @property
    def fingerprint(self) -> str:
        """Of the key that signs."""
        return fingerprint_of(key_in_use(self.document, "sig")["x"])


def key_in_use(document: dict[str, Any], use: str) -> dict[str, str]:
    """The public key of a card by which its node signs, or to which one seals."""
    return next(one for one in document["keys"] if one["use"] == use and not one.get("until"))


def public_key(document: dict[str, Any], kid: str, use: str) -> OKPKey:
    """A public key of a card that holds still. Raises `NotOurs` where the card has none of that name."""
    moment = now().isoformat()
    for one in document.get("keys", ()):
        if one["kid"] == kid and one["use"] == use and (not one.get("until") or one["until"] > moment):
            return imported(canonical({name: one[name] for name in ("kty", "crv", "x")}))
    raise NotOurs("key", _("The envelope names a key that its sender has not (any more)."))


def own_document() -> dict[str, Any]:
    """What this node's card says."""
    names = own_names()
    end = ChainEnd.objects.first()
    kinds = {kind.name: kind.version for room in rooms_of_node() for kind in room.wire} | {RECEIPTS: 1}
    return {
        "card": CARD,
        "node": end.node if end else "",
        "name": names["name"],
        "title": names["title"],
        "shape": settings.TIDEWAITER_SHAPE,
        "administration": names["administration"],
        "url": names.get("url", ""),
        "keys": [one.public() for one in own_keys()],
        "ledger": public_key_hex(),
        **({"ledger_ml_dsa": second[1]} if (second := second_key()) else {}),
        "kinds": kinds,
        "at": now().isoformat(timespec="seconds"),
    }


def own_node() -> str:
    """The ref of this node."""
    end = ChainEnd.objects.first()
    return end.node if end else ""


def own_card() -> str:
    """This node's card as a file: one JSON document."""
    said = canonical(own_document())
    key = newest("sig")
    older = [one for one in own_keys() if one.use == "sig" and one.until]
    document = {"card": sign(said, key.key, key.kid, typ=TYP)}
    if older:
        document["before"] = sign(said, older[0].key, older[0].kid, typ=TYP)
    return msgspec.json.format(msgspec.json.encode(document)).decode() + "\n"


def read_card(text: str | bytes) -> Card:
    """The card of a file. Raises `BadInput` for one that is none, or whose signature does not fit."""
    if len(text) > LONGEST:
        raise BadInput("card", _("This is no card of a node: it is too long."))
    try:
        said = read_json(text)
        token, before = str(said["card"]), str(said.get("before", ""))
        payload = _payload(token)
        document = read_json(payload)
        _must_be_whole(document)
        header, _said = verified(token, _signer(document, header_of(token, 3)))
        if header.get("typ") != TYP:
            raise NotOurs("type", _("This is no card."))
    except NotOurs as error:
        raise BadInput("card", _("The signature of the card does not fit: it was changed, or cut.")) from error
    except (Refusal, KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
        raise BadInput("card", _("This is no card of a node (`exchange key -o FILE` writes one).")) from error
    return Card(
        node=document["node"],
        name=document["name"],
        title=document["title"],
        shape=document["shape"],
        administration=document["administration"],
        url=document["url"],
        keys=tuple(document["keys"]),
        ledger=document["ledger"],
        kinds=dict(document["kinds"]),
        at=document["at"],
        document=document,
        token=token,
        before=before,
    )


def continues(card: Card, former: dict[str, Any]) -> bool:
    """Whether a key of the former card has signed this one too, or signs it still."""
    for token in (card.before, card.token):
        if token:
            try:
                _header, said = verified(token, public_key(former, str(header_of(token, 3).get("kid")), "sig"))
            except NotOurs:
                continue
            if said == canonical(card.document):
                return True
    return False


def _payload(token: str) -> bytes:
    """What a token says before anybody has vouched for it."""
    header_of(token, 3)
    return canonical_part(token.split(".")[1])


def _signer(document: dict[str, Any], header: dict[str, Any]) -> OKPKey:
    in_use = key_in_use(document, "sig")
    if header.get("kid") != in_use["kid"]:
        raise NotOurs("key", _("The card is not signed by its own key."))
    return OKPKey.import_key({name: in_use[name] for name in ("kty", "crv", "x")})


def _must_be_whole(document: dict[str, Any]) -> None:
    """Raises where a card lacks what it must say, or says it wrongly."""
    texts = ("node", "name", "title", "shape", "administration", "url", "ledger", "at")
    if document["card"] != CARD or not all(isinstance(document[name], str) for name in texts):
        raise ValueError
    if document["shape"] not in SHAPES or not document["node"].startswith("NODE-") or len(document["node"]) > 64:
        raise ValueError
    if not isinstance(document["kinds"], dict):
        raise ValueError
    if not document["name"] or len(document["name"]) > 40 or len(document["title"]) > 100:
        raise ValueError
    for one in document["keys"]:
        if one["kid"] != kid_of(one["x"]) or one["crv"] != {"sig": "Ed25519", "enc": "X25519"}[one["use"]]:
            raise ValueError
    key_in_use(document, "enc")


def card_of_node() -> tuple[str, str]:
    """The card of this node as a file, and the fingerprint that people compare."""
    return own_card(), fingerprint_of(newest("sig").public()["x"])
