"""What devices and items must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made
from tidewaiter.offline import states
from tidewaiter.offline.models import Device, Item

_DEVICE, _ITEM = gettext_noop("device of an off-line desk"), gettext_noop("item of an off-line desk")
_DONE = Item.objects.filter(status__in=(states.TAKEN, states.HELD, states.CONFLICT, states.SETTLED))
CLAIMS = (
    made(_DEVICE, Device.objects.all(), ("offline.enrolled",)),
    kept(_DEVICE, "offline.enrolled", Device.objects.all()),
    made(_ITEM, _DONE, ("offline.taken", "offline.held")),
)
