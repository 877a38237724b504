"""Deeds with seals: putting one, cutting one. A number is used once, and a photo of it stays with the event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.actions.custody import read_yes
from tidewaiter.evidence.files import said_files
from tidewaiter.evidence.keeping import append, held, told
from tidewaiter.evidence.models import CustodyEvent, Exhibit, Seal
from tidewaiter.evidence.typed import read_code, read_line, read_text, reader_of_moments
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.typed_fields import TypedFields
from tidewaiter.ledger.actions import record
from tidewaiter.people.queries import zone_of


def seal(*, exhibit: Exhibit, said: Mapping[str, Any], by: Actor) -> CustodyEvent:
    """Puts a seal with its number on an exhibit that has none, in the presence of whom (`present`).

    Raises `WrongFields` without a number, a refusal for a number that was used.
    """
    typed, fields = _read(said, by)
    typed.needed("seal", _("Write the number of the seal."))
    number = typed.read("seal", read_code, "").upper()
    typed.done()
    with transaction.atomic():
        exhibit = held(exhibit)
        policy.may_handle(by, exhibit)
        if exhibit.seal:
            raise Refusal("sealed", _("It has seal %(number)s: open that first.") % {"number": exhibit.seal})
        if Seal.objects.filter(administration=exhibit.administration, number=number).exists():
            raise Refusal("seal_used", _("Seal %(number)s was used already: look at its number.") % {"number": number})
        exhibit.seal, exhibit.seal_whole = number, True
        event = append(
            exhibit,
            states.SEAL,
            by,
            changed=("seal", "seal_whole"),
            seal_after=number,
            seal_whole=True,
            files=said_files(said),
            **fields,
        )
        Seal.objects.create(administration=exhibit.administration, number=number, exhibit=exhibit, put=event)
        record(by=by, deed="evidence.sealed", ref=exhibit.ref, version=event.sequence, detail=told(event))
    return event


def unseal(*, exhibit: Exhibit, said: Mapping[str, Any], by: Actor) -> CustodyEvent:
    """Cuts the seal of an exhibit: why, in whose presence, and whether it was whole. Raises a refusal."""
    typed, fields = _read(said, by)
    typed.needed("note", _("Say why the seal is opened."))
    whole = typed.read("seal_whole", read_yes, True)
    number = typed.read("seal", read_code, "").upper()
    typed.done()
    with transaction.atomic():
        exhibit = held(exhibit)
        policy.may_handle(by, exhibit)
        if not exhibit.seal:
            raise Refusal("not_sealed", _("It has no seal."))
        if number and number != exhibit.seal:
            sentence = _("It should have seal %(number)s: look at the number once more, and do not open it.")
            raise Refusal("another_seal", sentence % {"number": exhibit.seal})
        before = exhibit.seal
        exhibit.seal, exhibit.seal_whole = "", None
        event = append(
            exhibit,
            states.UNSEAL,
            by,
            changed=("seal", "seal_whole"),
            seal_before=before,
            seal_whole=whole,
            files=said_files(said),
            **fields,
        )
        Seal.objects.filter(administration=exhibit.administration, number=before).update(cut=event)
        record(by=by, deed="evidence.unsealed", ref=exhibit.ref, version=event.sequence, detail=told(event))
    return event


def _read(said: Mapping[str, Any], by: Actor) -> tuple[TypedFields, dict[str, Any]]:
    typed = TypedFields(said)
    zone = zone_of(by.administration_code)
    present = typed.read("present", read_line, "")
    return typed, {
        "at": typed.read("at", reader_of_moments(zone), None),
        "place": typed.read("place", read_line, ""),
        "note": typed.read("note", read_text, ""),
        "condition": typed.read("condition", read_text, ""),
        "detail": {"present": present} if present else {},
    }
