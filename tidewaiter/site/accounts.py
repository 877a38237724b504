"""Sign-in through allauth; nobody signs up by themselves."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by invitation or by a steward, never at the door."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False
