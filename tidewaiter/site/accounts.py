"""Sign-in through allauth: nobody signs up by themselves, guessing is slowed down, secrets are kept encrypted."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tidewaiter.people import backoff, passkeys, sign_ins, sources
from tidewaiter.people.actions import signed_in
from tidewaiter.people.models import Officer
from tidewaiter.people.passwords import LONGEST
from tidewaiter.people.sign_on import identities_of
from tidewaiter.site.sessions import BEGAN, SEEN

SEALED = "gcm1."
"""What a text begins with that is encrypted as now; others are of a former release."""
_SALT, _FORMER = b"tidewaiter second factor 2", b"tidewaiter second factor"


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]  # it ships no types
    """Accounts are made by invitation or by a steward, never at the door; wrong passwords cost time."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_password": gettext_lazy("This password is not right."),
        "username_password_mismatch": gettext_lazy("This name and password do not go together."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address somebody comes from; behind an undeclared proxy, what that says (people/sources.py)."""
        address: str = sources.last_hop(request) or super().get_client_ip(request)
        return address

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        """Where somebody shows once more who they are; who has nothing here that would do, at their provider."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not methods and isinstance(user, Officer) and identities_of(user):
            return [{"id": "provider", "description": "", "url": reverse("account_reauthenticate")}]
        return methods

    def is_safe_url(self, url: str) -> bool:
        """Whether one may be sent there after signing in: this node's own address
        alone, not every host it may be asked by.
        """
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses a try that comes too soon after failed ones from the same place."""
        wait = backoff.seconds_to_wait(*self._tried(request, credentials))
        if wait:
            raise ValidationError(backoff.too_soon(wait))
        self._login_failed_rl_usage = None

    def _rollback_login_failed_rl_usage(self) -> None:
        return None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Tries the password, and forgets former failures of this pair when it is right.

        One that is longer than any may be is wrong without being hashed.
        """
        if len(str(credentials.get("password", ""))) > LONGEST:
            self.pre_authenticate(request, **credentials)
            self.authentication_failed(request, **credentials)
            return None
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            backoff.succeeded(*self._tried(request, credentials))
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts a wrong try, and keeps it where stewards look."""
        username, source, device = self._tried(request, credentials)
        backoff.failed(username, source, device)
        sign_ins.note(
            username=username,
            source=source,
            outcome=sign_ins.WRONG_PASSWORD,
            method="password",
            device_known=bool(device),
        )

    def _tried(self, request: HttpRequest, credentials: dict[str, Any]) -> tuple[str, str, str]:
        username = str(credentials.get("username", ""))[:150].lower()
        return username, self.get_client_ip(request), backoff.device_of_request(request, username)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Says that the account is closed, to whoever knew its password; kept where stewards look."""
        sign_ins.note(
            username=user.get_username(), source=self.get_client_ip(request), outcome=sign_ins.CLOSED, method="password"
        )
        answer: HttpResponse = super().respond_user_inactive(request, user)
        return answer

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **rest: Any) -> HttpResponse:
        """Keeps the sign-in, and gives the browser its device cookie."""
        answer: HttpResponse = super().post_login(request, user, **rest)
        username = user.get_username()
        request.session[BEGAN] = request.session[SEEN] = int(time.time())
        known = backoff.device_of_request(request, username)
        signed_in(
            username=username,
            source=self.get_client_ip(request),
            method=_shown(get_authentication_records(request, user)),
            device_known=bool(known),
        )
        answer.set_cookie(
            settings.DEVICE_COOKIE_NAME,
            backoff.device_cookie(username, known or secrets.token_hex(8)),
            max_age=365 * 86400,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            path=settings.DEVICE_COOKIE_PATH,
        )
        return answer

    def add_message(self, *_words: Any, **_more: Any) -> None:
        """The pages say themselves what was done."""


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]  # it ships no types
    """Keeps the authenticator's secrets encrypted with a key made from the node's secret and their purpose."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right, or it has been used. Wait for the next one."),
        "incorrect_passkey": gettext_lazy("This passkey is none of this account's, or it was used on another page."),
    }

    def encrypt(self, text: str) -> str:
        """Encrypts (AES-256-GCM, a nonce of 96 random bits before it)."""
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(_key(_SALT)).encrypt(nonce, text.encode(), _SALT)
        return SEALED + base64.urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypts, also what a former release has encrypted (Fernet). Raises `InvalidTag` or
        `InvalidToken` for what was changed.
        """
        if not encrypted_text.startswith(SEALED):
            return Fernet(base64.urlsafe_b64encode(_key(_FORMER))).decrypt(encrypted_text.encode()).decode()
        whole = base64.urlsafe_b64decode(encrypted_text.removeprefix(SEALED))
        return AESGCM(_key(_SALT)).decrypt(whole[:12], whole[12:], _SALT).decode()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """The account's name in the authenticator app."""
        return user.get_username()

    def get_totp_issuer(self) -> str:
        """The node's name in the authenticator app."""
        return _("Tidewaiter (%(node)s)") % {"node": settings.NODE_NAME}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whom a passkey belongs to: the name in TIDEWAITER_URL, whatever name the request came by."""
        return {"id": passkeys.host(), "name": self.get_totp_issuer()}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """How the passkey knows its owner."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.get_username(), "display_name": user.get_username()}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        """A name to begin with."""
        return _("Passkey %(n)s") % {"n": Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}


def _shown(records: list[dict[str, Any]]) -> str:
    """What was shown at a sign-in, as `sign_ins` keeps it: `password+totp`, `passkey`."""
    kinds = [str(one.get("type") or one.get("method")) for one in records]
    return "+".join(dict.fromkeys({"webauthn": "passkey"}.get(kind, kind) for kind in kinds))[:32]


def _key(salt: bytes) -> bytes:
    """256 bits of the node's secret, which has 512 of its own: no stretching is needed."""
    return hashlib.scrypt(settings.SECRET_KEY.encode(), salt=salt, n=2, r=8, p=1, dklen=32)
