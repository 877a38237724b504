"""Taking a device into use, and out of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.exchange.jose import NotOurs
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.offline import policy, states, wire
from tidewaiter.offline.models import Device

PREFIX = "DEV"
MOST_DEVICES = 20
"""Of one officer, in use at a time."""
LEAST_WHY = 3


def enrol(*, name: str, public_key: str, proof: str, by: Actor) -> Device:
    """Takes a device into use for the person at it. `proof`: the device signs who it is for with the key it keeps.

    Raises a refusal for a key that is none or known, for too many devices.
    """
    policy.may_enrol(by)
    said = wire.said_by(proof, public_key, wire.ENROL)
    if said.get("username") != by.username or said.get("key") != public_key:
        raise NotOurs("proof", _("The device has not signed for whom it is taken into use."))
    called = read_name(name, 60) or _("Device without a name")
    with transaction.atomic():
        if Device.objects.filter(public_key=public_key).exists():
            raise Refusal("device_known", _("This device is in use already."))
        if Device.objects.filter(username=by.username, status=states.ENROLLED).count() >= MOST_DEVICES:
            raise Refusal("too_many_devices", _("Twenty devices of yours are in use: take one out of use first."))
        device = Device.objects.create(
            ref=new_ref(PREFIX),
            username=by.username,
            administration=by.administration_code,
            name=called,
            public_key=public_key,
            status=states.ENROLLED,
            made_at=now(),
            seen_at=now(),
        )
        record(by=by, deed="offline.enrolled", ref=device.ref)
    return device


def end_device(*, device: Device, lost: bool, reason: str, by: Actor) -> Device:
    """Takes a device out of use: nothing of it is taken any more, and what it holds stays sealed. `lost`: it is gone.

    Raises `Missing` for one that is not the person's to end, a refusal for one that has ended.
    """
    policy.may_end(by, device)
    if len(reason.strip()) < LEAST_WHY:
        raise BadInput("reason", _("Say why: who looks at the device later needs it."))
    with transaction.atomic():
        held = Device.objects.select_for_update().get(pk=device.pk)
        if held.status != states.ENROLLED:
            raise Refusal("device_ended", _("This device was taken out of use already."))
        held.status = states.LOST if lost else states.REVOKED
        held.ended_by, held.ended_at, held.reason = by.username, now(), read_name(reason, 200)
        held.save(update_fields=["status", "ended_by", "ended_at", "reason"])
        record(by=by, deed="offline.lost" if lost else "offline.revoked", ref=held.ref)
    return held


def greet(*, token: str) -> dict[str, Any]:
    """Hears how a device stands, and answers what the node says of it. Nothing of the record changes.

    Raises `NotOurs` for what no device of this node has signed.
    """
    device = known_device(wire.device_of(token))
    said = wire.said_by(token, device.public_key, wire.HELLO)
    if device.status == states.ENROLLED:
        _seen(device, said)
    return standing_of(device.ref)


def standing_of(ref: str) -> dict[str, Any]:
    """What the node says of a device. Raises `NotOurs`."""
    device = known_device(ref)
    return {"now": stamp(now()), "device": device.ref, "status": device.status}


def known_device(ref: str) -> Device:
    """The device of that name, however it stands. Raises `NotOurs`."""
    device = Device.objects.filter(pk=ref).first()
    if device is None:
        raise NotOurs("device", _("This node does not know the device."))
    return device


def _seen(device: Device, said: dict[str, Any]) -> None:
    moment = now()
    at, oldest = _moment(said.get("at")), _moment(said.get("oldest"))
    ahead = (at - moment).total_seconds() if at is not None else None
    waiting = said.get("waiting")
    Device.objects.filter(pk=device.pk).update(
        seen_at=moment,
        clock_ahead=ahead,
        waiting=min(waiting, 100_000) if isinstance(waiting, int) and waiting > 0 else 0,
        oldest_at=oldest - timedelta(seconds=ahead) if oldest is not None and ahead is not None else None,
        version=str(said.get("version", ""))[:64] if str(said.get("version", "")).isalnum() else "",
        persisted=said["persisted"] if isinstance(said.get("persisted"), bool) else None,
    )


def _moment(said: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return found if wire.is_moment(found) else None
