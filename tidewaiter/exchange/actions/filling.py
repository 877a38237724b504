"""Deeds of the outbox: following the ledger into it, filling a new agreement, letting go what waited for its ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.fetching_again import AGAIN, ask_again, let_go_again, sent_before
from tidewaiter.exchange.actions.queueing import (
    FOLLOWER,
    NEEDS,
    called_back,
    has_what_it_needs,
    queue_all,
    recalled,
)
from tidewaiter.exchange.agreements import agreed_kind, in_force, kinds_of_node
from tidewaiter.exchange.cards import own_node
from tidewaiter.exchange.models import Agreement, Outgoing
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.wire_kinds import WireKind
from tidewaiter.jobs.set_aside import due_refs
from tidewaiter.ledger.actions import record_many
from tidewaiter.ledger.queries import advance, follow_entries, is_behind, ledger_end, take_turn

ALL = "-"
"""Of a kind of an agreement: all that was here before is in the outbox."""
RESTORED = "site.restored"
"""The deed after which this node lacks what came between the backup and now."""
AT_ONCE = 500
"""Entries of the ledger that one transaction takes."""


def fill_outbox() -> int:
    """Follows the ledger: what was done to a thing that an agreement lets go is put into the outbox; gives how many."""
    made = 0
    follows, ends = _deeds(lambda kind: kind.follows), _deeds(lambda kind: kind.ends)
    while is_behind(FOLLOWER):
        with transaction.atomic():
            if not take_turn(FOLLOWER):
                return made
            entries, reached = follow_entries(FOLLOWER, (*follows, *ends, RESTORED), limit=AT_ONCE)
            kinds = kinds_of_node()
            things = [
                (name, kinds[name].thing(entry.ref, entry.version))
                for entry in entries
                for name in follows.get(entry.deed, ())
            ]
            made += queue_all(items=list(dict.fromkeys(things)))
            made += _call_back(list(dict.fromkeys(entry.ref for entry in entries if entry.deed in ends)))
            if restored := [entry.seq for entry in entries if entry.deed == RESTORED]:
                ask_again(entries=restored[-1], by=NODE)
            advance(FOLLOWER, reached)
    if again := due_refs(FOLLOWER):
        with transaction.atomic():
            made += queue_all(items=[(kind, ref) for kind, _bar, ref in (one.partition("|") for one in again)])
    return made + fill_new_agreements() + let_go_what_waited()


def _deeds(of: Callable[[WireKind], Sequence[str]]) -> dict[str, list[str]]:
    """By deed, the names of the kinds that it concerns."""
    found: dict[str, list[str]] = {}
    for name, kind in kinds_of_node().items():
        for deed in of(kind):
            found.setdefault(deed, []).append(name)
    return found


def _call_back(refs: Sequence[str]) -> int:
    """What is gone here is called back from wherever it went."""
    rows = recalled(refs=refs, reason="erased at its owner's") if refs else []
    if rows:
        record_many(by=NODE, deed="exchange.recalled", things=[(row.record, row.version) for row in rows])
    return len(rows)


def fill_new_agreements() -> int:
    """What was here before an agreement that lets it follow (`backfill`) is put into the outbox, some hundred at a
    time; gives how many envelopes that made.
    """
    made, own = 0, own_node()
    for agreement in Agreement.objects.filter(status=states.AGREED):
        fills = agreement.document.get("backfill") is True or AGAIN in agreement.filled
        if not in_force(agreement) or own not in agreement.parties or not fills:
            continue
        for name, kind in kinds_of_node().items():
            after = str(agreement.filled.get(name, ""))
            if kind.refs is None or after == ALL or agreed_kind(agreement, name, own) is None:
                continue
            made += _fill(agreement, kind, after)
    return made


def _fill(agreement: Agreement, kind: WireKind, after: str) -> int:
    refs = list(kind.refs(after, AT_ONCE)) if kind.refs else []
    with transaction.atomic():
        held = Agreement.objects.select_for_update().get(pk=agreement.pk)
        if held.epoch != agreement.epoch:
            return 0
        peer = next(node for node in held.parties if node != own_node())
        lost = sent_before(peer, kind.name, refs) if AGAIN in held.filled else []
        fills = held.document.get("backfill") is True
        back = called_back(peer, kind.name, refs)
        made = queue_all(items=[(kind.name, ref) for ref in (refs if fills else lost) if ref not in back])
        let_go_again(peer, kind.name, lost)
        held.filled = {**held.filled, kind.name: refs[-1] if len(refs) == AT_ONCE else ALL}
        held.save(update_fields=["filled"])
    agreement.filled = held.filled
    return made


def let_go_what_waited() -> int:
    """What was held because its receiver lacked what it ties goes once that has been received; gives how many."""
    held = Outgoing.objects.filter(status=states.HELD, reason=NEEDS).select_related("peer").order_by("pk")[:AT_ONCE]
    kinds = kinds_of_node()
    rows = [row for row in held if row.kind in kinds and has_what_it_needs(kinds[row.kind], row.body, row.peer)]
    by_release = {row.pk for row in rows if _waits_for_release(row)}
    if rows:
        with transaction.atomic():
            for row in rows:
                status = states.WAITS if row.pk in by_release else states.READY
                Outgoing.objects.filter(pk=row.pk, status=states.HELD).update(status=status, reason="")
            record_many(by=NODE, deed="exchange.released", things=[(row.ref, row.version) for row in rows])
    return len(rows)


def _waits_for_release(row: Outgoing) -> bool:
    agreement = Agreement.objects.filter(code=row.agreement).first()
    agreed = agreed_kind(agreement, row.kind, own_node()) if agreement else None
    return agreed is None or agreed.release == "contact"


def pass_over() -> None:
    """On a node that has no keys for the exchange: what was done so far leaves by no agreement; none waits."""
    if is_behind(FOLLOWER):
        with transaction.atomic():
            if take_turn(FOLLOWER):
                advance(FOLLOWER, ledger_end())
