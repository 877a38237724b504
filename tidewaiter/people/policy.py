"""Roles, and which of them are customs roles."""

from __future__ import annotations

from tidewaiter.foundation.actors import Actor

ROLES = (
    "officer", "contact", "investigator", "reviewer", "analyst", "editor", "partner", "expert", "duty",
    "coordinator", "participant", "steward",
)  # fmt: skip

CUSTOMS_ROLES = frozenset({"officer", "contact", "investigator", "reviewer", "analyst", "editor", "steward"})
"""Roles that see validated cases of all countries; a partner or an expert sees the library alone (CONTRACT.md)."""


def is_customs(actor: Actor) -> bool:
    """Whether the person works for a customs administration or the secretariat."""
    return bool(CUSTOMS_ROLES & actor.role_codes)
