"""The states of an exhibit, the deeds that lead from one to another, and the kinds of events of its custody.

A state says with whom a thing is. What happened to it is told by its events alone, and none of them is ever changed: a
correction is an event beside the one that it corrects.
"""

from __future__ import annotations

SEIZED, STORED, OUT, MISSING, ENDED = "seized", "in_custody", "out_of_store", "missing", "disposed_of"
STATES = (SEIZED, STORED, OUT, MISSING, ENDED)
OPEN = (SEIZED, STORED, OUT, MISSING)
MOVES: dict[str, dict[str, str]] = {
    "store": dict.fromkeys(OPEN, STORED),
    "hand_out": {SEIZED: OUT, STORED: OUT, OUT: OUT},
    "lose": {SEIZED: MISSING, STORED: MISSING, OUT: MISSING},
    "find": {MISSING: STORED},
    "dispose": {SEIZED: ENDED, STORED: ENDED, OUT: ENDED},
}
"""Deed: from which state of an exhibit to which. `lose` is said by an inventory that did not find it."""
OWNERS = {SEIZED: "who seized it", STORED: "custodian", OUT: "who has it now", MISSING: "custodian"}
ENDS = (ENDED,)

SEIZE, SEAL, UNSEAL, HAND_OVER, TAKE, DECLINE, MOVE, BOX, UNBOX = (
    *("seize", "seal", "unseal", "hand_over", "take", "decline", "move", "box", "unbox"),
)
TEST, SAMPLE, MEASURE, ACQUIRE, EXPORT, INVENTORY, CORRECT, DISPOSE = (
    *("test", "sample", "measure", "acquire", "export", "inventory", "correct", "dispose"),
)
HOLD, RELEASE, DECIDE, WITNESS, VERIFY, READ, LOSE, FIND, ASSET = (
    *("hold", "release", "decide", "witness", "verify", "read", "lose", "find", "asset"),
)
SHOW, REPORT = "show", "report"
"""Shown to or copied for somebody by the court's rules; said by a device on it."""
KINDS = (
    *(SEIZE, SEAL, UNSEAL, HAND_OVER, TAKE, DECLINE, MOVE, BOX, UNBOX, TEST, SAMPLE, MEASURE, ACQUIRE, EXPORT),
    *(INVENTORY, CORRECT, DISPOSE, HOLD, RELEASE, DECIDE, WITNESS, VERIFY, READ, LOSE, FIND, ASSET, SHOW, REPORT),
)
"""Of events. `take` and `decline` answer a `hand_over`, `witness` and `correct` any event."""

PURPOSES = ("store", "test", "court", "examination", "transport", "disposal", "return", "other")
"""For what an exhibit changes hands."""

ORDERED, FIXED, WITNESSING, DONE, CANCELLED = (
    *("disposal_ordered", "method_fixed", "disposal_witnessing", "disposal_done", "disposal_cancelled"),
)
COUNTING, COUNTED = "counting", "counted"
AT_WORK, LEFT = "at_scene", "scene_left"

PREPARED, FILED, IN_COURT, JUDGED, DROPPED = (
    *("court_prepared", "court_filed", "in_court", "judged", "court_dropped"),
)
PROCEEDING_OPEN = (PREPARED, FILED, IN_COURT)
PROCEEDING_MOVES: dict[str, dict[str, str]] = {
    "file": {PREPARED: FILED},
    "hear": {PREPARED: PREPARED, FILED: IN_COURT, IN_COURT: IN_COURT},
    "judge": {FILED: JUDGED, IN_COURT: JUDGED},
    "drop": {PREPARED: DROPPED, FILED: DROPPED, IN_COURT: DROPPED},
}
