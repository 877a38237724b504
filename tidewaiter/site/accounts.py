"""Sign-in through allauth: nobody signs up by themselves, guessing is slowed down, secrets are kept encrypted."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tidewaiter.people import backoff


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by invitation or by a steward, never at the door; wrong passwords cost time."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses a try that comes too soon after failed ones from the same place."""
        wait = backoff.seconds_to_wait(*self._tried(request, credentials))
        if wait:
            raise ValidationError(backoff.too_soon(wait))
        self._login_failed_rl_usage = None

    def _rollback_login_failed_rl_usage(self) -> None:
        return None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Tries the password, and forgets former failures of this pair when it is right."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            backoff.succeeded(*self._tried(request, credentials))
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts a wrong try."""
        backoff.failed(*self._tried(request, credentials))

    def _tried(self, request: HttpRequest, credentials: dict[str, Any]) -> tuple[str, str, str]:
        username = str(credentials.get("username", ""))[:150].lower()
        return (
            username,
            self.get_client_ip(request),
            backoff.device_of(request.COOKIES.get(backoff.COOKIE, ""), username),
        )

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **rest: Any) -> HttpResponse:
        """Gives the browser its device cookie."""
        answer: HttpResponse = super().post_login(request, user, **rest)
        username = user.get_username()
        known = backoff.device_of(request.COOKIES.get(backoff.COOKIE, ""), username)
        answer.set_cookie(
            backoff.COOKIE, backoff.device_cookie(username, known or secrets.token_hex(8)), max_age=365 * 86400, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE, path="/accounts/",
        )  # fmt: skip
        return answer

    def add_message(self, *_words: Any, **_more: Any) -> None:
        """The pages say themselves what was done."""


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the authenticator's secrets encrypted with a key made from the node's secret."""

    def encrypt(self, text: str) -> str:
        """Encrypts (Fernet: AES-128-CBC with HMAC-SHA256)."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypts."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """The account's name in the authenticator app."""
        return user.get_username()

    def get_totp_issuer(self) -> str:
        """The node's name in the authenticator app."""
        return _("Tidewaiter (%(node)s)") % {"node": settings.NODE_NAME}


def _box() -> Fernet:
    key = hashlib.scrypt(settings.SECRET_KEY.encode(), salt=b"tidewaiter second factor", n=2, r=8, p=1, dklen=32)
    return Fernet(base64.urlsafe_b64encode(key))
