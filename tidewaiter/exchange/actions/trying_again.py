"""Deeds of what was set aside: doing it again once this release knows its kind."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.receiving import TOGETHER, process
from tidewaiter.exchange.agreements import kinds_of_node
from tidewaiter.exchange.models import Incoming
from tidewaiter.foundation.actors import Actor, must_be_steward
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.running_items import run_items
from tidewaiter.ledger.actions import record

AGAIN = timedelta(minutes=10)
"""Until what was tried in vain is tried once more: after an upgrade it is done within that time."""


def try_again(*, ref: str, by: Actor) -> Incoming:
    """Does a quarantined envelope again whose kind this release may know by now. Stewards alone."""
    must_be_steward(by)
    row = Incoming.objects.filter(ref=ref, status=states.QUARANTINED).exclude(sealed="").first()
    if row is None:
        raise Missing("nothing_waits", _("Nothing of that name can be tried again."))
    if row.kind not in kinds_of_node():
        raise BadInput("unknown_kind", _("This release does not know «%(kind)s».") % {"kind": row.kind})
    with transaction.atomic():
        record(by=by, deed="exchange.tried_again", ref=row.ref)
    return process(key=row.pk)


def try_what_is_known_by_now() -> int:
    """Does by itself what was set aside because an earlier release did not know its kind; gives how many were done."""
    waiting = Incoming.objects.filter(status=states.QUARANTINED, kind__in=kinds_of_node()).exclude(sealed="")
    keys = list(waiting.filter(done_at__lt=now() - AGAIN).order_by("pk").values_list("pk", flat=True)[:TOGETHER])
    run_items(keys, lambda pk: process(key=pk), task="exchange_inbox", in_transaction=False)
    return len(keys) - Incoming.objects.filter(pk__in=keys, status=states.QUARANTINED).update(done_at=now())
