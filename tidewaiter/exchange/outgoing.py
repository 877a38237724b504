"""What is to be sent now, in which order, and how a row of the outbox becomes an envelope."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Case, Q, QuerySet, Value, When

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import NOTE
from tidewaiter.exchange.agreements import kinds_of_node
from tidewaiter.exchange.cards import own_node
from tidewaiter.exchange.envelopes import Said, written
from tidewaiter.exchange.models import Outgoing
from tidewaiter.foundation.moments import now

FIRST_PAUSE, LONGEST_PAUSE = 600, 6 * 3600
"""Seconds until an envelope without a receipt is sent again, under its own id."""
FULL_PAUSE = 20


def _recalls_first() -> Case:
    return Case(When(op="recall", then=Value(0)), When(op=NOTE, then=Value(1)), default=Value(2))


def due(rows: QuerySet[Outgoing]) -> QuerySet[Outgoing]:
    """What is to be sent now: what is ready, and what had no receipt for long; recalls first, then in order."""
    moment = now()
    late = Q(pk__in=[])
    for tries in range(1, 8):
        pause = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
        late |= Q(status=states.ON_THE_WAY, tries=tries, sent_at__lt=moment - timedelta(seconds=pause))
    late |= Q(status=states.ON_THE_WAY, tries__gte=8, sent_at__lt=moment - timedelta(seconds=LONGEST_PAUSE))
    rested = Q(sent_at=None) | Q(sent_at__lt=moment - timedelta(seconds=FULL_PAUSE))
    ready = Q(status=states.READY) & rested
    return rows.filter(ready | late).select_related("peer").annotate(first=_recalls_first()).order_by("first", "pk")


def envelope_of(row: Outgoing) -> str:
    """The sealed envelope of a row of the outbox."""
    kind = kinds_of_node().get(row.kind)
    said = Said(
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
    return written(said, row.peer.card)
