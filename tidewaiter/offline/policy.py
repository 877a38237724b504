"""Who has an off-line desk, who looks after devices, who settles what came."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.cases.policy import INT, files
from tidewaiter.foundation.actors import Actor, is_steward
from tidewaiter.foundation.refusals import Missing, NotAllowed
from tidewaiter.offline.models import Device


def has_desk(by: Actor) -> bool:
    """Whether the person files cases of one country, and may do so without a line."""
    return files(by) and by.administration_code != INT


def may_enrol(by: Actor) -> None:
    """Whoever files cases of a country, at a page. Raises `NotAllowed`."""
    if not has_desk(by):
        raise NotAllowed("role", _("An off-line desk is for who files cases of a country."))
    if by.door != "page":
        raise NotAllowed("page", _("A device is taken into use at its own page."))


def devices_seen(by: Actor) -> Q:
    """Stewards see the devices of their administration (of the secretariat: all), others their own."""
    if is_steward(by):
        return Q() if by.administration_code == INT else Q(administration=by.administration_code)
    return Q(username=by.username)


def items_seen(by: Actor) -> Q:
    """What came of one's own administration; it names people, so stewards see that it came and no more."""
    return Q(device__administration=by.administration_code) if has_desk(by) else Q(pk__in=())


def may_end(by: Actor, device: Device) -> None:
    """A steward ends devices of their administration, everybody their own. Raises `Missing`."""
    if not Device.objects.filter(devices_seen(by), pk=device.pk).exists():
        raise Missing("no_device", _("There is no such device."))


def may_bring(by: Actor) -> None:
    """A colleague who files cases brings what another's device has saved. Raises `NotAllowed`."""
    if not files(by):
        raise NotAllowed("role", _("Bringing a saved queue needs the role of an officer or a contact point."))


def may_settle(by: Actor, device: Device) -> None:
    """Whose device it was, or a contact point of the same administration. Raises `NotAllowed`."""
    if by.administration_code != device.administration or not has_desk(by):
        raise Missing("no_item", _("There is no such page."))
    if by.username != device.username and not by.role_codes & {"contact", "steward"}:
        raise NotAllowed("not_yours", _("Whoever sent it settles it, or a contact point."))
