"""Finding devices, and what each must say."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tidewaiter.evidence import policy
from tidewaiter.evidence.models import Device
from tidewaiter.evidence.queries import visible_exhibits
from tidewaiter.evidence.readings import Rules
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing


def rules_for(device: Device) -> Rules:
    """What a device must say: its own bounds, else those of the exhibit or the store."""
    of = device.exhibit or device.store
    return Rules(
        every_seconds=device.every_seconds,
        coldest=device.coldest if device.coldest is not None else getattr(of, "coldest", None),
        warmest=device.warmest if device.warmest is not None else getattr(of, "warmest", None),
        route=[(float(lat), float(lon)) for lat, lon in device.route],
        off_route_km=device.off_route_km,
    )


def device_named(actor: Actor, number: str) -> Device:
    """A device of one's administration, by ref or number. Raises `Missing`."""
    found = Device.objects.filter(administration=actor.administration_code) if policy.reads(actor) else None
    one = found.filter(ref=number).first() or found.filter(number=number).first() if found is not None else None
    if one is None or (one.exhibit_id and not visible_exhibits(actor).filter(pk=one.exhibit_id).exists()):
        raise Missing("no_device", _("There is no such device for you."))
    return one
