"""The states of what expert groups make, and the deeds that lead from one to another.

`MOVES` is the report's table, which is drawn; the smaller ones stand beside it, and each has an end.
"""

from __future__ import annotations

BEGUN, CIRCULATED, AGREED, DELIVERED, DROPPED = "begun", "circulated", "agreed_by_group", "delivered", "report_dropped"
STATES = (BEGUN, CIRCULATED, AGREED, DELIVERED, DROPPED)
MOVES: dict[str, dict[str, str]] = {
    "circulate": {BEGUN: CIRCULATED},
    "take_back": {CIRCULATED: BEGUN, AGREED: BEGUN},
    "agree": {CIRCULATED: AGREED},
    "deliver": {AGREED: DELIVERED},
    "drop": {BEGUN: DROPPED, CIRCULATED: DROPPED, AGREED: DROPPED},
}
"""Deed: from which state of a report to which."""
OWNERS = {BEGUN: "authors", CIRCULATED: "members", AGREED: "chair"}
ENDS = (DELIVERED, DROPPED)

NOT_BEGUN, UNDER_WAY, DONE = "not_begun", "under_way", "work_done"
WORK_STATES = (NOT_BEGUN, UNDER_WAY, DONE)
"""Of a line of the work plan: its owner says how far it is, in any order."""

PLANNED, HELD, CALLED_OFF = "meeting_planned", "meeting_held", "called_off"
MEETING_MOVES = {"hold": {PLANNED: HELD}, "call_off": {PLANNED: CALLED_OFF}}

DRAFTED, SENT, ADOPTED, SENT_BACK, DECLINED = "rec_drafted", "rec_sent", "adopted", "rec_sent_back", "rec_declined"
RECOMMENDATION_MOVES = {
    "send": {DRAFTED: SENT, SENT_BACK: SENT},
    "adopt": {SENT: ADOPTED},
    "send_back": {SENT: SENT_BACK},
    "decline": {SENT: DECLINED},
}

INVITED, ANSWERING, SUBMITTED = "invited", "answering", "needs_submitted"
RESPONSE_MOVES = {"answer": {INVITED: ANSWERING, ANSWERING: ANSWERING}, "submit": {ANSWERING: SUBMITTED}}
"""Of a country's answers to a round."""

PROPOSED, AGREED_PLAN, CARRIED_OUT = "plan_proposed", "plan_agreed", "plan_done"
PLAN_MOVES = {"agree": {PROPOSED: AGREED_PLAN}, "finish": {AGREED_PLAN: CARRIED_OUT}}
