"""The chain of an exhibit's events: what of an event is digested, and whether events follow each other unchanged.

Each event's digest is SHA-256 over the canonical form of its content (RFC 8785: sorted keys, no white space, UTF-8;
there are no fractions, so that no number is written in two ways), and the content holds the digest of the event
before. Files are bound by their own digests. Whoever changes, leaves out, reorders or swaps anything must change every
digest behind it, and the last one stands in the node's ledger, in its signed heads and in time stamps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tidewaiter.evidence.models import CustodyEvent
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.moments import stamp

FORMAT = "tidewaiter-custody-1"


def event_content(event: CustodyEvent) -> dict[str, Any]:
    """What of an event is digested: all of it but the digest itself."""
    return {
        "format": FORMAT,
        "exhibit": event.exhibit_id,
        "sequence": event.sequence,
        "ref": event.ref,
        "kind": event.kind,
        "at": stamp(event.at),
        "recorded_at": stamp(event.recorded_at),
        "by": event.by,
        "door": event.door,
        "giver": event.giver,
        "taker": event.taker,
        "place": event.place,
        "purpose": event.purpose,
        "authority": event.authority,
        "condition": event.condition,
        "seal_before": event.seal_before,
        "seal_after": event.seal_after,
        "seal_whole": event.seal_whole,
        "note": event.note,
        "detail": event.detail,
        "files": event.files,
        "answers": event.answers_id or "",
        "batch": event.batch,
        "previous": event.previous,
    }


def digest_of(event: CustodyEvent) -> str:
    """SHA-256 of an event's content, in hex."""
    return digest(event_content(event))


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold, and why: `digest`, `order`, `previous` or `head`."""

    sequence: int
    what: str


def first_break(events: Iterable[CustodyEvent], head: str, count: int) -> Break | None:
    """The first event of an exhibit (in their order) that is not what was recorded; nothing where the chain holds up to
    its head.
    """
    before, sequence = "", 0
    for event in events:
        sequence += 1
        if event.sequence != sequence:
            return Break(sequence, "order")
        if event.previous != before:
            return Break(sequence, "previous")
        if digest_of(event) != event.digest:
            return Break(sequence, "digest")
        before = event.digest
    if before != head or sequence != count:
        return Break(sequence + 1, "head")
    return None
