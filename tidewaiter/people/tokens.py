"""The JSON door: a token in `Authorization: Bearer`, and who acts through it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import NotAllowed
from tidewaiter.people.actions.tokens import digest_of
from tidewaiter.people.models import Officer, Token
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
        officer.username, officer.display_name, officer.administration_code, officer.region_code, roles, officer.reviewed_regions,
        f"token:{token.ref}", token.scope,
    )  # fmt: skip


class Bearer(HttpBearer):
    """Knows a token by its digest; one that has ended, or whose owner's account is closed, is none."""

    def authenticate(self, request: HttpRequest, token: str) -> TokenHolder | None:
        """The actor, or nothing (the answer is 401)."""
        if len(token) > 200:
            return None
        moment = now()
        found = (
            Token.objects.select_related("officer__administration")
            .filter(digest=digest_of(text=token), revoked_at=None, expires_at__gt=moment, officer__is_active=True)
            .first()
        )
        if found is None or lacks_second_factor(found.officer):
            return None
        _touch(found, moment)
        return holder_of(found)


def _touch(token: Token, moment: datetime) -> None:
    """Remembers the day of use, once a day."""
    today = moment.astimezone(UTC).date()
    if token.used_at is None or token.used_at.date() != today:
        Token.objects.filter(pk=token.pk).update(used_at=moment)
        Officer.objects.filter(pk=token.officer_id).update(used_at=moment, reminded_at=None)


class Pace(AuthRateThrottle):
    """How many requests a token may make in a minute; each web process counts its share."""

    def __init__(self) -> None:
        super().__init__("600/m")

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether this one may pass now."""
        self.num_requests = max(1, settings.API_REQUESTS_A_MINUTE // settings.WEB_WORKERS)
        return bool(super().allow_request(request))


def writer(request: HttpRequest) -> TokenHolder:
    """The holder, if the token may write; raises `NotAllowed`."""
    holder = reader(request)
    if holder.scope != "write":
        raise NotAllowed("scope", _("This token may read alone. Make one that may write."))
    return holder


def reader(request: HttpRequest) -> TokenHolder:
    """The holder of the token that the door has let in."""
    holder: TokenHolder = request.auth  # type: ignore[attr-defined]
    return holder
