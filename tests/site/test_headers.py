"""Headers of safety stand on every answer, also on those that no page gives;
nothing is asked in the clear or in odd ways.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.mail.backends.smtp import EmailBackend
from django.test import Client
from django.urls import get_resolver

from tests.conftest import PASSWORD, PROJECT, Program
from tests.house.matrix import TABLE
from tests.site.asking import Asker, in_a_loop
from tidewaiter.foundation.logs import Lines
from tidewaiter.people.actions import make_token
from tidewaiter.people.models import SignIn, Token
from tidewaiter.site.front import Front

SECURE = {"X-Forwarded-Proto": "https", "Host": "tidewaiter.example.org"}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
}
ASKED: list[tuple[str, int]] = [
    ("/accounts/login/", 200),
    ("/healthz", 200),
    ("/api/v1/cases", 401),
    ("/static/app.js", 200),
    ("/no/such/page/", 404),
    ("/" + "x" * 20_000, 414),
    ("/cases/?q=%00", 400),
    ("/.git/config", 404),
    ("/static/", 404),
    ("/static/vendor/", 404),
    ("/tests/conftest.py", 404),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "status"), ASKED, ids=lambda one: str(one)[:24])
def test_every_answer_says_what_a_browser_may_do_with_it(address: str, status: int) -> None:
    answer = Client().get(address)
    assert answer.status_code == status
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer
    if answer["Content-Type"].startswith("text/"):
        assert "charset=utf-8" in answer["Content-Type"].replace('"', "")


@pytest.mark.django_db
def test_a_mistake_of_the_node_carries_them_too(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    monkeypatch.setattr("tidewaiter.site.start_page.code_views", lambda *_said: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "ZeroDivisionError" not in answer.content.decode()


def test_who_must_wait_is_told_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_BODIES_SOURCE", "1")

    async def asked() -> Asker:
        front = Front(lambda _environ, _start: [b""])
        silent = Asker(None, length=10).asking(front)
        await asyncio.sleep(0.6)
        later = Asker(None, length=10).asking(front)
        told = await silent
        later.cancel()
        return told

    told = in_a_loop(asked())
    assert told.status == 503
    assert told.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in told.headers["content-security-policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("address", ["/accounts/login/", "/api/v1/cases", "/healthz"])
def test_methods_that_nobody_needs_are_refused(method: str, address: str) -> None:
    answer = Client().generic(method, address, headers={"X-Secret": "of the caller"})
    assert answer.status_code == 405
    assert "of the caller" not in answer.content.decode()
    assert answer["Allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


@pytest.fixture
def tls(settings: Any) -> None:
    """The settings of a node whose address begins with https."""
    settings.ALLOWED_HOSTS = ["tidewaiter.example.org"]
    settings.SECURE_SSL_REDIRECT = settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.django_db
def test_people_are_led_to_tls_and_browsers_stay_there(tls: None) -> None:
    plain = Client().get("/cases/", headers={"Host": "tidewaiter.example.org"})
    assert (plain.status_code, plain["Location"]) == (301, "https://tidewaiter.example.org/cases/")
    for address in ("/accounts/login/", "/static/app.js", "/api/v1/cases", "/" + "x" * 20_000):
        said = Client().get(address, headers=SECURE)["Strict-Transport-Security"]
        assert said == "max-age=31536000; includeSubDomains", address


@pytest.mark.django_db
def test_a_program_that_asks_in_the_clear_is_refused_and_not_led_on(people: SimpleNamespace, tls: None) -> None:
    _token, key = make_token(officer=people.officer, scope="read", by=people.officer)
    said = {"Authorization": f"Bearer {key}", "Host": "tidewaiter.example.org"}
    for address in ("/api/v1/cases", "/api/openapi.json", "/api/docs"):
        answer = Client().get(address, headers=said)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_secure"), address
    assert Client().get("/api/v1/cases", headers={**said, **SECURE}).status_code == 200


def test_what_settings_say_of_tls_follows_the_address_of_the_node(node: Program) -> None:
    words = (
        "SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS SECURE_HSTS_INCLUDE_SUBDOMAINS SESSION_COOKIE_SAMESITE"
        " CSRF_COOKIE_SAMESITE"
    )
    asked = f"from django.conf import settings; print([getattr(settings, n) for n in '{words}'.split()])"
    said = []
    for address in ("https://tidewaiter.example.org", "http://127.0.0.1:8000"):
        done = subprocess.run(
            [sys.executable, "-c", asked],
            env={**node.environment, "TIDEWAITER_URL": address, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        said.append(done.stdout.strip())
    assert said == ["[True, 31536000, True, 'Lax', 'Lax']", "[False, 0, False, 'Lax', 'Lax']"]


def test_a_cookie_that_a_script_sets_belongs_to_this_host_alone_too() -> None:
    text = (PROJECT / "tidewaiter" / "site" / "static" / "app.js").read_text()
    assert text.count("document.cookie = ") == 1
    line = next(line for line in text.splitlines() if "document.cookie = " in line)
    assert '"__Host-"' in line
    assert '";secure"' in line
    assert "samesite=lax" in line
    others = [path for path in Path(PROJECT / "tidewaiter" / "site" / "static").glob("*.js") if path.name != "app.js"]
    assert not [path.name for path in others if "document.cookie =" in path.read_text()]


def test_a_mail_server_must_show_a_certificate_of_its_name() -> None:
    context = EmailBackend(alias="default", host="mail.example.org", use_tls=True).ssl_context
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"


@pytest.mark.django_db
def test_no_deed_is_done_by_looking_at_an_address(people: SimpleNamespace) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": people.steward.username, "password": PASSWORD})
    table = TABLE["pages"]
    deeds = {name for name, rule in table.items() if rule.startswith("post ")}
    asked = 0
    for pattern, route in _routes(get_resolver().url_patterns):
        if pattern in deeds and not route.startswith("api/"):
            address = "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(?:str:|slug:)?\w+>", "x", route))
            for method in ("GET", "HEAD"):
                assert client.generic(method, address).status_code == 405, address
            asked += 1
    assert asked == len(deeds)
    assert asked > 20


def _routes(patterns: list[Any]) -> list[tuple[str, str]]:
    found, waiting = [], [(pattern, "") for pattern in patterns]
    while waiting:
        pattern, before = waiting.pop()
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            waiting += [(inner, route) for inner in pattern.url_patterns]
        else:
            found.append((str(pattern.name), route))
    return found


@pytest.mark.django_db
def test_every_page_of_a_person_offers_to_sign_out(people: SimpleNamespace) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    for address in ("/", "/cases/", "/you/", "/notices/", "/jobs/"):
        assert 'action="/accounts/logout/"' in client.get(address).content.decode(), address


def test_a_line_of_the_log_is_one_line_in_universal_time() -> None:
    record = logging.LogRecord("tidewaiter", logging.INFO, "x.py", 1, 'a\nforged {"level": "error"}', (), None)
    line = Lines().format(record)
    assert line.count("\n") == 0
    said = json.loads(line)
    assert said["at"].endswith("+00:00")
    assert said["level"] == "info"


@pytest.mark.django_db
def test_a_caller_does_not_choose_the_address_they_come_from(people: SimpleNamespace, settings: Any) -> None:
    said = {"login": people.officer.username, "password": "wrong"}
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    Client(REMOTE_ADDR="10.1.1.1").post("/accounts/login/", said, headers=forged)
    assert SignIn.objects.latest("pk").network == "10.1.1.0/24", "without a proxy the head of a request says nothing"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged["X-Forwarded-For"] = "203.0.113.9, 198.51.100.7"
    Client(REMOTE_ADDR="10.1.1.1").post("/accounts/login/", said, headers=forged)
    assert SignIn.objects.latest("pk").network == "198.51.100.0/24", (
        "what the one proxy has added, not what came with it"
    )


@pytest.mark.django_db
def test_what_an_address_says_is_no_field_of_a_form(people: SimpleNamespace) -> None:
    client = Client()
    client.post(
        f"/accounts/login/?login={people.officer.username}&password={PASSWORD}", {"login": "x", "password": "x"}
    )
    assert client.get("/cases/").status_code == 302
    client.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    assert client.post(f"/accounts/password/?present={PASSWORD}&password=seven-quiet-harbours").status_code == 422
    assert client.post("/you/token/?scope=write&days=30").status_code == 422


@pytest.mark.django_db
def test_a_field_that_comes_twice_is_taken_once(people: SimpleNamespace) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    client.post("/you/token/", {"scope": ["write", "read"], "days": ["365", "30"]})
    assert [token.scope for token in Token.objects.all()] == ["read"]
    assert (Token.objects.get().expires_at - Token.objects.get().made_at).days == 30
