"""Where «who» is stored «when» is stored with it (job-server ADR 12)."""

from __future__ import annotations

from django.db.models import CheckConstraint, Q


def who_with_when(by: str, at: str, name: str) -> CheckConstraint:
    """Both columns are filled, or neither."""
    return CheckConstraint(condition=Q(**{by: "", at: None}) | (~Q(**{by: ""}) & ~Q(**{at: None})), name=name)
