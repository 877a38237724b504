"""Speaking with a provider of sign-in: OpenID Connect by Authlib, and the logout token of its back channel."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, cast

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tidewaiter.foundation.sign_on_file import Provider

PATIENCE = 8
"""Seconds until a provider that does not answer is given up."""
SIGNED_WITH = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
"""Never `none`, never a shared secret."""
LOGGED_OUT = "http://schemas.openid.net/event/backchannel-logout"
LATE = 300
"""Seconds that a logout token may be old."""


NO_ANSWER = (OAuthError, JoseError, requests.RequestException, KeyError, ValueError)
"""What comes of a provider that is away, or that says what nobody understands."""


class BadToken(Exception):
    """A logout token that is none of the provider's, or not meant for this node."""


def client_of(provider: Provider) -> DjangoOAuth2App:
    """A client of the provider. It asks the provider's own description anew: keys and addresses change there."""
    made = OAuth().register(
        provider.id,
        client_id=provider.client_id,
        client_secret=provider.client_secret or None,
        server_metadata_url=f"{provider.server}/.well-known/openid-configuration",
        client_kwargs={
            "scope": provider.scopes,
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE,
            **({} if provider.client_secret else {"token_endpoint_auth_method": "none"}),
        },
    )
    return cast(DjangoOAuth2App, made)


def logged_out(provider: Provider, token: str) -> tuple[str, str]:
    """(subject, session) of a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6); one of them may be empty.

    Raises `BadToken`, and `requests.RequestException` where the provider's keys cannot be had.
    """
    client = client_of(provider)
    described = client.load_server_metadata()
    keys = KeySet.import_key_set(client.fetch_jwk_set())
    try:
        claims = jwt.decode(token, keys, algorithms=SIGNED_WITH).claims
    except (JoseError, ValueError, KeyError) as error:
        raise BadToken("signature") from error
    return _meant(provider, str(described.get("issuer", "")), claims)


def _meant(provider: Provider, issuer: str, claims: Mapping[str, Any]) -> tuple[str, str]:
    audience = claims.get("aud")
    issued = claims.get("iat")
    events = claims.get("events")
    subject, session = claims.get("sub", ""), claims.get("sid", "")
    fits = (
        claims.get("iss") == issuer
        and provider.client_id in (audience if isinstance(audience, list) else [audience])
        and isinstance(issued, int | float)
        and abs(time.time() - issued) <= LATE
        and isinstance(events, dict)
        and LOGGED_OUT in events
        and "nonce" not in claims
        and all(isinstance(one, str) for one in (subject, session))
    )
    if not fits or not (subject or session):
        raise BadToken("claims")
    return subject, session
