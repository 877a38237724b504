"""Deeds of what leaves: releasing, holding, recalling."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import NOTES
from tidewaiter.exchange.actions.queueing import recalled
from tidewaiter.exchange.models import Outgoing
from tidewaiter.exchange.policy import may_recall, may_release
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing, Refusal
from tidewaiter.ledger.actions import record, record_many


def see_names(*, rows: Sequence[Outgoing], by: Actor) -> None:
    """Keeps that somebody has read whom envelopes name, and for which purpose: that of their agreement."""
    for purpose in dict.fromkeys(row.purpose for row in rows):
        things = [(row.record, row.version) for row in rows if row.purpose == purpose]
        with transaction.atomic():
            record_many(by=by, deed="exchange.names_read", things=things, detail={"purpose": purpose})


def release(*, ref: str, by: Actor) -> list[Outgoing]:
    """Lets go what waits: an envelope by its ref, or all that wait of a record. Contact points and stewards."""
    return _moved(ref, "release", by)


def hold(*, ref: str, by: Actor) -> list[Outgoing]:
    """Holds what waits or would leave, until somebody releases it."""
    return _moved(ref, "hold", by)


_PAST = {"release": "exchange.released", "hold": "exchange.held"}


def _moved(ref: str, move: str, by: Actor) -> list[Outgoing]:
    may_release(by)
    with transaction.atomic():
        rows = list(_waiting(ref).select_for_update())
        moved = [row for row in rows if row.status in states.MOVES[move]]
        if not moved:
            raise Missing("nothing_waits", _("Nothing of that name waits to be sent."))
        if move == "release" and any(row.reason == "handling" for row in moved):
            raise Refusal("handling", _("Its handling mark is narrower than the agreement lets go: change either."))
        for row in moved:
            row.status = states.MOVES[move][row.status]
            row.reason = "person" if move == "hold" else ""
            row.save(update_fields=["status", "reason"])
        record_many(by=by, deed=_PAST[move], things=[(row.ref, row.version) for row in moved])
    return moved


def _waiting(ref: str) -> QuerySet[Outgoing]:
    found = Outgoing.objects.exclude(kind__in=NOTES)
    return found.filter(ref=ref) if found.filter(ref=ref).exists() else found.filter(record=ref)


def recall(*, ref: str, reason: str, by: Actor) -> list[Outgoing]:
    """Calls back every copy of a record that was sent: each receiver erases it and says so, signed. What waits still
    does not leave. Raises a refusal.
    """
    may_recall(by)
    if not reason.strip():
        raise Refusal("reason", _("Say why: the colleagues on the other side need it."))
    with transaction.atomic():
        rows = recalled(refs=[ref], reason=reason)
        if not rows:
            raise Missing("nothing_sent", _("Nothing of that name was sent to anybody."))
        record(by=by, deed="exchange.recalled", ref=ref, detail={"copies": len(rows)})
    return rows
