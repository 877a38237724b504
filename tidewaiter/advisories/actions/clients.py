"""Deeds of clients of the TAXII door: how far each has come, and what became of what it sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tidewaiter.advisories.actions.importing import Brought
from tidewaiter.advisories.models import Collection, Taking, Upload
from tidewaiter.advisories.stix.fixed import timestamp
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.actions import record

KEPT = 1000
"""Objects whose outcome a status resource names one by one."""


def note_taking(*, collection: Collection, until: datetime, by: Actor) -> None:
    """Remembers how far a client has come; the first time is written down in the ledger."""
    client = f"{by.username} {by.door}"[:200]
    there = Taking.objects.filter(collection=collection, client=client)
    if there.filter(until__gte=until).exists():
        return
    if there.filter(until__lt=until).update(until=until, at=now()):
        return
    with transaction.atomic():
        _one, new = Taking.objects.get_or_create(
            collection=collection, client=client, defaults={"until": until, "at": now()}
        )
        if new:
            record(by=by, deed="advisories.taken", ref=str(collection.pk))


def keep_upload(*, collection: Collection, brought: Brought, by: Actor) -> Upload:
    """Keeps what became of each object that a client sent."""
    moment = now()
    successes = [{"id": stix_id, "version": version} for stix_id, version in brought.kept]
    failures = [{"id": one["id"], "version": timestamp(moment), "message": one["message"]} for one in brought.errors]
    outcome: dict[str, Any] = {
        "request_timestamp": timestamp(moment),
        "total_count": brought.objects,
        "success_count": brought.objects - brought.rejected,
        "failure_count": brought.rejected,
        "pending_count": 0,
    }
    if successes:
        outcome["successes"] = successes[:KEPT]
    if failures:
        outcome["failures"] = failures[:KEPT]
    with transaction.atomic():
        made = Upload.objects.create(collection=collection, by=by.username, at=moment, outcome=outcome)
        record(by=by, deed="advisories.sent", ref=str(made.pk), detail={"objects": brought.objects})
    return made
