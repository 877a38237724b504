"""Deeds of time stamps: closing a batch over the heads of exhibits and of the ledger, having it stamped, renewing what
weakens. Digests alone leave the node.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from tidewaiter.evidence.models import Exhibit, StampBatch, StampLeaf
from tidewaiter.evidence.proof import statements
from tidewaiter.evidence.proof.authority import AuthorityAway, Kept, is_named, stamp_of
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.queries import advance, current_head, follow, take_turn

FOLLOWER = "evidence_stamps"
READ_AT_ONCE = 50_000
RENEWED_BEFORE = timedelta(days=180)
"""So long before the first certificate of a stamp ends, the next batches hold its token."""
ASKED_AGAIN_AFTER = timedelta(days=1)
BATCHES = "stamps"


def stamp_by_clock() -> int:
    """Closes a batch where something happened since the last one, and has what waits stamped; gives how many stamps."""
    while close_batch(by=NODE):
        pass
    return stamp_waiting(by=NODE)


def close_batch(*, by: Actor) -> StampBatch | None:
    """A batch over every exhibit to which something happened since the last one, and over stamps that weaken; nothing
    where there is neither.
    """
    with transaction.atomic():
        if not take_turn(FOLLOWER):
            return None
        things, reached = follow(FOLLOWER, ("evidence.",), limit=READ_AT_ONCE)
        heads = _heads({ref for ref, _version in things})
        leaves = [*heads, *_weakening(now(), alone=not heads)]
        advance(FOLLOWER, reached)
        if not leaves:
            return None
        last = StampBatch.objects.order_by("-number").first()
        head = current_head()
        batch = StampBatch(
            number=last.number + 1 if last else 1,
            at=now(),
            ledger_seq=head["seq"],
            ledger_hash=head["hash"],
            count=len(leaves),
            previous=last.digest if last else "",
        )
        for place, leaf in enumerate(leaves):
            leaf.batch, leaf.place = batch, place
        batch.root = statements.root_of(leaves)
        batch.digest = statements.digest_of_statement(batch, head["node"])
        batch.save(force_insert=True)
        StampLeaf.objects.bulk_create(leaves, batch_size=1000)
        record(by=by, deed="evidence.batch_closed", ref=f"{BATCHES}:{batch.number}", detail={"leaves": len(leaves)})
    return batch


def _heads(refs: Iterable[str]) -> list[StampLeaf]:
    """The heads of these exhibits, of those that moved since they were last in a batch."""
    found = Exhibit.objects.filter(pk__in=among(refs)).order_by("pk").values_list("pk", "events_count", "head")
    before = StampLeaf.objects.filter(exhibit_id__in=among(refs)).values_list("exhibit_id").annotate(Max("sequence"))
    known = dict(before.order_by())
    return [
        StampLeaf(exhibit_id=ref, sequence=count, digest=head)
        for ref, count, head in found
        if count > known.get(ref, 0)
    ]


def _weakening(moment: datetime, *, alone: bool) -> list[StampLeaf]:
    """Tokens whose certificates end soon; where nothing else happened, once a day."""
    weak = StampBatch.objects.filter(good_until__lt=moment + RENEWED_BEFORE, renewed_in=None).exclude(token="")
    last = StampBatch.objects.aggregate(at=Max("at"))["at"]
    if alone and last is not None and last > moment - ASKED_AGAIN_AFTER:
        return []
    tokens = weak.order_by("number").values_list("pk", "token").iterator(chunk_size=500)
    return [StampLeaf(renews_id=number, digest=_digest(token)) for number, token in tokens]


def _digest(token: str) -> str:
    return hashlib.sha256(base64.b64decode(token)).hexdigest()


def stamp_waiting(*, by: Actor) -> int:
    """Has the batches that wait stamped, the oldest first; gives how many. Where the authority is away they wait on."""
    if not is_named():
        return 0
    node, done = "", 0
    for number in list(StampBatch.objects.filter(stamped_at=None).order_by("number").values_list("pk", flat=True)):
        node = node or current_head()["node"]
        batch = StampBatch.objects.get(pk=number)
        try:
            kept = stamp_of(statements.statement_bytes(batch, node))
        except AuthorityAway as away:
            _not_now(number, away.why, by)
            return done
        done += _keep(number, kept, by)
    return done


def _not_now(number: int, why: str, by: Actor) -> None:
    """Writes down that the authority was asked and why it gave nothing: the first time in the ledger too."""
    with transaction.atomic():
        batch = StampBatch.objects.select_for_update().get(pk=number)
        batch.tries, batch.tried_at = batch.tries + 1, now()
        if why != batch.why:
            record(by=by, deed="evidence.not_stamped", ref=f"{BATCHES}:{number}", detail={"why": why})
        batch.why = why
        batch.save(update_fields=["tries", "tried_at", "why"])


def _keep(number: int, kept: Kept, by: Actor) -> int:
    with transaction.atomic():
        batch = StampBatch.objects.select_for_update().get(pk=number)
        if batch.token:
            return 0
        batch.token, batch.chain, batch.lists = base64.b64encode(kept.token).decode(), kept.chain, kept.lists
        batch.stamped_at, batch.good_until, batch.unrevoked = kept.shown.at, kept.shown.good_until, kept.shown.unrevoked
        batch.authority, batch.policy, batch.why = kept.shown.authority[:300], kept.shown.policy[:100], ""
        batch.tries, batch.tried_at = batch.tries + 1, now()
        batch.save()
        held = batch.leaves.exclude(renews=None).values("renews")
        StampBatch.objects.filter(pk__in=held, good_until__lt=batch.good_until).update(renewed_in=batch)
        record(by=by, deed="evidence.stamped", ref=f"{BATCHES}:{number}", detail={"digest": batch.digest})
    return 1
