"""What peers tell of the exchange itself: a receipt, an agreement that both have signed, a new card."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.agreeing import agree
from tidewaiter.exchange.actions.peers import take_card
from tidewaiter.exchange.agreements import nodes_of, read_agreement
from tidewaiter.exchange.cards import read_card
from tidewaiter.exchange.envelopes import Said
from tidewaiter.exchange.models import Outgoing, Peer
from tidewaiter.exchange.receipts import read_receipt
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.wire_kinds import Taken
from tidewaiter.ledger.actions import record

SPOILT = frozenset({"seal", "signature", "base64", "parts", "header", "digest", "outside", "unsigned", "content"})
"""Why an envelope is refused that was spoilt on the way: it is sent again, under its own id."""
MOST_TRIES = 5


def take_note(*, said: Said, peer: Peer) -> Taken:
    """Does what a note says; call in the transaction of its envelope. Raises a refusal."""
    if said.kind == "receipt":
        return _take_receipt(said, peer)
    if said.kind == "agreement":
        return _take_agreement(said)
    if said.kind == "card":
        return _take_card(said, peer)
    raise Refusal("unknown_kind", _("This release does not know «%(kind)s».") % {"kind": said.kind[:40]})


def _take_receipt(said: Said, peer: Peer) -> Taken:
    """Closes the envelope that a receipt is for: digest and version must be those that were sent."""
    told = read_receipt(str(said.body.get("receipt", "")), peer.card)
    row = Outgoing.objects.select_for_update().filter(peer=peer, ref=str(told.get("of", ""))).first()
    if row is None:
        raise Refusal("not_sent", _("The receipt is for an envelope that was never sent."))
    if row.status in (states.ARRIVED, states.REFUSED):
        return Taken(row.ref, "unchanged")
    refused = told.get("outcome") == "refused"
    if not refused and told.get("digest") != row.digest:
        raise Refusal("digest", _("The receipt is for another content than was sent."))
    if refused and told.get("reason") in SPOILT and row.tries < MOST_TRIES:
        row.status, row.sent_at = states.READY, None
        row.save(update_fields=["status", "sent_at"])
        record(by=NODE, deed="exchange.came_spoilt", ref=row.ref, version=row.version)
        return Taken(row.ref)
    row.status = states.REFUSED if refused else states.ARRIVED
    row.reason = str(told.get("reason", ""))[:40] if refused else str(told.get("outcome", ""))[:40]
    row.said = str(said.body.get("said", ""))[:300]
    row.receipt, row.answered_at, row.body = str(said.body["receipt"]), now(), {}
    row.save()
    deed = "exchange.refused" if refused else "exchange.confirmed"
    record(by=NODE, deed=deed, ref=row.ref, version=row.version, detail={"outcome": row.reason})
    return Taken(row.ref)


def _take_agreement(said: Said) -> Taken:
    """Takes into force what both parties have signed; what this node has still to sign it never signs by itself."""
    text = str(said.body.get("toml", ""))
    try:
        terms, signatures = read_agreement(text)
        nodes = nodes_of(terms)
        if not set(nodes) <= set(signatures):
            raise Refusal("unsigned", _("The agreement is not signed by both parties."))
        agreed = agree(text=text, by=NODE)
    except BadInput as error:
        raise Refusal(error.code, error.sentence) from error
    return Taken(agreed.agreement.code)


def _take_card(said: Said, peer: Peer) -> Taken:
    """Takes the newer card of a peer, which a key of the former one has signed too."""
    try:
        card = read_card(str(said.body.get("card", "")))
    except BadInput as error:
        raise Refusal(error.code, error.sentence) from error
    if card.node != peer.node:
        raise Refusal("card", _("The card is another node's."))
    take_card(card=card, by=NODE)
    return Taken(peer.node)
