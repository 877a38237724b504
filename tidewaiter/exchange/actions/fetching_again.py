"""Deeds after a restore: what came between the backup and its restore is asked for, and sent once more.

A receipt says where its signer's ledger stood. What was confirmed behind the place at which that ledger stands again is
not there any more: it is sent as it stands now, and what was called back is called back anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import NOTE, send_note
from tidewaiter.exchange.actions.queueing import queue_all
from tidewaiter.exchange.actions.resending import copy_of
from tidewaiter.exchange.agreements import kinds_of_node, toml_of
from tidewaiter.exchange.cards import own_card
from tidewaiter.exchange.jose import canonical_part
from tidewaiter.exchange.models import Agreement, Outgoing, Peer
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.wire_kinds import PUT, RECALL
from tidewaiter.ledger.actions import record

AGAIN = "~again"
"""In `Agreement.filled`: what was sent before is put into the outbox once more where its receiver lost it."""
MARGIN = 5
"""Entries before the restore that are asked for too: twice sent is processed once."""
SOME = 500


def ask_again(*, entries: int, by: Actor) -> int:
    """Tells each peer from which place of this node's ledger on it has lost what came; gives how many were told. Call
    in a transaction.
    """
    peers = list(Peer.objects.filter(revoked_at=None).order_by("name"))
    for peer in peers:
        send_note(peer=peer, kind="again", record_ref=peer.node, body={"after": max(entries - MARGIN, 0)}, by=by)
    return len(peers)


def send_again(*, peer: Peer, after: object, by: Actor) -> int:
    """Sends once more what a peer had confirmed behind that place of its ledger, and what both have agreed; gives how
    many envelopes that concerns. Call in the transaction of the note. Raises a refusal.
    """
    if type(after) is not int or after < 0:
        raise Refusal("content", _("The envelope lacks what it must say."))
    lost = _confirmed_behind(peer, after)
    keys = [row.pk for row in lost]
    for at in range(0, len(keys), SOME):  # what the peer has no longer is nothing that the next could be the same as
        Outgoing.objects.filter(pk__in=keys[at : at + SOME]).update(digest="")
    last = {(row.kind, row.record): row for row in lost}
    for row in last.values():
        if row.op == RECALL:
            copy_of(row=row, body={"reason": _("called back before")})
    kinds = kinds_of_node()
    few = [
        thing
        for thing, row in last.items()
        if thing[0] in kinds and row.op != RECALL and (kinds[thing[0]].refs is None or row.op != PUT)
    ]
    queue_all(items=few)
    for kind, ref in few:
        let_go_again(peer.node, kind, [ref])
    for held in Agreement.objects.filter(status=states.AGREED):
        if peer.node in held.parties:
            Agreement.objects.filter(pk=held.pk).update(filled={AGAIN: peer.node})
            send_note(peer=peer, kind="agreement", record_ref=held.code, body={"toml": toml_of(held)}, by=by)
    for held in Agreement.objects.filter(status=states.ENDED):
        if peer.node in held.parties:
            said = {"code": held.code, "epoch": held.epoch}
            send_note(peer=peer, kind="ended", record_ref=held.code, body=said, by=by)
    send_note(peer=peer, kind="card", record_ref=peer.node, body={"card": own_card()}, by=by)
    record(by=by, deed="exchange.sent_again", ref=peer.node, detail={"envelopes": len(lost), "after": after})
    return len(lost)


def _confirmed_behind(peer: Peer, after: int) -> list[Outgoing]:
    rows = Outgoing.objects.filter(peer=peer, status=states.ARRIVED).exclude(receipt="").exclude(op=NOTE)
    few = rows.only("kind", "op", "record", "version", "revision", "receipt", "peer").order_by("revision", "pk")
    return [row for row in few.iterator(chunk_size=2000) if _place(row.receipt) >= after]


def _place(receipt: str) -> int:
    """Where its signer's ledger stood: it was verified when it came."""
    said = read_json(canonical_part(receipt.split(".")[1]))
    ledger = said.get("ledger") if isinstance(said, dict) else None
    seq = ledger.get("seq") if isinstance(ledger, dict) else None
    return seq if type(seq) is int else 0


def sent_before(peer: str, kind: str, refs: Sequence[str]) -> list[str]:
    """Those of these things that the peer has had, and has lost."""
    lost = Outgoing.objects.filter(peer=peer, kind=kind, record__in=refs, status=states.ARRIVED, digest="")
    known = set(lost.values_list("record", flat=True))
    return [ref for ref in refs if ref in known]


def let_go_again(peer: str, kind: str, refs: Sequence[str]) -> None:
    """What was released before needs no second release."""
    waiting = Outgoing.objects.filter(peer=peer, kind=kind, record__in=refs, status=states.WAITS, reason="")
    waiting.update(status=states.READY)
