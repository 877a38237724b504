"""That an exhibit was looked at: written down, with what for."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tidewaiter.evidence.models import Exhibit
from tidewaiter.foundation.actors import Actor
from tidewaiter.ledger.actions import record_many

READ = "evidence.read"


def look_at(*, exhibits: Sequence[Exhibit], purpose: str, by: Actor) -> None:
    """Writes down who looked at which exhibits, and for what."""
    if not exhibits:
        return
    with transaction.atomic():
        things = [(one.ref, one.events_count) for one in exhibits]
        record_many(by=by, deed=READ, things=things, detail={"purpose": purpose})
