"""Forms of the second factor: a code counts once over all processes, and guessing is counted in the database."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.core.exceptions import ValidationError
from django.db import transaction

from tidewaiter.people import backoff, sign_ins
from tidewaiter.people.models import Officer

STEP = "last_step"
"""In an authenticator's data: the half-minute of the newest code that was taken; no
older one counts again (RFC 6238, 5.2).
"""


def step_of(secret: str, code: str) -> int | None:
    """The half-minute whose code this is, of those that count now; nothing for a wrong one."""
    at = int(time.time()) // app_settings.TOTP_PERIOD
    for step in range(at - app_settings.TOTP_TOLERANCE, at + app_settings.TOTP_TOLERANCE + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def spend(*, officer: Officer, code: str) -> Authenticator | None:
    """Uses up a code of the app or a recovery code; gives what it belongs to, or nothing for a wrong or used one."""
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user_id=officer.pk).order_by("pk")
        for row in rows.exclude(type=Authenticator.Type.WEBAUTHN):
            if row.type == Authenticator.Type.TOTP:
                step = step_of(decrypt(row.data["secret"]), code)
                if step is not None and step > row.data.get(STEP, 0):
                    row.data[STEP] = step
                    row.save(update_fields=["data"])
                    return row
            elif row.wrap().validate_code(code):
                return row
    return None


class _Once:
    """What both forms share: the pause after wrong codes, and a code that counts once."""

    user: Officer
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        """The code, used up. Raises `ValidationError` in words."""
        request = context.request
        username = self.user.username
        device = backoff.device_of_request(request, username)
        tried = (f"second:{username}", "", device)
        if wait := backoff.seconds_to_wait(*tried):
            raise ValidationError(backoff.too_soon(wait))
        found = spend(officer=self.user, code=str(self.cleaned_data["code"])[:64])
        if found is None:
            backoff.failed(*tried)
            sign_ins.note(
                username=username,
                source=account_adapter().get_client_ip(request),
                outcome=sign_ins.WRONG_SECOND,
                device_known=bool(device),
            )
            raise get_adapter().validation_error("incorrect_code")
        backoff.succeeded(*tried)
        found.user = self.user
        self.authenticator = found
        return str(self.cleaned_data["code"])


class Authenticate(_Once, AuthenticateForm):  # type: ignore[misc]  # it ships no types
    """The second step of a sign-in."""


class Reauthenticate(_Once, ReauthenticateForm):  # type: ignore[misc]  # it ships no types
    """Is it still you?"""


class Activate(ActivateTOTPForm):  # type: ignore[misc]  # it ships no types
    """Setting up the app. The code that shows it works is used up by that: it does not sign anybody in afterwards."""

    step = 0

    def clean_code(self) -> str:
        """The code. Raises `ValidationError`."""
        code: str = super().clean_code()
        self.step = step_of(self.secret, code) or 0
        return code
