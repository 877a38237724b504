"""What exhibits and the events of their custody must have in the ledger."""

from __future__ import annotations

from tidewaiter.evidence.models import CustodyEvent, Exhibit
from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made

_EVENT = gettext_noop("event of custody")
DEEDS = (
    *("evidence.seized", "evidence.sealed", "evidence.unsealed", "evidence.handed_over", "evidence.taken"),
    *("evidence.declined", "evidence.moved", "evidence.boxed", "evidence.unboxed", "evidence.tested"),
    *("evidence.sampled", "evidence.measured", "evidence.acquired", "evidence.exported", "evidence.counted"),
    *("evidence.corrected", "evidence.disposed", "evidence.held", "evidence.released", "evidence.decided"),
    *("evidence.witnessed", "evidence.verified", "evidence.lost", "evidence.found", "evidence.valued"),
    *("evidence.shown", "evidence.reported"),
)
"""Of events: each is recorded under its exhibit's ref, with the number of the event as the version."""
CLAIMS = (
    made(_EVENT, CustodyEvent.objects.all(), DEEDS, ref="exhibit__ref", version="sequence"),
    kept(gettext_noop("exhibit"), "evidence.seized", Exhibit.objects.all()),
)
