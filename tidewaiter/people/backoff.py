"""Back-off after failed sign-ins, per account and source, so that guessing is slow and no stranger locks anybody out.

What counts is the pair of account and source, and the source by itself. A browser that has signed in to an account
before carries a signed cookie and is counted by itself (OWASP, «Slow down online guessing attacks with device cookies»):
a stranger at the same address, even one who guesses all day, cannot keep the person from their account.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import ngettext

from tidewaiter.foundation.moments import now
from tidewaiter.people.models import Attempts

FREE_OF_PAIR = 5
FREE_OF_SOURCE = 40
LONGEST = 900
FORGOTTEN_AFTER = timedelta(hours=6)
COOKIE = "tw_device"
_SALT = "tidewaiter.device"
_YEAR = 365 * 86400


def device_cookie(username: str, device: str) -> str:
    """What a browser is given after it has signed in: a signed statement that this device belongs to the account."""
    return signing.dumps([username, device], salt=_SALT)


def device_of(cookie: str, username: str) -> str:
    """The device that a cookie states for this account, or nothing."""
    try:
        name, device = signing.loads(cookie, salt=_SALT, max_age=_YEAR)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if name == username else ""


def _keys(username: str, source: str, device: str) -> list[tuple[str, int]]:
    if device:
        return [(_key("device", username, device), FREE_OF_PAIR)]
    return [(_key("pair", username, source), FREE_OF_PAIR), (_key("source", "", source), FREE_OF_SOURCE)]


def _key(*parts: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def seconds_to_wait(username: str, source: str, device: str = "") -> int:
    """How many seconds must pass before the next try; 0 when it may be made now."""
    free = dict(_keys(username, source, device))
    wait = 0.0
    for row in Attempts.objects.filter(key__in=free, last_at__gt=now() - FORGOTTEN_AFTER):
        over = row.failures - free[row.key]
        if over >= 0:
            pause = min(2.0 ** min(over + 1, 20), LONGEST)
            wait = max(wait, pause - (now() - row.last_at).total_seconds())
    return int(wait + 0.999) if wait > 0 else 0


def too_soon(wait: int) -> str:
    """What is said to whoever tries again before the pause is over."""
    return ngettext(
        "Too many wrong tries from here. Wait %(n)s second, then try again.",
        "Too many wrong tries from here. Wait %(n)s seconds, then try again.",
        wait,
    ) % {"n": wait}


def failed(username: str, source: str, device: str = "") -> None:
    """Counts one failure; after five for a pair each further one doubles the pause, up to a quarter of an hour."""
    moment = now()
    with transaction.atomic():
        for key, _free in _keys(username, source, device):
            row, _made = Attempts.objects.select_for_update().get_or_create(key=key, defaults={"last_at": moment})
            row.failures = 1 if row.last_at < moment - FORGOTTEN_AFTER else row.failures + 1
            row.last_at = moment
            row.save()


def succeeded(username: str, source: str, device: str = "") -> None:
    """Forgets the pair's failures. The source's stay, so that an attacker cannot wipe them with an account of their own."""
    Attempts.objects.filter(key=_keys(username, source, device)[0][0]).delete()


def forget_old() -> None:
    """Deletes what no longer counts."""
    Attempts.objects.filter(last_at__lt=now() - FORGOTTEN_AFTER).delete()
