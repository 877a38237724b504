"""Deeds of trust: the receipts of a day closed under one signed number, and what proves one of them to anybody."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.exchange.cards import own_card
from tidewaiter.exchange.models import Closed, Incoming
from tidewaiter.exchange.receipt_verifier import closed_text, path_of, root_of
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.keys import node_key, public_key_hex, second_key
from tidewaiter.ledger.queries import current_head


def close_receipts(*, until: date | None = None) -> int:
    """Closes each day before today (or up to `until`) on which this node signed receipts; gives how many days."""
    end = until or now().date() - timedelta(days=1)
    last = Closed.objects.order_by("-day").values_list("day", flat=True).first()
    if last is not None and last >= end:
        return 0
    done = Incoming.objects.exclude(receipt="").filter(done_at__lt=_midnight(end + timedelta(days=1)))
    if last is not None:
        done = done.filter(done_at__gte=_midnight(last + timedelta(days=1)))
    days = list(done.dates("done_at", "day"))
    for day in days:
        _close(day)
    return len(days)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _close(day: date) -> None:
    receipts = Incoming.objects.exclude(receipt="").filter(
        done_at__gte=_midnight(day), done_at__lt=_midnight(day + timedelta(days=1))
    )
    leaves = sorted(
        hashlib.sha256(token.encode()).hexdigest()
        for token in receipts.values_list("receipt", flat=True).iterator(chunk_size=2000)
    )
    root = root_of(leaves)
    text = closed_text(day.isoformat(), root, len(leaves))
    second = second_key()
    signed = {"public_key": public_key_hex(), "signature": node_key().sign(text).hex()}
    signed |= {"ml_dsa_key": second[1], "ml_dsa_signature": second[0].sign(text).hex()} if second else {}
    with transaction.atomic():
        Closed.objects.create(day=day, root=root, count=len(leaves), leaves="".join(leaves), signed=signed)
        record(
            by=NODE, deed="exchange.receipts_closed", ref=f"receipts:{day}", detail={"root": root, "count": len(leaves)}
        )


def proof_of(ref: str) -> dict[str, Any]:
    """What proves to anybody that this node signed the receipt of an envelope, and cannot sign another in its place:
    the receipt, the card of its key, its place among the receipts of its day, a signed head of the ledger. Raises
    `Missing`.
    """
    row = Incoming.objects.filter(ref=ref).exclude(receipt="").first()
    leaf = hashlib.sha256(row.receipt.encode()).hexdigest() if row else ""
    closed = Closed.objects.filter(day=row.done_at.date()).first() if row and row.done_at else None
    if row is None:
        raise Missing("no_receipt", _("There is no such receipt."))
    leaves = [closed.leaves[at : at + 64] for at in range(0, len(closed.leaves), 64)] if closed else []
    if closed is None or leaf not in leaves:
        raise Missing("not_closed", _("The receipts of that day are published when the day has ended."))
    said = {"day": closed.day.isoformat(), "root": closed.root, "count": closed.count, **closed.signed}
    return {
        "proof": 1,
        "receipt": row.receipt,
        "card": read_json(own_card()),
        "place": leaves.index(leaf),
        "path": path_of(leaves, leaves.index(leaf)),
        "closed": said,
        "head": current_head(),
    }
