"""The way in for a bank's fraud desk: a link whose secret is given once, and a code that is told by another way."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from django.utils.translation import gettext as _

from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.response import states
from tidewaiter.response.models import BankDoor, Request

DOOR_DAYS, MOST_TRIES = 3, 5
_SIGNS = "23456789"


def make_door(request: Request) -> tuple[str, str]:
    """A link's secret and the code that is told by another way; both are kept as digests."""
    secret, code = secrets.token_urlsafe(32), "".join(secrets.choice(_SIGNS) for _sign in range(8))
    BankDoor.objects.create(
        request=request,
        digest=secret_digest(secret),
        code_digest=secret_digest(f"{request.ref} {code}"),
        made_at=now(),
        expires_at=now() + timedelta(days=DOOR_DAYS),
    )
    return secret, code


def secret_digest(text: str) -> str:
    return sha256(b"tidewaiter bank door" + text.encode()).hexdigest()


def door_named(secret: str) -> BankDoor:
    """The door of a link that has not run out. Raises `Missing`, the same for all others."""
    found = BankDoor.objects.filter(digest=secret_digest(secret[:100]), expires_at__gt=now(), tries__lt=MOST_TRIES)
    door = found.exclude(request__state=states.WITHDRAWN).select_related("request__alarm").first()
    if door is None:
        raise Missing("no_door", _("This link is not, or no longer, good. Ask who sent it for another."))
    return door
