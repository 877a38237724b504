"""Receipts: what a node signs about an envelope that it has done or refused; anybody can verify one, off-line."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.exchange.cards import public_key
from tidewaiter.exchange.jose import NotOurs, header_of, sign, verified
from tidewaiter.exchange.keys import signing_key
from tidewaiter.exchange.models import Incoming
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.models import ChainEnd

TYP = "tw-receipt"


def receipt_of(row: Incoming, outcome: str, reason: str, *, last: int = 0) -> str:
    """The signed receipt of an envelope: record, version and digest, what became of it, where the ledger stood.

    Of what was overtaken `last` says by which `seq`: a sender that was restored from a backup counts on from there.
    """
    end = ChainEnd.objects.first()
    said = {
        "receipt": 1,
        "of": row.ref,
        "from": row.peer_id,
        "by": end.node if end else "",
        "kind": row.kind,
        "op": row.op,
        "record": row.record,
        "version": row.version,
        "seq": row.revision,
        "digest": row.digest,
        "outcome": outcome,
        "reason": reason,
        "at": stamp(now()),
        "ledger": {"seq": end.seq, "hash": end.hash} if end else {},
    }
    if last:
        said["last"] = last
    key = signing_key()
    return sign(canonical(said), key.key, key.kid, typ=TYP)


def read_receipt(token: str, card: dict[str, Any]) -> dict[str, Any]:
    """What a receipt says that the node of that card has signed. Raises `NotOurs`."""
    header, payload = verified(token, public_key(card, str(header_of(token, 3).get("kid")), "sig"))
    try:
        said = read_json(payload)
    except Refusal as error:
        raise NotOurs("receipt", _("The receipt cannot be read.")) from error
    if header.get("typ") != TYP or not isinstance(said, dict) or said.get("by") != card["node"]:
        raise NotOurs("receipt", _("The receipt is none, or another node's."))
    return said
