"""What a steward relies on: readiness, metrics, logs without personal data, deployment checks, the bill of materials."""

from __future__ import annotations

import io
import json
import logging
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


@pytest.mark.django_db
def test_a_node_says_whether_it_can_serve(settings: Any, tmp_path: Path) -> None:
    assert Client().get("/healthz").content == b"ok\n"
    assert Client().get("/readyz").content == b"ok\n"
    settings.TIDEWAITER_HOME = tmp_path
    (tmp_path / "restoring").touch()
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"restoring\n")


@pytest.mark.django_db
def test_metrics_are_for_this_machine_or_for_a_token(people: SimpleNamespace) -> None:
    draft(cases=[case_in()], by=people.contact, channel="csv")
    text = Client().get("/metrics").content.decode()
    assert 'tidewaiter_cases{status="draft"} 1.0' in text
    assert "tidewaiter_ledger_entries" in text
    assert "tidewaiter_request_seconds_bucket" in text
    assert Client(REMOTE_ADDR="10.0.0.7").get("/metrics").status_code == 404
    assert Client(headers={"X-Forwarded-For": "10.0.0.7"}).get("/metrics").status_code == 404
    _token, key = make_token(officer=people.contact, scope="read", by=people.contact)
    assert Client(REMOTE_ADDR="10.0.0.7", headers={"Authorization": f"Bearer {key}"}).get("/metrics").status_code == 200


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
