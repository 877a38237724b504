"""The JSON door: a token in `Authorization: Bearer`, and who acts through it."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import NotAllowed
from tidewaiter.people.actions.tokens import METRICS, digest_of
from tidewaiter.people.models import Officer, Token
from tidewaiter.people.outsiders import must_be_open_to
from tidewaiter.people.pace import seconds_to_wait
from tidewaiter.people.queries import lacks_second_factor


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """A person acting through a token: everything the person may do but a steward's deeds.

    A steward's token acts as an officer of the steward's administration.
    """

    username: str
    display_name: str
    administration_code: str
    region_code: str
    role_codes: Set[str]
    reviewed_regions: Set[str]
    door: str
    scope: str

    def __str__(self) -> str:
        return self.door


def holder_of(token: Token) -> TokenHolder:
    """The actor that a token makes of its owner."""
    officer = token.officer
    roles = officer.role_codes
    if "steward" in roles:
        roles = (roles - {"steward"}) | {"officer"}
    return TokenHolder(
        officer.username,
        officer.display_name,
        officer.administration_code,
        officer.region_code,
        roles,
        officer.reviewed_regions,
        f"token:{token.ref}",
        token.scope,
    )


READING_METHODS = ("GET", "HEAD", "OPTIONS")


class Bearer(HttpBearer):
    """Knows a token by its digest, and whether its scope is what an operation needs;
    asked before anything of a body is read.

    What changes nothing by its method needs a token that may read; all else one that may write, unless the operation is
    marked with `auth=Bearer(scope="read")`: it takes a body and changes nothing.
    """

    def __init__(self, *, scope: str = "") -> None:
        super().__init__()
        self._scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> TokenHolder | None:
        """The actor, or nothing (the answer is 401). Raises `NotAllowed` where the token's scope is too narrow (403),
        `Missing` where the room is not open to the person (404).
        """
        holder = _holder_of_text(token)
        needed = self._scope or ("read" if request.method in READING_METHODS else "write")
        if holder is not None and needed == "write":
            _must_write(holder)
        if holder is not None:
            must_be_open_to(holder, request)
        return holder


def holder_known(request: HttpRequest) -> TokenHolder | None:
    """Who holds the token of a request, whatever its scope; nothing where there is none that is valid."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    match scheme.lower():
        case "bearer":
            return _holder_of_text(token.strip())
        case "basic":
            return _holder_of_pair(token.strip())
    return None


def _holder_of_pair(said: str) -> TokenHolder | None:
    """Of clients that know names and passwords alone: the account's name, and a token of it in the password's place.
    A password of a person opens nothing here.
    """
    try:
        name, _colon, token = base64.b64decode(said[:1000], validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    holder = _holder_of_text(token)
    return holder if holder is not None and holder.username == name else None


def _holder_of_text(token: str, scopes: tuple[str, ...] = ("read", "write")) -> TokenHolder | None:
    """The actor of a token of one of these scopes that has not ended and whose owner's account is open."""
    if len(token) > 200:
        return None
    moment = now()
    found = (
        Token.objects.select_related("officer__administration")
        .filter(digest=digest_of(text=token), revoked_at=None, expires_at__gt=moment, officer__is_active=True)
        .filter(scope__in=scopes)
        .first()
    )
    if found is None or (found.made_by == found.officer.username and lacks_second_factor(found.officer)):
        return None  # a token that the node's own shell has made stands for itself
    _touch(found, moment)
    return holder_of(found)


def _must_write(holder: TokenHolder) -> None:
    if holder.scope != "write":
        raise NotAllowed("scope", _("This token may read alone. Make one that may write."))


class MetricsBearer(Bearer):
    """Knows the tokens that open `/metrics` and nothing else; their owner must still be a steward."""

    def authenticate(self, request: HttpRequest, token: str) -> TokenHolder | None:
        """The actor, or nothing."""
        holder = _holder_of_text(token, (METRICS,))
        if holder is None or not Officer.objects.get(username=holder.username).role_codes & {"steward"}:
            return None
        return holder


def _touch(token: Token, moment: datetime) -> None:
    """Remembers the day of use, once a day."""
    today = moment.astimezone(UTC).date()
    if token.used_at is None or token.used_at.date() != today:
        Token.objects.filter(pk=token.pk).update(used_at=moment)
        Officer.objects.filter(pk=token.officer_id).update(used_at=moment, reminded_at=None)


class Pace(BaseThrottle):
    """How many requests a token may make in a minute, over all web processes (pace.py)."""

    def __init__(self) -> None:
        self._said = threading.local()

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether this one may pass now."""
        wait = seconds_to_wait(f"api {request.auth}", settings.API_REQUESTS_A_MINUTE)  # type: ignore[attr-defined]
        self._said.wait = wait
        return not wait

    def wait(self) -> float | None:
        """The seconds until the next may pass, for whoever was refused just now."""
        return getattr(self._said, "wait", None)


def writer(request: HttpRequest) -> TokenHolder:
    """The holder, who may write: `Bearer` has seen to it; an operation wrongly marked
    as reading raises `NotAllowed` here.
    """
    holder = reader(request)
    _must_write(holder)
    return holder


def reader(request: HttpRequest) -> TokenHolder:
    """The holder of the token that the door has let in."""
    holder: TokenHolder = request.auth  # type: ignore[attr-defined]
    return holder
