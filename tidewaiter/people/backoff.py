"""Back-off after failed sign-ins, per account and source, so that guessing is slow and no stranger locks anybody out.

What counts is the pair of account and source, and the source by itself. A browser that has signed in to an account
before carries a signed cookie and is counted by itself (OWASP, «Slow down online guessing attacks with device
cookies»): a stranger at the same address, even one who guesses all day, cannot keep the person from their account. Nor
can one desk keep an office out: the pause of a source is not for accounts that have signed in from there lately, and
where anybody has, it lasts seconds (docs/decisions/0009 and 0031). A network of IPv6 is one source, however many
addresses it has; over all sources together an account is tried slowly: after a hundred failures each further try of a
browser and from a network that the account does not know waits, a minute at the most.

All of it stands in the database: it counts over all processes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import ngettext

from tidewaiter.foundation.moments import APART, now, seconds_since
from tidewaiter.people.models import Attempts, OneTimeCode
from tidewaiter.people.sign_ins import keyed, networks_of, signed_in_from
from tidewaiter.people.sources import proxy_undeclared

FREE_OF_PAIR = 5
FREE_OF_SOURCE = 40
FREE_OF_ACCOUNT = 100
LONGEST_OF_ACCOUNT = 60
"""Seconds. It slows guesses from everywhere to one a minute; the owner's own browser and network do not wait."""
LONGEST = 900
LONGEST_OF_OFFICE = 5
"""Seconds that a source waits from which people have signed in lately: an office behind one address, most likely."""
FORGOTTEN_AFTER = timedelta(hours=6)
_SALT = "tidewaiter.device"
_YEAR = 365 * 86400


def device_cookie(username: str, device: str) -> str:
    """What a browser is given after it has signed in: a signed statement that this device belongs to the account.

    It names the code by which the password was chosen: the browser of who had the account before a reset is strange.
    """
    return signing.dumps([username, device, _chosen_by(username)], salt=_SALT)


def _chosen_by(username: str) -> int:
    used = OneTimeCode.objects.filter(officer__username=username).exclude(used_at=None)
    return used.order_by("-used_at", "-pk").values_list("pk", flat=True).first() or 0


def device_of(cookie: str, username: str) -> str:
    """The device that a cookie states for this account, or nothing."""
    try:
        name, device, *code = signing.loads(cookie, salt=_SALT, max_age=_YEAR)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    if name != username or (code or [0])[0] != _chosen_by(username):
        return ""
    return str(device)


@dataclass(frozen=True, slots=True)
class _Count:
    """What failures are counted under, how many are free, and the longest pause in seconds."""

    key: str
    free: int = FREE_OF_PAIR
    longest: int = LONGEST
    wide: bool = False
    """Whether others than whoever fails may be behind it."""
    of_source: bool = False
    of_account: bool = False


def device_of_request(request: HttpRequest, username: str) -> str:
    """The same, of the cookie that came with a request."""
    return device_of(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), username)


def _counted(username: str, source: str, device: str) -> list[_Count]:
    """What a failure is counted under: the browser that is known, or the pair, the source and the account."""
    if device:
        return [_Count(keyed("device", username, device))]
    if not source:
        return [_Count(keyed("pair", username, ""))]
    counts = []
    for network, times in networks_of(source):
        counts.append(_Count(keyed("pair", username, network), FREE_OF_PAIR * times, wide=times > 1))
        counts.append(_Count(keyed("source", "", network), FREE_OF_SOURCE * times, wide=True, of_source=True))
    own = _Count(keyed("account", username), FREE_OF_ACCOUNT, LONGEST_OF_ACCOUNT, wide=True, of_account=True)
    return [*counts, own]


def _awaited(username: str, source: str, device: str) -> list[_Count]:
    """What a try must wait for: of a source that the account has signed in from lately, the pair alone."""
    counts = _counted(username, source, device)
    if any(one.wide for one in counts):
        if signed_in_from(source, username):
            counts = [one for one in counts if not one.wide]
        elif signed_in_from(source):
            counts = [replace(one, longest=LONGEST_OF_OFFICE) if one.of_source else one for one in counts]
    if not device and proxy_undeclared():
        # any sender can bring that about: an account is tried as slowly as elsewhere
        return [one if one.of_account else replace(one, longest=min(one.longest, LONGEST_OF_OFFICE)) for one in counts]
    return counts


def seconds_to_wait(username: str, source: str, device: str = "") -> int:
    """How many seconds must pass before the next try; 0 when it may be made now.

    Without a source and a device what is counted is the account alone.
    """
    keys = [one.key for one in _counted(username, source, device)]
    failures = {row.key: row for row in Attempts.objects.filter(key__in=keys, last_at__gt=now() - FORGOTTEN_AFTER)}
    if all(row.failures < FREE_OF_PAIR for row in failures.values()):
        return 0
    wait = 0.0
    for count in _awaited(username, source, device):
        row = failures.get(count.key)
        if row is not None and row.failures >= count.free:
            pause = min(2.0 ** min(row.failures - count.free + 1, 20), count.longest)
            wait = max(wait, pause - seconds_since(row.last_at))
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
        for key in sorted(one.key for one in _counted(username, source, device)):
            row, _made = Attempts.objects.select_for_update().get_or_create(key=key, defaults={"last_at": moment})
            row.failures = 1 if row.last_at < moment - FORGOTTEN_AFTER else row.failures + 1
            row.last_at = moment
            row.save()


def succeeded(username: str, source: str, device: str = "") -> None:
    """Forgets the pair's failures. The source's stay, so that an attacker cannot
    wipe them with an account of their own.
    """
    Attempts.objects.filter(key=_counted(username, source, device)[0].key).delete()


def forget_old() -> None:
    """Deletes what no longer counts."""
    old = Q(last_at__lt=now() - FORGOTTEN_AFTER) | Q(last_at__gt=now() + APART)
    Attempts.objects.filter(old).delete()
