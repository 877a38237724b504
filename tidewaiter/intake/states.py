"""The states of a receipt."""

from __future__ import annotations

STAGING, ACCEPTING, DONE, UNREADABLE = "staging", "accepting", "done", "unreadable"

MOVES = {"stage": {STAGING: ACCEPTING}, "accept": {ACCEPTING: DONE}, "refuse": {STAGING: UNREADABLE}}
OWNERS = {STAGING: "worker", ACCEPTING: "worker"}
ENDS = (DONE, UNREADABLE)
