"""Deeds of the outbox: what goes once more, because what stopped it lay not in what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Max

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import NOTE, PREFIX
from tidewaiter.exchange.actions.queueing import queue_all
from tidewaiter.exchange.agreements import in_force
from tidewaiter.exchange.envelopes import LIFE
from tidewaiter.exchange.models import Agreement, Outgoing
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.wire_kinds import RECALL
from tidewaiter.ledger.actions import record

EPOCHS = ("agreement", "epoch")
"""Why a node refuses what it knows no agreement for: it, or the sender, has not heard of the last one yet."""


def has_not_heard(row: Outgoing, reason: str) -> bool:
    """Whether the agreement of a refused envelope is in force here: whoever refuses it hears of that soon."""
    if reason not in EPOCHS:
        return False
    held = Agreement.objects.filter(code=row.agreement, epoch=row.epoch, status=states.AGREED).first()
    return held is not None and in_force(held)


def put_anew(*, refused: Sequence[tuple[Outgoing, str]]) -> None:
    """What was refused for its age, or under a former epoch, is put into the outbox as it stands now; a recall or a
    note as it was. Call in a transaction, with the rows as they were before they were emptied.
    """
    old = [row for row, reason in refused if reason in EPOCHS or (reason == "expired" and row.made_at + LIFE < now())]
    queue_all(items=list(dict.fromkeys((row.kind, row.record) for row in old if row.op not in (NOTE, RECALL))))
    for row in old:
        if row.op in (NOTE, RECALL):
            copy_of(row=row)


def copy_of(*, row: Outgoing, after: int = 0, body: dict[str, Any] | None = None) -> Outgoing:
    """The same once more, under an id of its own, after the last that the receiver knows."""
    again = Outgoing.objects.get(pk=row.pk)
    again.pk, again.ref, again.body = None, new_ref(PREFIX), row.body if body is None else body
    again.digest = digest(again.body)
    if row.revision:
        same = Outgoing.objects.filter(peer=row.peer, kind=row.kind, record=row.record)
        again.revision = max(after, same.aggregate(last=Max("revision"))["last"] or 0) + 1
    again.status, again.reason, again.receipt, again.said = states.READY, "", "", ""
    again.made_at, again.sent_at, again.answered_at, again.tries = now(), None, None, 0
    again.save(force_insert=True)
    record(by=NODE, deed="exchange.queued", ref=again.ref, version=again.version, detail={"after": row.revision})
    return again
