"""What the records of operations must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made
from tidewaiter.operations.models import Message, Operation

_OPERATION, _MESSAGE = gettext_noop("operation"), gettext_noop("message of an operation")
CLAIMS = (
    made(_OPERATION, Operation.objects.all(), ("operations.opened",)),
    kept(_OPERATION, "operations.opened", Operation.objects.all()),
    made(_MESSAGE, Message.objects.all(), ("operations.sent",), ref="operation_id", version="number"),
)
