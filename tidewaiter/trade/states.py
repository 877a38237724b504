"""The states of a referral and the moves between them."""

from __future__ import annotations

DRAFTED, SENT, ACCEPTED, DECLINED = "drafted", "sent", "accepted", "declined"
CONCLUDED, WITHDRAWN = "concluded", "withdrawn"
STATES = (DRAFTED, SENT, ACCEPTED, DECLINED, CONCLUDED, WITHDRAWN)

MOVES: dict[str, dict[str, str]] = {
    "amend": {DRAFTED: DRAFTED},
    "send": {DRAFTED: SENT},
    "accept": {SENT: ACCEPTED},
    "decline": {SENT: DECLINED},
    "conclude": {SENT: CONCLUDED, ACCEPTED: CONCLUDED, DECLINED: CONCLUDED},
    "withdraw": {DRAFTED: WITHDRAWN, SENT: WITHDRAWN, ACCEPTED: WITHDRAWN},
}
"""Deed: from which state to which."""

OWNERS = {DRAFTED: "administration", SENT: "agency", ACCEPTED: "agency", DECLINED: "administration"}
ENDS = (CONCLUDED, WITHDRAWN)
