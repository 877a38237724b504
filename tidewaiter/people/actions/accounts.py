"""Deeds of accounts and roles."""

from __future__ import annotations

import re
from collections.abc import Sequence

from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.people import policy
from tidewaiter.people.models import Administration, Grant, Officer
from tidewaiter.people.policy import ROLES

_username = re.compile(r"[a-z0-9][a-z0-9._-]{1,149}")


def add_officer(
    *, username: str, administration: str, role: str, password: str, name: str = "", email: str = "", by: Actor
) -> Officer:
    """Makes an account, or gives a further role to one that exists in the same administration.

    Raises `BadInput` for an unknown administration or role or a weak password, `Refusal` when the account
    belongs to another administration.
    """
    home = check_account(username=username, administration=administration, role=role)
    with transaction.atomic():
        officer = Officer.objects.filter(username=username).first()
        if officer is None:
            officer = Officer(username=username, administration=home, name=name, email=email, date_joined=now())
            choose_password(officer=officer, password=password)
            officer.save()
            record(by=by, deed="people.added", ref=f"officer:{username}", detail={"administration": home.code})
        elif officer.administration_id != home.code:
            raise Refusal(
                "other_administration", _("%(name)s has an account in another administration.") % {"name": username}
            )
        give(officer=officer, role=role, by=by)
    return officer


def check_account(*, username: str, administration: str, role: str) -> Administration:
    """The administration, if an account may be named so. Raises `BadInput` that says which of the three is wrong."""
    if not _username.fullmatch(username):
        raise BadInput("username", _("A username has 2 to 150 small letters, digits, dots, hyphens or underscores."))
    if role not in ROLES:
        raise BadInput(
            "role", _("There is no role «%(role)s». Roles: %(roles)s.") % {"role": role, "roles": ", ".join(ROLES)}
        )
    home = Administration.objects.filter(code=administration.upper()).first()
    if home is None:
        raise BadInput(
            "administration",
            _("There is no administration «%(code)s»: give a country's two letters, or INT.")
            % {"code": administration[:40]},
        )
    return home


def choose_password(*, officer: Officer, password: str) -> None:
    """Sets a password that the rules accept. Raises `BadInput` with the rules' words; saves nothing."""
    try:
        validate_password(password, officer)
    except ValidationError as error:
        raise BadInput("password", " ".join(error.messages)) from error
    officer.set_password(password)


def give(*, officer: Officer, role: str, by: Actor) -> None:
    """Gives a role inside a transaction; a role that is there stays as it is."""
    _grant, made = Grant.objects.get_or_create(
        officer=officer, role=role, defaults={"granted_by": by.username, "granted_at": now()}
    )
    if made:
        record(by=by, deed="people.granted", ref=f"officer:{officer.username}", detail={"role": role})


def grant(*, officer: Officer, role: str, by: Actor) -> None:
    """Gives one role. Raises a refusal."""
    if role not in ROLES:
        raise BadInput(
            "role", _("There is no role «%(role)s». Roles: %(roles)s.") % {"role": role[:40], "roles": ", ".join(ROLES)}
        )
    with transaction.atomic():
        policy.may_grant(by, _locked(officer), role)
        give(officer=officer, role=role, by=by)


def revoke(*, officer: Officer, role: str, by: Actor) -> None:
    """Takes one role. The last one goes by suspending the account. Raises a refusal."""
    with transaction.atomic():
        fresh = _locked(officer)
        policy.may_grant(by, fresh, role)
        if role not in fresh.role_codes:
            raise Missing("no_role", _("The account does not have this role."))
        if len(fresh.role_codes) == 1:
            raise Refusal("last_role", _("This is the only role of the account: suspend it instead."))
        Grant.objects.filter(officer=fresh, role=role).delete()
        record(by=by, deed="people.revoked", ref=f"officer:{officer.username}", detail={"role": role})


def suspend(*, officer: Officer, by: Actor) -> None:
    """Closes an account: its sessions end, its tokens die. The account and what it did stay. Raises a refusal."""
    with transaction.atomic():
        fresh = _locked(officer)
        policy.may_suspend(by, fresh)
        close(officers=[fresh], why="suspended", by=by)


def close(*, officers: Sequence[Officer], why: str, by: Actor) -> None:
    """Closes accounts inside a transaction and ends whatever they had open."""
    moment = now()
    Officer.objects.filter(pk__in=[officer.pk for officer in officers]).update(
        is_active=False, closed_by=by.username, closed_at=moment, closed_why=why
    )
    for officer in officers:
        end_sessions(officer=officer)
        officer.tokens.filter(revoked_at=None).update(revoked_at=moment)
        officer.codes.filter(used_at=None).delete()
        record(by=by, deed="people.suspended", ref=f"officer:{officer.username}", detail={"why": why})


def resume(*, officer: Officer, by: Actor) -> None:
    """Opens a closed account again; tokens stay dead, the second factor and the password stay. Raises a refusal."""
    with transaction.atomic():
        fresh = _locked(officer)
        policy.may_resume(by, fresh)
        moment = now()
        Officer.objects.filter(pk=fresh.pk).update(
            is_active=True, closed_by="", closed_at=None, closed_why="", reminded_at=None, used_at=moment
        )
        record(by=by, deed="people.resumed", ref=f"officer:{officer.username}")


def sign_out(*, officer: Officer, by: Actor) -> int:
    """Ends every session of an account, one's own or one that one manages; gives how many. Raises a refusal."""
    if officer.username != by.username:
        policy.may_manage(by, officer)
    with transaction.atomic():
        number = end_sessions(officer=officer)
        record(by=by, deed="people.signed_out", ref=f"officer:{officer.username}", detail={"sessions": number})
    return number


def end_sessions(*, officer: Officer) -> int:
    """Ends the sessions of an account; gives how many there were."""
    sessions = list(UserSession.objects.filter(user_id=officer.pk))
    for session in sessions:
        session.end()
    return len(sessions)


def _locked(officer: Officer) -> Officer:
    return Officer.objects.select_for_update(of=("self",)).get(pk=officer.pk)


def load_administrations(*, rows: list[tuple[str, str, str | None]], by: Actor) -> int:
    """Adds administrations that are not here yet: (code, name, region code or nothing). A steward's changes stay."""
    known = set(Administration.objects.values_list("code", flat=True))
    fresh = [row for row in rows if row[0] not in known]
    if fresh:
        record(by=by, deed="people.administrations_loaded", ref="administrations", detail={"rows": len(fresh)})
        Administration.objects.bulk_create(
            [Administration(code=code, name=name, region_id=region) for code, name, region in fresh]
        )
    return len(rows)
