"""What alarms, requests and preservations must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made
from tidewaiter.response.models import Alarm, Preservation

_ALARM, _PRESERVATION = gettext_noop("alarm"), gettext_noop("preservation")
CLAIMS = (
    made(_ALARM, Alarm.objects.all(), ("response.alarmed",)),
    kept(_ALARM, "response.alarmed", Alarm.objects.all()),
    made(_PRESERVATION, Preservation.objects.all(), ("response.preservation_drafted",)),
    kept(_PRESERVATION, "response.preservation_drafted", Preservation.objects.all()),
)
