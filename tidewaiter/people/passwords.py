"""Passwords that are guessed first are refused, without asking any other machine (zxcvbn's lists, MIT licence)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from tidewaiter.people.models import Officer

LONGEST = 1000
"""Signs of a password; more are not hashed, or whoever sends megabytes keeps the node busy."""
LOOKED_AT = 72
"""Signs that are judged: the time it takes grows with their square."""
GUESSES = 9.0
"""Decimal logarithm of the guesses that a password must take at the least."""
_word = re.compile(r"[^\W_]{3,}")


class NotTooLong:
    """At most a thousand signs."""

    def validate(self, password: str, user: object | None = None) -> None:
        """Raises `ValidationError` for a longer one."""
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("A password has at most 1,000 signs.")


class NotGuessed:
    """None that a program of guesses tries early: common and leaked ones, keys in a row,
    dates, what one knows of the account.
    """

    def validate(self, password: str, user: object | None = None) -> None:
        """Raises `ValidationError` for one that falls too soon."""
        known = known_of(user if isinstance(user, Officer) else None)
        if not password or zxcvbn(password[:LOOKED_AT], user_inputs=known)["guesses_log10"] < GUESSES:
            raise ValidationError(self.get_help_text(), code="password_guessed")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("This password is guessed too soon. Three or four words that do not belong together are better.")


def known_of(officer: Officer | None) -> list[str]:
    """What whoever guesses knows already: the node, its address, and of the account names and country."""
    told = [
        "tidewaiter",
        settings.NODE_NAME,
        urlsplit(settings.TIDEWAITER_URL).hostname or "",
        "customs",
        "douane",
        "aduana",
    ]
    if officer is not None:
        told += [officer.username, officer.name, officer.email, officer.administration.name, officer.administration_id]
    return sorted({word.lower() for text in told for word in (text, *_word.findall(text)) if word})
