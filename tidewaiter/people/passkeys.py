"""Passkeys (WebAuthn): where they can be used, what of a browser's answer is looked at before anything else reads it.

A passkey of this node is always bound to a PIN, a finger or a face (user verification), so it is a second factor and
may sign in by itself. It belongs to the address of TIDEWAITER_URL and to no other, nor to one below it.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.conf import settings
from django.core.exceptions import ValidationError

from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import read_name
from tidewaiter.people import backoff, sign_ins

LONGEST_ANSWER = 16_384
"""Signs of a browser's answer; a real one has some two thousand."""
_answer_field = re.compile(r"[A-Za-z0-9_-]{0,12000}={0,2}")
_FIELDS = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")


def origin() -> str:
    """The address people use, as a browser names it: scheme, host and port, without a path."""
    parts = urlsplit(settings.TIDEWAITER_URL)
    return f"{parts.scheme}://{parts.netloc}".lower()


def host() -> str:
    """The name that passkeys of this node belong to."""
    return (urlsplit(settings.TIDEWAITER_URL).hostname or "").lower()


def possible() -> bool:
    """Whether browsers make passkeys for this node: they want https and a name (or this machine's `localhost`)."""
    try:
        ipaddress.ip_address(host())
    except ValueError:
        return origin().startswith("https://") or host() == "localhost"
    return False


def as_json(options: dict[str, Any]) -> str:
    """What the browser is asked, as text."""
    return json.dumps(options, default=dict)


def looked_at(answer: Any) -> dict[str, Any]:
    """A browser's answer, if it has the shape of one and was given to this
    node's own page. Raises `ValidationError`.
    """
    wrong = get_adapter().validation_error("incorrect_passkey")
    said = answer.get("response") if isinstance(answer, dict) else None
    if not isinstance(said, dict) or len(json.dumps(answer)) > LONGEST_ANSWER:
        raise wrong
    for name in _FIELDS:
        if not (said.get(name) is None or (isinstance(said[name], str) and _answer_field.fullmatch(said[name]))):
            raise wrong
    if len(said.get("userHandle") or "") > 16:  # ours are short numbers
        raise wrong
    try:
        text = said["clientDataJSON"]
        told = read_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), dict)
        asked_by = told["origin"]
    except (BadInput, KeyError, TypeError, ValueError) as error:
        raise wrong from error
    if asked_by != origin() or told.get("crossOrigin"):
        raise wrong
    return dict(answer)


class Add(AddWebAuthnForm):  # type: ignore[misc]  # it ships no types
    """A new passkey; one without a PIN, a finger or a face is refused."""

    def clean_credential(self) -> dict[str, Any]:
        """The answer. Raises `ValidationError`."""
        return looked_at(self.cleaned_data["credential"])

    def clean_name(self) -> str:
        """What the person calls it."""
        name: str = super().clean_name()
        try:
            return read_name(name, 60)
        except BadInput as refusal:
            raise ValidationError(refusal.sentence) from refusal

    def clean(self) -> dict[str, Any]:
        """Asks for user verification, whatever was ticked."""
        self.cleaned_data["passwordless"] = True
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class _Looked:
    """What the three forms that take a passkey share."""

    cleaned_data: dict[str, Any]
    user: Any

    def clean_credential(self) -> Authenticator:
        """Whose passkey it is. Raises `ValidationError`; a wrong one is kept where stewards look."""
        try:
            self.cleaned_data["credential"] = looked_at(self.cleaned_data["credential"])
            found: Authenticator = super().clean_credential()  # type: ignore[misc]  # it ships no types
        except ValidationError:
            if self.user is not None:
                self._note(self.user.username)
            raise get_adapter().validation_error("incorrect_passkey") from None
        return found

    def _note(self, username: str) -> None:
        request = context.request
        sign_ins.note(
            username=username,
            source=account_adapter().get_client_ip(request),
            outcome=sign_ins.WRONG_SECOND,
            method="passkey",
            device_known=bool(backoff.device_of_request(request, username)),
        )


class SecondStep(_Looked, AuthenticateWebAuthnForm):  # type: ignore[misc]  # it ships no types
    """The second step of a sign-in."""


class SignIn(_Looked, LoginWebAuthnForm):  # type: ignore[misc]  # it ships no types
    """Signing in with nothing else."""


class Again(_Looked, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # it ships no types
    """Is it still you?"""
