"""The JSON door knows who asks, with which scope and at which pace, before it reads a byte of what they send."""

from __future__ import annotations

import io
import json
import re
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.making import record
from tidewaiter.foundation.moments import now
from tidewaiter.people.actions import make_token, revoke_token
from tidewaiter.people.models import Officer, Token
from tidewaiter.site.api import document

pytestmark = pytest.mark.django_db
DEEP = '{"a":' + "[" * 8_000 + "]" * 8_000 + "}"
READS = {"photos_like", "propose_mapping"}
"""Operations that take a body and change nothing: a reading token does them."""


class Unread(io.RawIOBase):
    """A body that nobody may touch."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        raise AssertionError("the body was read")


@pytest.fixture(autouse=True)
def _no_counts_kept() -> None:
    cache.clear()


def _writing() -> list[tuple[str, str, str]]:
    """(operation, method, address) of everything that is not asked with GET."""
    return [
        (operation["operationId"], method.upper(), re.sub(r"\{\w+\}", "TW-1", path))
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if method != "get"
    ]


def _sent(method: str, address: str, token: str, length: int, *, chunked: bool = False, **query: str) -> Any:
    extra: dict[str, Any] = {"wsgi.input": io.BufferedReader(Unread())}
    extra |= {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""} if chunked else {"CONTENT_LENGTH": str(length)}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client(headers=headers).generic(method, address, b"", content_type="application/json", **extra)


@pytest.mark.parametrize(
    "length", [len(DEEP), 19 * 1024**2, 145 * 1024**2, -1], ids=["deep", "large", "huge", "chunks"]
)
def test_every_writing_operation_refuses_a_wrong_credential_unread(people: SimpleNamespace, length: int) -> None:
    def token(officer: Officer, scope: str = "write") -> tuple[Token, str]:
        return make_token(officer=officer, scope=scope, by=officer)

    _reading, read = token(people.contact, "read")
    gone, revoked = token(people.contact)
    revoke_token(token=gone, by=people.contact)
    old, ended = token(people.contact)
    Token.objects.filter(pk=old.pk).update(expires_at=now() - timedelta(seconds=1))
    _closed, closed = token(people.american)
    Officer.objects.filter(pk=people.american.pk).update(is_active=False, closed_by="x", closed_at=now())
    asked = 0
    for operation, method, address in _writing():
        for name, said in {
            "none": "",
            "wrong": "tw_wrong",
            "revoked": revoked,
            "ended": ended,
            "closed": closed,
            "read": read,
        }.items():
            if name == "read" and operation in READS:
                continue
            answer = _sent(method, address, said, length, chunked=length < 0)
            huge = length > 20 * 1024**2 and name != "read"
            assert answer.status_code == (403 if name == "read" else 413 if huge else 401), (operation, name)
            assert answer["Content-Type"] == "application/problem+json"
            if name == "read":
                assert answer.json()["code"] == "scope"
            asked += 1
    assert asked > 100


def test_the_pace_is_kept_before_a_body_is_read(
    people: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_REQUESTS_A_MINUTE = 1
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # a slow machine would take more than the minute
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    assert Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/forms").status_code == 200
    for operation, method, address in _writing():
        assert _sent(method, address, text, len(DEEP)).status_code == 429, operation


def test_what_may_be_written_is_measured_before_it_is_parsed(people: SimpleNamespace, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    seen = set()
    for operation, method, address in _writing():
        answer = client.generic(method, address, DEEP, content_type="application/json")
        assert answer.status_code < 500, operation
        assert _sent(method, address, text, 145 * 1024**2).status_code in (404, 413, 422, 403, 204, 409), operation
        if answer.status_code == 413:
            assert answer.json()["detail"].startswith("A JSON document may nest 64 levels deep.")
            seen.add(operation)
    assert {"draft_case", "return_case", "write_item", "watch", "validate_together", "ask_office", "freeze"} <= seen


def test_a_reading_token_may_send_a_picture_to_be_compared(people: SimpleNamespace) -> None:
    _token, text = make_token(officer=people.contact, scope="read", by=people.contact)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    answer = client.post("/api/v1/photos/like", b"no picture", content_type="image/jpeg")
    assert answer.status_code == 422


def test_a_body_in_chunks_is_taken_and_counted(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)

    def sent(body: bytes) -> Any:
        extra: Any = {"wsgi.input": io.BytesIO(body), "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
        client = Client(headers={"Authorization": f"Bearer {text}"})
        return client.generic("POST", "/api/v1/cases", b"", content_type="application/json", **extra)

    assert sent(json.dumps(record()).encode()).status_code == 201
    monkeypatch.setenv("TIDEWAITER_LIMIT_JSON_BODY_BYTES", "1000")
    answer = sent(json.dumps(record(narrative="x" * 5000)).encode())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
