"""Deeds of the end: a node leaves an agreement, both stop at once, erase what they had of each other and say so."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import send_note
from tidewaiter.exchange.actions.setting_aside import drop_waiting
from tidewaiter.exchange.agreements import kinds_of_node
from tidewaiter.exchange.cards import own_node
from tidewaiter.exchange.models import Agreement, Incoming, Outgoing, Peer
from tidewaiter.exchange.peers import PeerActor
from tidewaiter.foundation.actors import NODE, Actor, must_be_steward
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refusals import Missing, Refusal
from tidewaiter.foundation.wire_kinds import RECALL, Arriving, WireKind
from tidewaiter.ledger.actions import record

AT_ONCE = 200
"""Copies that one transaction erases."""


def end_agreement(*, code: str, by: Actor) -> Agreement:
    """Leaves an agreement: nothing leaves or comes under it from now on, what came is erased by the node's next turns,
    and the other party is told. Stewards alone. Raises a refusal.
    """
    must_be_steward(by)
    with transaction.atomic():
        held = Agreement.objects.select_for_update().filter(code=code).first()
        if held is None or own_node() not in held.parties:
            raise Missing("agreement", _("This node is no party to such an agreement."))
        if held.status != states.ENDED:
            _end(held, by)
            _tell(held, {}, by)
    return held


def _end(held: Agreement, by: Actor) -> None:
    held.status, held.changed_by, held.changed_at = states.ENDED, by.username, now()
    held.ending = {}
    held.save(update_fields=["status", "changed_by", "changed_at", "ending"])
    leaving = Outgoing.objects.filter(agreement=held.code, status__in=states.MOVES["lapse"])
    leaving.update(status=states.LAPSED, reason="agreement_over", body={}, answered_at=now())
    drop_waiting(Incoming.objects.filter(agreement=held.code, peer__in=held.parties))
    record(by=by, deed="exchange.ended", ref=f"agreement:{held.code}"[:64], version=held.epoch)


def _tell(held: Agreement, told: dict[str, Any], by: Actor) -> None:
    """The other party and the relays hear that it has ended, and of copies that are erased."""
    body = {"code": held.code, "epoch": held.epoch, **told}
    others = Peer.objects.filter(revoked_at=None, node__in=held.parties)
    relays = Peer.objects.filter(revoked_at=None, shape="central")
    for peer in {one.node: one for one in (*others, *relays)}.values():
        send_note(peer=peer, kind="ended", record_ref=held.code, body=body, by=by)


def take_ending(*, body: dict[str, Any], peer: Peer) -> str:
    """Ends an agreement that a party has left, and keeps what it says it has erased. In the envelope's transaction."""
    held = Agreement.objects.select_for_update().filter(code=str(body.get("code", ""))).first()
    if held is None or peer.node not in held.parties:
        raise Refusal("agreement", _("There is no such agreement between the two nodes."))
    if held.epoch > body.get("epoch", 0):
        return held.code
    if held.status != states.ENDED:
        _end(held, PeerActor(peer))
    erased = body.get("erased")
    if type(erased) is int and erased >= 0:
        held.ending = {**held.ending, peer.node: {"erased": erased, "at": str(body.get("at", ""))[:40]}}
        held.save(update_fields=["ending"])
        # what the peer has no longer is no copy that a later agreement could rest on
        gone = Outgoing.objects.filter(peer=peer, agreement=held.code, status=states.ARRIVED)
        gone.update(digest="")
        record(by=PeerActor(peer), deed="exchange.erasure_confirmed", ref=f"agreement:{held.code}"[:64])
    return held.code


def erase_ended() -> int:
    """Erases what came under agreements that have ended, some at a time, and tells the other party once all of it is
    gone; gives how many copies went.
    """
    own, erased = own_node(), 0
    for agreement in Agreement.objects.filter(status=states.ENDED):
        if own in agreement.parties and own not in agreement.ending:
            erased += _erase_of(agreement, own)
    return erased


def _erase_of(agreement: Agreement, own: str) -> int:
    other = next(node for node in agreement.parties if node != own)
    peer = Peer.objects.get(node=other)
    kinds = {name: kind for name, kind in kinds_of_node().items() if not kind.answers}
    keeps = agreement.document.get("at_end") == "keep"
    came = Incoming.objects.filter(peer=peer, agreement=agreement.code, status=states.DONE, kind__in=kinds)
    with transaction.atomic():
        held = Agreement.objects.select_for_update().get(pk=agreement.pk)
        if held.status != states.ENDED or own in held.ending:
            return 0
        rows = [] if keeps else list(came.exclude(kept_as="").order_by("pk")[:AT_ONCE])
        for row in rows:
            _erase(row, kinds[row.kind])
        if rows:
            return len(rows)
        total = 0 if keeps else came.values("kind", "record").distinct().count()
        told = {"erased": total, "at": stamp(now())}
        held.ending = {**held.ending, own: told}
        held.save(update_fields=["ending"])
        record(by=NODE, deed="exchange.erased", ref=f"agreement:{held.code}"[:64], detail={"copies": total})
        _tell(held, told, NODE)
    return 0


def _erase(row: Incoming, kind: WireKind) -> None:
    by = PeerActor(row.peer)
    kind.take(
        Arriving(ref=row.record, version=row.version, op=RECALL, body={}, node=row.peer_id, peer=row.peer.name, by=by)
    )
    same = Incoming.objects.filter(peer=row.peer, kind=row.kind, record=row.record, agreement=row.agreement)
    same.update(kept_as="")
