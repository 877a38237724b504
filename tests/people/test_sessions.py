"""Sessions end idle and after a day; private answers are stored nowhere; grave deeds ask for the password again."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from tests.conftest import PASSWORD, PROJECT, Program
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people import renewals
from tidewaiter.people.actions import add_officer, forget_sessions, suspend
from tidewaiter.people.models import Officer, Token

MINUTE, HOUR = 60, 3600


def _signed(person: Officer) -> Client:
    client = Client()
    assert client.post("/accounts/login/", {"login": person.username, "password": PASSWORD}).status_code == 302
    return client


def _ago(client: Client, **seconds: int) -> None:
    """Sets back what the session remembers."""
    session = client.session
    for name, ago in seconds.items():
        session[name] = int(time.time()) - ago
    session.save()


@pytest.mark.django_db
def test_a_session_ends_when_nothing_was_done_for_half_an_hour(people: SimpleNamespace) -> None:
    client = _signed(people.officer)
    client.get("/cases/")
    _ago(client, tw_seen=29 * MINUTE)
    assert client.get("/cases/").status_code == 200
    assert client.get("/cases/").status_code == 200, "the last one counted"
    _ago(client, tw_seen=31 * MINUTE)
    key = client.session.session_key
    ended = client.get("/cases/?form=WPN")
    assert ended.status_code == 302
    assert ended["Location"].startswith("/accounts/login/?next=%2Fcases%2F%3Fform%3DWPN")
    assert not Session.objects.filter(session_key=key).exists(), "on the server too"
    assert "nothing was done for a while" in client.get(ended["Location"]).content.decode()


@pytest.mark.django_db
def test_a_session_ends_after_a_days_work_whatever_was_done(people: SimpleNamespace) -> None:
    client = _signed(people.officer)
    client.get("/cases/")
    _ago(client, tw_began=12 * HOUR + 1, tw_seen=5)
    assert client.get("/cases/").status_code == 302


@pytest.mark.django_db
def test_what_a_page_fetches_by_itself_keeps_no_session_alive(people: SimpleNamespace) -> None:
    client = _signed(people.officer)
    client.get("/cases/")
    _ago(client, tw_seen=29 * MINUTE)
    for _ in range(3):
        assert client.get("/jobs/", headers={"HX-Request": "true", "X-Poll": "1"}).status_code == 200
        assert client.get("/you/session/").json()["left"] <= 60
    _ago(client, tw_seen=31 * MINUTE)
    ended = client.get(
        "/jobs/", headers={"HX-Request": "true", "X-Poll": "1", "HX-Current-URL": "http://testserver/intake/RC-1/"}
    )
    assert ended.status_code == 204
    assert ended["HX-Redirect"] == "/accounts/login/?next=%2Fintake%2FRC-1%2F&ended=idle"


@pytest.mark.django_db
def test_who_says_they_are_still_there_stays(people: SimpleNamespace) -> None:
    client = _signed(people.officer)
    client.get("/cases/")
    _ago(client, tw_seen=29 * MINUTE)
    assert client.post("/you/session/").json()["left"] > 29 * MINUTE - 5
    assert Client().get("/you/session/").status_code == 302


@pytest.mark.django_db
def test_sessions_that_are_over_are_swept(people: SimpleNamespace) -> None:
    client = _signed(people.officer)
    Session.objects.filter(session_key=client.session.session_key).update(expire_date=now() - timedelta(hours=1))
    forget_sessions()
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/cases/", "/you/", "/cases/export/?format=csv", "/you/session/", "/cases/no/"]
)
def test_what_a_person_sees_is_stored_nowhere(people: SimpleNamespace, address: str) -> None:
    assert _signed(people.officer).get(address)["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_the_doors_of_sign_in_and_of_programs_are_not_stored_either(people: SimpleNamespace) -> None:
    assert Client().get("/accounts/login/")["Cache-Control"] == "no-store"
    assert Client().get("/api/v1/cases")["Cache-Control"] == "no-store"
    assert "no-store" not in Client().get("/static/app.js").headers.get("Cache-Control", "")


@pytest.mark.django_db
def test_signing_out_makes_the_browser_forget(people: SimpleNamespace) -> None:
    client = _signed(people.officer)
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    other = _signed(people.officer)
    assert other.post("/you/sign_out/")["Clear-Site-Data"] == '"cache", "storage"'
    assert '"historyCacheSize": 0' in Client().get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_grave_deeds_ask_whether_it_is_still_oneself(people: SimpleNamespace) -> None:
    contact = _signed(people.contact)
    tries: list[tuple[str, dict[str, Any]]] = [
        ("/you/token/", {"scope": "read", "days": "30", "name": "x"}),
        (f"/people/of/{people.officer.username}/reset/", {}),
        (f"/people/of/{people.officer.username}/grant/", {"role": "analyst"}),
        ("/people/invite/", {"username": "new.person", "name": "x", "role": "officer"}),
    ]
    records = contact.session["account_authentication_methods"]
    for address, said in tries:
        session = contact.session
        session["account_authentication_methods"] = [{**one, "at": time.time() - 301} for one in records]
        session.save()
        asked = contact.post(address, said)
        assert asked.status_code == 302, address
        assert asked["Location"].startswith("/accounts/again/"), address
        wrong = contact.post(asked["Location"], {"password": "wrong"})
        assert wrong.status_code == 200
        assert "This password is not right." in wrong.content.decode()
        done = contact.post(asked["Location"], {"password": PASSWORD})
        assert done.status_code in (200, 302), address
    assert Token.objects.filter(officer=people.contact).count() == 1
    assert "analyst" in Officer.objects.get(pk=people.officer.pk).role_codes
    assert not Officer.objects.get(pk=people.officer.pk).has_usable_password()
    assert Officer.objects.filter(username="new.person").exists()
    refused = contact.post(f"/people/of/{people.own_reviewer.username}/reset/")
    assert refused.status_code == 403, "who may not do it is told so, not asked for a password"
    steward = _signed(people.steward)
    session = steward.session
    session["account_authentication_methods"] = []
    session.save()
    assert steward.post("/people/places/demand_second_factor/", {"role": "contact"})["Location"].startswith(
        "/accounts/again/"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password",
    [
        "Password1234!",
        "qwertyuiop12",
        "Tidewaiter2026",
        "Welcome12345",
        "aaaaaaaaaaaa",
        "Kenyacustoms1",
        "b.wanjiru2026",
        "Wanjiru-2026",
        "correcthorse",
        "1qaz2wsx3edc",
    ],
)
def test_a_password_that_is_guessed_first_is_refused(db: None, password: str) -> None:
    with pytest.raises(BadInput):
        add_officer(
            username="b.wanjiru", administration="KE", role="officer", password=password, name="B. Wanjiru", by=NODE
        )


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["seven-quiet-harbours", "a-long-passphrase-1", "meza nne na paka wawili"])
def test_a_few_words_that_do_not_belong_together_are_taken(password: str) -> None:
    made = add_officer(username="b.wanjiru", administration="KE", role="officer", password=password, by=NODE)
    assert made.check_password(password)


@pytest.mark.django_db
def test_a_password_has_at_most_a_thousand_signs_and_a_longer_one_is_not_even_hashed(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "seven quiet harbours " * 50
    with pytest.raises(BadInput):
        add_officer(username="b.long", administration="KE", role="officer", password=long, by=NODE)
    add_officer(username="b.long", administration="KE", role="officer", password=long[:1000], by=NODE)
    hashed: list[int] = []
    monkeypatch.setattr(Officer, "check_password", lambda _self, raw: bool(hashed.append(len(raw))))
    monkeypatch.setattr(Officer, "set_password", lambda _self, raw: hashed.append(len(raw)))
    answer = Client().post("/accounts/login/", {"login": "b.long", "password": "x" * 1001})
    assert answer.status_code == 200
    assert not hashed
    Client().post("/accounts/login/", {"login": "b.long", "password": "x" * 1000})
    assert hashed == [1000]


def test_over_tls_cookies_belong_to_this_host_alone(node: Program) -> None:
    node.person("a.officer", "KE", "officer")
    node.environment["TIDEWAITER_URL"] = "https://tidewaiter.example.org"
    said = _run(node)
    assert {line.split("=")[0] for line in said} == {
        "__Host-csrftoken",
        "__Host-sessionid",
        "__Host-device",
        "__Host-language",
    }
    for line in said:
        assert "; Secure" in line, line
        assert "HttpOnly" in line, line
        assert "Path=/;" in line + ";", line
        assert "Domain" not in line, line


def _run(node: Program) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.people.cookies", "a.officer", PASSWORD],
        env={**node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-1500:]
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.django_db
def test_a_closed_accounts_open_session_ends_at_once(people: SimpleNamespace) -> None:
    client = _signed(people.officer)
    assert client.get("/cases/").status_code == 200
    suspend(officer=people.officer, by=people.contact)
    assert client.get("/cases/").status_code == 302
    assert client.post("/you/session/").status_code == 302


def _of_another_tab(key: str) -> Client:
    client = Client()
    client.cookies["sessionid"] = key
    return client


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/accounts/again/", {"password": PASSWORD, "next": "/cases/"}),
        ("/accounts/password/", {"present": PASSWORD, "password": "seven-quiet-harbours"}),
    ],
)
def test_what_another_tab_asked_with_the_key_of_before_does_not_sign_its_person_out(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, address: str, says: dict[str, str]
) -> None:
    client = _signed(people.contact)
    client.get("/cases/")
    former = str(client.session.session_key)
    assert client.post(address, says).status_code == 302
    page = _of_another_tab(former).get("/cases/")
    assert page.status_code == 302
    assert page["Location"] == "/accounts/login/?next=/cases/"
    assert "sessionid" not in page.cookies, "the browser holds the new one by now"
    for part in ({"HX-Request": "true", "X-Poll": "1"}, {"HX-Request": "true"}):
        fetched = _of_another_tab(former).get("/jobs/", headers=part)
        assert (fetched.status_code, fetched.content, "sessionid" in fetched.cookies) == (409, b"", False)
    assert _of_another_tab(former).get("/you/session/").status_code == 409, "the page would be left for another answer"
    assert client.get("/cases/").status_code == 200
    monkeypatch.setattr(renewals, "LATE", -1)
    late = _of_another_tab(former).get("/cases/")
    assert late.status_code == 302
    assert late.cookies["sessionid"]["max-age"] == 0
    assert _of_another_tab("k" * 32).get("/cases/").cookies["sessionid"]["max-age"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0 Amina Otieno", "Firefox · Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; laptop of Hans Mueller) AppleWebKit/537.36 Chrome/129.0 Safari/537.36",
            "Chromium · Windows",
        ),
        ("the browser of juan.perez@example.org", "?"),
        ("Firefox · Linux", "Firefox · Linux"),
    ],
)
def test_of_what_a_browser_says_of_itself_only_its_family_and_system_are_kept(
    people: SimpleNamespace, said: str, kept: str
) -> None:
    client = Client(headers={"User-Agent": said})
    client.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    assert UserSession.objects.get(user=people.officer).user_agent == kept
    page = client.get("/you/").content.decode()
    assert kept in page
    assert "Otieno" not in page
    assert "Mueller" not in page
