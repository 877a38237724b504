"""That an exhibit was looked at: written down, with what for."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tidewaiter.evidence import policy
from tidewaiter.evidence.models import Exhibit, Party
from tidewaiter.foundation.actors import Actor
from tidewaiter.ledger.actions import record, record_many

READ = "evidence.read"


def look_at(*, exhibits: Sequence[Exhibit], purpose: str, by: Actor) -> None:
    """Writes down who looked at which exhibits, and for what."""
    if not exhibits:
        return
    with transaction.atomic():
        things = [(one.ref, one.events_count) for one in exhibits]
        record_many(by=by, deed=READ, things=things, detail={"purpose": purpose})


def read_party(*, party: Party, exhibit: Exhibit, purpose: str, by: Actor) -> Party:
    """The name of somebody of the annex, for a purpose that is written down. Raises `BadInput` without one."""
    purpose = policy.must_have_purpose(purpose)
    with transaction.atomic():
        detail = {"purpose": purpose, "party": party.ref}
        record(by=by, deed="evidence.name_read", ref=exhibit.ref, version=exhibit.events_count, detail=detail)
    return party
