"""Deeds of where things lie: stores, boxes that move as one, what perishes, and what is back too late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.keeping import append, append_all, held, held_all, told
from tidewaiter.evidence.models import CustodyEvent, Exhibit, Store
from tidewaiter.evidence.queries import contents_of
from tidewaiter.evidence.typed import read_code, read_degrees, read_line, read_quantity, read_text
from tidewaiter.evidence.words import DANGEROUS
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.typed_fields import TypedFields
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer

AT_ONCE = 200
TASK = "evidence_due"


def keep_store(*, said: Mapping[str, Any], by: Actor, store: Store | None = None) -> Store:
    """Opens a store, or changes what one takes: how many fit, how warm it is, which dangerous goods.

    Raises `WrongFields`, a refusal for whoever is no custodian and for a code that is used.
    """
    policy.must_keep(by)
    typed = TypedFields(said)
    typed.needed("code", _("Give the store a short code for its label."))
    typed.needed("name", _("Say what and where it is."))
    most = typed.read("capacity", read_quantity, None)
    fields: dict[str, Any] = {
        "code": typed.read("code", read_code, "").upper()[:24],
        "name": typed.read("name", read_line, "")[:200],
        "capacity": int(most) if most is not None else None,
        "coldest": typed.read("coldest", read_degrees, None),
        "warmest": typed.read("warmest", read_degrees, None),
        "dangerous": [code for code in _listed(said.get("dangerous")) if code in DANGEROUS],
        "closed": typed.text("closed").lower() in ("1", "on", "true", "yes"),
    }
    if fields["code"] and not fields["code"].replace("-", "").isalnum():
        typed.wrong["code"] = _("A code has letters, figures and hyphens: MBA-B.")
    typed.done()
    with transaction.atomic():
        others = Store.objects.filter(administration=by.administration_code, code=fields["code"])
        if others.exclude(pk=store.pk if store else "").exists():
            raise Refusal("code_used", _("There is a store %(code)s already.") % {"code": fields["code"]})
        if store is None:
            store = Store(ref=new_ref("ST"), administration=by.administration_code, made_by=by.username, made_at=now())
        for name, value in fields.items():
            setattr(store, name, value)
        store.save()
        record(by=by, deed="evidence.store_kept", ref=store.ref)
    return store


def _listed(said: Any) -> list[str]:
    return [str(one) for one in said] if isinstance(said, list | tuple) else str(said or "").replace(",", " ").split()


def pack(*, box: Exhibit, exhibits: Sequence[Exhibit], by: Actor) -> list[CustodyEvent]:
    """Puts exhibits into a box: from now on they go where it goes. Raises a refusal for what lies elsewhere."""
    with transaction.atomic():
        rows = {one.pk: one for one in held_all([box.pk, *[one.pk for one in exhibits]])}
        into = rows.pop(box.pk)
        policy.may_handle(by, into)
        _must_be_box(into)
        every = list(rows.values())
        around = _around(into)
        for one in every:
            policy.may_handle(by, one)
            if one.pk in around:
                raise Refusal("in_itself", _("A box does not lie in itself."))
            if (one.holder_kind, one.holder, one.store_id) != (into.holder_kind, into.holder, into.store_id):
                raise Refusal(
                    "elsewhere", _("%(ref)s lies elsewhere: bring both to one place first.") % {"ref": one.reference}
                )
            one.box, one.shelf = into, ""
        others = sorted(one.reference for one in every)
        detail = {"box": into.ref, "box_reference": into.reference, "with": others[:200]}
        made = append_all(every, states.BOX, by, changed=("box", "shelf"), detail=detail, batch=new_ref("BA"))
        _record(made, "evidence.boxed", by)
        inside = {"contents": [one.pk for one in contents_of([into])][:2000]}
        _record([append(into, states.BOX, by, detail=inside)], "evidence.boxed", by)
    return made


def _must_be_box(box: Exhibit) -> None:
    if box.kind != "box":
        raise BadInput("box", _("%(ref)s is no box.") % {"ref": box.reference})
    if box.seal:
        raise Refusal("sealed", _("It has seal %(number)s: open that first.") % {"number": box.seal})


def _around(box: Exhibit) -> set[str]:
    """The box and the boxes in which it lies."""
    found: set[str] = set()
    at: Exhibit | None = box
    while at is not None and at.pk not in found:
        found.add(at.pk)
        at = at.box
    return found


def unpack(*, exhibit: Exhibit, note: str, by: Actor) -> CustodyEvent:
    """Takes an exhibit out of its box: it is with whoever has the box. Raises a refusal."""
    with transaction.atomic():
        exhibit = held(exhibit)
        box = exhibit.box
        if box is None:
            raise Refusal("no_box", _("It lies in no box."))
        box = held(box)
        policy.may_handle(by, box)
        _must_be_box(box)
        exhibit.box = None
        detail = {"box": box.ref, "box_reference": box.reference}
        event = append(exhibit, states.UNBOX, by, changed=("box",), note=read_text(note), detail=detail)
        record(by=by, deed="evidence.unboxed", ref=exhibit.ref, version=event.sequence, detail=told(event))
        left = {"contents": [one.pk for one in contents_of([box])][:2000]}
        out = append(box, states.UNBOX, by, detail=left)
        record(by=by, deed="evidence.unboxed", ref=box.ref, version=out.sequence, detail=told(out))
    return event


def decide(*, exhibit: Exhibit, said: Mapping[str, Any], by: Actor) -> CustodyEvent:
    """Decides what becomes of something that perishes, by which authority. Raises `WrongFields`, a refusal."""
    typed = TypedFields(said)
    typed.needed("note", _("Say what is decided: tested and destroyed, sold, kept cold."))
    note, authority = typed.read("note", read_text, ""), typed.read("authority", read_line, "")
    typed.done()
    with transaction.atomic():
        exhibit = held(exhibit)
        policy.must_order(by)
        policy.must_be_open(exhibit)
        exhibit.decision = note
        event = append(exhibit, states.DECIDE, by, changed=("decision",), note=note, authority=authority)
        record(by=by, deed="evidence.decided", ref=exhibit.ref, version=event.sequence, detail=told(event))
    return event


def tell_of_due() -> int:
    """The clock's part: whoever has something past its day, and the custodians, are told once. Gives how many."""
    late = Exhibit.objects.filter(due_at__lt=now(), due_told=False, state__in=states.OPEN).order_by("due_at")[:AT_ONCE]
    return len(run_each(late, _tell_of, deed=TASK, ref_of=lambda one: one.ref).done)


def _tell_of(exhibit: Exhibit) -> None:
    with transaction.atomic():
        one = held(exhibit)
        if one.due_told or one.due_at is None:
            return
        one.due_told = True
        one.save(update_fields=["due_told"])
        names = list(
            Officer.objects.filter(
                administration_id=one.administration, is_active=True, grants__role="custodian"
            ).values_list("username", flat=True)
        )
        if one.holder_kind == "person":
            names.append(one.holder)
        tell(to=[(name, one.ref, 1) for name in dict.fromkeys(names)], deed="evidence.due", by=NODE)
        record(by=NODE, deed="evidence.due", ref=one.ref, version=one.events_count)


def _record(events: Sequence[CustodyEvent], deed: str, by: Actor) -> None:
    for one in events:
        record(by=by, deed=deed, ref=one.exhibit_id, version=one.sequence, detail=told(one))
