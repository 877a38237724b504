"""What nodes tell each other of the exchange itself: receipts, agreements, cards. It needs no agreement."""

from __future__ import annotations

from typing import Any

from tidewaiter.exchange import states
from tidewaiter.exchange.models import Outgoing, Peer
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.ledger.actions import record

NOTE = "note"
NOTES = ("receipt", "receipts", "agreement", "card", "ended", "again")
PREFIX = "XE"


def send_note(*, peer: Peer, kind: str, record_ref: str, body: dict[str, Any], by: Actor) -> Outgoing:
    """Puts a note into the outbox; call in a transaction."""
    row = Outgoing.objects.create(
        ref=new_ref(PREFIX),
        peer=peer,
        kind=kind,
        op=NOTE,
        record=record_ref,
        digest=digest(body),
        body=body,
        status=states.READY,
        made_at=now(),
    )
    if kind not in ("receipt", "receipts"):  # that one is told with what it is a receipt for
        record(by=by, deed="exchange.queued", ref=row.ref, detail={"kind": kind, "to": peer.name})
    return row
