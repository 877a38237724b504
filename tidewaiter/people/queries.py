"""Finding people: who may see whom, who is on duty, who uses the node."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import NODE, Actor, shell_door
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people.models import Administration, Grant, Officer, RoleRule, SignIn, Token
from tidewaiter.people.policy import is_customs, is_steward, may_manage_people
from tidewaiter.vault.models import StoredFile
from tidewaiter.vault.storage import Thing

SECOND_FACTORS = ("totp", "webauthn")


def officer_named(username: str) -> Officer:
    """The active account of that name; raises `BadInput` (a command names people by `--by`)."""
    officer = Officer.objects.select_related("administration").filter(username=username, is_active=True).first()
    if officer is None:
        raise BadInput(
            "unknown_officer",
            _("There is no active account «%(name)s» on this node. Make one with add_officer.") % {"name": username},
        )
    return officer


def held(officer: Officer) -> Officer:
    """The account as it is now, held until the transaction ends.

    With a steward all stewards are held, so that two of them cannot close each other at the same moment.
    """
    stewards = set(Grant.objects.filter(role="steward").values_list("officer_id", flat=True))
    wanted = {officer.pk} | (stewards if officer.pk in stewards else set())
    rows = Officer.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    return next(one for one in rows if one.pk == officer.pk)


def who_ended(username: str) -> Actor:
    """Who took something back, however their account stands now; the node where nobody did."""
    if username == NODE.username:
        return NODE
    return Officer.objects.select_related("administration").filter(username=username).first() or NODE


def vault_things() -> Iterator[Thing]:
    """What lies in the vault, for the count of what is stored: it counts for the
    administration of whoever brought it.
    """
    homes = dict(Officer.objects.values_list("username", "administration_id"))
    for digest, username, size in StoredFile.objects.values_list("digest", "kept_by", "size").iterator(chunk_size=5000):
        yield Thing(digest, homes.get(username, NODE.administration_code), username, size)


def language_of(username: str) -> str:
    """The language of an account, however it stands; English where there is none."""
    return Officer.objects.filter(username=username).values_list("language", flat=True).first() or "en"


def officer_at_shell(username: str) -> Officer:
    """The person whom `--by` names, marked as speaking through the shell. Raises `BadInput`."""
    officer = officer_named(username)
    officer.door = shell_door()
    return officer


def visible_officers(actor: Actor) -> QuerySet[Officer]:
    """Stewards see every account; customs people those of their own administration; all others their own."""
    officers = Officer.objects.select_related("administration", "office")
    if is_steward(actor):
        return officers
    if is_customs(actor) and not actor.door.startswith("token:"):
        return officers.filter(administration=actor.administration_code)
    return officers.filter(username=actor.username)


def officer_for(actor: Actor, username: str) -> Officer:
    """The account, if this person may see it; raises `Missing` for absent and unseen alike."""
    officer = visible_officers(actor).filter(username=username).first()
    if officer is None:
        raise Missing("no_officer", _("There is no such account."))
    return officer


def reviewers_of(region: str) -> list[Officer]:
    """The open accounts of those who review a region: named for it by a steward, else
    of it, and the secretariat's reviewers.
    """
    reviewers = (
        Officer.objects.filter(is_active=True, grants__role="reviewer").distinct().select_related("administration")
    )
    found = []
    for one in reviewers.prefetch_related("covers").order_by("username"):
        named = {cover.region_id for cover in one.covers.all()}
        if one.administration_id == "INT" or region in (named or {one.administration.region_id or ""}):
            found.append(one)
    return found


def lacks_second_factor(officer: Officer) -> bool:
    """Whether a role of the account demands a second factor and none is set up."""
    demanded = RoleRule.objects.filter(second_factor=True).values_list("role", flat=True)
    return not officer.role_codes.isdisjoint(demanded) and not has_second_factor(officer)


def nobody_needs_second_factor() -> bool:
    """Whether no role demands a second factor: on a demonstration, or where a steward has chosen so."""
    return not RoleRule.objects.filter(second_factor=True).exists()


def has_second_factor(officer: Officer) -> bool:
    """Whether an authenticator app or a passkey is set up."""
    return bool(Authenticator.objects.filter(user_id=officer.pk, type__in=SECOND_FACTORS).exists())


def app_of(officer: Officer) -> Authenticator | None:
    """The authenticator app of the account."""
    found: Authenticator | None = Authenticator.objects.filter(user_id=officer.pk, type="totp").first()
    return found


def passkeys_of(officer: Officer) -> list[Authenticator]:
    """The passkeys of the account, oldest first."""
    return list(Authenticator.objects.filter(user_id=officer.pk, type="webauthn").order_by("pk"))


def own_sign_ins(officer: Officer) -> list[SignIn]:
    """The last sign-ins and refused tries of one's own account, newest first: was this you?"""
    return list(officer.sign_ins.order_by("-at", "-pk")[:12])


def visible_sign_ins(actor: Actor) -> QuerySet[SignIn]:
    """Stewards see every sign-in and refused try, contact points those of their own administration's accounts.

    Raises `Missing` for everybody else.
    """
    found = SignIn.objects.select_related("officer").order_by("-at", "-pk")
    if is_steward(actor):
        return found
    if not may_manage_people(actor):
        raise Missing("missing", _("There is no such page."))
    return found.filter(officer__administration=actor.administration_code)


def sessions_of(officer: Officer) -> list[UserSession]:
    """The sessions that are open, newest first."""
    return sorted(UserSession.objects.purge_and_list(officer), key=lambda one: one.last_seen_at, reverse=True)


def tokens_of(officer: Officer) -> list[Token]:
    """The tokens that still work, newest first."""
    return list(officer.tokens.filter(revoked_at=None, expires_at__gt=now()).order_by("-made_at"))


def user_statistics(actor: Actor) -> list[dict[str, Any]]:
    """Accounts by administration and role, of those this person may see.

    Gives `[{"administration", "name", "role", "accounts", "open", "used_30_days", "second_factor", "last_used"}]`;
    an account with two roles stands in two rows. Whose second factor is missing is for those who look after
    accounts: others read nothing there.
    """
    manages = may_manage_people(actor)
    month = now() - timedelta(days=30)
    secured = Q(pk__in=Authenticator.objects.filter(type__in=SECOND_FACTORS).values("user_id"))
    rows = (
        visible_officers(actor)
        .order_by("administration_id", "grants__role")
        .values("administration_id", "administration__name", "grants__role")
        .annotate(
            accounts=Count("pk"),
            open=Count("pk", filter=Q(is_active=True)),
            recent=Count("pk", filter=Q(used_at__gte=month)),
            secured=Count("pk", filter=secured),
            last=Max("used_at"),
        )
    )
    return [
        {
            "administration": row["administration_id"],
            "name": row["administration__name"],
            "role": row["grants__role"] or "",
            "accounts": row["accounts"],
            "open": row["open"],
            "used_30_days": row["recent"],
            "second_factor": row["secured"] if manages else None,
            "last_used": row["last"].date().isoformat() if row["last"] else None,
        }
        for row in rows
    ]


def zone_of(administration: str) -> str:
    """The time zone of an administration; UTC where there is none."""
    return Administration.objects.filter(code=administration).values_list("time_zone", flat=True).first() or "UTC"
