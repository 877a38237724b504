"""What is to be sent now, in which order, and how a row of the outbox becomes an envelope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import NOTE
from tidewaiter.exchange.agreements import kinds_of_node
from tidewaiter.exchange.cards import own_node
from tidewaiter.exchange.envelopes import Said, written
from tidewaiter.exchange.models import Outgoing
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.wire_kinds import PUT, RECALL, WITHDRAW

FIRST_PAUSE, LONGEST_PAUSE = 600, 6 * 3600
"""Seconds until an envelope without a receipt is sent again, under its own id."""
FULL_PAUSE = 20


_ORDER = (RECALL, NOTE, PUT, WITHDRAW)
"""What is called back goes before all else, then what nodes tell each other; of one record the receiver keeps order."""


def due(peers: Sequence[str], most: int) -> list[Outgoing]:
    """What is to be sent to these nodes now, so many at most: what is ready, recalls first, then what had no receipt
    for long. Each look is answered from the index, however much has been sent before.
    """
    moment = now()
    rested = Q(sent_at=None) | Q(sent_at__lt=moment - timedelta(seconds=FULL_PAUSE))
    late = Q(pk__in=[])
    for tries in range(1, 8):
        pause = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
        late |= Q(tries=tries, sent_at__lt=moment - timedelta(seconds=pause))
    late |= Q(tries__gte=8, sent_at__lt=moment - timedelta(seconds=LONGEST_PAUSE))
    found: list[Outgoing] = []
    for status, when in ((states.READY, rested), (states.ON_THE_WAY, late)):
        for op in _ORDER:
            for peer in peers:
                if len(found) < most:
                    rows = Outgoing.objects.filter(when, status=status, peer=peer, op=op).select_related("peer")
                    found += rows.order_by("pk")[: most - len(found)]
    return found


def envelope_of(row: Outgoing) -> str:
    """The sealed envelope of a row of the outbox."""
    return written(said_of(row), row.peer.card)


def said_of(row: Outgoing) -> Said:
    """The inside of the envelope of a row."""
    kind = kinds_of_node().get(row.kind)
    return Said(
        id=row.ref,
        sender=own_node(),
        receiver=row.peer_id,
        kind=row.kind,
        kind_version=kind.version if kind else 1,
        op=row.op,
        record=row.record,
        version=row.version,
        seq=row.revision,
        agreement=row.agreement,
        epoch=row.epoch,
        purpose=row.purpose,
        handling=str(row.body.get("handling") or ""),
        body=row.body,
        made_at=row.made_at,
    )
