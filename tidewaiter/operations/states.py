"""The phases of an operation, and which move leads where.

Before it is sealed an operation moves back and forth as its co-ordinators say; sealing comes from any of these phases,
opening again from `sealed` alone, and `destroyed` is the end.
"""

from __future__ import annotations

PLANNED, TRAINING, LIVE, CONSOLIDATION, REPORT = "planned", "training", "live", "consolidation", "report"
SEALED, DESTROYED = "sealed", "destroyed"
OPEN = (PLANNED, TRAINING, LIVE, CONSOLIDATION, REPORT)
"""In their order: what is written here can be read."""
PHASES = (*OPEN, SEALED, DESTROYED)
MOVES = {
    "move": {
        PLANNED: (TRAINING, LIVE),
        TRAINING: (PLANNED, LIVE),
        LIVE: (CONSOLIDATION,),
        CONSOLIDATION: (LIVE, REPORT),
        REPORT: (CONSOLIDATION,),
    },
    "close": dict.fromkeys(OPEN, (SEALED,)),
    "open_again": {SEALED: (CONSOLIDATION,)},
    "destroy": {SEALED: (DESTROYED,)},
}
"""By deed and phase, the phases it may lead to."""


def may_follow(deed: str, before: str, after: str) -> bool:
    """Whether a deed leads from one phase to another."""
    return after in MOVES[deed].get(before, ())
