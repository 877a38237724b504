"""What comes from a device: a head, then its bytes in pieces; once whole, it becomes part of the record once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from tidewaiter.exchange.jose import NotOurs
from tidewaiter.foundation.limits import MIB, most
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.offline import states, storage, wire
from tidewaiter.offline.actions.devices import known_device
from tidewaiter.offline.actions.taking import TAKE, Taken, owner_of
from tidewaiter.offline.models import Device, Item

LARGEST_TEXT = 2 * MIB
LARGEST_PIECE = 1 * MIB
MOST_OPEN, MOST_OPEN_BYTES = 2_000, 2 * 1024 * MIB
"""Items of one device that are not settled, and what they may take on the node."""


def announce(*, head: str, brought_by: str = "") -> Item:
    """Takes note of an item that a device has frozen; the same head again is the same item.

    Raises `NotOurs` for what is not signed by a device in use, a refusal for what is too large.
    """
    device = known_device(wire.device_of(head))
    said = wire.read_head(head, device.public_key)
    must_be_in_use(device)
    largest = most("picture_bytes") + LARGEST_TEXT if said.kind == "photo" else LARGEST_TEXT
    if said.size > largest:
        raise BadInput("too_large", _("The item is larger than this node takes."))
    with transaction.atomic():
        Device.objects.select_for_update().get(pk=device.pk)
        known = Item.objects.filter(pk=said.id).select_related("device").first()
        if known is not None:
            if known.device_id != device.ref or known.digest != said.digest:
                raise NotOurs("id", _("Another item has this number already."))
            return known
        open_ones = Item.objects.filter(device=device).exclude(status__in=(states.TAKEN, states.SETTLED))
        held = open_ones.aggregate(number=Count("pk"), size=Sum("size"))
        if held["number"] >= MOST_OPEN or (held["size"] or 0) + said.size > MOST_OPEN_BYTES:
            raise Refusal("too_many_items", _("Too much of this device is still to be settled: settle it first."))
        return Item.objects.create(
            ref=said.id,
            device=device,
            kind=said.kind,
            of=said.of,
            after=said.after,
            digest=said.digest,
            size=said.size,
            head=head,
            status=states.COMING,
            frozen_at=said.at,
            came_at=now(),
            brought_by=brought_by,
        )


def must_be_in_use(device: Device) -> None:
    """Raises a refusal for a device that was revoked or is lost: what it holds stays where it is, sealed."""
    if device.status != states.ENROLLED:
        raise Refusal("device_ended", _("This device was taken out of use: nothing of it is taken any more."))


def receive(*, ref: str, start: int, chunk: bytes) -> Item:
    """Takes a piece of an item that begins at `start`; pieces that are here already are passed over. The last one
    makes it part of the record. Raises `NotOurs`, a refusal for a piece that leaves a gap.
    """
    with transaction.atomic():
        item = Item.objects.select_for_update(of=("self",)).select_related("device").filter(pk=ref).first()
        if item is None:
            raise NotOurs("item", _("The item was not announced."))
        must_be_in_use(item.device)
        if item.status != states.COMING:
            return item
        here = storage.got(item.ref)
        if start > here:
            raise Refusal("gap", _("A piece is missing before this one."))
        if start < here:
            chunk, start = chunk[here - start :], here
        if len(chunk) > LARGEST_PIECE or start + len(chunk) > item.size:
            raise BadInput("too_large", _("The piece is larger than what was announced."))
        item.got = storage.append(item.ref, start, chunk) if chunk else here
        item.save(update_fields=["got"])
        if item.got == item.size and item.kind != "photo":
            _whole(item)
    if item.got == item.size and item.kind == "photo":
        _whole(item)  # drawn anew by a child, which no lock waits for
    _release(item)
    return item


def _whole(item: Item) -> None:
    """An item whose bytes are all here: opened, and done."""
    head = wire.read_head(item.head, item.device.public_key)
    try:
        plain = wire.opened(head, storage.sealed(item.ref))
    except NotOurs as error:
        storage.forget(item.ref)
        item.got = 0
        if error.code == "digest":  # spoilt on the way: it begins anew
            item.save(update_fields=["got"])
            return
        _keep(item, Taken(states.HELD, problems=[_problem(error)]))
        return
    _do(item, plain)


def _do(item: Item, plain: bytes) -> None:
    _keep(item, _tried(TAKE[item.kind], item, plain))
    if item.status in (states.TAKEN, states.SETTLED):
        storage.forget(item.ref)


def _tried(take: Callable[[Item, bytes], Taken], item: Item, plain: bytes) -> Taken:
    """What becomes of it; whatever is refused is held with its reason, and nothing of it is half done. A photo is added
    by its own deed, which adds the same picture once however often it is asked.
    """
    try:
        with nullcontext() if item.kind == "photo" else transaction.atomic():
            return take(item, plain)
    except Refusal as refusal:
        return Taken(states.HELD, problems=[_problem(refusal)], content=None)


def _problem(refusal: Refusal) -> dict[str, Any]:
    return {"path": "", "code": refusal.code, "said": "", "message": refusal.sentence}


def _keep(item: Item, taken: Taken) -> None:
    with transaction.atomic():
        standing = Item.objects.select_for_update().get(pk=item.pk)
        if standing.status not in (states.COMING, states.WAITING):  # the same piece came twice at once
            item.refresh_from_db()
            return
        item.status, item.problems, item.content = taken.status, taken.problems, taken.content
        item.case, item.version, item.case_digest = taken.case, taken.version, taken.digest
        item.manifest, item.submits = taken.manifest, taken.submits
        item.receipt = receipt_of(item)
        item.save()
        if taken.status != states.WAITING:
            record(
                by=owner_of(item.device),
                deed="offline.taken" if taken.status == states.TAKEN else "offline.held",
                ref=item.ref,
                detail={"kind": item.kind, "case": item.case, "status": item.status},
            )


def _release(item: Item) -> None:
    """What waited for an item is done now, one after the other, each by itself."""
    done = (states.TAKEN, states.SETTLED)
    ready = [item.ref] if item.status in done else []
    while ready:
        ref = ready.pop()
        for waiting in waiting_for(ref):
            held = Item.objects.select_related("device").get(pk=waiting)
            head = wire.read_head(held.head, held.device.public_key)
            _do(held, wire.opened(head, storage.sealed(held.ref)))
            if held.status in done:
                ready.append(held.ref)


def waiting_for(ref: str) -> list[str]:
    """Items that wait until this one is in."""
    rows = Item.objects.filter(status=states.WAITING)
    return [*rows.filter(of=ref).values_list("ref", flat=True), *rows.filter(after=ref).values_list("ref", flat=True)]


def release_after(item: Item) -> None:
    """What waited for an item that a person has settled."""
    _release(item)


def receipt_of(item: Item) -> str:
    """The signed receipt: the node has the whole item, and what became of it. On it, and on nothing else, a device
    deletes.
    """
    here = Item.objects.filter(pk__in=item.manifest).exclude(status=states.COMING).values_list("pk", flat=True)
    return wire.signed_by_node(
        {
            "receipt": 1,
            "id": item.ref,
            "device": item.device_id,
            "digest": item.digest,
            "outcome": item.status,
            "case": item.case,
            "version": item.version,
            "lacks": sorted(set(item.manifest) - set(here)),
            "at": stamp(now()),
        },
        wire.RECEIPT,
    )
