"""Deeds of things that report: fitting a device, taking its readings, finding what is wrong, clearing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence import readings as rules_of
from tidewaiter.evidence.devices import rules_for
from tidewaiter.evidence.keeping import append, held, told
from tidewaiter.evidence.models import Device, Exhibit, Reading, ReadingFinding
from tidewaiter.evidence.queries import exhibit_named, store_named
from tidewaiter.evidence.readings import FIELDS, NUMBERS, SEAL_STATES, Wrong, gap_between, wrong_in
from tidewaiter.evidence.typed import one_of, read_degrees, read_line
from tidewaiter.evidence.words_of_proof import DEVICES
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.typed_fields import TypedFields
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record

TASK = "evidence_devices"
EVENTS_OF = (rules_of.TAMPERED, rules_of.OPENED, rules_of.WARM, rules_of.COLD, rules_of.GAP)
"""Findings that stand in the custody of the exhibit as well."""


def fit_device(*, said: Mapping[str, Any], by: Actor) -> Device:
    """A seal, a tracker or a sensor on an exhibit, in a store, or on a container with its route."""
    policy.must_order(by)
    typed = TypedFields(said)
    typed.needed("number", _("Say which number it has."))
    fields = {
        "kind": typed.read("kind", one_of(DEVICES), "sensor"),
        "number": typed.read("number", read_line, "")[:100],
        "container": typed.read("container", read_line, "")[:30],
        "every_seconds": typed.read("every_seconds", _whole, 3600),
        "off_route_km": typed.read("off_route_km", _whole, 25),
        "coldest": typed.read("coldest", read_degrees, None),
        "warmest": typed.read("warmest", read_degrees, None),
    }
    typed.done()
    exhibit = exhibit_named(by, typed.text("exhibit")) if typed.text("exhibit") else None
    store = store_named(by, typed.text("store")) if typed.text("store") else None
    if exhibit is None and store is None and not fields["container"]:
        raise BadInput("exhibit", _("Say on what it is: an exhibit, a store, a container."))
    with transaction.atomic():
        if Device.objects.filter(administration=by.administration_code, number=fields["number"]).exists():
            raise Refusal("known", _("A device of this number is known already."))
        one = Device.objects.create(
            ref=new_ref("DV"),
            administration=by.administration_code,
            exhibit=exhibit,
            store=store,
            route=_route(said.get("route")),
            made_by=by.username,
            made_at=now(),
            **fields,
        )
        record(by=by, deed="evidence.device_fitted", ref=one.ref, detail={"kind": one.kind})
    return one


def _whole(said: str) -> int:
    if not said.isdecimal() or not 0 < int(said) <= 10_000_000:
        raise BadInput("number", _("Give a whole number above nothing."))
    return int(said)


def _route(said: Any) -> list[list[str]]:
    """Points as pairs of texts; written as `lat,lon; lat,lon` on a page."""
    if isinstance(said, str):
        said = [one.split(",") for one in said.split(";") if one.strip()]
    points = []
    for one in said or []:
        try:
            lat, lon = (float(each) for each in one)
        except (TypeError, ValueError) as error:
            raise BadInput("route", _("A route is points: -4.05,39.67; -1.29,36.82")) from error
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise BadInput("route", _("A route is points: -4.05,39.67; -1.29,36.82"))
        points.append([f"{lat:g}", f"{lon:g}"])
    return points[:200]


def take_readings(*, device: Device, said: Sequence[Mapping[str, Any]], by: Actor) -> dict[str, int]:
    """Keeps what a device said, in any order and however often; what is wrong becomes a finding.

    Raises `BadInput` with the number of the reading that is not understood: then none is kept.
    """
    if len(said) > most("readings_at_once"):
        raise over("readings_at_once", _("Send them in parts."))
    moment = now()
    read = sorted((_read(one, number) for number, one in enumerate(said, start=1)), key=lambda one: one[0])
    with transaction.atomic():
        device = Device.objects.select_for_update(of=("self",)).select_related("exhibit", "store").get(pk=device.pk)
        if device.removed_at is not None:
            raise Refusal("removed", _("This device was taken off."))
        known = set(device.readings.filter(at__in=[at for at, _values in read]).values_list("at", flat=True))
        fresh = {at: values for at, values in read if at not in known}
        rows = [Reading(device=device, at=at, received_at=moment, said=values) for at, values in fresh.items()]
        Reading.objects.bulk_create(rows, batch_size=500)
        found = _look_through(device, fresh, moment)
        if fresh:
            last = max(fresh)
            if device.last_at is None or last > device.last_at:
                device.last_at, device.last = last, fresh[last]
                device.save(update_fields=["last_at", "last"])
        detail = {"readings": len(rows), "findings": found}
        record(by=by, deed="evidence.readings_taken", ref=device.ref, detail=detail)
    return {"taken": len(rows), "known": len(read) - len(rows), "findings": found}


def _read(said: Mapping[str, Any], number: int) -> tuple[datetime, dict[str, str]]:
    try:
        at = datetime.fromisoformat(str(said["at"]))
        values = {name: f"{float(said[name]):g}" for name in NUMBERS if said.get(name) is not None}
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise _not_read(number) from error
    seal = str(said.get("seal") or "")
    odd = at.tzinfo is None or (seal and seal not in SEAL_STATES) or set(said) - {"at", *FIELDS}
    if odd or any(one in ("nan", "inf", "-inf") for one in values.values()):
        raise _not_read(number)
    return at.astimezone(UTC), values | ({"seal": seal} if seal else {})


def _not_read(number: int) -> BadInput:
    said = {"n": number, "names": ", ".join(FIELDS)}
    return BadInput(
        "readings", _("Reading %(n)s is not understood: a moment with its offset (`at`), and %(names)s.") % said
    )


def _look_through(device: Device, fresh: Mapping[datetime, Mapping[str, str]], moment: datetime) -> int:
    """Findings of new readings, and of the silences before them; gives how many are new."""
    rules, before, found = rules_for(device), device.last_at, 0
    for at, values in fresh.items():
        wrong = wrong_in(values, at, moment, rules)
        gap = gap_between(before, at, rules)
        for one in [*([gap] if gap else []), *wrong]:
            found += _find(device, one, until=at if one.kind == rules_of.GAP else None)
        _end_open(device, at, {one.kind for one in wrong})
        before = at if before is None or at > before else before
    return found


def _find(device: Device, wrong: Wrong, until: datetime | None = None) -> int:
    """Writes a finding down, unless one of its kind is open: then only how long it lasts."""
    open_one = device.findings.filter(kind=wrong.kind, until=None, cleared_at=None).first()
    if open_one is not None:
        if until is not None:
            ReadingFinding.objects.filter(pk=open_one.pk).update(until=until)
        return 0
    made = ReadingFinding.objects.create(
        ref=new_ref("RF"),
        device=device,
        kind=wrong.kind,
        since=wrong.since,
        until=until,
        says=wrong.says[:200],
        found_at=now(),
    )
    record(by=NODE, deed="evidence.reading_found", ref=made.ref, detail={"device": device.ref, "kind": wrong.kind})
    exhibit = device.exhibit
    if exhibit is not None and wrong.kind in EVENTS_OF and exhibit.state != states.ENDED:
        _into_custody(exhibit, device, made)
    return 1


def _into_custody(exhibit: Exhibit, device: Device, made: ReadingFinding) -> None:
    exhibit = held(exhibit)
    detail = {"device": device.number, "finding": made.ref, "found": made.kind, "says": made.says}
    event = append(
        exhibit, states.REPORT, NODE, at=made.since, note=f"{made.kind.replace('_', ' ')}: {made.says}", detail=detail
    )
    record(by=NODE, deed="evidence.reported", ref=exhibit.ref, version=event.sequence, detail=told(event))


def _end_open(device: Device, at: datetime, still: set[str]) -> None:
    """What was wrong and is so no longer has ended; a seal that was opened stays opened until somebody looks."""
    lasting = {*still, rules_of.TAMPERED, rules_of.GAP}
    device.findings.filter(until=None, since__lt=at).exclude(kind__in=lasting).update(until=at)


def clear_finding(*, finding: ReadingFinding, why: str, by: Actor) -> ReadingFinding:
    """Says what a finding was: looked into, by whom, when. Raises `BadInput` without a word."""
    policy.must_order(by)
    text = why.strip()[:2000]
    if not text:
        raise BadInput("why", _("Say what it was."))
    with transaction.atomic():
        one = ReadingFinding.objects.select_for_update().get(pk=finding.pk)
        if one.cleared_at is not None:
            raise Refusal("cleared", _("Somebody has looked into this already."))
        one.cleared, one.cleared_by, one.cleared_at = text, by.username, now()
        one.until = one.until or one.cleared_at
        one.save()
        record(by=by, deed="evidence.finding_cleared", ref=one.ref)
    return one


def remove_device(*, device: Device, by: Actor) -> Device:
    """It is taken off: it need not report any longer."""
    policy.must_order(by)
    with transaction.atomic():
        one = Device.objects.select_for_update().get(pk=device.pk)
        if one.removed_at is not None:
            raise Refusal("removed", _("This device was taken off."))
        one.removed_at = now()
        one.save(update_fields=["removed_at"])
        record(by=by, deed="evidence.device_removed", ref=one.ref)
    return one


def find_silent() -> int:
    """Finds devices that have been silent too long; gives how many were looked at."""
    moment = now()
    late = Device.objects.filter(removed_at=None, last_at__lt=moment - timedelta(seconds=120))
    due = late.exclude(findings__kind=rules_of.GAP, findings__until=None, findings__cleared_at=None)
    found = due.select_related("exhibit", "store").order_by(F("last_at"))[:500]
    silent = [one for one in found if gap_between(one.last_at, moment, rules_for(one)) is not None]
    return len(run_each(silent, _silent, deed=TASK, ref_of=lambda one: one.ref, in_transaction=False).done)


def _silent(device: Device) -> None:
    with transaction.atomic():
        one = Device.objects.select_for_update(of=("self",)).select_related("exhibit", "store").get(pk=device.pk)
        gap = gap_between(one.last_at, now(), rules_for(one))
        if gap is not None and one.removed_at is None:
            _find(one, gap)
