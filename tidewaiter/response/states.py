"""The states of an alarm, of a request and of a preservation, and the deeds that lead from one to another.

No clock closes anything: what is over 72 hours old goes on to ring until somebody closes it and says with what outcome
(a payment found five days after its transfer came back nearly whole).
"""

from __future__ import annotations

NEW, TRIAGED, SENT, RECOVERY, CLOSED = "alarm_new", "triaged", "asked_for", "recovery", "alarm_closed"
STATES = (NEW, TRIAGED, SENT, RECOVERY, CLOSED)
OPEN = (NEW, TRIAGED, SENT, RECOVERY)
MOVES: dict[str, dict[str, str]] = {
    "take": {NEW: TRIAGED},
    "request": {NEW: SENT, TRIAGED: SENT, SENT: SENT, RECOVERY: RECOVERY},
    "recover": {NEW: RECOVERY, TRIAGED: RECOVERY, SENT: RECOVERY, RECOVERY: RECOVERY},
    "close": dict.fromkeys(OPEN, CLOSED),
    "reopen": {CLOSED: TRIAGED},
}
"""Deed: from which state of an alarm to which. `recover` comes with the first money that is frozen or returned."""
OWNERS = {NEW: "desk", TRIAGED: "desk", SENT: "counterpart", RECOVERY: "desk"}
ENDS = (CLOSED,)

GOING, ACKNOWLEDGED, ANSWERED, WITHDRAWN = "request_sent", "acknowledged", "answered", "request_withdrawn"
WAITING = (GOING, ACKNOWLEDGED)
"""Of a request: nobody has answered it."""

FROZEN_FULL, FROZEN_PART, CREDITED_ONWARD, NOT_FOUND, REFUSED, RETURNED = (
    "frozen_full",
    "frozen_part",
    "credited_onward",
    "not_found",
    "refused",
    "returned",
)
ANSWERS = (FROZEN_FULL, FROZEN_PART, CREDITED_ONWARD, NOT_FOUND, REFUSED, RETURNED)

MARKS = (1, 3, 24, 48, 72)
"""Hours since the transfer at which the duty desk is called, until somebody acts."""

ASKED, PRESERVED, NOT_PRESERVED, DISCLOSED, ENDED = (
    "preservation_asked",
    "preserved",
    "not_preserved",
    "path_disclosed",
    "preservation_ended",
)
DRAFT = "preservation_draft"
KEEPING = (ASKED, PRESERVED, DISCLOSED)
"""Of a preservation: its days run."""
POLITICAL, SOVEREIGNTY, DUAL, INSECURE, ALERTING = (
    "political_offence",
    "sovereignty",
    "dual_criminality",
    "would_not_secure",
    "would_warn",
)
GROUNDS = (POLITICAL, SOVEREIGNTY, DUAL, INSECURE, ALERTING)
"""Why data is not preserved: article 29(5)(a) and (b), the reservation of 29(4), and what 29(6) has them tell."""
WARNED_DAYS = (14, 7, 2)
"""Days before its end at which a preservation warns, unless a request for mutual assistance has followed."""
