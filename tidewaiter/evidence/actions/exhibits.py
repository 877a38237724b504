"""Deeds that make exhibits: seizing, taking samples and parts, packing boxes; and marks, holds and assets of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.cases.queries import case_by_ref
from tidewaiter.evidence import policy, states
from tidewaiter.evidence.files import said_files
from tidewaiter.evidence.keeping import append, held, told
from tidewaiter.evidence.models import CustodyEvent, Exhibit
from tidewaiter.evidence.queries import next_number
from tidewaiter.evidence.typed import (
    decimal_text,
    one_of,
    read_currency_code,
    read_day,
    read_degrees,
    read_line,
    read_quantity,
    read_text,
    read_unit_code,
    reader_of_moments,
)
from tidewaiter.evidence.words import DANGEROUS, MATERIALS
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.typed_fields import TypedFields
from tidewaiter.ledger.actions import record
from tidewaiter.people.models import Administration, Officer
from tidewaiter.people.queries import zone_of

MARKS = ("GREEN", "AMBER", "AMBER+STRICT", "RED")
ASSETS = ("frozen", "forfeited", "returned")
MEASURED = ("quantity", "unit", "instrument", "uncertainty")


def seize(*, said: Mapping[str, Any], by: Actor) -> Exhibit:
    """Numbers what was found: what, where, by whom, when, how much by which instrument. It is with whoever seized it.

    Raises `WrongFields` for what is not understood, `Missing` for a case that is not seen.
    """
    policy.must_read(by)
    fields = read_exhibit(said, by)
    with transaction.atomic():
        exhibit = _numbered(fields, by)
        event = append(
            exhibit,
            states.SEIZE,
            by,
            at=exhibit.found_at,
            place=exhibit.place,
            taker=by.username,
            note=exhibit.description,
            detail=_said_of(exhibit),
            files=said_files(said),
        )
        record(by=by, deed="evidence.seized", ref=exhibit.ref, version=event.sequence, detail=told(event))
    return exhibit


def read_exhibit(said: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """The columns of an exhibit as they were typed. Raises `WrongFields`, `Missing`."""
    typed = TypedFields(said)
    typed.needed("description", _("Say what it is."))
    found_at = typed.read("at", reader_of_moments(zone_of(by.administration_code)), now())
    made = {
        "kind": typed.read("kind", one_of(("thing", "box")), "thing"),
        "description": typed.read("description", read_text, ""),
        "material": typed.read("material", one_of(MATERIALS), ""),
        "place": typed.read("place", read_line, ""),
        "found_at": found_at,
        **read_measure(typed),
        "value": typed.read("value", read_quantity, None),
        "currency": typed.read("currency", read_currency_code, ""),
        "dangerous": typed.read("dangerous", one_of(DANGEROUS), ""),
        "coldest": typed.read("coldest", read_degrees, None),
        "warmest": typed.read("warmest", read_degrees, None),
        "decide_by": typed.read("decide_by", read_day, None),
        "handling": typed.read("handling", one_of(MARKS), "AMBER"),
        "restricted": typed.text("restricted").lower() in ("1", "on", "true", "yes"),
    }
    if made["value"] is not None and not made["currency"]:
        typed.wrong.setdefault("currency", _("In which currency?"))
    typed.done()
    case = typed.text("case")
    found = case_by_ref(by, case) if case else None
    return made | {"case": found.ref if found else "", "case_reference": found.reference if found else ""}


def read_measure(typed: TypedFields) -> dict[str, Any]:
    """A measured quantity: how much, in which unit, by which instrument, how uncertain."""
    made = {
        "quantity": typed.read("quantity", read_quantity, None),
        "unit": typed.read("unit", read_unit_code, ""),
        "instrument": typed.read("instrument", read_line, "")[:200],
        "uncertainty": typed.read("uncertainty", read_quantity, None),
    }
    if made["quantity"] is not None and not made["unit"] and "unit" not in typed.wrong:
        typed.wrong["unit"] = _("In which unit: pieces, pairs, kg?")
    return made


def _numbered(fields: Mapping[str, Any], by: Actor, parent: Exhibit | None = None) -> Exhibit:
    """A new exhibit with its number: the next of its office and year, or of what it was taken of."""
    Administration.objects.select_for_update().get(code=by.administration_code)
    moment = now()
    if parent is None:
        row = Officer.objects.filter(username=by.username).values_list("office__place", flat=True).first()
        office, year, suffix = row or by.administration_code, moment.year, ""
        number = next_number(by.administration_code, office, year)
    else:
        office, year, number = parent.office, parent.year, parent.number
        letter = "S" if fields["kind"] == "sample" else ""
        last = parent.parts.filter(kind=fields["kind"]).count() + 1
        suffix = f"{parent.suffix}.{letter}{last}"
    begins = "BX" if fields["kind"] == "box" else "EX"
    return Exhibit.objects.create(
        ref=new_ref("EX"),
        administration=by.administration_code,
        office=office,
        year=year,
        number=number,
        suffix=suffix,
        reference=f"{begins}-{office}-{year % 100:02d}-{number:04d}{suffix}",
        found_by=by.username,
        holder_kind="person",
        holder=by.username,
        since=moment,
        made_by=by.username,
        made_at=moment,
        parent=parent,
        **fields,
    )


def measure_text(quantity: Any, unit: str, instrument: str = "", uncertainty: Any = None) -> dict[str, str]:
    """A measured quantity as an event keeps it: texts, one form for each number."""
    return {
        "quantity": decimal_text(quantity),
        "unit": unit,
        "instrument": instrument,
        "uncertainty": decimal_text(uncertainty),
    }


def number_part(exhibit: Exhibit, fields: Mapping[str, Any], by: Actor) -> Exhibit:
    """A part or a sample, numbered behind what it was taken of and marked like it; with whoever took it."""
    same = ("case", "case_reference", "material", "place", "handling", "restricted", "dangerous", "coldest", "warmest")
    own = {name: getattr(exhibit, name) for name in same}
    return _numbered({**own, "found_at": now(), **fields}, by, parent=exhibit)


def _said_of(exhibit: Exhibit) -> dict[str, Any]:
    """What the first event says beside: number, case and measure, so that the chain binds them."""
    if exhibit.quantity is not None and exhibit.quantity < 0:
        raise BadInput("quantity", _("A quantity is nothing or more, and below a million milliards."))
    return {
        "reference": exhibit.reference,
        "kind": exhibit.kind,
        "case": exhibit.case,
        "case_reference": exhibit.case_reference,
        "material": exhibit.material,
        "value": decimal_text(exhibit.value),
        "currency": exhibit.currency,
        **measure_text(exhibit.quantity, exhibit.unit, exhibit.instrument, exhibit.uncertainty),
    }


def put_under_hold(*, exhibit: Exhibit, reason: str, by: Actor) -> CustodyEvent:
    """Nothing of it is disposed of until the hold is lifted. Raises a refusal."""
    return _hold(exhibit, True, reason, by)


def lift_hold(*, exhibit: Exhibit, reason: str, by: Actor) -> CustodyEvent:
    """Lifts a hold, and says by what order. Raises a refusal."""
    return _hold(exhibit, False, reason, by)


def _hold(exhibit: Exhibit, hold: bool, reason: str, by: Actor) -> CustodyEvent:
    words = read_text(reason)
    if not words:
        raise BadInput("note", _("Say why, or by what order."))
    with transaction.atomic():
        exhibit = held(exhibit)
        policy.may_hold(by, exhibit)
        if exhibit.hold == hold:
            raise Refusal("state", _("It is under hold already.") if hold else _("It is under no hold."))
        exhibit.hold, exhibit.hold_reason = hold, words if hold else ""
        kind, deed = (states.HOLD, "evidence.held") if hold else (states.RELEASE, "evidence.released")
        event = append(exhibit, kind, by, changed=("hold", "hold_reason"), note=words)
        record(by=by, deed=deed, ref=exhibit.ref, version=event.sequence, detail=told(event))
    return event


def mark(*, exhibit: Exhibit, handling: str, restricted: bool, by: Actor) -> Exhibit:
    """Sets who sees it, and whether its files are opened by two alone. Raises a refusal."""
    if handling not in MARKS:
        raise BadInput("handling", _("Choose a mark: %(all)s.") % {"all": ", ".join(MARKS)})
    with transaction.atomic():
        exhibit = held(exhibit)
        policy.may_hold(by, exhibit)
        exhibit.handling, exhibit.restricted = handling, restricted
        exhibit.save(update_fields=["handling", "restricted"])
        detail = {"handling": handling, "restricted": restricted}
        record(by=by, deed="evidence.marked", ref=exhibit.ref, version=exhibit.events_count, detail=detail)
    return exhibit


def value(*, exhibit: Exhibit, said: Mapping[str, Any], by: Actor) -> CustodyEvent:
    """Says what money or goods of value are worth and whether they are frozen, forfeited or returned.

    Raises `WrongFields`, a refusal.
    """
    typed = TypedFields(said)
    typed.needed("asset_state", _("Say whether it is frozen, forfeited or returned."))
    state = typed.read("asset_state", one_of(ASSETS), "")
    worth = typed.read("value", read_quantity, exhibit.value)
    currency = typed.read("currency", read_currency_code, exhibit.currency)
    authority = typed.read("authority", read_line, "")
    if worth is None or not currency:
        typed.wrong.setdefault("value", _("Say what it is worth, and in which currency."))
    typed.done()
    with transaction.atomic():
        exhibit = held(exhibit)
        policy.may_hold(by, exhibit)
        was = {"value": decimal_text(exhibit.value), "currency": exhibit.currency, "state": exhibit.asset_state}
        exhibit.value, exhibit.currency, exhibit.asset_state = worth, currency, state
        detail = {"was": was, "now": {"value": decimal_text(worth), "currency": currency, "state": state}}
        changed = ("value", "currency", "asset_state")
        event = append(exhibit, states.ASSET, by, changed=changed, authority=authority, detail=detail)
        record(by=by, deed="evidence.valued", ref=exhibit.ref, version=event.sequence, detail=told(event))
    return event
