"""What of a browser's answer is refused before anything else reads it, and where passkeys are offered."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.people import passkeys


def _answer(origin: str, **changes: Any) -> dict[str, Any]:
    told = {"type": "webauthn.get", "challenge": "AAAA", "origin": origin, **changes}
    text = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    said = {"clientDataJSON": text, "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "MQ"}
    return {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": said, "clientExtensionResults": {}}


@pytest.mark.parametrize(
    "origin",
    [
        "https://node.example.org.evil.example",
        "https://sub.node.example.org",
        "http://node.example.org",
        "https://node.example.org:8443",
        "",
    ],
)
def test_an_answer_given_to_another_page_is_refused(settings: Any, origin: str) -> None:
    settings.TIDEWAITER_URL = "https://node.example.org"
    passkeys.looked_at(_answer("https://node.example.org"))
    with pytest.raises(ValidationError):
        passkeys.looked_at(_answer(origin))
    with pytest.raises(ValidationError):
        passkeys.looked_at(_answer("https://node.example.org", crossOrigin=True))


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://node.example.org", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.7", False),
        ("http://node.example.org", False),
    ],
)
def test_passkeys_are_offered_where_browsers_make_them(settings: Any, address: str, may: bool) -> None:
    settings.TIDEWAITER_URL = address
    assert passkeys.possible() is may


@pytest.mark.django_db
@pytest.mark.parametrize(
    "credential",
    [
        "",
        "null",
        "[]",
        "7",
        "{}",
        '{"response": []}',
        '{"response": {"clientDataJSON": "é"}}',
        "[" * 5000,
        "x" * 70000,
        json.dumps(_answer("http://127.0.0.1:8000")),
        json.dumps({**_answer("http://127.0.0.1:8000"), "rawId": "B"}),
        json.dumps({**_answer("http://127.0.0.1:8000"), "id": 7}),
    ],
)
def test_no_answer_however_odd_breaks_the_sign_in(people: SimpleNamespace, credential: str) -> None:
    client = Client()
    client.get("/accounts/passkey/", headers={"Accept": "application/json"})
    answer = client.post("/accounts/passkey/", {"credential": credential})
    assert answer.status_code in (302, 400, 413), answer.status_code
    assert client.get("/cases/").status_code == 302


@pytest.mark.django_db
def test_a_node_without_a_name_says_that_it_makes_no_passkeys(people: SimpleNamespace) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    client.post("/accounts/again/?next=/you/", {"password": PASSWORD})
    answer = client.get("/accounts/second/passkey/")
    assert answer.status_code == 404
    assert "https" in answer.content.decode()
    assert "passkey" not in Client().get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_who_begins_passkey_sign_ins_without_end_is_told_to_wait() -> None:
    client = Client(REMOTE_ADDR="203.0.113.77")
    said = [client.get("/accounts/passkey/", headers={"Accept": "application/json"}).status_code for _ in range(125)]
    assert said[:100] == [200] * 100
    assert said[-1] == 429
