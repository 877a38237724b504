"""Deeds of one-time codes: inviting somebody, resetting a password, choosing a new one by the code."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.people import policy
from tidewaiter.people.actions.accounts import check_account, choose_password, end_sessions, give
from tidewaiter.people.models import Office, Officer, OneTimeCode

VALID_FOR = timedelta(hours=72)
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Signs that nobody confuses when a code is read out on the telephone; sixteen of them are 78 bits."""


def invite(
    *,
    username: str,
    administration: str,
    role: str,
    name: str = "",
    email: str = "",
    office: int | None = None,
    by: Actor,
) -> tuple[Officer, str]:
    """Makes an account without a password, and the one-time code by which its person chooses one.

    The code is given back once and kept as a digest. Raises a refusal.
    """
    home = check_account(username=username, administration=administration, role=role)
    policy.may_invite(by, home.code, role)
    with transaction.atomic():
        if Officer.objects.filter(username=username).exists():
            raise Refusal(
                "taken", _("There is an account «%(name)s» already: choose another name.") % {"name": username}
            )
        place = Office.objects.filter(pk=office, administration=home).first() if office else None
        officer = Officer(
            username=username,
            administration=home,
            name=name.strip()[:200],
            email=email.strip(),
            office=place,
            date_joined=now(),
        )
        officer.set_unusable_password()
        officer.save()
        record(by=by, deed="people.invited", ref=f"officer:{username}", detail={"administration": home.code})
        give(officer=officer, role=role, by=by)
        code = _new_code(officer, "invite", by)
    return officer, code


def reset(*, officer: Officer, by: Actor) -> str:
    """Ends the account's sessions and its password, and gives a one-time code. The second factor stays. Raises a refusal."""
    with transaction.atomic():
        fresh = Officer.objects.select_for_update(of=("self",)).get(pk=officer.pk)
        policy.may_reset(by, fresh)
        fresh.set_unusable_password()
        fresh.save(update_fields=["password"])
        end_sessions(officer=fresh)
        code = _new_code(fresh, "reset", by)
        record(by=by, deed="people.reset", ref=f"officer:{officer.username}")
    return code


def redeem(*, username: str, code: str, password: str) -> Officer:
    """Chooses a password by a one-time code; the code is used up. Raises `Refusal`, one answer for every wrong pair."""
    refused = Refusal(
        "code", _("This name and code do not go together, or the code has been used or is older than three days.")
    )
    with transaction.atomic():
        found = (
            OneTimeCode.objects.select_for_update(of=("self",))
            .select_related("officer")
            .filter(
                officer__username=username.strip().lower(), digest=_digest(code), used_at=None, expires_at__gt=now()
            )
            .first()
        )
        if found is None or not found.officer.is_active:
            raise refused
        officer = found.officer
        choose_password(officer=officer, password=password)
        officer.used_at = now()
        officer.save(update_fields=["password", "used_at"])
        found.used_at = now()
        found.save(update_fields=["used_at"])
        record(
            by=officer,
            deed="people.password_chosen",
            ref=f"officer:{officer.username}",
            detail={"purpose": found.purpose},
        )
    return officer


def _new_code(officer: Officer, purpose: str, by: Actor) -> str:
    officer.codes.filter(used_at=None).delete()
    text = "-".join("".join(secrets.choice(_SIGNS) for _sign in range(4)) for _group in range(4))
    OneTimeCode.objects.create(
        officer=officer,
        purpose=purpose,
        digest=_digest(text),
        made_by=by.username,
        made_at=now(),
        expires_at=now() + VALID_FOR,
    )
    return text


def _digest(code: str) -> str:
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    if len(signs) > 64:
        raise BadInput("code", _("This is no one-time code."))
    return hashlib.sha256(b"tidewaiter one-time code" + signs.encode()).hexdigest()
