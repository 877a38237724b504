"""The states of an item that failed. One that succeeds, or whose record is gone, is no longer kept: there is no end."""

from __future__ import annotations

WAITING, SET_ASIDE, DROPPED = "waiting", "set_aside", "dropped"

MOVES: dict[str, dict[str, str]] = {
    "fail": {WAITING: SET_ASIDE, DROPPED: SET_ASIDE},
    "retry": {WAITING: WAITING, SET_ASIDE: WAITING, DROPPED: WAITING},
    "drop": {WAITING: DROPPED, SET_ASIDE: DROPPED},
}
OWNERS: dict[str, str] = {WAITING: "worker", SET_ASIDE: "steward", DROPPED: "steward"}
"""`waiting` is tried again by itself, at longer and longer distances; the others are left alone until somebody asks."""
