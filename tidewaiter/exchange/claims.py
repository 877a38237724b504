"""What of the exchange must have in the ledger."""

from __future__ import annotations

from tidewaiter.exchange.actions.notes import NOTE
from tidewaiter.exchange.models import Incoming, Outgoing, Peer
from tidewaiter.exchange.states import DONE
from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.foundation.wire_kinds import RECALL
from tidewaiter.ledger.claims import made

CLAIMS = (
    made(gettext_noop("peer"), Peer.objects.all(), ("exchange.peer_added",), ref="node"),
    made(
        gettext_noop("envelope that leaves"),
        Outgoing.objects.exclude(op__in=(NOTE, RECALL)),
        ("exchange.queued",),
        version="version",
    ),
    made(
        gettext_noop("envelope that came"),
        Incoming.objects.filter(status=DONE),
        ("exchange.received",),
        version="version",
    ),
)
