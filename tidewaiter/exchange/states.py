"""The states of what leaves and of what comes, and of an agreement."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

WAITS, READY, ON_THE_WAY, ARRIVED, REFUSED, HELD, LAPSED, SETTLED = (
    "waits",
    "ready",
    "on_the_way",
    "received",
    "refused",
    "held",
    "lapsed",
    "overtaken",
)
PENDING, DONE, QUARANTINED, DROPPED = "pending", "processed", "quarantined", "dropped"
PROPOSED, AGREED, ENDED = "proposed", "agreed", "ended"

MOVES: dict[str, dict[str, str]] = {
    "release": {WAITS: READY, HELD: READY},
    "hold": {WAITS: HELD, READY: HELD},
    "send": {READY: ON_THE_WAY, ON_THE_WAY: ON_THE_WAY},
    "confirm": {ON_THE_WAY: ARRIVED},
    "refuse": {ON_THE_WAY: REFUSED},
    "lapse": {WAITS: LAPSED, READY: LAPSED, ON_THE_WAY: LAPSED, HELD: LAPSED},
    "overtake": {WAITS: SETTLED, HELD: SETTLED},
    "process": {PENDING: DONE, QUARANTINED: DONE},
    "quarantine": {PENDING: QUARANTINED},
    "drop": {QUARANTINED: DROPPED},
    "agree": {PROPOSED: AGREED, AGREED: AGREED, ENDED: AGREED},
    "end": {AGREED: ENDED, PROPOSED: ENDED},
}
"""Deed: from which state to which."""
OWNERS = {
    WAITS: "contact",
    HELD: "contact",
    READY: "node",
    ON_THE_WAY: "peer",
    PENDING: "node",
    QUARANTINED: "steward",
    PROPOSED: "steward",
    AGREED: "steward",
    ENDED: "steward",
}
ENDS = (ARRIVED, REFUSED, LAPSED, SETTLED, DONE, DROPPED)
WORDS = {
    WAITS: pgettext_lazy("state", "Waits"),
    READY: pgettext_lazy("state", "Ready"),
    ON_THE_WAY: pgettext_lazy("state", "On the way"),
    ARRIVED: pgettext_lazy("state", "Received"),
    REFUSED: pgettext_lazy("state", "Refused"),
    HELD: pgettext_lazy("state", "Held"),
    LAPSED: pgettext_lazy("state", "Lapsed"),
    SETTLED: pgettext_lazy("state", "Overtaken"),
    PENDING: pgettext_lazy("state", "Pending"),
    DONE: pgettext_lazy("state", "Processed"),
    QUARANTINED: pgettext_lazy("state", "Quarantined"),
    DROPPED: pgettext_lazy("state", "Dropped"),
    PROPOSED: pgettext_lazy("state", "Proposed"),
    AGREED: pgettext_lazy("state", "Agreed"),
    ENDED: pgettext_lazy("state", "Ended"),
}
