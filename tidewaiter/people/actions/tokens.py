"""Deeds of tokens: the keys to the JSON doors."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.people import policy
from tidewaiter.people.models import Officer, Token
from tidewaiter.people.queries import held, lacks_second_factor

METRICS = "metrics"
SCOPES = ("read", "write", METRICS)
LONGEST_DAYS = 365
MOST_TOKENS = 20


def make_token(
    *, officer: Officer, scope: str, days: int = LONGEST_DAYS, name: str = "", by: Actor
) -> tuple[Token, str]:
    """A token of one's own (at the shell: anybody's), and its text, which is given once and kept as a digest.

    One for `metrics` is a steward's, reads `/metrics` and opens nothing else. Raises a refusal: for a scope that is
    none, for more than a year, for a closed account.
    """
    if scope not in SCOPES:
        raise BadInput(
            "scope",
            _("A token is for reading (read), for reading and writing (write), or for the node's figures (metrics)."),
        )
    if scope == METRICS and "steward" not in officer.role_codes:
        raise NotAllowed("steward", _("Only a steward makes a token for the node's figures."))
    if not 1 <= days <= LONGEST_DAYS:
        raise BadInput("days", _("A token lives between 1 and 365 days."))
    at_shell = by.door.startswith("shell:")
    if by.door.startswith("token:") or (officer.username != by.username and not at_shell):
        raise NotAllowed("own_token", _("Everybody makes their own tokens, signed in."))
    if not officer.is_active:
        raise Refusal("closed", _("The account is closed."))
    if lacks_second_factor(officer) and not at_shell:
        raise Refusal("second_factor", _("Your role needs a second factor: set it up first."))
    text = f"tw_{secrets.token_urlsafe(32)}"
    moment = now()
    with transaction.atomic():
        if officer.tokens.filter(revoked_at=None, expires_at__gt=moment).count() >= MOST_TOKENS:
            raise Refusal("too_many", _("Twenty tokens are enough: revoke one that is not used."))
        token = Token.objects.create(
            ref=new_ref("TK"),
            officer=officer,
            name=read_name(name, 100),
            scope=scope,
            digest=digest_of(text=text),
            made_by=by.username,
            made_at=moment,
            expires_at=moment + timedelta(days=days),
        )
        record(
            by=by,
            deed="people.token_made",
            ref=token.ref,
            detail={"officer": officer.username, "scope": scope, "days": days},
        )
    return token, text


def revoke_token(*, token: Token, by: Actor) -> None:
    """Ends a token, one's own or that of an account one manages. Raises a refusal."""
    with transaction.atomic():
        if token.officer.username != by.username:
            policy.may_manage(by, held(token.officer))
        if not Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now()):
            raise Missing("no_token", _("The token has ended already."))
        record(by=by, deed="people.token_revoked", ref=token.ref, detail={"officer": token.officer.username})


def digest_of(*, text: str) -> str:
    """What is kept of a token: it has 256 random bits, so a plain digest is enough."""
    return hashlib.sha256(b"tidewaiter token" + text.encode()).hexdigest()
