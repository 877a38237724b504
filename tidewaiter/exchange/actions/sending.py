"""Deeds of what leaves: following the ledger into the outbox, releasing, holding, recalling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import NOTES, PREFIX
from tidewaiter.exchange.agreements import agreed_kind, in_force, kinds_of_node, names_of, terms_of, within
from tidewaiter.exchange.cards import own_node
from tidewaiter.exchange.models import Agreement, Incoming, Outgoing, Peer
from tidewaiter.exchange.policy import may_recall, may_release
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import Missing, Refusal
from tidewaiter.foundation.text import read_name
from tidewaiter.foundation.wire_kinds import PUT, RECALL, WITHDRAW, Leaving, Terms, WireKind
from tidewaiter.jobs.set_aside import due_refs, run_together
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.ledger.queries import advance, follow_entries, is_behind, ledger_end, take_turn

FOLLOWER = "outbox"
AT_ONCE = 500
"""Entries of the ledger that one transaction takes."""

type _Item = tuple[str, str]
"""A kind and a ref."""


def fill_outbox() -> int:
    """Follows the ledger: what was done to a thing that an agreement lets go is put into the outbox; gives how many."""
    made = 0
    kinds = kinds_of_node()
    deeds: dict[str, list[str]] = {}
    for name, kind in kinds.items():
        for deed in kind.follows:
            deeds.setdefault(deed, []).append(name)
    while is_behind(FOLLOWER):
        with transaction.atomic():
            if not take_turn(FOLLOWER):
                return made
            entries, reached = follow_entries(FOLLOWER, tuple(deeds), limit=AT_ONCE)
            items = list(dict.fromkeys((name, entry.ref) for entry in entries for name in deeds[entry.deed]))
            made += _queue_all(items)
            advance(FOLLOWER, reached)
    if again := due_refs(FOLLOWER):
        with transaction.atomic():
            made += _queue_all([(kind, ref) for kind, _bar, ref in (one.partition("|") for one in again)])
    return made


def pass_over() -> None:
    """On a node that has no keys for the exchange: what was done so far leaves by no agreement; none waits."""
    if is_behind(FOLLOWER):
        with transaction.atomic():
            if take_turn(FOLLOWER):
                advance(FOLLOWER, ledger_end())


def _queue_all(items: Sequence[_Item]) -> int:
    if not items:
        return 0
    agreements = [one for one in Agreement.objects.filter(status=states.AGREED) if in_force(one)]
    own = own_node()
    mine = [one for one in agreements if own in one.parties]
    made: list[Outgoing] = []

    def work(some: Sequence[_Item]) -> None:
        rows = [row for kind, ref in some for row in _rows_of(kind, ref, mine, own)]
        Outgoing.objects.bulk_create(rows)
        record_many(
            by=NODE, deed="exchange.queued", things=[(row.ref, row.version) for row in rows], detail={"rows": len(rows)}
        )
        made.extend(rows)

    run_together(items, work, deed=FOLLOWER, ref_of=lambda item: f"{item[0]}|{item[1]}"[:200])
    return len(made)


def queue(*, kind: str, ref: str, by: Actor, to: str = "") -> list[Outgoing]:
    """Puts a thing into the outbox as it stands now, for all with whom it is agreed, or for the one node `to`."""
    own = own_node()
    agreements = [one for one in Agreement.objects.filter(status=states.AGREED) if in_force(one) and own in one.parties]
    with transaction.atomic():
        rows = [row for row in _rows_of(kind, ref, agreements, own) if to in ("", row.peer_id)]
        Outgoing.objects.bulk_create(rows)
        record_many(by=by, deed="exchange.queued", things=[(row.ref, row.version) for row in rows])
    return rows


def _rows_of(kind_name: str, ref: str, agreements: Iterable[Agreement], own: str) -> list[Outgoing]:
    """The envelopes that a thing makes, a row for each agreement under which something leaves."""
    kind = kinds_of_node()[kind_name]
    found = []
    for agreement in agreements:
        agreed = agreed_kind(agreement, kind_name, own)
        other = next(node for node in agreement.parties if node != own)
        peer = Peer.objects.filter(node=other, revoked_at=None).first()
        if agreed is None or peer is None:
            continue
        nominal = agreed.names and peer.shape != "central"
        if kind.nominal and not nominal:
            continue
        ceiling = str(agreement.document["handling"])
        known = () if nominal else names_of(ref)
        terms = Terms(fields=agreed.fields, nominal=nominal, ceiling=ceiling, names=known)
        leaving = kind.leaving(ref, terms)
        if leaving is None or (leaving.to and leaving.to != peer.node):
            continue
        row = _row_of(kind, leaving, agreement, peer, by_release=agreed.release == "contact")
        if row is not None:
            found.append(row)
    return found


def _row_of(kind: WireKind, leaving: Leaving, agreement: Agreement, peer: Peer, *, by_release: bool) -> Outgoing | None:
    """The row of one envelope; nothing where the peer has the same already, or never had what is withdrawn."""
    earlier = Outgoing.objects.filter(peer=peer, kind=kind.name, record=leaving.ref)
    last = earlier.exclude(status__in=(states.LAPSED, states.SETTLED)).order_by("-revision").first()
    body, version = dict(leaving.body), leaving.version
    if kind.answers:
        came = Incoming.objects.filter(peer=peer, kind=kind.answers, record=leaving.ref, status=states.DONE)
        asked = came.order_by("-revision").first()
        if asked is None:
            return None
        body, version = {**body, "of": asked.revision}, asked.version
    said = digest(body)
    if leaving.op != PUT and last is None:
        return None
    if last is not None and (last.digest, last.op, last.version) == (said, leaving.op, version):
        return None
    earlier.filter(status__in=states.MOVES["overtake"]).update(status=states.SETTLED, body={}, answered_at=now())
    terms = terms_of(dict(agreement.document))
    status, reason = (states.WAITS, "") if by_release and leaving.op == PUT else (states.READY, "")
    if not within(leaving.handling, terms.handling):
        status, reason = states.HELD, "handling"
    revision = earlier.aggregate(last=Max("revision"))["last"] or 0
    return Outgoing(
        ref=new_ref(PREFIX),
        peer=peer,
        agreement=agreement.code,
        epoch=agreement.epoch,
        kind=kind.name,
        op=leaving.op,
        record=leaving.ref,
        version=version,
        revision=revision + 1,
        called=leaving.called[:120],
        digest=said,
        purpose=terms.purposes[0],
        body=body,
        held=[{"path": one.path, "rule": one.rule} for one in leaving.held],
        status=status,
        reason=reason,
        made_at=now(),
    )


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
    gone = (states.ON_THE_WAY, states.ARRIVED)
    with transaction.atomic():
        Outgoing.objects.filter(record=ref, status__in=(states.WAITS, states.HELD, states.READY), op=PUT).update(
            status=states.SETTLED, body={}, answered_at=now()
        )
        sent = Outgoing.objects.filter(record=ref, status__in=gone, op__in=(PUT, WITHDRAW)).exclude(kind__in=NOTES)
        last = {(row.peer_id, row.kind): row for row in sent.order_by("revision")}
        answers = {kind.name for kind in kinds_of_node().values() if kind.answers}
        rows = [
            _recalled(row, reason) for row in last.values() if row.kind not in answers and row.peer.revoked_at is None
        ]
        if not rows:
            raise Missing("nothing_sent", _("Nothing of that name was sent to anybody."))
        Outgoing.objects.bulk_create(rows)
        record(by=by, deed="exchange.recalled", ref=ref, detail={"copies": len(rows)})
    return rows


def _recalled(row: Outgoing, reason: str) -> Outgoing:
    body = {"reason": read_name(reason, 300)}
    revision = Outgoing.objects.filter(peer=row.peer, kind=row.kind, record=row.record).aggregate(last=Max("revision"))
    return Outgoing(
        ref=new_ref(PREFIX),
        peer=row.peer,
        agreement=row.agreement,
        epoch=row.epoch,
        kind=row.kind,
        op=RECALL,
        record=row.record,
        version=row.version,
        revision=(revision["last"] or 0) + 1,
        called=row.called,
        digest=digest(body),
        purpose=row.purpose,
        body=body,
        status=states.READY,
        made_at=now(),
    )
