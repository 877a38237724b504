"""A call from one node to another: what is brought, fetched and kept safely; signed both ways, used once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tidewaiter.exchange.cards import own_node, public_key
from tidewaiter.exchange.envelopes import SKEW
from tidewaiter.exchange.jose import NotOurs, canonical_part, header_of, sign, verified
from tidewaiter.exchange.keys import signing_key
from tidewaiter.exchange.models import Peer, Seen
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.models import Entry
from tidewaiter.ledger.queries import current_head, head_fits

CALL, ANSWER = "tw-call", "tw-answer"
REWRITTEN = "rewritten"
MOST_SEEN = 20
"""Heads of other nodes that one call tells of."""
VERSION = 1
AT_ONCE = 100
LARGEST = 4 * 1024 * 1024
"""Bytes of envelopes that one call brings, and one answer."""


class Call(msgspec.Struct, kw_only=True, forbid_unknown_fields=False):
    """What is said in a call, or in its answer."""

    v: int
    sender: str = msgspec.field(name="from")
    to: str
    nonce: str
    at: str
    envelopes: list[str] = []
    """Sealed, each for whom its outside names."""
    have: list[tuple[str, str]] = []
    """Sender and id of envelopes that were fetched and are kept safely: they need not be kept here any longer."""
    taken: list[str] = []
    refused: dict[str, str] = {}
    """By id: why an envelope was not taken."""
    more: bool = False
    head: dict[str, Any] = {}
    """The sender's ledger, as it stands: a signed head."""
    asks: int = 0
    """The last entry of the receiver's ledger that the sender has seen the hash of."""
    then: dict[str, Any] = {}
    """The hash of the entry that was asked for."""
    seen: list[dict[str, Any]] = []
    """Signed heads that other nodes have shown the sender: who shows each of its peers another history is found out."""


def said_call(peer: Peer, nonce: str = "", **parts: Any) -> tuple[str, Call]:
    """A signed call to a peer, or the answer to its call of that number."""
    asked = int(peer.head.get("asked", 0))
    entry = Entry.objects.filter(seq=asked).first() if asked else None
    call = Call(
        v=VERSION,
        sender=own_node(),
        to=peer.node,
        nonce=nonce or secrets.token_hex(16),
        at=now().isoformat(),
        head=current_head(),
        asks=int(peer.head.get("witness", peer.head).get("seq", 0)),
        seen=_seen_of_others(peer),
        then={"seq": entry.seq, "hash": entry.hash} if entry else {},
        **parts,
    )
    key = signing_key()
    token = sign(canonical(msgspec.to_builtins(call)), key.key, key.kid, typ=ANSWER if nonce else CALL)
    return token, call


def _seen_of_others(peer: Peer) -> list[dict[str, Any]]:
    others = Peer.objects.filter(revoked_at=None).exclude(pk=peer.pk).exclude(history=REWRITTEN).order_by("-seen_at")
    heads = [one["signed"] for one in others.values_list("head", flat=True)[:MOST_SEEN] if one.get("signed")]
    return heads


def read_call(token: str, typ: str, *, nonce: str = "") -> tuple[Peer, Call]:
    """A call, or the answer to the call of that number, and the peer that signed it. Raises `NotOurs`, `Refusal`."""
    head = header_of(token, 3)
    try:
        call = read_json(canonical_part(token.split(".")[1]), Call)
    except Refusal as error:
        raise NotOurs("call", _("This is no call of a node.")) from error
    peer = Peer.objects.filter(node=call.sender, revoked_at=None).first()
    if peer is None:
        raise NotOurs("unknown_peer", _("The node that calls is no peer of this one."))
    header, _payload = verified(token, public_key(peer.card, str(head.get("kid")), "sig"))
    if header.get("typ") != typ or call.to != own_node() or call.v != VERSION:
        raise NotOurs("call", _("The call is for another node, or of another version."))
    if nonce and call.nonce != nonce:
        raise NotOurs("call", _("The answer is to another call."))
    try:
        at = datetime.fromisoformat(call.at)
        apart = at - now()
    except (ValueError, TypeError) as error:
        raise NotOurs("call", _("This is no call of a node.")) from error
    if abs(apart) > SKEW:
        raise Refusal("clock", _("The clocks of the two nodes are more than a day apart: set them."))
    if peer.history == REWRITTEN:
        raise Refusal("rewritten", _("The history of the peer differs from what it signed: nothing is taken or sent."))
    return peer, call


def use_once(peer: Peer, call: Call) -> None:
    """Raises `NotOurs` for a call that came before."""
    try:
        with transaction.atomic():
            Seen.objects.create(peer=peer, nonce=call.nonce[:64], at=now())
    except IntegrityError as error:
        raise NotOurs("replayed", _("The call came before.")) from error


def note_peer(peer: Peer, call: Call, began: datetime | None = None) -> str:
    """Keeps what a call shows of its sender: that it is there, its clock, its ledger.

    Gives `rewritten` where the ledger is not the one that it has shown before.
    """
    moment = now()
    middle = began + (moment - began) / 2 if began else moment
    said: dict[str, Any] = {
        "seen_at": moment,
        "clock_ahead": (datetime.fromisoformat(call.at) - middle).total_seconds(),
        "failed": "",
        "failed_since": None,
    }
    head, before = call.head, peer.head
    if isinstance(head.get("seq"), int) and isinstance(head.get("hash"), str):
        history = _history(before, head, call.then)
        kept = before if history == REWRITTEN else _kept(peer, before, head, call.then)
        said |= {"history": history, "head": {**kept, "asked": call.asks}}
    Peer.objects.filter(pk=peer.pk).update(**said)
    for name, value in said.items():
        setattr(peer, name, value)
    return peer.history


def _kept(peer: Peer, before: dict[str, Any], head: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a head: with its signature where that fits, and what another node has seen until that is told."""
    kept: dict[str, Any] = {"seq": head["seq"], "hash": head["hash"]}
    if head.get("node") == peer.node and is_signed(head, peer.card):
        kept["signed"] = {name: head.get(name) for name in SIGNED}
    witness = before.get("witness")
    if witness and then.get("seq") != witness["seq"]:
        kept["witness"] = witness
    return kept


SIGNED = ("day", "node", "seq", "hash", "public_key", "signature")


def is_signed(head: dict[str, Any], card: dict[str, Any]) -> bool:
    """Whether a head of a ledger is signed by the ledger's key that the card names."""
    return type(head.get("seq")) is int and head_fits(head, str(card.get("ledger", "")))


def hear_heads(teller: Peer, call: Call) -> list[Peer]:
    """Holds what other nodes have shown the sender against what they have shown here; gives those who have shown two
    histories. A head that cannot be compared at once is asked for at the next call.
    """
    heads = {str(one.get("node")): one for one in call.seen[:MOST_SEEN] if isinstance(one, dict)}
    known = Peer.objects.filter(node__in=heads, revoked_at=None).exclude(pk=teller.pk).exclude(history=REWRITTEN)
    found = []
    for peer in known:
        head = heads[peer.node]
        if not is_signed(head, peer.card) or not int(peer.head.get("seq", 0)):
            continue
        if head["seq"] == peer.head["seq"]:
            if head["hash"] != peer.head["hash"]:
                Peer.objects.filter(pk=peer.pk).update(history=REWRITTEN)
                found.append(peer)
        elif "witness" not in peer.head:
            witness = {"seq": head["seq"], "hash": head["hash"], "by": teller.name}
            Peer.objects.filter(pk=peer.pk).update(head={**peer.head, "witness": witness})
    return found


def _history(before: dict[str, Any], head: dict[str, Any], then: dict[str, Any]) -> str:
    """Whether a ledger goes on from the head that was seen: no shorter, and with the same hash at the same entry."""
    seq = int(before.get("seq", 0))
    if not seq:
        return ""
    if head["seq"] < seq or (head["seq"] == seq and head["hash"] != before["hash"]):
        return REWRITTEN
    for seen in (before, before.get("witness") or before):
        if then.get("seq") == seen["seq"] and then.get("hash") != seen["hash"]:
            return REWRITTEN
    return "agrees"


def fits(envelopes: Sequence[str]) -> bool:
    """Whether so many envelopes go into one call."""
    return len(envelopes) <= AT_ONCE and sum(map(len, envelopes)) <= LARGEST
