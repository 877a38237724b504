"""Deeds of counting what lies in a store: begun, scanned code by code, ended with its differences shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.keeping import append_all, held_all
from tidewaiter.evidence.models import CustodyEvent, Exhibit, Inventory, Scan, Store
from tidewaiter.evidence.queries import exhibits_named, expected_in, plain_code
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer

AT_ONCE = 5_000


def begin_inventory(*, store: Store, by: Actor) -> Inventory:
    """Begins to count what lies in a store. Raises a refusal where somebody counts it already."""
    policy.must_keep(by)
    with transaction.atomic():
        Store.objects.select_for_update().get(pk=store.pk)
        if store.inventories.filter(state=states.COUNTING).exists():
            raise Refusal("counting", _("This store is being counted already: go on with that."))
        made = Inventory.objects.create(ref=new_ref("IV"), store=store, begun_by=by.username, begun_at=now())
        record(by=by, deed="evidence.inventory_begun", ref=made.ref)
    return made


def scan_into(*, inventory: Inventory, codes: Iterable[str], by: Actor) -> list[Scan]:
    """Writes scanned codes down, known or not; one that was scanned before is not written twice."""
    policy.must_keep(by)
    wanted = list(dict.fromkeys(plain_code(one) for one in codes if one.strip()))
    if len(wanted) > AT_ONCE:
        raise BadInput("codes", _("At most %(n)s codes are taken at once.") % {"n": AT_ONCE})
    found, _unknown = exhibits_named(by, wanted)
    by_code = {code: one for one in found for code in (one.reference, one.ref)}
    with transaction.atomic():
        held = Inventory.objects.select_for_update().get(pk=inventory.pk)
        if held.state != states.COUNTING:
            raise Refusal("counted", _("This count is over: begin another."))
        there = set(held.scans.values_list("code", flat=True)) | set(
            held.scans.exclude(exhibit=None).values_list("exhibit__reference", flat=True)
        )
        made = [
            Scan(
                inventory=held,
                code=by_code[code].reference if code in by_code else code,
                exhibit=by_code.get(code),
                by=by.username,
                at=now(),
            )
            for code in wanted
        ]
        fresh = list({one.code: one for one in made if one.code not in there}.values())
        Scan.objects.bulk_create(fresh, batch_size=500)
        record(by=by, deed="evidence.scanned", ref=held.ref, detail={"codes": len(fresh)})
    return fresh


def end_inventory(*, inventory: Inventory, by: Actor) -> Inventory:
    """Ends a count: what was found is an event of each, what was not is missing, and the custodians are told."""
    policy.must_keep(by)
    with transaction.atomic():
        held = Inventory.objects.select_for_update().get(pk=inventory.pk)
        if held.state != states.COUNTING:
            raise Refusal("counted", _("This count is over: begin another."))
        due = set(expected_in(held.store).values_list("pk", flat=True))
        scanned = set(held.scans.exclude(exhibit=None).values_list("exhibit_id", flat=True))
        scanned |= set(_inside(scanned))
        there, gone = due & scanned, due - scanned
        said = {"inventory": held.ref, "store": held.store.code}
        found = append_all(held_all(sorted(there)), states.INVENTORY, by, detail=said, batch=held.ref)
        _record(found, "evidence.counted", by)
        lost = held_all(sorted(gone))
        for one in lost:
            one.state = states.MOVES["lose"].get(one.state, one.state)
        _record(append_all(lost, states.LOSE, by, changed=("state",), detail=said, batch=held.ref), "evidence.lost", by)
        again = [one for one in held_all(sorted(scanned)) if one.state == states.MISSING]
        for one in again:
            one.state = states.MOVES["find"][one.state]
        _record(
            append_all(again, states.FIND, by, changed=("state",), detail=said, batch=held.ref), "evidence.found", by
        )
        held.expected, held.found, held.missing = len(due), len(there), len(gone)
        held.surplus = held.scans.count() - held.scans.filter(exhibit_id__in=due).count()
        held.state, held.ended_by, held.ended_at = states.COUNTED, by.username, now()
        held.save()
        counts = {"found": held.found, "missing": held.missing, "surplus": held.surplus}
        record(by=by, deed="evidence.inventory_ended", ref=held.ref, detail=counts)
        if gone:
            keepers = Officer.objects.filter(administration_id=by.administration_code, is_active=True)
            names = keepers.filter(grants__role__in=("custodian", "contact")).values_list("username", flat=True)
            tell(to=[(name, held.ref, len(gone)) for name in set(names)], deed="evidence.inventory_ended", by=by)
    return held


def _inside(boxes: Iterable[str]) -> list[str]:
    """What lies in boxes that were scanned: a box with a whole seal counts with all that is in it."""
    found: list[str] = []
    whole = Exhibit.objects.filter(pk__in=list(boxes), kind="box").exclude(seal="").exclude(seal_whole=False)
    around = list(whole.values_list("pk", flat=True))
    while around:
        inside = Exhibit.objects.filter(box_id__in=around, state__in=states.OPEN)
        found += (kept := list(inside.values_list("pk", flat=True)))
        around = list(inside.filter(kind="box").values_list("pk", flat=True))
        if not kept:
            break
    return found


def _record(events: Sequence[CustodyEvent], deed: str, by: Actor) -> None:
    """Writes an entry for each event; the digests of all of them are bound by one."""
    if events:
        things = [(one.exhibit_id, one.sequence) for one in events]
        root = digest([one.digest for one in events])
        record_many(by=by, deed=deed, things=things, detail={"batch": events[0].batch, "root": root})
