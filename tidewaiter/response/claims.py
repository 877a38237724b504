"""What alarms, requests and preservations must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made
from tidewaiter.response.models import Alarm, Preservation, Request

_ALARM, _PRESERVATION = gettext_noop("alarm"), gettext_noop("preservation")
_CAME = gettext_noop("request of another node to freeze")
CLAIMS = (
    made(_ALARM, Alarm.objects.filter(node=""), ("response.alarmed",), version=1),
    kept(_ALARM, "response.alarmed", Alarm.objects.filter(node="")),
    made(_PRESERVATION, Preservation.objects.filter(node=""), ("response.preservation_drafted",)),
    kept(_PRESERVATION, "response.preservation_drafted", Preservation.objects.filter(node="")),
    made(_CAME, Request.objects.exclude(node=""), ("response.request_came",)),
    made(_PRESERVATION, Preservation.objects.exclude(node=""), ("response.preservation_came",)),
)
