"""What a deed changes: four eyes watch what comes of a deed and not its name (docs/decisions/0032).

Who may look through a country's cases changes by naming a reviewer, by inviting one, by opening one's account again,
by covering a region and by moving an administration into another; all change the same thing and all ask for two.
"""

from __future__ import annotations

from collections.abc import Set

from tidewaiter.foundation.limits import most

PRIVILEGED = frozenset({"reviewer", "contact", "editor", "steward"})
"""Roles that decide for others: who has one is not taken over, nor named, without other stewards being told."""

STEWARDS, REVIEW, TAKEN_OVER, LESS_ASKED, LEDGER = "stewards", "who_reviews", "taken_over", "less_asked", "ledger"


def effects_of(
    deed: str, *, role: str = "", roles: Set[str] = frozenset(), changes: bool = True, rows: int = 0
) -> frozenset[str]:
    """What the deed changes that one steward alone should not; empty for everyday deeds.

    `role` is the one given, taken or invited with, `roles` are those that the account has; `changes` says whether a
    region or a rule becomes another at all; `rows` counts the entries of the ledger that leave the node.
    """
    found = set()
    named = {role} if deed in ("grant", "revoke", "invite") else roles if deed == "resume" else frozenset()
    if "steward" in named:
        found.add(STEWARDS)
    if "reviewer" in named or (deed in ("cover", "place_administration") and changes):
        found.add(REVIEW)
    if deed in ("reset", "drop_second_factor") and roles & PRIVILEGED:
        found.add(TAKEN_OVER)
    if deed == "demand_second_factor" and changes:
        found.add(LESS_ASKED)
    if deed == "take_ledger" and rows > most("ledger_rows_alone"):
        found.add(LEDGER)
    return frozenset(found)
