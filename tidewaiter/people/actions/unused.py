"""What the clock does: accounts that nobody uses are closed."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Coalesce, Greatest

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.moments import now
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record_many
from tidewaiter.people.actions.accounts import close
from tidewaiter.people.models import Officer

CLOSED_AFTER = timedelta(days=90)
REMINDED_BEFORE = timedelta(days=10)
_DEED = "unused_accounts"
"""As which it stands on the schedule."""


def close_unused(*, by: Actor = NODE) -> tuple[int, int]:
    """Closes accounts that were not used for 90 days and reminds their people ten days before.

    Gives (reminded, closed). Stewards are reminded but never closed by the clock: a node must not lose its last key.
    """
    moment = now()
    idle = Officer.objects.filter(is_active=True).annotate(
        seen=Greatest(Coalesce("used_at", "date_joined"), Coalesce("last_login", "date_joined"), "date_joined")
    )
    closing = list(
        idle.filter(seen__lt=moment - CLOSED_AFTER, reminded_at__lt=moment - REMINDED_BEFORE).exclude(
            grants__role="steward"
        )
    )
    closed = run_each(
        closing, lambda one: close(officers=[one], why="unused", by=by), deed=_DEED, ref_of=_ref, whole=True
    )
    with transaction.atomic():
        due = list(
            idle.filter(seen__lt=moment - (CLOSED_AFTER - REMINDED_BEFORE), reminded_at=None).exclude(
                pk__in=[officer.pk for officer in closing]
            )
        )
        Officer.objects.filter(pk__in=[officer.pk for officer in due]).update(reminded_at=moment)
        record_many(by=by, deed="people.reminded", things=[(f"officer:{officer.username}", 0) for officer in due])
    return len(due), len(closed.done)


def _ref(officer: Officer) -> str:
    return f"officer:{officer.username}"
