"""What receipts of files must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.intake import states
from tidewaiter.intake.models import Receipt
from tidewaiter.ledger.claims import kept, made, standing

_RECEIPT = gettext_noop("receipt of a file")
STATES = {
    states.STAGING: ("intake.received",),
    states.ACCEPTING: ("intake.staged", "intake.proposals_taken"),
    states.DONE: ("intake.accepted", "intake.stopped"),
    states.UNREADABLE: ("intake.refused",),
}
"""The deeds that leave a receipt in a state."""
CLAIMS = (
    made(_RECEIPT, Receipt.objects.all(), ("intake.received",)),
    standing(_RECEIPT, Receipt.objects.all(), STATES, state="state"),
    kept(_RECEIPT, "intake.received", Receipt.objects.all()),
)
