"""What frozen data sets and tables that were brought must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made
from tidewaiter.statistics.models import BroughtTable, Snapshot

_SNAPSHOT = gettext_noop("frozen data set")
CLAIMS = (
    made(_SNAPSHOT, Snapshot.objects.all(), ("statistics.frozen",)),
    kept(_SNAPSHOT, "statistics.frozen", Snapshot.objects.all()),
    made(gettext_noop("table that was brought"), BroughtTable.objects.all(), ("statistics.table_brought",)),
)
