"""Deeds of disposal: ordered, methods fixed, weighed at the gate, carried out before two witnesses, certified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.disposal.methods import GIVING, WAYS, must_be_allowed
from tidewaiter.evidence.keeping import held_all
from tidewaiter.evidence.models import Disposal, DisposalItem, Exhibit
from tidewaiter.evidence.typed import decimal_text, one_of, read_day, read_line, read_quantity, read_text
from tidewaiter.evidence.words import MATERIALS
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.typed_fields import TypedFields
from tidewaiter.ledger.actions import record
from tidewaiter.people.models import Administration


def order_disposal(*, exhibits: Sequence[Exhibit], said: Mapping[str, Any], by: Actor) -> Disposal:
    """Writes an order down: what goes, by which way, by whose order, and how much of each stays as a sample (`keep`).

    Raises `WrongFields`, a refusal for what is under hold, waits, or goes already.
    """
    policy.must_order(by)
    if not exhibits:
        raise BadInput("exhibits", _("Scan or type what is disposed of."))
    fields = _read(said)
    with transaction.atomic():
        rows = held_all([one.pk for one in exhibits])
        kept = {one.pk: _kept(one, said) for one in rows}
        for one in rows:
            policy.may_dispose(by, one)
            if fields["way"] in GIVING:
                must_be_allowed(one.material, "give")
        Administration.objects.select_for_update().get(code=by.administration_code)
        moment = now()
        own = Disposal.objects.filter(administration=by.administration_code, year=moment.year)
        made = Disposal.objects.create(
            ref=new_ref("DS"),
            administration=by.administration_code,
            year=moment.year,
            number=(own.aggregate(last=Max("number"))["last"] or 0) + 1,
            case=rows[0].case,
            made_by=by.username,
            made_at=moment,
            **fields,
        )
        DisposalItem.objects.bulk_create(
            [
                DisposalItem(disposal=made, exhibit=one, quantity=_going(one, kept[one.pk]), kept=kept[one.pk])
                for one in rows
            ]
        )
        record(by=by, deed="evidence.disposal_ordered", ref=made.ref, detail={"exhibits": len(rows), "way": made.way})
    return made


def _read(said: Mapping[str, Any]) -> dict[str, Any]:
    typed = TypedFields(said)
    typed.needed("order", _("Write the number of the order."))
    typed.needed("ordered_by", _("Say who ordered it: a court, an authority."))
    made = {
        "way": typed.read("way", one_of(WAYS), "destroy"),
        "order": typed.read("order", read_line, "")[:200],
        "ordered_by": typed.read("ordered_by", read_line, "")[:200],
        "ordered_on": typed.read("ordered_on", read_day, now().date()),
        "due_on": typed.read("due_on", read_day, None),
        **_right_holder(typed),
    }
    typed.done()
    return made


def _right_holder(typed: TypedFields) -> dict[str, Any]:
    return {
        "right_holder": typed.read("right_holder", read_line, "")[:200],
        "told_on": typed.read("told_on", read_day, None),
        "right_holder_says": typed.read("right_holder_says", read_text, ""),
    }


def _kept(exhibit: Exhibit, said: Mapping[str, Any]) -> Decimal | None:
    """How much of an exhibit stays as a sample: `keep` for one alone, `keep:REF` for one of several."""
    text = str(said.get(f"keep:{exhibit.ref}") or said.get("keep") or "").strip()
    if not text:
        return None
    kept = read_quantity(text)
    if exhibit.quantity is None or kept >= exhibit.quantity:
        raise BadInput("keep", _("There is less than that: count it first."))
    return kept or None


def _going(exhibit: Exhibit, kept: Decimal | None) -> Decimal | None:
    return None if exhibit.quantity is None else exhibit.quantity - (kept or 0)


def held_disposal(disposal: Disposal, *allowed: str) -> Disposal:
    """The row of a disposal in one of some states, held until the transaction ends. Raises a refusal."""
    found = Disposal.objects.select_for_update().get(pk=disposal.pk)
    if found.state not in allowed:
        raise Refusal("state", _("This disposal is not at that step: look at its page."))
    return found


def tell_right_holder(*, disposal: Disposal, said: Mapping[str, Any], by: Actor) -> Disposal:
    """Writes down that the right holder was told, when, and what they said. Raises `WrongFields`, a refusal."""
    typed = TypedFields(said)
    typed.needed("right_holder", _("Say whose right it is."))
    fields = _right_holder(typed)
    typed.done()
    with transaction.atomic():
        policy.must_order(by)
        one = held_disposal(disposal, states.ORDERED, states.FIXED)
        for name, value in fields.items():
            setattr(one, name, value)
        one.told_on = one.told_on or now().date()
        one.save(update_fields=list(fields))
        record(by=by, deed="evidence.right_holder_told", ref=one.ref)
    return one


def choose_method(*, disposal: Disposal, said: Mapping[str, Any], by: Actor) -> Disposal:
    """Chooses a way for a material: what the rules forbid is refused, with the reason. A material chosen before is
    chosen anew.
    """
    typed = TypedFields(said)
    material = typed.read("material", one_of(MATERIALS), "mixed")
    weight = typed.read("weight", read_quantity, None)
    plant, permit = typed.read("plant", read_line, ""), typed.read("permit", read_line, "")
    typed.done()
    column = str(said.get("method") or "")
    must_be_allowed(material, column)
    with transaction.atomic():
        policy.must_order(by)
        one = held_disposal(disposal, states.ORDERED)
        line = {"material": material, "method": column, "weight": decimal_text(weight), "plant": plant}
        others = [each for each in one.methods if each["material"] != material]
        one.methods = [*others, line | {"permit": permit, "by": by.username}]
        one.save(update_fields=["methods"])
        detail = {"material": material, "method": column}
        record(by=by, deed="evidence.method_chosen", ref=one.ref, detail=detail)
    return one


def fix_methods(*, disposal: Disposal, by: Actor) -> Disposal:
    """Fixes the methods: each material of what goes has one. Raises a refusal that names those that have none."""
    with transaction.atomic():
        policy.must_order(by)
        one = held_disposal(disposal, states.ORDERED)
        chosen = {line["material"] for line in one.methods}
        there = {item.exhibit.material or "mixed" for item in one.items.select_related("exhibit")}
        if one.way == "destroy" and (open_ := sorted(there - chosen)):
            names = ", ".join(str(MATERIALS[code]) for code in open_)
            raise Refusal("open", _("Choose a way for: %(names)s.") % {"names": names})
        one.state = states.FIXED
        one.save(update_fields=["state"])
        record(by=by, deed="evidence.method_fixed", ref=one.ref)
    return one


def count_at_gate(*, disposal: Disposal, said: Mapping[str, Any], by: Actor) -> Disposal:
    """Writes down what was counted at the gate (`count:REF`); where it is not what custody says, `difference` says why.

    Raises a refusal where a difference is not explained.
    """
    with transaction.atomic():
        policy.must_order(by)
        one = held_disposal(disposal, states.FIXED)
        items = list(one.items.select_related("exhibit"))
        for item in items:
            text = str(said.get(f"count:{item.exhibit_id}") or (said.get("count") if len(items) == 1 else "") or "")
            if text.strip():
                item.counted = read_quantity(text)
        off = [each for each in items if each.quantity is not None and each.counted not in (None, each.quantity)]
        difference = read_text(str(said.get("difference") or ""))
        if off and not difference:
            names = ", ".join(each.exhibit.reference for each in off[:10])
            raise Refusal("difference", _("Not what custody says: %(names)s. Say why.") % {"names": names})
        one.difference = difference
        one.save(update_fields=["difference"])
        DisposalItem.objects.bulk_update(items, ["counted"], batch_size=200)
        record(by=by, deed="evidence.counted_at_gate", ref=one.ref, detail={"differences": len(off)})
    return one


def cancel_disposal(*, disposal: Disposal, reason: str, by: Actor) -> Disposal:
    """Takes an order back before anything went: an appeal, a new order. Raises a refusal."""
    if not reason.strip():
        raise BadInput("reason", _("Say why: it is kept with the decision."))
    with transaction.atomic():
        policy.must_order(by)
        one = held_disposal(disposal, states.ORDERED, states.FIXED)
        one.state, one.taken_back = states.CANCELLED, read_text(reason)
        one.save(update_fields=["state", "taken_back"])
        record(by=by, deed="evidence.disposal_cancelled", ref=one.ref)
    return one
