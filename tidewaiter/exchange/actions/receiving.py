"""Deeds of what comes: taking envelopes in, doing them once, answering with a receipt, setting bad ones aside."""

from __future__ import annotations

from collections.abc import Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import NOTE, send_note
from tidewaiter.exchange.actions.setting_aside import drop_waiting
from tidewaiter.exchange.actions.taking_notes import receipts_in, take_note, take_receipts
from tidewaiter.exchange.agreements import agreed_kind, in_force, kinds_of_node, terms_in, within
from tidewaiter.exchange.bodies import misshapen
from tidewaiter.exchange.cards import RECEIPTS, own_node
from tidewaiter.exchange.envelopes import Outside, Said, opened
from tidewaiter.exchange.jose import NotOurs
from tidewaiter.exchange.models import Agreement, Incoming, Outgoing, Peer
from tidewaiter.exchange.peers import PeerActor
from tidewaiter.exchange.receipts import receipt_of
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.running_items import run_items
from tidewaiter.foundation.wire_kinds import PUT, RECALL, Arriving, Taken, Terms, WireKind
from tidewaiter.ledger.actions import record, record_many

RECEIPT = "receipt"
TOGETHER, FEW = 100, 3
"""Envelopes that one transaction does at once, and how few are done each by itself."""
KEPT_SEALED = ("unknown_kind",)
"""Why an envelope may be set aside and done later: a release that knows its kind. All others leave nothing here."""


def take_in_many(*, peer: Peer, envelopes: Sequence[tuple[Outside, str]]) -> None:
    """Keeps envelopes of a peer for this node until they are done, in one transaction. One that was done before is
    answered with its receipt again.
    """
    if not envelopes:
        return
    moment = now()
    with transaction.atomic():
        ids = [outside.id for outside, _token in envelopes]
        known = {row.ref: row for row in Incoming.objects.select_for_update().filter(peer=peer, ref__in=ids)}
        fresh = {outside.id: token for outside, token in envelopes if outside.id not in known}
        Incoming.objects.bulk_create(
            [
                Incoming(peer=peer, ref=ref, status=states.PENDING, sealed=token, came_at=moment)
                for ref, token in fresh.items()
            ],
            ignore_conflicts=True,
        )
        for outside, token in envelopes:
            if outside.id in known:
                _came_again(known[outside.id], token)


def _came_again(row: Incoming, token: str) -> None:
    if row.status == states.QUARANTINED:  # what was spoilt on the way may come whole this time
        Incoming.objects.filter(pk=row.pk).update(status=states.PENDING, sealed=token)
    elif row.receipt:
        body = {"receipt": row.receipt, "said": ""}
        answers = Outgoing.objects.filter(peer=row.peer, kind=RECEIPT, record=row.ref)
        if not answers.update(status=states.READY, body=body, digest=digest(body), sent_at=None):
            send_note(peer=row.peer, kind=RECEIPT, record_ref=row.ref, body=body, by=NODE)  # it was among many
        record(by=NODE, deed="exchange.came_again", ref=row.ref)


def process_pending(*, most: int = 1000) -> int:
    """Does what has come and waits, each in a transaction of its own; gives how many were done or set aside."""
    waiting = list(Incoming.objects.filter(status=states.PENDING).order_by("pk").values_list("pk", flat=True)[:most])
    for at in range(0, len(waiting), TOGETHER):
        some = waiting[at : at + TOGETHER]
        done = _process_together(some) if len(some) > FEW else frozenset()
        alone = [pk for pk in some if pk not in done]
        run_items(alone, lambda pk: process(key=pk), task="exchange_inbox", in_transaction=False)
    return len(waiting)


def _process_together(keys: Sequence[int]) -> Set[int]:
    """Does at once what of these are new versions of one kind from one peer, all in one transaction; gives which. What
    is to be refused, or comes in another order, is left to be done by itself.
    """
    groups: dict[tuple[str, str], list[tuple[Incoming, Said]]] = {}
    rows = Incoming.objects.filter(pk__in=keys, status=states.PENDING).select_related("peer").order_by("pk")
    for row in rows:
        try:
            said = _opened(row)
        except Refusal:
            continue
        groups.setdefault((row.peer_id, said.kind), []).append((row, said))
    done: set[int] = set()
    for (_node, name), opened_ in groups.items():
        kind = kinds_of_node().get(name)
        if len(opened_) > FEW and kind is not None and kind.take_many is not None and not kind.answers:
            with suppress(Refusal), transaction.atomic():
                done |= _taken_together(kind, opened_)
        elif len(opened_) > FEW and name in (RECEIPT, RECEIPTS):
            with suppress(Refusal), transaction.atomic():
                done |= _receipts_together(opened_)
    return done


def _taken_together(kind: WireKind, opened_: Sequence[tuple[Incoming, Said]]) -> Set[int]:
    peer = opened_[0][0].peer
    records = [said.record for _row, said in opened_]
    known = Incoming.objects.filter(peer=peer, kind=kind.name, record__in=records, status=states.DONE)
    last = dict(known.values_list("record").annotate(last=Max("revision")))
    agreed: dict[tuple[str, int, int, str, str], Terms] = {}
    chosen: dict[str, tuple[Incoming, Said]] = {}
    for row, said in opened_:
        if said.op != PUT or said.record in chosen or last.get(said.record, -1) >= said.seq:
            continue
        under = (said.agreement, said.epoch, said.kind_version, said.purpose, said.handling)
        if under not in agreed:
            agreed[under] = _must_be_agreed(peer, said)[1]
        if not misshapen(said.body, kind.schema) and not kind.over(said.body, agreed[under]):
            chosen[said.record] = (row, said)
    if len(chosen) <= FEW or kind.take_many is None:
        return frozenset()
    keys = [row.pk for row, _said in chosen.values()]
    held = Incoming.objects.select_for_update().filter(pk__in=keys, status=states.PENDING)
    if len(held.values_list("pk", flat=True)) != len(chosen):
        return frozenset()  # somebody else does some of them
    by = PeerActor(peer)
    came = [
        Arriving(
            ref=said.record,
            version=said.version,
            op=said.op,
            body=said.body,
            node=peer.node,
            peer=peer.name,
            by=by,
            purpose=said.purpose,
            nominal=terms.nominal,
            fields=terms.fields,
        )
        for _row, said in chosen.values()
        for terms in (agreed[said.agreement, said.epoch, said.kind_version, said.purpose, said.handling],)
    ]
    taken = kind.take_many(came)
    _close_together([row for row, _said in chosen.values()], taken, kind.name)
    return {row.pk for row, _said in chosen.values()}


def _close_together(rows: Sequence[Incoming], taken: Sequence[Taken], kind: str) -> None:
    moment, peer = now(), rows[0].peer
    for row, one in zip(rows, taken, strict=True):
        row.status, row.reason, row.kept_as, row.sealed, row.done_at = states.DONE, "", one.ref[:64], "", moment
        row.receipt = receipt_of(row, one.word, "")
    Incoming.objects.bulk_update(rows, _CLOSED, batch_size=100)
    receipts = [{"receipt": row.receipt, "said": ""} for row in rows]
    if RECEIPTS in peer.card.get("kinds", {}):
        send_note(peer=peer, kind=RECEIPTS, record_ref=rows[0].ref, body={"receipts": receipts}, by=NODE)
    else:
        for row, body in zip(rows, receipts, strict=True):
            send_note(peer=peer, kind=RECEIPT, record_ref=row.ref, body=body, by=NODE)
    for word in dict.fromkeys(one.word for one in taken):
        things = [(row.ref, row.version) for row, one in zip(rows, taken, strict=True) if one.word == word]
        record_many(by=PeerActor(peer), deed="exchange.received", things=things, detail={"kind": kind, "outcome": word})


def _receipts_together(opened_: Sequence[tuple[Incoming, Said]]) -> Set[int]:
    """Takes many notes of receipts at once."""
    rows, peer = [row for row, _said in opened_], opened_[0][0].peer
    if any(said.op != NOTE for _row, said in opened_):
        return frozenset()
    take_receipts(told=[one for _row, said in opened_ for one in receipts_in(said)], peer=peer)
    for row in rows:
        row.status, row.reason, row.sealed, row.done_at = states.DONE, "", "", now()
    Incoming.objects.bulk_update(rows, _CLOSED, batch_size=100)
    return {row.pk for row in rows}


_CLOSED = (
    *("status", "reason", "kept_as", "sealed", "done_at", "receipt"),
    *("kind", "op", "record", "version", "revision", "agreement", "digest"),
)


def process(*, key: int) -> Incoming:
    """Does one envelope: its effect, its entry in the ledger and its receipt stand or fall together."""
    row = Incoming.objects.select_related("peer").get(pk=key)
    try:
        with transaction.atomic():
            row = Incoming.objects.select_for_update(of=("self",)).select_related("peer").get(pk=key)
            if row.status not in (states.PENDING, states.QUARANTINED):
                return row
            said = _opened(row)
            taken = _done(row, said)
            _close(row, states.DONE, taken)
    except Refusal as refusal:
        with transaction.atomic():
            row = Incoming.objects.select_for_update(of=("self",)).select_related("peer").get(pk=key)
            if row.status == states.PENDING:
                _set_aside(row, refusal)
    return row


def _opened(row: Incoming) -> Said:
    if row.peer.revoked_at is not None:
        raise Refusal("revoked", _("The peer was revoked."))
    said = opened(row.sealed, row.peer.card)
    if said.sender != row.peer.node or said.id != row.ref:
        raise NotOurs("outside", _("The outside of the envelope says another thing than its inside."))
    row.kind, row.op, row.record = said.kind[:32], said.op[:16], said.record[:64]
    row.version, row.revision, row.agreement = said.version, said.seq, said.agreement[:60]
    row.digest = said.digest[:64]
    return said


def _done(row: Incoming, said: Said) -> Taken:
    if said.op == NOTE:
        return take_note(said=said, peer=row.peer)
    if said.op == RECALL:
        drop_waiting(Incoming.objects.filter(peer=row.peer, kind=said.kind, record=said.record))
        if said.kind not in kinds_of_node():
            return Taken("", "erased")
    kind, terms = _erasable(said) or _must_be_agreed(row.peer, said)
    later = Incoming.objects.filter(peer=row.peer, kind=said.kind, record=said.record, status=states.DONE)
    if later.filter(revision__gte=said.seq).exists():
        return Taken(said.record, "overtaken")
    if said.op == PUT and (wrong := misshapen(said.body, kind.schema)):
        raise Refusal(
            "shape", _("The envelope says a thing of another type than its kind has: %(path)s.") % {"path": wrong[:80]}
        )
    over = kind.over(said.body, terms) if said.op == PUT else ()
    if over:
        raise Refusal("over_field", _("The envelope says more than was agreed: %(path)s.") % {"path": over[0][:80]})
    version = said.version
    if kind.answers:
        version = _answered(row.peer, kind, said)
    return kind.take(
        Arriving(
            ref=said.record,
            version=version,
            op=said.op,
            body=said.body,
            node=row.peer.node,
            peer=row.peer.name,
            by=PeerActor(row.peer),
            purpose=said.purpose,
            nominal=terms.nominal,
            fields=terms.fields,
        )
    )


def _erasable(said: Said) -> tuple[WireKind, Terms] | None:
    """What its sender calls back is erased under whatever agreement, and after its end: of the sender's alone."""
    kind = kinds_of_node().get(said.kind)
    return (kind, Terms()) if kind is not None and said.op == RECALL else None


def _answered(peer: Peer, kind: WireKind, said: Said) -> int:
    """The version of the record that an answer is about; -1 where a later one has left since."""
    sent = Outgoing.objects.filter(peer=peer, kind=kind.answers, record=said.record)
    last = sent.exclude(status__in=(states.LAPSED, states.SETTLED, states.WAITS, states.HELD)).order_by("-revision")
    newest = last.first()
    if newest is None:
        raise Refusal("not_asked", _("The envelope answers what was never sent."))
    return newest.version if newest.revision == said.body.get("of") else -1


def _must_be_agreed(peer: Peer, said: Said) -> tuple[WireKind, Terms]:
    """The kind and the terms under which it may come. Raises `Refusal` that says what is not agreed."""
    agreement = Agreement.objects.filter(code=said.agreement).first()
    own = own_node()
    if agreement is None or set(agreement.parties) != {peer.node, own} or agreement.status != states.AGREED:
        raise Refusal("agreement", _("There is no such agreement between the two nodes."))
    if agreement.epoch != said.epoch:
        raise Refusal("epoch", _("The agreement has another epoch now: %(n)s.") % {"n": agreement.epoch})
    if not in_force(agreement):
        raise Refusal("agreement_over", _("The agreement is not in force today."))
    agreed = agreed_kind(agreement, said.kind, peer.node)
    if agreed is None:
        raise Refusal("kind_not_agreed", _("«%(kind)s» was not agreed.") % {"kind": said.kind[:40]})
    kind = kinds_of_node().get(said.kind)
    if kind is None or kind.version < said.kind_version:
        raise Refusal("unknown_kind", _("This release does not know «%(kind)s».") % {"kind": said.kind[:40]})
    document = terms_in(agreement)
    if not within(said.handling, document.handling):
        raise Refusal("handling", _("The handling mark is narrower than was agreed."))
    if said.purpose not in document.purposes:
        raise Refusal("purpose", _("The purpose was not agreed."))
    nominal = agreed.names and settings.HOLDS_NAMES
    if kind.nominal and not nominal:
        raise Refusal("nominal", _("This node takes no names."))
    return kind, Terms(fields=agreed.fields, nominal=nominal)


@dataclass(frozen=True, slots=True)
class _Outcome:
    word: str
    reason: str = ""
    said: str = ""


def _close(row: Incoming, status: str, taken: Taken) -> None:
    row.status, row.reason, row.kept_as = status, "", taken.ref[:64]
    row.sealed, row.done_at = "", now()
    _answer(row, _Outcome(taken.word))
    record(
        by=PeerActor(row.peer),
        deed="exchange.received",
        ref=row.ref,
        version=row.version,
        detail={"kind": row.kind, "outcome": taken.word},
    )


def _set_aside(row: Incoming, refusal: Refusal) -> None:
    if not row.kind:
        try:
            _opened(row)
        except Refusal:
            row.kind = ""
    row.status, row.reason, row.done_at = states.QUARANTINED, refusal.code[:40], now()
    if refusal.code not in KEPT_SEALED:
        row.sealed = ""
    _answer(row, _Outcome("refused", refusal.code[:40], refusal.sentence[:300]))
    record(
        by=PeerActor(row.peer),
        deed="exchange.quarantined",
        ref=row.ref,
        version=row.version,
        detail={"kind": row.kind, "reason": refusal.code[:40]},
    )


def _answer(row: Incoming, outcome: _Outcome) -> None:
    """Signs the receipt and puts it into the outbox; a receipt is not answered."""
    if row.kind not in (RECEIPT, RECEIPTS):
        last = _last_revision(row) if outcome.word == "overtaken" else 0
        row.receipt = receipt_of(row, outcome.word, outcome.reason, last=last)
        body: dict[str, Any] = {"receipt": row.receipt, "said": outcome.said}
        if row.peer.revoked_at is None:
            send_note(peer=row.peer, kind="receipt", record_ref=row.ref, body=body, by=NODE)
    row.save()


def _last_revision(row: Incoming) -> int:
    done = Incoming.objects.filter(peer=row.peer, kind=row.kind, record=row.record, status=states.DONE)
    return done.exclude(pk=row.pk).aggregate(last=Max("revision"))["last"] or 0
