"""Deeds of the outbox: what a thing makes of envelopes, for whom, and whether each waits, is held or goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import NOTES, PREFIX
from tidewaiter.exchange.agreements import agreed_kind, in_force, kinds_of_node, known_in, names_of, terms_in, within
from tidewaiter.exchange.cards import own_node
from tidewaiter.exchange.models import Agreement, Incoming, Outgoing, Peer
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.text import read_name
from tidewaiter.foundation.wire_kinds import PUT, RECALL, Leaving, Terms, WireKind
from tidewaiter.jobs.set_aside import run_together
from tidewaiter.ledger.actions import record_many

FOLLOWER = "outbox"
NEEDS = "needs"
"""Why a row is held: what it ties has not been received there yet."""
RECALLED = "recalled"
"""Why a row waits under whatever agreement: a person called the thing back, and a person lets it go again."""


def queue(*, kind: str, ref: str, by: Actor, to: str = "") -> list[Outgoing]:
    """Puts a thing into the outbox as it stands now, for all with whom it is agreed, or for the one node `to`."""
    own = own_node()
    agreements = [one for one in Agreement.objects.filter(status=states.AGREED) if in_force(one) and own in one.parties]
    with transaction.atomic():
        rows = [row for row in rows_of(kind, ref, peers_of(agreements, own), own) if to in ("", row.peer_id)]
        Outgoing.objects.bulk_create(rows)
        record_many(by=by, deed="exchange.queued", things=[(row.ref, row.version) for row in rows])
    return rows


type Thing = tuple[str, str]
"""A kind and a ref."""


def queue_all(*, items: Sequence[Thing]) -> int:
    """Puts many things into the outbox as they stand now, for all with whom they are agreed; gives how many envelopes
    that made. Call in a transaction. What cannot be put there is set aside, and tried again.
    """
    if not items:
        return 0
    agreements = [one for one in Agreement.objects.filter(status=states.AGREED) if in_force(one)]
    own = own_node()
    mine = peers_of([one for one in agreements if own in one.parties], own)
    if not mine:
        return 0
    fresh = never_sent([ref for _kind, ref in items])
    made: list[Outgoing] = []

    def work(some: Sequence[Thing]) -> None:
        rows = [row for kind, ref in some for row in rows_of(kind, ref, mine, own, fresh)]
        Outgoing.objects.bulk_create(rows)
        record_many(
            by=NODE, deed="exchange.queued", things=[(row.ref, row.version) for row in rows], detail={"rows": len(rows)}
        )
        made.extend(rows)

    run_together(items, work, deed=FOLLOWER, ref_of=lambda item: f"{item[0]}|{item[1]}"[:200])
    return len(made)


def peers_of(agreements: Iterable[Agreement], own: str) -> list[tuple[Agreement, Peer]]:
    """Each agreement of this node with the peer that it is with, where that one was not revoked."""
    others = {one.code: next(node for node in one.parties if node != own) for one in agreements}
    peers = Peer.objects.filter(node__in=others.values(), revoked_at=None).in_bulk()
    return [(one, peers[others[one.code]]) for one in agreements if others[one.code] in peers]


def called_back(peer: str, kind: str, refs: Sequence[str]) -> Set[str]:
    """Those of these things of which nothing left for that peer after they were called back."""
    rows = Outgoing.objects.filter(peer=peer, kind=kind, record__in=refs).values("record")
    last = rows.annotate(last=Max("revision"), back=Max("revision", filter=Q(op=RECALL)))
    return {row["record"] for row in last if row["back"] == row["last"]}


def never_sent(refs: Sequence[str]) -> Set[str]:
    """Those of these things of which nothing was ever put into the outbox."""
    return set(refs) - set(Outgoing.objects.filter(record__in=refs).values_list("record", flat=True))


def rows_of(
    kind_name: str, ref: str, agreements: Sequence[tuple[Agreement, Peer]], own: str, fresh: Set[str] = frozenset()
) -> list[Outgoing]:
    """The envelopes that a thing makes, a row for each agreement under which something leaves; of what is `fresh`
    nothing was put into the outbox before.
    """
    kind = kinds_of_node()[kind_name]
    found = []
    for agreement, peer in agreements:
        agreed = agreed_kind(agreement, kind_name, own)
        if agreed is None:
            continue
        nominal = agreed.names and peer.shape != "central"
        if kind.nominal and not nominal:
            continue
        ceiling = str(agreement.document["handling"])
        terms = Terms(fields=agreed.fields, nominal=nominal, ceiling=ceiling)
        if not nominal:
            terms = replace(terms, names=names_of(ref), known_in=known_in)
        leaving = kind.leaving(ref, terms)
        if leaving is None or leaving.to not in ("", peer.node) or leaving.home not in ("", peer.administration):
            continue
        before = None if leaving.ref in fresh and not kind.answers else _before(kind, leaving, peer)
        row = _row_of(kind, leaving, agreement, peer, by_release=agreed.release == "contact", before=before)
        if row is not None:
            found += [row, *_narrowed(row)]
    return found


def _narrowed(row: Outgoing) -> list[Outgoing]:
    """The copy that has left under a wider mark than the thing bears now is called back."""
    if (row.status, row.reason) != (states.HELD, "handling"):
        return []
    earlier = Outgoing.objects.filter(peer=row.peer, kind=row.kind, record=row.record)
    last = earlier.filter(may_be_there()).order_by("-revision").first()
    earlier.filter(status=states.READY, op=PUT).update(status=states.SETTLED, body={}, answered_at=now())
    if last is None or last.op == RECALL:
        return []
    return [_recall_of(last, gettext("its handling mark is narrower now"), revision=row.revision + 1)]


def may_be_there() -> Q:
    """Envelopes whose content the receiver may have: of a call that was cut nobody knows, and what its release does not
    know lies there sealed.
    """
    return Q(status__in=(states.READY, states.ON_THE_WAY, states.ARRIVED)) | Q(
        status=states.REFUSED, reason="unknown_kind"
    )


_NOT_THERE = (states.LAPSED, states.SETTLED, states.REFUSED)
"""What became of an envelope that its receiver has nothing of."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What of a thing was put into the outbox for a peer before."""

    last: Outgoing | None
    revision: int
    asked: Incoming | None
    """What it answers."""


def _before(kind: WireKind, leaving: Leaving, peer: Peer) -> _Before:
    earlier = Outgoing.objects.filter(peer=peer, kind=kind.name, record=leaving.ref)
    last = earlier.exclude(status__in=_NOT_THERE).order_by("-revision").first()
    came = Incoming.objects.filter(peer=peer, kind=kind.answers, record=leaving.ref, status=states.DONE)
    asked = came.order_by("-revision").first() if kind.answers else None
    return _Before(last, earlier.aggregate(last=Max("revision"))["last"] or 0, asked)


def _row_of(
    kind: WireKind, leaving: Leaving, agreement: Agreement, peer: Peer, *, by_release: bool, before: _Before | None
) -> Outgoing | None:
    """The row of one envelope; nothing where the peer has the same already, or never had what is withdrawn."""
    last = before.last if before else None
    body, version = dict(leaving.body), leaving.version
    if kind.answers:
        if before is None or before.asked is None:
            return None
        body, version = {**body, "of": before.asked.revision}, before.asked.version
    said = digest(body)
    if leaving.op != PUT and last is None:
        return None
    if last is not None and (last.digest, last.op, last.version) == (said, leaving.op, version):
        return None
    if before is not None and before.revision:
        earlier = Outgoing.objects.filter(peer=peer, kind=kind.name, record=leaving.ref)
        earlier.filter(status__in=states.MOVES["overtake"]).update(status=states.SETTLED, body={}, answered_at=now())
    terms = terms_in(agreement)
    status, reason = (states.WAITS, "") if by_release and leaving.op == PUT else (states.READY, "")
    if not within(leaving.handling, terms.handling):
        status, reason = states.HELD, "handling"
    elif leaving.op == PUT and last is not None and last.op == RECALL:
        status, reason = states.WAITS, RECALLED
    elif leaving.op == PUT and not has_what_it_needs(kind, body, peer):
        status, reason = states.HELD, NEEDS
    return Outgoing(
        ref=new_ref(PREFIX),
        peer=peer,
        agreement=agreement.code,
        epoch=agreement.epoch,
        kind=kind.name,
        op=leaving.op,
        record=leaving.ref,
        version=version,
        revision=(before.revision if before else 0) + 1,
        called=leaving.called[:120],
        digest=said,
        purpose=terms.purposes[0],
        body=body,
        held=[{"path": one.path, "rule": one.rule} for one in leaving.held],
        status=status,
        reason=reason,
        made_at=now(),
    )


def has_what_it_needs(kind: WireKind, body: Mapping[str, Any], peer: Peer) -> bool:
    """Whether the peer has received, and has still, all that an envelope ties together."""
    for needed in kind.needs(body):
        last = Outgoing.objects.filter(peer=peer, record=needed, status=states.ARRIVED).order_by("-revision").first()
        if last is None or last.op != PUT:
            return False
    return True


def recalled(*, refs: Sequence[str], reason: str) -> list[Outgoing]:
    """Puts into the outbox, for each copy of these records that has left, that it is to be erased; what waits still
    does not leave. Call in a transaction, and record why.
    """
    answers = [kind.name for kind in kinds_of_node().values() if kind.answers]
    sent = Outgoing.objects.filter(may_be_there(), record__in=refs, peer__revoked_at=None)
    sent = sent.exclude(kind__in=(*NOTES, *answers)).select_related("peer").order_by("revision")
    last = {(row.peer_id, row.kind, row.record): row for row in sent}
    waiting = Outgoing.objects.filter(record__in=refs, status__in=(states.WAITS, states.HELD, states.READY), op=PUT)
    waiting.update(status=states.SETTLED, body={}, answered_at=now())
    rows = [_recall_of(row, reason) for row in last.values() if row.op != RECALL]
    Outgoing.objects.bulk_create(rows)
    return rows


def _recall_of(row: Outgoing, reason: str, revision: int = 0) -> Outgoing:
    """Under no agreement: it is taken after the end of the one that let the copy go, or under a later epoch of it."""
    body = {"reason": read_name(reason, 300)}
    before = Outgoing.objects.filter(peer=row.peer, kind=row.kind, record=row.record).aggregate(last=Max("revision"))
    return Outgoing(
        ref=new_ref(PREFIX),
        peer=row.peer,
        kind=row.kind,
        op=RECALL,
        record=row.record,
        version=row.version,
        revision=revision or (before["last"] or 0) + 1,
        called=row.called,
        digest=digest(body),
        purpose=row.purpose,
        body=body,
        status=states.READY,
        made_at=now(),
    )
