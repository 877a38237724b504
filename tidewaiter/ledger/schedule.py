"""What the ledger does by the clock."""

from __future__ import annotations

from datetime import timedelta

from tidewaiter.foundation.moments import now
from tidewaiter.ledger.actions import sign_head


def sign_yesterday() -> None:
    """Signs the chain's end as the head of the day that has closed (UTC); once a day, whenever it is called."""
    sign_head(day=(now() - timedelta(days=1)).date().isoformat())
