"""Finding exhibits; what one may not see is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.models import CustodyEvent, Disposal, Exhibit, Inventory, Look, Party, Scene, Store
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.ledger.models import Entry

PAGE = 50
BOXES = ("mine", "awaited", "due", "store", "out", "decide", "missing", "all", "ended")
_spaced = re.compile(r"\s+")


def visible_exhibits(actor: Actor) -> QuerySet[Exhibit]:
    """The exhibits that the person sees."""
    return Exhibit.objects.filter(policy.visible(actor))


def plain_code(text: str) -> str:
    """A code as it was typed or scanned, without space, in capitals."""
    return _spaced.sub("", text).upper()[:100]


def exhibit_named(actor: Actor, ref: str) -> Exhibit:
    """An exhibit by its ref, or by what its label says. Raises `Missing` for absent and unseen alike."""
    code = plain_code(ref)
    found = visible_exhibits(actor).filter(Q(pk=code) | Q(reference=code)).select_related("store", "box", "parent")
    if (one := found.first()) is None:
        raise Missing("no_exhibit", _("There is no such exhibit for you."))
    return one


def exhibits_named(actor: Actor, codes: Iterable[str]) -> tuple[list[Exhibit], list[str]]:
    """The exhibits of many codes in their order, and the codes that name none for the person."""
    wanted = list(dict.fromkeys(code for text in codes if (code := plain_code(text))))
    found: dict[str, Exhibit] = {}
    for at in range(0, len(wanted), 400):
        some = wanted[at : at + 400]
        rows = visible_exhibits(actor).filter(Q(pk__in=some) | Q(reference__in=some)).select_related("store", "box")
        found |= {key: one for one in rows for key in (one.ref, one.reference)}
    exhibits = list({found[code].pk: found[code] for code in wanted if code in found}.values())
    return exhibits, [code for code in wanted if code not in found]


def next_number(administration: str, office: str, year: int) -> int:
    """The number after the last one of an office and a year, for a caller who holds the administration's row."""
    found = Exhibit.objects.filter(administration=administration, office=office, year=year)
    return (found.aggregate(last=Max("number"))["last"] or 0) + 1


FEW = ("awaited", "due", "decide")
"""Boxes that hold few of many: they are found first and put in order after."""


def _in_box(actor: Actor, here: Q) -> dict[str, Q]:
    """What is in each box; `here` says that it is not gone."""
    return {
        "mine": here & Q(holder_kind="person", holder=actor.username),
        "awaited": Q(awaits_whom__in=_hands(actor)) & here,
        "due": here & Q(due_at__isnull=False, due_at__lt=now()),
        "store": Q(state=states.STORED),
        "out": Q(state=states.OUT),
        "decide": here & Q(decide_by__isnull=False, decision=""),
        "missing": Q(state=states.MISSING),
        "all": here,
        "ended": Q(state=states.ENDED),
    }


def _hands(actor: Actor) -> list[str]:
    """Whose hand an exhibit waits for where the person takes it: their own, and of a custodian each store's."""
    if not policy.keeps(actor):
        return [actor.username]
    stores = Store.objects.filter(administration=actor.administration_code).values_list("pk", flat=True)
    return [actor.username, *(f"store:{ref}" for ref in stores)]


def exhibits_in(
    box: str,
    actor: Actor,
    *,
    case: str = "",
    text: str = "",
    before: str = "",
    most: int = PAGE,
    store: Store | None = None,
) -> list[Exhibit]:
    """Those of a box, the last numbered first. Raises `BadInput` for a box that is none."""
    rules = _in_box(actor, ~Q(state=states.ENDED))
    if box not in rules:
        names = ", ".join(BOXES)
        raise BadInput(
            "box", _("There is no box «%(name)s». There are: %(names)s.") % {"name": box[:40], "names": names}
        )
    found = visible_exhibits(actor).filter(rules[box])
    if store is not None:
        found = found.filter(store=store)
    if case:
        found = found.filter(Q(case=case) | Q(case_reference=case))
    if text:
        found = found.filter(
            Q(reference__startswith=plain_code(text)) | Q(description__icontains=text) | Q(seal=text.strip())
        )
    if before:
        found = found.filter(pk__lt=before)
    newest = Concat("pk", Value("")).desc() if box in FEW else F("pk").desc()
    return list(found.select_related("store", "box").order_by(newest)[:most])


def counted(actor: Actor) -> dict[str, int]:
    """How many exhibits are in each box."""
    every = visible_exhibits(actor)
    return {box: every.filter(rule).count() for box, rule in _in_box(actor, Q(state__in=states.OPEN)).items()}


def events_of(exhibit: Exhibit) -> list[CustodyEvent]:
    """Its events in their order."""
    return list(exhibit.events.order_by("sequence"))


def event_named(exhibit: Exhibit, ref: str) -> CustodyEvent:
    """One of its events, by its ref or its number. Raises `Missing`."""
    number = Q(sequence=int(ref)) if ref.isascii() and ref.isdigit() and len(ref) < 9 else Q(pk=ref)
    found = exhibit.events.filter(number).first()
    if found is None:
        raise Missing("no_event", _("The exhibit has no such event."))
    return found


def case_exhibits(actor: Actor, case: str) -> list[Exhibit]:
    """All of a case that the person sees, parts behind what they were taken of."""
    found = visible_exhibits(actor).filter(Q(case=case) | Q(case_reference=case))
    return list(found.select_related("store", "box").order_by("office", "year", "number", F("suffix").asc()))


def stores_of(actor: Actor) -> list[Store]:
    """The stores of one's administration, for whoever has to do with exhibits."""
    if not policy.reads(actor):
        return []
    return list(Store.objects.filter(administration=actor.administration_code).order_by("closed", "code"))


def store_named(actor: Actor, ref: str) -> Store:
    """A store by its ref or code. Raises `Missing`."""
    code = plain_code(ref).removeprefix("STORE:")
    found = Store.objects.filter(Q(pk=code) | Q(code=code), administration=actor.administration_code).first()
    if found is None or not policy.reads(actor):
        raise Missing("no_store", _("There is no such store for you."))
    return found


def party_of(exhibit: Exhibit, ref: str) -> Party:
    """Somebody of the annex of names who stands in an event of the exhibit. Raises `Missing`."""
    named = exhibit.events.filter(Q(giver=ref) | Q(taker=ref)).exists()
    found = Party.objects.filter(pk=ref).first() if named else None
    if found is None:
        raise Missing("no_party", _("There is nobody of that reference for you."))
    return found


def titles(actor: Actor, refs: Sequence[str]) -> dict[str, str]:
    """What the exhibits of these refs are called, of those that one sees."""
    return {one.ref: one.reference for one in visible_exhibits(actor).filter(pk__in=list(refs))}


def file_of(exhibit: Exhibit, digest: str) -> dict[str, Any]:
    """A file that stands in an event of the exhibit, as the event names it. Raises `Missing`."""
    for files in exhibit.events.exclude(files=[]).order_by("-sequence").values_list("files", flat=True):
        for one in files:
            if one.get("sha256") == digest:
                return dict(one)
    raise Missing("no_file", _("There is no such file for you."))


def looks_waiting(exhibit: Exhibit) -> list[Look]:
    """Who waits to be let open which file."""
    return list(exhibit.looks.filter(allowed_at=None).order_by("-pk")[:20])


def seen_by(exhibit: Exhibit) -> dict[str, int]:
    """How often an exhibit was looked at, and by how many people."""
    looks = Entry.objects.filter(ref=exhibit.ref, deed__in=("evidence.read", "evidence.file_opened"))
    return looks.aggregate(times=Count("seq"), people=Count("by", distinct=True))


def contents_of(boxes: Iterable[Exhibit]) -> list[Exhibit]:
    """What lies in boxes, and in boxes within these: what moves with them."""
    found: list[Exhibit] = []
    around = [one.pk for one in boxes if one.kind == "box"]
    while around:
        inside = list(Exhibit.objects.filter(box_id__in=around, state__in=states.OPEN).order_by("pk"))
        found += inside
        around = [one.pk for one in inside if one.kind == "box"]
    return found


def expected_in(store: Store) -> QuerySet[Exhibit]:
    """What lies in a store by its custody, boxes and what is in them; what waits for its taker is there still."""
    return Exhibit.objects.filter(store=store, state__in=(states.STORED, states.MISSING))


def inventory_named(actor: Actor, ref: str) -> Inventory:
    """A count of a store of one's administration. Raises `Missing`."""
    found = Inventory.objects.filter(pk=ref, store__administration=actor.administration_code).select_related("store")
    if (one := found.first()) is None or not policy.reads(actor):
        raise Missing("no_inventory", _("There is no such count for you."))
    return one


@dataclass(frozen=True, slots=True)
class Differences:
    """What a count found: in its place, not found, found and not expected, known to nobody."""

    there: list[Exhibit]
    missing: list[Exhibit]
    elsewhere: list[Exhibit]
    unknown: list[str]


def differences_in(inventory: Inventory, actor: Actor) -> Differences:
    """The differences of a count as they stand now; of one that is over as they were then."""
    scans = list(inventory.scans.select_related("exhibit__store", "exhibit__box").order_by("pk"))
    seen = policy.visible(actor)
    scanned = {one.exhibit_id for one in scans if one.exhibit_id}
    if inventory.state == states.COUNTED:
        events = CustodyEvent.objects.filter(batch=inventory.ref, kind__in=(states.INVENTORY, states.LOSE))
        kinds = dict(events.values_list("exhibit_id", "kind"))
    else:
        sealed = {one.exhibit_id for one in scans if one.exhibit and _holds_unseen(one.exhibit)}
        due = expected_in(inventory.store).values_list("pk", "box_id")
        found = {pk for pk, box in due if pk in scanned or box in sealed}
        kinds = {pk: states.INVENTORY if pk in found else states.LOSE for pk, _box in due}
    rows = Exhibit.objects.filter(seen, pk__in=list(kinds)[:10_000]).select_related("store", "box").order_by("pk")
    return Differences(
        there=[one for one in rows if kinds[one.pk] == states.INVENTORY],
        missing=[one for one in rows if kinds[one.pk] == states.LOSE],
        elsewhere=[one.exhibit for one in scans if one.exhibit and one.exhibit_id not in kinds],
        unknown=[one.code for one in scans if one.exhibit_id is None],
    )


def _holds_unseen(exhibit: Exhibit) -> bool:
    """Whether it is a box that counts with all that is in it: its seal is whole, as far as anybody knows."""
    return exhibit.kind == "box" and bool(exhibit.seal) and exhibit.seal_whole is not False


def filled(stores: Sequence[Store]) -> dict[str, int]:
    """By store: how many exhibits and boxes lie in it, what is in a box with its box."""
    there = Exhibit.objects.filter(store__in=[one.pk for one in stores], state=states.STORED, box=None)
    return dict(there.order_by().values("store").annotate(n=Count("pk")).values_list("store", "n"))


def visible_disposals(actor: Actor) -> QuerySet[Disposal]:
    """Disposals of one's administration, for whoever has to do with exhibits and sees each of what goes."""
    if not policy.reads(actor):
        return Disposal.objects.none()
    hidden = Exhibit.objects.filter(administration=actor.administration_code).exclude(policy.visible(actor))
    own = Disposal.objects.filter(administration=actor.administration_code)
    return own.exclude(items__exhibit__in=hidden)


def disposal_named(actor: Actor, ref: str) -> Disposal:
    """A disposal by its ref. Raises `Missing`."""
    found = visible_disposals(actor).filter(pk=ref).first()
    if found is None:
        raise Missing("no_disposal", _("There is no such disposal for you."))
    return found


def disposals_of(actor: Actor) -> list[Disposal]:
    """The disposals that the person sees, those that go on first."""
    found = visible_disposals(actor).annotate(exhibits=Count("items"))
    return list(found.order_by(F("done_at").asc(nulls_first=True), "-made_at")[:200])


def to_witness(actor: Actor) -> list[Disposal]:
    """Disposals that wait for the person's word as a witness."""
    waiting = visible_disposals(actor).filter(state=states.WITNESSING).order_by("made_at")[:200]
    return [
        one for one in waiting if any(each["hand"] == actor.username and not each["signed"] for each in one.witnesses)
    ]


def visible_scenes(actor: Actor) -> QuerySet[Scene]:
    """Scenes of one's administration, for whoever has to do with exhibits."""
    if not policy.reads(actor):
        return Scene.objects.none()
    return Scene.objects.filter(administration=actor.administration_code)


def scene_named(actor: Actor, ref: str) -> Scene:
    """A scene by its ref. Raises `Missing`."""
    found = visible_scenes(actor).filter(pk=ref).select_related("checklist").first()
    if found is None:
        raise Missing("no_scene", _("There is no such scene for you."))
    return found


def scene_exhibits(scene: Scene) -> list[Exhibit]:
    """What was numbered at a scene, in that order."""
    refs = [ref for one in scene.steps.order_by("pk").values_list("exhibits", flat=True) for ref in one]
    return list(Exhibit.objects.filter(pk__in=list(dict.fromkeys(refs))).order_by("pk"))
