"""The situation report on paper."""

from __future__ import annotations

from django.db import transaction

from tidewaiter.drawing.printing import pdf_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy
from tidewaiter.operations.events import held_with
from tidewaiter.operations.queries import Room
from tidewaiter.operations.situation import situation_html


def print_situation(*, room: Room, lang: str, by: Actor) -> bytes:
    """The same as PDF; each copy stands in the ledger. Raises `BadInput` where the machine cannot print."""
    html = situation_html(room, lang)
    with transaction.atomic():
        policy.must_be_open(held_with(room.member))
        record(by=by, deed="operations.printed", ref=room.ref, detail={"lang": lang[:8]})
    return pdf_of(html)[0]
