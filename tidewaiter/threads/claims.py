"""What what people said must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import made
from tidewaiter.threads.models import Message

CLAIMS = (made(gettext_noop("message"), Message.objects.all(), ("threads.said",), version="version"),)
