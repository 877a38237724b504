"""What the words of the command `exchange` answer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.exchange import queries
from tidewaiter.exchange.actions.agreeing import agree
from tidewaiter.exchange.actions.asking import ask, reply
from tidewaiter.exchange.actions.ending import end_agreement
from tidewaiter.exchange.actions.inquiring import inquire, reply_to_inquiry
from tidewaiter.exchange.actions.peers import add_peer, make_node_keys, revoke_peer
from tidewaiter.exchange.actions.publishing import proof_of
from tidewaiter.exchange.actions.sending import hold, recall, release
from tidewaiter.exchange.cards import card_of_node, own_document, read_card
from tidewaiter.exchange.envelope_xml import case_document
from tidewaiter.exchange.jose import NotOurs
from tidewaiter.exchange.models import Outgoing
from tidewaiter.exchange.outgoing import said_of
from tidewaiter.exchange.receipts import read_receipt
from tidewaiter.exchange.running import take_turn
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.wire_kinds import PUT


def key(*, rotate: bool, names: dict[str, str], by: Actor) -> tuple[dict[str, Any], str]:
    """`{"node", "name", "fingerprint", "made"}`, and the card."""
    made = make_node_keys(by=by, rotate=rotate, names=names)
    text, fingerprint = card_of_node()
    own = own_document()
    return {"node": own["node"], "name": own["name"], "fingerprint": fingerprint, "made": made}, text


def take_peer(text: str, fingerprint: str, by: Actor) -> dict[str, Any]:
    """`{"node", "name", "fingerprint", "compared"}`."""
    peer = add_peer(text=text, by=by, fingerprint=fingerprint)
    card = read_card(text)
    return {"node": peer.node, "name": peer.name, "fingerprint": card.fingerprint, "compared": bool(fingerprint)}


def let_peer_go(name: str, by: Actor) -> dict[str, Any]:
    """`{"node", "name", "revoked_at"}`."""
    peer = revoke_peer(name=name, by=by)
    return {"node": peer.node, "name": peer.name, "revoked_at": peer.revoked_at.isoformat() if peer.revoked_at else ""}


def sign_agreement(text: str, by: Actor) -> tuple[dict[str, Any], str]:
    """`{"code", "epoch", "status", "missing"}`, and the signed file."""
    agreed = agree(text=text, by=by)
    one = agreed.agreement
    return {"code": one.code, "epoch": one.epoch, "status": one.status, "missing": list(agreed.missing)}, agreed.text


def _rows(rows: list[Outgoing]) -> dict[str, Any]:
    return {"envelopes": [{"ref": row.ref, "to": row.peer.name, "status": row.status} for row in rows]}


def let_go(ref: str, by: Actor) -> dict[str, Any]:
    """`{"envelopes": [{"ref", "to", "status"}]}`."""
    return _rows(release(ref=ref, by=by))


def keep_back(ref: str, by: Actor) -> dict[str, Any]:
    """As releasing."""
    return _rows(hold(ref=ref, by=by))


def call_back(ref: str, reason: str, by: Actor) -> dict[str, Any]:
    """As releasing."""
    return _rows(recall(ref=ref, reason=reason, by=by))


def prove(ref: str) -> dict[str, Any]:
    """A document that anybody verifies off-line (`verifier`)."""
    return proof_of(ref)


def as_document(ref: str) -> tuple[bytes, list[str]]:
    """A case that waits to leave as XML by the class names of the WCO Data Model, and what has no class there."""
    row = Outgoing.objects.filter(ref=ref, kind="case", op=PUT).exclude(body={}).select_related("peer").first()
    if row is None:
        raise Missing("nothing_waits", _("No case of that name waits to be sent, or its content has left already."))
    return case_document(said_of(row))


def put_question(text: str, by: Actor) -> dict[str, Any]:
    """`{"question", "to"}`."""
    said = read_json(text)
    if not isinstance(said, dict):
        raise BadInput("json", _("The question is no JSON document."))
    made = ask(said=said, by=by)
    return {"question": made.ref, "to": made.peer.name}


def put_inquiry(text: str, by: Actor) -> dict[str, Any]:
    """`{"request", "to"}`."""
    said = read_json(text)
    if not isinstance(said, dict):
        raise BadInput("json", _("The request is no JSON document."))
    made = inquire(said=said, by=by)
    return {"request": made.ref, "to": made.peer.name}


def send_answer(ref: str, text: str, by: Actor) -> dict[str, Any]:
    """`{"request", "to"}`."""
    held = reply_to_inquiry(ref=ref, text=text, by=by)
    return {"request": held.ref, "to": held.peer.name}


def leave(code: str, by: Actor) -> dict[str, Any]:
    """`{"code", "status"}`."""
    held = end_agreement(code=code, by=by)
    return {"code": held.code, "status": held.status}


def send_reply(ref: str, by: Actor) -> dict[str, Any]:
    """As releasing."""
    return _rows(reply(ref=ref, by=by))


def receipt_verified(text: str, card: str) -> dict[str, Any]:
    """`{"valid", "by", "of", "record", "version", "digest", "outcome", "at"}`; nothing of the node is asked."""
    signer = read_card(card)
    token = text.strip()
    if token.startswith("{"):
        token = str(read_json(token).get("receipt", ""))
    try:
        said = read_receipt(token, signer.document)
    except NotOurs as error:
        return {"valid": False, "why": error.sentence}
    names = ("of", "record", "version", "digest", "outcome", "at")
    return {"valid": True, "by": signer.name, **{name: said.get(name) for name in names}}


def one_turn() -> dict[str, Any]:
    """`{"queued", "done", "failed": {peer: why}}`."""
    return take_turn()


def status() -> dict[str, Any]:
    """What waits, by peer, since when and why, in words too."""
    return queries.status()
