"""The states of an analysis request and the moves between them."""

from __future__ import annotations

ASKED, TAKEN, ANSWERED, CLOSED = "asked", "taken", "answered", "closed"
STATES = (ASKED, TAKEN, ANSWERED, CLOSED)

MOVES: dict[str, dict[str, str]] = {
    "take": {ASKED: TAKEN},
    "hand_back": {TAKEN: ASKED},
    "answer": {TAKEN: ANSWERED},
    "ask_again": {ANSWERED: ASKED},
    "close": {ASKED: CLOSED, ANSWERED: CLOSED},
}
"""Deed: from which state to which."""

OWNERS = {ASKED: "office", TAKEN: "office", ANSWERED: "asker"}
ENDS = (CLOSED,)
