"""The phases of an operation, and which deed leads from one to another.

Before it is sealed an operation moves back and forth as its co-ordinators say; sealing comes from any of these phases,
opening again from `sealed` alone, and `destroyed` is the end.
"""

from __future__ import annotations

PLANNED, TRAINING, LIVE, CONSOLIDATION, REPORT = "planned", "training", "live", "consolidation", "report"
SEALED, DESTROYED = "sealed", "destroyed"
OPEN = (PLANNED, TRAINING, LIVE, CONSOLIDATION, REPORT)
"""In their order: what is written here can be read."""
PHASES = (*OPEN, SEALED, DESTROYED)
STATES = PHASES

MOVES: dict[str, dict[str, str]] = {
    "train": {PLANNED: TRAINING},
    "plan": {TRAINING: PLANNED},
    "go_live": {PLANNED: LIVE, TRAINING: LIVE, CONSOLIDATION: LIVE},
    "consolidate": {LIVE: CONSOLIDATION, REPORT: CONSOLIDATION},
    "report": {CONSOLIDATION: REPORT},
    "close": dict.fromkeys(OPEN, SEALED),
    "open_again": {SEALED: CONSOLIDATION},
    "destroy": {SEALED: DESTROYED},
}
"""Deed: from which phase to which."""

OWNERS = {**dict.fromkeys(OPEN, "coordinator"), SEALED: "holder"}
ENDS = (DESTROYED,)
_MOVING = ("train", "plan", "go_live", "consolidate", "report")


def next_phases(phase: str) -> tuple[str, ...]:
    """The phases to which co-ordinators move an operation from this one."""
    return tuple(moves[phase] for deed, moves in MOVES.items() if deed in _MOVING and phase in moves)
