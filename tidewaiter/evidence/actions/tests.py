"""Deeds that find out what a thing is: measuring, testing, sampling; and setting right what was written, beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.actions.exhibits import MEASURED, measure_text, number_part, read_measure
from tidewaiter.evidence.files import said_files
from tidewaiter.evidence.keeping import append, held, told
from tidewaiter.evidence.models import CustodyEvent, Exhibit
from tidewaiter.evidence.queries import event_named
from tidewaiter.evidence.typed import one_of, read_line, read_text, reader_of_moments
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.typed_fields import TypedFields
from tidewaiter.ledger.actions import record
from tidewaiter.people.queries import zone_of

STAGES = ("look", "presumptive", "laboratory")


def write_test(*, exhibit: Exhibit, said: Mapping[str, Any], by: Actor) -> CustodyEvent:
    """Writes a test down: look, presumptive or laboratory, by which method, of how many, with what result, by whom.

    A test without a result is one that runs; its result is written as another event that answers it.
    """
    typed = TypedFields(said)
    detail = {
        "stage": typed.read("stage", one_of(STAGES), "presumptive"),
        "method": typed.read("method", read_line, ""),
        "of": typed.read("of", read_line, ""),
        "result": typed.read("result", read_text, ""),
        "tester": typed.read("tester", read_line, ""),
        "report": typed.read("report", read_line, ""),
    }
    note = typed.read("note", read_text, "")
    at = typed.read("at", reader_of_moments(zone_of(by.administration_code)), None)
    if not (detail["method"] or note):
        typed.wrong["method"] = _("Say by which method.")
    typed.done()
    with transaction.atomic():
        exhibit = held(exhibit)
        policy.may_test(by, exhibit)
        before = event_named(exhibit, str(said["answers"])) if said.get("answers") else None
        if before is not None and before.kind != states.TEST:
            raise BadInput("answers", _("That event is no test."))
        event = append(
            exhibit, states.TEST, by, at=at, note=note, detail=detail, files=said_files(said), answers=before
        )
        record(by=by, deed="evidence.tested", ref=exhibit.ref, version=event.sequence, detail=told(event))
    return event


def measure(*, exhibit: Exhibit, said: Mapping[str, Any], by: Actor) -> CustodyEvent:
    """Counts or weighs an exhibit anew: what it was and what it is now stand both. Raises `WrongFields`, a refusal."""
    typed = TypedFields(said)
    typed.needed("quantity", _("Say how much it is."))
    made = read_measure(typed)
    note = typed.read("note", read_text, "")
    typed.done()
    with transaction.atomic():
        exhibit = held(exhibit)
        policy.may_handle(by, exhibit)
        if exhibit.seal:
            raise Refusal("sealed", _("It has seal %(number)s: open that first.") % {"number": exhibit.seal})
        before = measure_text(exhibit.quantity, exhibit.unit, exhibit.instrument, exhibit.uncertainty)
        for name in MEASURED:
            setattr(exhibit, name, made[name])
        after = measure_text(exhibit.quantity, exhibit.unit, exhibit.instrument, exhibit.uncertainty)
        detail = {"was": before, "now": after}
        files = said_files(said)
        event = append(exhibit, states.MEASURE, by, changed=MEASURED, note=note, detail=detail, files=files)
        record(by=by, deed="evidence.measured", ref=exhibit.ref, version=event.sequence, detail=told(event))
    return event


def sample(*, exhibit: Exhibit, said: Mapping[str, Any], by: Actor) -> Exhibit:
    """Takes a sample, or a part that becomes an exhibit of its own, out of an exhibit: its quantity goes over.

    Raises `WrongFields`, a refusal where more is taken than is there, or another unit.
    """
    typed = TypedFields(said)
    kind = typed.read("part", one_of(("sample", "thing")), "sample")
    made = read_measure(typed)
    description = typed.read("description", read_text, "") or exhibit.description
    note = typed.read("note", read_text, "")
    typed.done()
    with transaction.atomic():
        exhibit = held(exhibit)
        policy.may_handle(by, exhibit)
        if exhibit.seal:
            raise Refusal("sealed", _("It has seal %(number)s: open that first.") % {"number": exhibit.seal})
        before = measure_text(exhibit.quantity, exhibit.unit)
        _take_off(exhibit, made)
        part = number_part(exhibit, {"kind": kind, "description": description, **made}, by)
        after = measure_text(exhibit.quantity, exhibit.unit)
        detail = {"part": part.ref, "part_reference": part.reference, "was": before, "now": after}
        event = append(exhibit, states.SAMPLE, by, changed=("quantity",), note=note, detail=detail)
        record(by=by, deed="evidence.sampled", ref=exhibit.ref, version=event.sequence, detail=told(event))
        first = append(
            part, states.SEIZE, by, taker=part.holder, note=description, detail=_origin(part, exhibit, event)
        )
        record(by=by, deed="evidence.seized", ref=part.ref, version=first.sequence, detail=told(first))
    return part


def _take_off(exhibit: Exhibit, made: Mapping[str, Any]) -> None:
    """What a part takes with it is less there."""
    taken = made["quantity"]
    if taken is None or exhibit.quantity is None:
        return
    if made["unit"] != exhibit.unit:
        if made["unit"]:
            return  # some grams of a bag that is counted as one: both stay as they are
    if taken > exhibit.quantity:
        raise Refusal("too_much", _("There is less than that: count it first."))
    exhibit.quantity -= taken


def _origin(part: Exhibit, exhibit: Exhibit, event: CustodyEvent) -> dict[str, Any]:
    measured = measure_text(part.quantity, part.unit, part.instrument, part.uncertainty)
    return {
        "reference": part.reference,
        "kind": part.kind,
        "case": part.case,
        "of": exhibit.ref,
        "of_event": event.ref,
        "of_digest": event.digest,
        **measured,
    }


def correct(*, exhibit: Exhibit, event: CustodyEvent, said: Mapping[str, Any], by: Actor) -> CustodyEvent:
    """Says what is right in place of what an event says: both stand. Raises `WrongFields` without words."""
    typed = TypedFields(said)
    typed.needed("note", _("Say what is right, and why it was written otherwise."))
    note = typed.read("note", read_text, "")
    result = typed.read("result", read_text, "")
    typed.done()
    with transaction.atomic():
        exhibit = held(exhibit)
        policy.may_correct(by, exhibit)
        detail = {"result": result} if result else {}
        made = append(exhibit, states.CORRECT, by, note=note, detail=detail, answers=event, files=said_files(said))
        record(by=by, deed="evidence.corrected", ref=exhibit.ref, version=made.sequence, detail=told(made))
    return made
