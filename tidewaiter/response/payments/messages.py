"""A bank's answer to a recall (ISO 20022 camt.029, pacs.004), read in a child process and put into the desk's words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tidewaiter.foundation.sandbox import seconds_for, stream_from_child

RETURNED, ACCEPTED, PARTLY, REJECTED, PENDING = "returned", "accepted", "partly", "rejected", "pending"
STATUSES = {
    "RTRN": RETURNED,
    "CNCL": ACCEPTED,
    "ACCR": ACCEPTED,
    "ACNR": ACCEPTED,
    "PECR": PARTLY,
    "RJCR": REJECTED,
    "RJNR": REJECTED,
    "PDCR": PENDING,
    "PDNG": PENDING,
    "CWFW": PENDING,
}
"""Codes of confirmation of an investigation and of a single cancellation
(ExternalInvestigationExecutionConfirmation1Code, CancellationIndividualStatus1Code); `RTRN` is a payment return."""
NOT_THERE = frozenset({"NOOR", "AM04", "AC04", "ARDT"})
"""Reasons for a rejection by which nothing of the payment is there (any more)."""
REASONS = {
    "NOOR": gettext_lazy("the original payment never came"),
    "AM04": gettext_lazy("there is not enough on the account"),
    "AC04": gettext_lazy("the account is closed"),
    "ARDT": gettext_lazy("the payment was sent back already"),
    "CUST": gettext_lazy("the customer refuses"),
    "LEGL": gettext_lazy("for legal reasons"),
    "NOAS": gettext_lazy("the customer does not answer"),
    "AGNT": gettext_lazy("a bank on the way refuses"),
    "FOCR": gettext_lazy("following the recall"),
    "FRAD": gettext_lazy("the payment was fraudulent"),
    "FRAU": gettext_lazy("the payment was fraudulent"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says of one payment."""

    case: str
    uetr: str
    status: str
    """`returned`, `accepted`, `partly` (of how much is not said), `rejected`, `pending`, or empty: not known."""
    reason: str
    text: str
    amount: str
    currency: str

    @property
    def words(self) -> str:
        """The reason as people read it: its code, what that means, and what the bank added."""
        meant = str(REASONS.get(self.reason, ""))
        return " ".join(one for one in (self.reason, f"({meant})" if meant else "", self.text) if one)


@dataclass(frozen=True, slots=True)
class Message:
    """A bank's answer."""

    kind: str
    """`camt.029` or `pacs.004`."""
    id: str
    bank: str
    items: tuple[Said, ...]


def message_in(path: Path) -> Message:
    """What the file says. Raises `BadInput` for what is no such message, `OverLimit` for what is too large."""
    child = "tidewaiter.response.payments.message_child"
    [told] = stream_from_child(child, str(path), seconds=seconds_for(path))
    items = tuple(Said(**{**one, "status": STATUSES.get(one["status"], "")}) for one in told["items"])
    return Message(told["message"], told["id"], told["bank"] or _("the bank"), items)
