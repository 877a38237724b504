"""When a steward's gravest deeds need another steward, and who acts once one has confirmed (docs/decisions/0032)."""

from __future__ import annotations

from collections.abc import Set
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.people.models import Officer

CLOSED_STILL_COUNTS = timedelta(days=7)


class NeedsAnother(Refusal):
    """A steward's gravest deed, done by one alone."""


class NeedsShell(Refusal):
    """A deed with another steward's account that is done at the node's shell alone."""


class TwoStewards:
    """One steward whose deed another has confirmed."""

    def __init__(self, asker: Actor, confirmed_by: str) -> None:
        self._asker = asker
        self.confirmed_by = confirmed_by
        self.door = "page"

    @property
    def username(self) -> str:
        """The asker's, as the ledger keeps it."""
        return self._asker.username

    @property
    def display_name(self) -> str:
        """The asker's."""
        return self._asker.display_name

    @property
    def administration_code(self) -> str:
        """The asker's."""
        return self._asker.administration_code

    @property
    def region_code(self) -> str:
        """The asker's."""
        return self._asker.region_code

    @property
    def role_codes(self) -> Set[str]:
        """The asker's."""
        return self._asker.role_codes

    @property
    def reviewed_regions(self) -> Set[str]:
        """The asker's."""
        return self._asker.reviewed_regions


def needed(by: Actor) -> bool:
    """Whether this actor may not do the gravest deeds alone.

    By default where the node has two stewards or more; one that was closed lately still counts, or a steward who
    closes the other would be free. The node itself and its shell act alone: whoever sits at the shell can do
    anything, and the ledger says who sat there.
    """
    if isinstance(by, TwoStewards) or by.door != "page" or settings.FOUR_EYES == "off":
        return False
    stewards = Officer.objects.filter(grants__role="steward").exclude(
        password__startswith=UNUSABLE_PASSWORD_PREFIX, identities=None
    )
    there = Q(is_active=True) | Q(closed_at__gt=now() - CLOSED_STILL_COUNTS)
    return settings.FOUR_EYES == "on" or stewards.filter(there).distinct().count() > 1


def must_be_two(by: Actor, effects: Set[str]) -> None:
    """Raises `NeedsAnother` where what a deed changes (`effects_of`) is another steward's to confirm."""
    if effects and needed(by):
        raise NeedsAnother("needs_another", _("Another steward must confirm this within a day."))


def must_not_become(by: Actor, officer: Officer) -> None:
    """A steward who resets the other could confirm their own deeds as the other. Raises `NeedsShell`."""
    if "steward" in officer.role_codes and (needed(by) or isinstance(by, TwoStewards)):
        raise NeedsShell(
            "needs_shell",
            _("A steward's password and second factor are reset at the node's shell (manage_officer)."),
        )
