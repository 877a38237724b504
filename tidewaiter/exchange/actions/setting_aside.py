"""What was set aside sealed, because this release does not know its kind: it goes when its owner calls it back."""

from __future__ import annotations

from django.db.models import QuerySet

from tidewaiter.exchange import states
from tidewaiter.exchange.models import Incoming
from tidewaiter.foundation.moments import now


def drop_waiting(rows: QuerySet[Incoming]) -> int:
    """Of these envelopes, throws away what waits here sealed; gives how many. Call in the transaction that says why."""
    waiting = rows.filter(status=states.QUARANTINED).exclude(sealed="")
    return waiting.update(status=states.DROPPED, sealed="", done_at=now())
