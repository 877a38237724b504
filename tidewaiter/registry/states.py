"""The states of a suspect, the moves between them, and how long each may last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

SIGNALLED, ASSESSED, WATCHED, INVESTIGATED, HANDED_OVER, CLOSED = (
    "signalled",
    "assessed",
    "watched",
    "investigated",
    "handed_over",
    "closed",
)
STATES = (SIGNALLED, ASSESSED, WATCHED, INVESTIGATED, HANDED_OVER, CLOSED)

MOVES: dict[str, dict[str, str]] = {
    "assess": {SIGNALLED: ASSESSED},
    "watch": {ASSESSED: WATCHED, INVESTIGATED: WATCHED},
    "investigate": {ASSESSED: INVESTIGATED, WATCHED: INVESTIGATED},
    "hand_over": {WATCHED: HANDED_OVER, INVESTIGATED: HANDED_OVER},
    "close": {
        SIGNALLED: CLOSED,
        ASSESSED: CLOSED,
        WATCHED: CLOSED,
        INVESTIGATED: CLOSED,
        HANDED_OVER: CLOSED,
    },
    "reopen": {CLOSED: SIGNALLED},
    "review": {
        SIGNALLED: SIGNALLED,
        ASSESSED: ASSESSED,
        WATCHED: WATCHED,
        INVESTIGATED: INVESTIGATED,
        HANDED_OVER: HANDED_OVER,
    },
}
"""Deed: from which state to which. A review keeps the state and says until when."""

OWNERS = {
    SIGNALLED: "investigator",
    ASSESSED: "assigned",
    WATCHED: "assigned",
    INVESTIGATED: "assigned",
    HANDED_OVER: "assigned",
}
ENDS = (CLOSED,)


@dataclass(frozen=True, slots=True)
class Term:
    """How long a state lasts where the person says nothing else."""

    review: timedelta
    """After which it is looked at again."""
    kept: timedelta
    """After which the record is erased, unless it was reviewed."""


TERMS = {
    SIGNALLED: Term(timedelta(days=30), timedelta(days=180)),
    ASSESSED: Term(timedelta(days=90), timedelta(days=365)),
    WATCHED: Term(timedelta(days=270), timedelta(days=365)),
    INVESTIGATED: Term(timedelta(days=365), timedelta(days=3 * 365)),
    HANDED_OVER: Term(timedelta(days=365), timedelta(days=3 * 365)),
    CLOSED: Term(timedelta(days=2 * 365), timedelta(days=2 * 365)),
}
LONGEST = timedelta(days=5 * 365)
"""No term is longer without a new review: the first retention of INTERPOL's Rules on the Processing of Data is five
years at most, and a nation's law may say less (each term can be set shorter by who decides)."""

ACTIONS = ("sighting", "discreet", "specific")
"""What is done where the person is met: report it; look and note without telling; check. As the Schengen Information
System has them (Regulation (EU) 2018/1862, article 37: inquiry, discreet and specific checks)."""
