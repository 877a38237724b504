"""The states of a receipt."""

from __future__ import annotations

STAGING, ACCEPTING, DONE, UNREADABLE, STOPPED = "staging", "accepting", "done", "unreadable", "stopped"

MOVES = {
    "stage": {STAGING: ACCEPTING},
    "accept": {ACCEPTING: DONE},
    "take_proposals": {DONE: ACCEPTING},
    "refuse": {STAGING: UNREADABLE},
    "stop": {STAGING: STOPPED, ACCEPTING: STOPPED},
    "stop_filling": {ACCEPTING: DONE},
}
OWNERS = {STAGING: "worker", ACCEPTING: "worker"}
ENDS = (DONE, UNREADABLE, STOPPED)
