"""Deeds of cases. All but the single moves take many cases at once and are set-based inside."""

from tidewaiter.cases.actions.drafting import Origin, Outcome, draft, forget_requests
from tidewaiter.cases.actions.erasing import erase
from tidewaiter.cases.actions.judging import dismiss, recheck, say_of_case
from tidewaiter.cases.actions.moving import move_one, open_case, return_case, submit, validate, withdraw
from tidewaiter.cases.actions.taking_away import export_cases
from tidewaiter.cases.actions.taking_back import take_back

__all__ = [
    "Origin",
    "Outcome",
    "dismiss",
    "draft",
    "erase",
    "export_cases",
    "forget_requests",
    "move_one",
    "open_case",
    "recheck",
    "return_case",
    "say_of_case",
    "submit",
    "take_back",
    "validate",
    "withdraw",
]
