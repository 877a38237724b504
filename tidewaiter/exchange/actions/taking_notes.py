"""What peers tell of the exchange itself: a receipt, an agreement that both have signed, a new card."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.agreeing import agree
from tidewaiter.exchange.actions.ending import take_ending
from tidewaiter.exchange.actions.fetching_again import send_again
from tidewaiter.exchange.actions.peers import take_card
from tidewaiter.exchange.actions.resending import copy_of, has_not_heard, put_anew
from tidewaiter.exchange.agreements import nodes_of, read_agreement
from tidewaiter.exchange.cards import read_card
from tidewaiter.exchange.envelopes import Said
from tidewaiter.exchange.models import Outgoing, Peer
from tidewaiter.exchange.receipts import read_receipt
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.wire_kinds import Taken
from tidewaiter.ledger.actions import record, record_many

SPOILT = frozenset({"seal", "signature", "base64", "parts", "header", "digest", "outside", "unsigned", "content"})
"""Why an envelope is refused that was spoilt on the way: it is sent again, under its own id."""
MOST_TRIES = 5
MOST_RECEIPTS = 500


def take_note(*, said: Said, peer: Peer) -> Taken:
    """Does what a note says; call in the transaction of its envelope. Raises a refusal."""
    if said.kind in ("receipt", "receipts"):
        return Taken(take_receipts(told=receipts_in(said), peer=peer))
    if said.kind == "agreement":
        return _take_agreement(said)
    if said.kind == "card":
        return _take_card(said, peer)
    if said.kind == "ended":
        return Taken(take_ending(body=said.body, peer=peer))
    if said.kind == "again":
        send_again(peer=peer, after=said.body.get("after"), by=NODE)
        return Taken(peer.node)
    raise Refusal("unknown_kind", _("This release does not know «%(kind)s».") % {"kind": said.kind[:40]})


def receipts_in(said: Said) -> list[tuple[str, str]]:
    """The receipts of a note, each with what was said of it."""
    many = said.body.get("receipts") if said.kind == "receipts" else [said.body]
    if not isinstance(many, list) or len(many) > MOST_RECEIPTS or not all(isinstance(one, dict) for one in many):
        raise Refusal("content", _("The envelope lacks what it must say."))
    return [(str(one.get("receipt", "")), str(one.get("said", ""))) for one in many]


def take_receipts(*, told: Sequence[tuple[str, str]], peer: Peer) -> str:
    """Closes the envelopes that receipts are for: digest and version must be those that were sent. Gives the ref of
    the last. Call in the transaction of their note. Raises a refusal.
    """
    read = [(read_receipt(token, peer.card), token, words) for token, words in told]
    wanted = [str(one.get("of", "")) for one, _token, _words in read]
    rows = {row.ref: row for row in Outgoing.objects.select_for_update().filter(peer=peer, ref__in=wanted)}
    closed: list[Outgoing] = []
    refused: list[tuple[Outgoing, str]] = []
    for (one, token, words), ref in zip(read, wanted, strict=True):
        row = rows.get(ref)
        if row is None:
            raise Refusal("not_sent", _("The receipt is for an envelope that was never sent."))
        if _is_open(row, one) and _closes(row, one):
            _count_on(row, one)
            if row.status == states.REFUSED:
                refused.append((copy(row), row.reason))
            row.said, row.receipt, row.answered_at, row.body = words[:300], token, now(), {}
            closed.append(row)
    Outgoing.objects.bulk_update(closed, ("status", "reason", "said", "receipt", "answered_at", "body"), batch_size=100)
    for deed, status in (("exchange.refused", states.REFUSED), ("exchange.confirmed", states.ARRIVED)):
        for reason in dict.fromkeys(row.reason for row in closed if row.status == status):
            things = [(row.ref, row.version) for row in closed if (row.status, row.reason) == (status, reason)]
            record_many(by=NODE, deed=deed, things=things, detail={"outcome": reason})
    put_anew(refused=refused)
    return wanted[-1] if wanted else ""


def _is_open(row: Outgoing, told: dict[str, Any]) -> bool:
    """Whether an envelope has no answer yet, or one that another may follow: what waited there for a release that knows
    its kind was done in the end.
    """
    if row.status == states.REFUSED and row.reason == "unknown_kind":
        return told.get("outcome") != "refused"
    return row.status not in (states.ARRIVED, states.REFUSED)


def _closes(row: Outgoing, told: dict[str, Any]) -> bool:
    """Whether a receipt closes its envelope; one that came spoilt is sent again."""
    refused = told.get("outcome") == "refused"
    if not refused and told.get("digest") != row.digest:
        raise Refusal("digest", _("The receipt is for another content than was sent."))
    if refused and row.tries < MOST_TRIES and has_not_heard(row, str(told.get("reason"))):
        row.status, row.sent_at, row.reason = states.READY, now(), str(told.get("reason"))
        row.save(update_fields=["status", "sent_at", "reason"])
        record(by=NODE, deed="exchange.not_heard", ref=row.ref, version=row.version)
        return False
    if refused and told.get("reason") in SPOILT and row.tries < MOST_TRIES:
        row.status, row.sent_at = states.READY, None
        row.save(update_fields=["status", "sent_at"])
        record(by=NODE, deed="exchange.came_spoilt", ref=row.ref, version=row.version)
        return False
    row.status = states.REFUSED if refused else states.ARRIVED
    row.reason = str(told.get("reason" if refused else "outcome", ""))[:40]
    return True


def _count_on(row: Outgoing, told: dict[str, Any]) -> None:
    """The newest that this node knows of a record was answered «overtaken»: it was restored from a backup, and has
    counted from there. What it has now is the record's word, and goes once more, after the last that they know.
    """
    last = told.get("last")
    if row.reason != "overtaken" or type(last) is not int or not row.revision <= last < 2**31 - 1 or not row.body:
        return
    if Outgoing.objects.filter(peer=row.peer, kind=row.kind, record=row.record, revision__gt=row.revision).exists():
        return
    copy_of(row=row, after=last)


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
