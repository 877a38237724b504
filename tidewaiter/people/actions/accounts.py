"""Deeds of accounts and roles."""

from __future__ import annotations

from collections.abc import Sequence

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.people import policy
from tidewaiter.people.effects import effects_of
from tidewaiter.people.four_eyes import must_be_two
from tidewaiter.people.keys import could_give, must_outlast, open_codes, password_code
from tidewaiter.people.models import Administration, Grant, Officer
from tidewaiter.people.names import email_of, must_be_a_username
from tidewaiter.people.policy import ROLES
from tidewaiter.people.queries import held


def add_officer(
    *, username: str, administration: str, role: str, password: str, name: str = "", email: str = "", by: Actor
) -> Officer:
    """Makes an account, or gives a further role to one that exists in the same administration.

    Raises `BadInput` for an unknown administration or role or a weak password, `Refusal` when the
    account belongs to another administration.
    """
    home = check_account(username=username, administration=administration, role=role)
    with transaction.atomic():
        officer = Officer.objects.filter(username=username).first()
        if officer is None:
            officer = Officer(
                username=username,
                administration=home,
                name=read_name(name, 200),
                email=email_of(email),
                date_joined=now(),
            )
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
    must_be_a_username(username)
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
    """Gives a role inside a transaction; one that is there stays as it is.

    One that is no everyday role ends the sessions and tokens that are open, and whatever came from a code whose maker
    could not give it: the code, or the password and second factors that were set up by it. Raises `Refusal` for roles
    that go not together, and for the role of a steward where the password would end (`keys.must_outlast`).
    """
    before = set(Grant.objects.filter(officer=officer).values_list("role", flat=True))
    policy.must_go_together(before | {role})
    if role in before:
        return
    must_outlast(officer, role)
    rises = role not in policy.CONTACT_GRANTS
    stale = [code.pk for code in open_codes(officer) if not could_give(code, officer, role)] if rises else []
    chosen_by = password_code(officer) if rises else None
    lesser = chosen_by is not None and not could_give(chosen_by, officer, role)
    Grant.objects.create(officer=officer, role=role, granted_by=by.username, granted_at=now())
    record(by=by, deed="people.granted", ref=f"officer:{officer.username}", detail={"role": role})
    if rises:
        _end_keys(officer=officer, stale=stale, with_password=lesser, role=role, by=by)


def _end_keys(*, officer: Officer, stale: list[int], with_password: bool, role: str, by: Actor) -> None:
    tokens = officer.tokens.filter(revoked_at=None).update(revoked_at=now())
    ended = {"sessions": end_sessions(officer=officer), "tokens": tokens, "codes": len(stale)}
    officer.codes.filter(pk__in=stale).delete()
    if with_password:
        officer.set_unusable_password()
        Officer.objects.filter(pk=officer.pk).update(password=officer.password)
        Authenticator.objects.filter(user_id=officer.pk).delete()
    if with_password or any(ended.values()):
        detail = {"for": role, "password": with_password, **ended}
        record(by=by, deed="people.keys_ended", ref=f"officer:{officer.username}", detail=detail)


def grant(*, officer: Officer, role: str, by: Actor) -> None:
    """Gives one role. Raises a refusal."""
    if role not in ROLES:
        raise BadInput(
            "role", _("There is no role «%(role)s». Roles: %(roles)s.") % {"role": role[:40], "roles": ", ".join(ROLES)}
        )
    with transaction.atomic():
        fresh = held(officer)
        policy.may_grant(by, fresh, role)
        must_outlast(fresh, role)  # said to who asks, and not first to who confirms
        must_be_two(by, effects_of("grant", role=role))
        give(officer=fresh, role=role, by=by)


def revoke(*, officer: Officer, role: str, by: Actor) -> None:
    """Takes one role, never the account's only one nor the last steward's. Raises a refusal."""
    with transaction.atomic():
        fresh = held(officer)
        policy.may_revoke(by, fresh, role)
        must_be_two(by, effects_of("revoke", role=role))
        Grant.objects.filter(officer=fresh, role=role).delete()
        record(by=by, deed="people.revoked", ref=f"officer:{officer.username}", detail={"role": role})


def suspend(*, officer: Officer, by: Actor) -> None:
    """Closes an account: its sessions end, its tokens die. The account and what it did stay. Raises a refusal."""
    with transaction.atomic():
        fresh = held(officer)
        policy.may_suspend(by, fresh)
        close(officers=[fresh], why="suspended", by=by)


def close(*, officers: Sequence[Officer], why: str, by: Actor) -> None:
    """Closes accounts inside a transaction and ends whatever they had open."""
    moment = now()
    Officer.objects.filter(pk__in=[officer.pk for officer in officers]).update(
        is_active=False, closed_by=by.username, closed_at=moment, closed_why=why
    )
    for officer in officers:
        end_access(officer=officer)
        officer.codes.filter(used_at=None).delete()
        record(by=by, deed="people.suspended", ref=f"officer:{officer.username}", detail={"why": why})


def resume(*, officer: Officer, by: Actor) -> None:
    """Opens a closed account again; tokens stay dead, the second factor and the password stay. Raises a refusal."""
    with transaction.atomic():
        fresh = held(officer)
        policy.may_resume(by, fresh)
        must_be_two(by, effects_of("resume", roles=fresh.role_codes))
        moment = now()
        Officer.objects.filter(pk=fresh.pk).update(
            is_active=True, closed_by="", closed_at=None, closed_why="", reminded_at=None, used_at=moment
        )
        record(by=by, deed="people.resumed", ref=f"officer:{officer.username}")


def sign_out(*, officer: Officer, by: Actor) -> int:
    """Ends every session of an account, one's own or one that one manages; gives how many. Raises a refusal."""
    with transaction.atomic():
        if officer.username != by.username:
            policy.may_manage(by, held(officer))
        number = end_sessions(officer=officer)
        record(by=by, deed="people.signed_out", ref=f"officer:{officer.username}", detail={"sessions": number})
    return number


def end_access(*, officer: Officer) -> None:
    """Ends whatever opens the account's doors but its password: sessions and tokens."""
    end_sessions(officer=officer)
    officer.tokens.filter(revoked_at=None).update(revoked_at=now())


def end_sessions(*, officer: Officer) -> int:
    """Ends the sessions of an account; gives how many there were."""
    sessions = list(UserSession.objects.filter(user_id=officer.pk))
    for session in sessions:
        session.end()
    return len(sessions)


def forget_sessions() -> None:
    """What the clock does: sessions that are over, and what was kept of their browsers."""
    SessionStore.clear_expired()
    open_now = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(open_now)).delete()


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
