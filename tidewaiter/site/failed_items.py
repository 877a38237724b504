"""A steward's deeds with what the clock has set aside: letting it be tried again, or dropping it."""

from __future__ import annotations

from django.db import transaction

from tidewaiter.foundation.actors import Actor, must_be_steward
from tidewaiter.jobs import set_aside
from tidewaiter.jobs.models import FailedItem
from tidewaiter.ledger.actions import record


def retry(*, item: int, by: Actor) -> FailedItem:
    """Lets an item be tried at the next turn of its deed. Raises `NotAllowed`, or
    `Missing` for one that is not there.
    """
    must_be_steward(by)
    with transaction.atomic():
        row = set_aside.let_try(item=item)
        record(by=by, deed="site.retried", ref=row.ref[:64], detail={"deed": row.deed})
    return row


def drop(*, item: int, by: Actor) -> FailedItem:
    """Leaves an item alone until its record changes. Raises `NotAllowed`, or `Missing` for one that is not there."""
    must_be_steward(by)
    with transaction.atomic():
        row = set_aside.drop(item=item)
        record(by=by, deed="site.dropped", ref=row.ref[:64], detail={"deed": row.deed})
    return row


def retry_all(*, by: Actor) -> int:
    """Lets everything be tried that waits or is set aside, as after a fault of the
    program that was mended. Gives how many.
    """
    must_be_steward(by)
    with transaction.atomic():
        number = set_aside.let_all_try()
        record(by=by, deed="site.retried", ref="failed_items", detail={"items": number})
    return number
