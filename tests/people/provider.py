"""A real provider of sign-in (OpenID Connect) on this machine, and somebody at their browser between it and a node."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flask
import httpx
import oidc_provider_mock
from django.http import HttpResponse
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT_ID = "tidewaiter"
LOGGED_OUT = "http://schemas.openid.net/event/backchannel-logout"


class MinistryProvider:
    """A provider whose people and their groups a test says."""

    def __init__(self, server: str, app: flask.Flask) -> None:
        self.server = server
        self._app = app

    def person(self, subject: str, **claims: Any) -> None:
        """What the provider says of somebody from now on."""
        httpx.put(f"{self.server}/users/{subject}", json=claims).raise_for_status()

    def lets_in(self, address: str, subject: str) -> str:
        """Somebody shows the provider who they are; where it sends their browser then."""
        answer = httpx.post(address, data={"sub": subject}, follow_redirects=False)
        assert answer.status_code == 302, answer.text[:500]
        return answer.headers["location"]

    def logout_token(self, key: RSAKey | None = None, **changes: Any) -> str:
        """What its back channel says; `changes` spoil it."""
        claims = {
            "iss": self.server,
            "aud": CLIENT_ID,
            "iat": int(time.time()),
            "jti": "one",
            "events": {LOGGED_OUT: {}},
            **changes,
        }
        return jwt.encode({"alg": "RS256", "typ": "logout+jwt"}, claims, key or self._key())

    def _key(self) -> Any:
        with self._app.test_request_context():
            self._app.preprocess_request()
            return flask.g.oidc_provider_mock_storage.jwk


@contextmanager
def provider_serving() -> Iterator[MinistryProvider]:
    """One that serves until the end."""
    app = oidc_provider_mock.app(require_nonce=True)
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield MinistryProvider(f"http://localhost:{server.server_port}", app)
    finally:
        server.shutdown()
        thread.join()


def comes(browser: Client, provider: MinistryProvider, subject: str, then: str = "") -> HttpResponse:
    """Somebody presses the button, shows the provider who they are, and is sent back."""
    asked = browser.post("/accounts/with/ministry/", {"next": then})
    assert asked.status_code == 302, asked.content[:500]
    back = provider.lets_in(asked["Location"], subject)
    answer: HttpResponse = browser.get(back.removeprefix("http://testserver"))  # type: ignore[assignment]
    return answer
