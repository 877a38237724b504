"""Signing in by a ministry's own provider: what the provider says of a person, and which roles follow from it.

Nothing of a person is kept beside the account itself: the provider's names for them and for their session are kept as
keyed digests (docs/sign-on.md, docs/decisions/0053).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.sign_on_file import Provider
from tidewaiter.people.models import ClaimRule, Identity, Officer
from tidewaiter.people.names import email_of, must_be_a_username
from tidewaiter.people.sign_ins import keyed

SECOND_SHOWN = "tw_second_by_provider"
"""In a session: that the provider has asked for a second factor."""
MOST_GROUPS = 1000


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider, or its file, says of one person."""

    username: str
    subject: str = ""
    name: str = ""
    email: str = ""
    groups: tuple[str, ...] = ()
    active: bool = True


@dataclass(slots=True)
class Rights:
    """What the groups of a person come to here: roles, and the one administration they are of."""

    administration: str = ""
    roles: set[str] = field(default_factory=set)


def provider_named(name: str) -> Provider:
    """A provider of the node's file. Raises `Missing`."""
    found: Provider | None = settings.SIGN_ON.get(name)
    if found is None:
        raise Missing("no_provider", _("This node knows no such provider of sign-in."))
    return found


def said_by(provider: Provider, claims: dict[str, Any]) -> Said:
    """Reads the claims of an ID token or of its user info. Raises `BadInput` for a person without a usable name."""
    username = str(claims.get(provider.username_claim) or "").strip().lower()
    return checked(
        Said(
            username=username,
            subject=str(claims.get("sub") or ""),
            name=str(claims.get(provider.name_claim) or ""),
            email=str(claims.get(provider.email_claim) or ""),
            groups=groups_of(claims.get(provider.groups_claim)),
        )
    )


def checked(said: Said) -> Said:
    """The same with a mail address that is one, or none. Raises `BadInput` where the name cannot be an account's."""
    try:
        must_be_a_username(said.username)
    except BadInput as error:
        raise BadInput(
            "username",
            _("The provider calls this person «%(name)s». %(why)s") % {"name": said.username[:60], "why": error},
        ) from error
    try:
        email = email_of(said.email)
    except BadInput:
        email = ""
    return Said(said.username, said.subject, said.name, email, said.groups, said.active)


def groups_of(claim: object) -> tuple[str, ...]:
    """Groups as providers write them: a list of texts, or one text."""
    if isinstance(claim, str):
        return (claim,)
    return tuple(str(one) for one in claim[:MOST_GROUPS]) if isinstance(claim, list) else ()


def shows_second_factor(provider: Provider, claims: dict[str, Any]) -> bool:
    """Whether the provider says that it asked for a second factor (`amr`, RFC 8176, or `acr`)."""
    told = {*groups_of(claims.get("amr")), *groups_of(claims.get("acr"))}
    return not told.isdisjoint(provider.second_factor)


def rights_of(rules: Sequence[ClaimRule], groups: Sequence[str]) -> Rights:
    """What the rules make of the groups. Raises `Refusal` where they name two administrations: none is guessed."""
    hit = [rule for rule in rules if rule.value in groups]
    homes = sorted({rule.administration_id for rule in hit})
    if len(homes) > 1:
        raise Refusal(
            "two_administrations",
            _("The provider names groups of two administrations (%(codes)s): ask the node's steward.")
            % {"codes": ", ".join(homes)},
        )
    return Rights(homes[0] if homes else "", {rule.role for rule in hit})


def subject_key(provider: str, subject: str) -> str:
    """What is kept of the provider's own name for a person."""
    return keyed("sign-on subject", provider, subject) if subject else ""


def session_key(provider: str, sid: str) -> str:
    """What is kept of the provider's name for a session."""
    return keyed("sign-on session", provider, sid)


def second_shown(request: HttpRequest) -> bool:
    """Whether this session was opened by a provider that asked for a second factor."""
    return bool(request.session.get(SECOND_SHOWN))


def identities_of(officer: Officer) -> list[Identity]:
    """By which providers of this node's file the person signs in."""
    return [one for one in officer.identities.order_by("provider") if one.provider in settings.SIGN_ON]
