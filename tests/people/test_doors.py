"""The door of sign-in gives nothing away: no session is carried in, no name is told, nobody is led elsewhere."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core import mail
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.foundation.moments import now
from tidewaiter.notices.actions import send_digests
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import make_token, redeem, reset, suspend
from tidewaiter.people.models import Officer
from tidewaiter.site import sessions

pytestmark = pytest.mark.django_db
NEW = "seven-quiet-harbours"


def _signed(person: Officer, **more: Any) -> Client:
    client = Client(**more)
    answer = client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


@pytest.mark.parametrize(
    "where",
    [
        "//evil.example/",
        "https://evil.example/",
        "http://localhost/",
        "http://127.0.0.1:9999/x",
        "http:///evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "https://testserver.evil.example/",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(people: SimpleNamespace, where: str) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD, "next": where})
    assert answer["Location"] == "/"
    again = client.post("/accounts/again/", {"password": PASSWORD, "next": where})
    assert again["Location"] == "/"
    assert client.post("/language/", {"language": "en", "next": where})["Location"] == "/"
    assert client.post("/accounts/logout/", {"next": where})["Location"] == "/"


def test_a_page_of_the_node_is_where_one_wished_to_go(people: SimpleNamespace) -> None:
    said = {"login": people.officer.username, "password": PASSWORD, "next": "/cases/?form=WPN"}
    assert Client().post("/accounts/login/", said)["Location"] == "/cases/?form=WPN"


def test_a_session_that_was_there_before_is_none_afterwards(people: SimpleNamespace) -> None:
    client = Client()
    client.get("/accounts/passkey/", headers={"Accept": "application/json"})
    before = client.session.session_key
    client.cookies["sessionid"] = before or ""
    client.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    assert client.session.session_key != before
    stolen = Client()
    stolen.cookies["sessionid"] = before or ""
    assert stolen.get("/cases/").status_code == 302


def test_the_browser_is_not_remembered_past_its_window(people: SimpleNamespace) -> None:
    client = _signed(people.officer)
    cookie = client.cookies["sessionid"]
    assert cookie["max-age"] == ""
    assert cookie["expires"] == ""
    assert client.session.get_expiry_date() < now() + timedelta(hours=12, minutes=1)


def test_a_new_password_ends_sessions_and_tokens(people: SimpleNamespace) -> None:
    old = _signed(people.officer)
    assert old.get("/cases/").status_code == 200
    _token, text = make_token(officer=people.officer, scope="read", by=people.officer)
    code = reset(officer=people.officer, by=people.contact)
    assert old.get("/cases/").status_code == 302
    assert Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/forms").status_code == 401
    redeem(username=people.officer.username, code=code, password=NEW)
    assert Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/forms").status_code == 401
    assert old.get("/cases/").status_code == 302


def test_the_door_says_the_same_of_every_name(people: SimpleNamespace) -> None:
    suspend(officer=people.analyst, by=people.steward)
    code = reset(officer=people.officer, by=people.contact)
    assert code
    said = set()
    for name in (people.contact.username, people.analyst.username, people.officer.username, "nobody.here"):
        page = Client().post("/accounts/login/", {"login": name, "password": "a-wrong-passphrase"}).content.decode()
        found = page.split('role="alert"')[1].split("</form>")[0].replace(name, "")
        said.add(found.split("csrf")[0])
        wrong = {"username": name, "code": "AAAA-BBBB-CCCC-DDDD", "password": NEW}
        answer = Client().post("/accounts/welcome/", wrong)
        assert answer.status_code == 422
        said.add(answer.content.decode().split('role="alert"')[1].split("</div>")[0])
    assert len(said) == 2, said


def test_every_name_costs_one_hash(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    reset(officer=people.officer, by=people.contact)
    counted: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, raw, salt: (counted.append(raw), encode(self, raw, salt))[1]
    )
    costs = {}
    for name in (people.contact.username, people.officer.username, "nobody.here"):
        counted.clear()
        Client().post("/accounts/login/", {"login": name, "password": "a-wrong-passphrase"})
        costs[name] = len(counted)
    assert set(costs.values()) == {1}, costs


def test_a_message_names_the_nodes_own_address_whatever_the_request_said(
    people: SimpleNamespace, settings: Any
) -> None:
    settings.MAIL_SERVER = "mail.example.org"
    settings.TIDEWAITER_URL = "https://tidewaiter.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    Officer.objects.filter(pk=people.officer.pk).update(email="officer@example.org", digest=True)
    client = _signed(people.officer)
    client.get("/cases/", headers={"Host": "evil.example"})
    Notice.objects.create(to=people.officer.username, at=now(), deed="people.reset", by="x", ref="officer:x")
    assert send_digests() == 1
    body = mail.outbox[0].body
    assert "https://tidewaiter.example.org/notices/" in body
    assert "evil" not in body


def test_a_table_that_is_being_sent_stops_when_its_person_is_shut_out(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "LOOKED_EVERY", 0)
    client = _signed(people.officer)
    whole = b"".join(client.get("/people/statistics/?format=csv").streaming_content)  # type: ignore[attr-defined]
    assert whole.count(b"\n") == 4
    stream = iter(client.get("/people/statistics/?format=csv").streaming_content)  # type: ignore[attr-defined]
    next(stream)
    suspend(officer=people.officer, by=people.contact)
    with pytest.raises(SessionInterrupted):
        list(stream)
