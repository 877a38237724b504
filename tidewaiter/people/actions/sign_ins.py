"""Deeds of sign-ins: what of them stands in the ledger so that people are told; what the clock warns of and forgets."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.actions import record
from tidewaiter.people import sign_ins
from tidewaiter.people.models import Attempts, Officer, SignIn

KEPT = timedelta(days=90)
WATCHED = frozenset({"steward", "contact"})
"""Roles whose sign-in from a new browser stewards are told of."""
BURST = timedelta(minutes=10)
BURST_OF_ACCOUNT = 10
BURST_OF_SOURCE = 30
TOLD_AGAIN_AFTER = timedelta(hours=1)
_GUESSED = Q(outcome__in=[sign_ins.WRONG_PASSWORD, sign_ins.WRONG_SECOND, sign_ins.WRONG_CODE])


def signed_in(*, username: str, source: str, method: str, device_known: bool) -> None:
    """Keeps a sign-in. One of a steward or a contact point from a new browser stands in
    the ledger, so that stewards are told.
    """
    with transaction.atomic():
        before = SignIn.objects.filter(officer__username=username, outcome=sign_ins.SIGNED_IN).exists()
        sign_ins.note(
            username=username,
            source=source,
            outcome=sign_ins.SIGNED_IN,
            method=method,
            device_known=device_known,
        )
        officer = Officer.objects.get(username=username)
        if before and not device_known and officer.role_codes & WATCHED:
            record(by=officer, deed="people.new_device", ref=f"officer:{username}")


def warn_of_guessing(*, by: Actor = NODE) -> int:
    """What the clock does: a burst of failures against one account, or from one
    source, stands in the ledger once an hour.

    Gives how many were found. The source is no part of the entry; the page of sign-ins shows its network.
    """
    moment = now()
    lately = SignIn.objects.filter(_GUESSED, at__gt=moment - BURST)
    accounts = (
        lately.exclude(officer=None)
        .values_list("officer__username")
        .annotate(n=Count("pk"))
        .filter(n__gte=BURST_OF_ACCOUNT)
    )
    sources = lately.values_list("source_key").annotate(n=Count("pk")).filter(n__gte=BURST_OF_SOURCE)
    found = [(f"officer:{name}", number) for name, number in accounts.order_by()]
    found += [(f"source:{key[:12]}", number) for key, number in sources.order_by()]
    with transaction.atomic():
        told = 0
        for ref, number in found:
            key = sign_ins.keyed("burst", ref)
            row, made = Attempts.objects.select_for_update().get_or_create(key=key, defaults={"last_at": moment})
            if made or row.last_at < moment - TOLD_AGAIN_AFTER:
                Attempts.objects.filter(key=key).update(last_at=moment)
                record(by=by, deed="people.guessed", ref=ref, detail={"tries": number})
                told += 1
    return told


def forget_sign_ins() -> int:
    """What the clock does: sign-ins older than ninety days go. Gives how many."""
    gone, _by_table = SignIn.objects.filter(at__lt=now() - KEPT).delete()
    return gone
