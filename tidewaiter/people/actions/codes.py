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
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.people import policy
from tidewaiter.people.actions.accounts import check_account, choose_password, end_access, give
from tidewaiter.people.effects import effects_of
from tidewaiter.people.four_eyes import NeedsAnother, TwoStewards, must_be_two, must_not_become, needed
from tidewaiter.people.keys import doubtful_factors, still_good
from tidewaiter.people.models import Office, Officer, OneTimeCode
from tidewaiter.people.names import another, email_of, is_free
from tidewaiter.people.queries import held

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
    if role == "steward" and needed(by):
        raise NeedsAnother(
            "needs_another",
            _(
                "Invite them with another role and make their code at the node's shell: manage_officer %(name)s reset"
                " --by STEWARD. Give the role of a steward once they have chosen a password by it: another steward must"
                " confirm that."
            )
            % {"name": username},
        )
    must_be_two(by, effects_of("invite", role=role) - {"stewards"})
    with transaction.atomic():
        if not is_free(username):  # one answer, whoever has it or what it looks like, in whichever country
            raise Refusal(
                "taken",
                _("This name cannot be given. Choose another: «%(other)s» is free.")
                % {"other": another(username, home.code)},
            )
        place = Office.objects.filter(pk=office, administration=home).first() if office else None
        officer = Officer(
            username=username,
            administration=home,
            name=read_name(name, 200),
            email=email_of(email),
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
    """Ends the account's sessions, tokens and password, and gives a one-time code. Raises a refusal.

    Which second factors end with them `keys.doubtful_factors` says.
    """
    with transaction.atomic():
        fresh = held(officer)
        policy.may_reset(by, fresh)
        must_not_become(by, fresh)
        must_be_two(by, effects_of("reset", roles=fresh.role_codes))
        fresh.set_unusable_password()
        fresh.save(update_fields=["password"])
        end_access(officer=fresh)
        gone, _by_kind = doubtful_factors(fresh, by).delete()
        code = _new_code(fresh, "reset", by)
        record(by=by, deed="people.reset", ref=f"officer:{officer.username}", detail={"factors": gone} if gone else {})
    return code


def redeem(*, username: str, code: str, password: str) -> Officer:
    """Chooses a password by a one-time code; the code is used up. Raises `Refusal`, one answer for every wrong pair.

    Whoever made the code must still be able to do so: what they could give away then and may not now does not open.
    """
    refused = Refusal(
        "code",
        _(
            "This name and code do not go together, or the code was used, has run out or was taken back."
            " Ask for a new one."
        ),
    )
    with transaction.atomic():
        named = Officer.objects.filter(username=username.strip().lower(), is_active=True).first()
        if named is None:
            raise refused
        officer = held(named)  # before the code: a role that is given at the same moment is given before or after
        found = (
            officer.codes.select_for_update().filter(digest=_digest(code), used_at=None, expires_at__gt=now()).first()
        )
        if found is None or not officer.is_active or not still_good(found, officer):
            raise refused
        choose_password(officer=officer, password=password)
        end_access(officer=officer)
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
        confirmed_by=by.confirmed_by if isinstance(by, TwoStewards) else "",
        door=by.door[:100],
        made_at=now(),
        expires_at=now() + VALID_FOR,
    )
    return text


def _digest(code: str) -> str:
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    if len(signs) > 64:
        raise BadInput("code", _("This is no one-time code."))
    return hashlib.sha256(b"tidewaiter one-time code" + signs.encode()).hexdigest()
