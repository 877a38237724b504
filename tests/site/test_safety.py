"""What a steward relies on: readiness, metrics, logs without personal data,
deployment checks, the bill of materials.
"""

from __future__ import annotations

import io
import json
import logging
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from django.test import Client

from tests.conftest import PASSWORD, Program
from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.foundation.logs import Lines
from tidewaiter.people.actions import make_token
from tidewaiter.people.models import Grant


@pytest.mark.django_db
def test_a_node_says_whether_it_can_serve(settings: Any, tmp_path: Path) -> None:
    assert Client().get("/healthz").content == b"ok\n"
    assert Client().get("/readyz").content.startswith(b"ok\n")
    settings.TIDEWAITER_HOME = tmp_path
    (tmp_path / "restoring").touch()
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content.splitlines()[0]) == (503, b"restoring")


@pytest.mark.django_db
def test_metrics_are_for_this_machine_or_for_a_token(people: SimpleNamespace) -> None:
    draft(cases=[case_in()], by=people.contact, channel="csv")
    Client().get("/healthz")
    text = Client().get("/metrics").content.decode()
    assert 'tidewaiter_cases{status="draft"} 1.0' in text
    assert "tidewaiter_ledger_entries" in text
    assert "tidewaiter_request_seconds_bucket" in text
    assert Client(REMOTE_ADDR="10.0.0.7").get("/metrics").status_code == 404
    for name in ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via"):
        assert Client(headers={name: "for=10.0.0.7"}).get("/metrics").status_code == 404, name


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"), [("ALLAUTH_TRUSTED_PROXY_COUNT", 1), ("TIDEWAITER_URL", "https://a.example")]
)
def test_behind_a_proxy_metrics_ask_this_machine_too_for_a_token(settings: Any, name: str, value: object) -> None:
    assert Client().get("/metrics").status_code == 200
    setattr(settings, name, value)
    assert Client().get("/metrics").status_code == 404


def _with(key: str) -> Client:
    return Client(REMOTE_ADDR="10.0.0.7", headers={"Authorization": f"Bearer {key}"})


@pytest.mark.django_db
def test_metrics_know_a_token_of_their_own_which_opens_nothing_else(people: SimpleNamespace) -> None:
    for person, scope in ((people.contact, "read"), (people.steward, "read"), (people.steward, "write")):
        _token, key = make_token(officer=person, scope=scope, by=person)
        assert _with(key).get("/metrics").status_code == 404, (person.username, scope)
    client = Client()
    client.post("/accounts/login/", {"login": people.contact.username, "password": PASSWORD})
    assert 'value="metrics"' not in client.get("/you/").content.decode()
    assert client.post("/you/token/", {"scope": "metrics", "days": "30"}).status_code == 422
    client = Client()
    client.post("/accounts/login/", {"login": people.steward.username, "password": PASSWORD})
    assert 'value="metrics"' in client.get("/you/").content.decode()
    page = client.post("/you/token/", {"scope": "metrics", "days": "30"}).content.decode()
    key = page.split("data-code>")[1].split("<")[0]
    assert "tidewaiter_ledger_entries" in _with(key).get("/metrics").content.decode()
    asked = 0
    for path, methods in _with(_reader(people)).get("/api/openapi.json").json()["paths"].items():
        address = re.sub(r"\{\w+\}", "x", path)
        for method in methods:
            status = _with(key).generic(method.upper(), address).status_code
            assert status == 401, (method, path, status)
            asked += 1
    assert asked > 40
    assert _with(key).get("/api/openapi.json").status_code == 401
    Grant.objects.filter(officer=people.steward, role="steward").delete()
    assert _with(key).get("/metrics").status_code == 404, "whoever is no steward any more reads no figures"


def _reader(people: SimpleNamespace) -> str:
    return make_token(officer=people.contact, scope="read", by=people.contact)[1]


def test_a_token_for_metrics_by_command_is_a_stewards(small_node: Program) -> None:
    small_node.person("t.contact", "KE", "contact")
    small_node.person("t.steward", "INT", "steward")
    assert small_node.json("make_token", "t.contact", "--scope", "metrics", code=1)["error"] == "steward"
    assert small_node.json("make_token", "t.steward", "--scope", "metrics")["scope"] == "metrics"


@pytest.mark.django_db
def test_logs_say_what_happened_and_about_whom_nothing(people: SimpleNamespace) -> None:
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(Lines())
    loggers = [logging.getLogger(name) for name in ("tidewaiter", "django.request", "django.security")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        client = Client(raise_request_exception=False)
        client.post("/accounts/login/", {"login": "somebody.secret", "password": PASSWORD})
        assert client.login(username=people.contact.username, password=PASSWORD)
        client.get("/cases/?q=Wanjiru")
        client.get(f"/people/of/{people.officer.username}/")
        client.get("/people/of/somebody.secret/")
        try:
            raise ValueError("the value of a row: Wanjiru")
        except ValueError:
            logging.getLogger("tidewaiter").exception("it went wrong for %s", "Wanjiru")
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
    lines = [json.loads(line) for line in heard.getvalue().splitlines()]
    assert {line.get("route") for line in lines} >= {"account_login", "case_list", "person_page"}
    for word in ("somebody.secret", "Wanjiru", PASSWORD, people.contact.username, people.officer.username):
        assert word not in heard.getvalue(), word
    assert lines[-1]["error"] == "ValueError"
    assert any("test_safety.py" in frame for frame in lines[-1]["frames"])


def test_the_deployment_check_is_green_behind_tls(node: Program) -> None:
    node.environment["TIDEWAITER_URL"] = "https://tidewaiter.example.org"
    done = node.run("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_the_bill_of_materials_is_valid_and_whole(node: Program, tmp_path: Path) -> None:
    made = node.json("sbom", "-o", str(tmp_path / "bom.json"))
    text = (tmp_path / "bom.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    names = {one["name"] for one in json.loads(text)["components"]}
    assert {"django", "vendor/htmx.min.js", "unlocode", "cryptography"} <= names
    assert made["components"] == len(json.loads(text)["components"])


def test_the_demo_serves_on_the_loopback_address_alone(node: Program) -> None:
    said = node.run("demo", "--host", "0.0.0.0", "--no-serve")
    assert said.returncode == 2
    assert "127.0.0.1" in said.stderr


@pytest.mark.django_db
def test_strangers_read_codes_of_readyz_and_nothing_of_what_the_node_does(people: SimpleNamespace) -> None:
    from datetime import timedelta

    from tidewaiter.foundation.moments import now
    from tidewaiter.jobs.models import ScheduledDeed

    long_ago = now() - timedelta(days=9)
    ScheduledDeed.objects.update_or_create(name="digests", defaults={"succeeded_at": long_ago, "every": 60})
    stranger = Client(REMOTE_ADDR="10.0.0.7").get("/readyz").content.decode()
    assert set(stranger.splitlines()) <= {"ok", "clock_stopped", "deed_overdue", "follower_stands", "disk_full"}
    _token, key = make_token(officer=people.steward, scope="metrics", by=people.steward)
    steward = Client(REMOTE_ADDR="10.0.0.7")
    steward.post("/accounts/login/", {"login": people.steward.username, "password": PASSWORD})
    contact = Client(REMOTE_ADDR="10.0.0.7")
    contact.post("/accounts/login/", {"login": people.contact.username, "password": PASSWORD})
    for who in (Client(), _with(key), steward):
        assert "deed digests age=" in who.get("/readyz").content.decode()
    for who in (_with("tw_nothing"), contact, Client(headers={"X-Forwarded-For": "10.0.0.7"})):
        assert who.get("/readyz").content.decode() == stranger


@pytest.mark.django_db
def test_a_code_that_names_a_deed_is_told_to_strangers_without_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from tidewaiter.site import views
    from tidewaiter.site.readiness import Readiness

    why = ["deed_overdue:digests", "deed_overdue:notices_follow", "follower_stands:search"]
    monkeypatch.setattr(views, "readiness", lambda: Readiness(why))
    answer = Client(REMOTE_ADDR="10.0.0.7").get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"deed_overdue\nfollower_stands\n")
