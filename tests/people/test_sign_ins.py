"""Sign-ins, refusals and failures of the second factor are seen by who should, told of, and forgotten in time."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.foundation.moments import now
from tidewaiter.notices.actions import tell_about_people
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import drop_second_factor, forget_sign_ins, suspend, warn_of_guessing
from tidewaiter.people.models import Attempts, Officer, SignIn

pytestmark = pytest.mark.django_db


def _tried(person: Officer, password: str = PASSWORD, source: str = "203.0.113.7") -> Client:
    client = Client(REMOTE_ADDR=source)
    client.post("/accounts/login/", {"login": person.username, "password": password})
    return client


def _kept() -> list[tuple[str | None, str, str, bool]]:
    rows = SignIn.objects.order_by("pk").values_list("officer__username", "outcome", "method", "device_known")
    return [tuple(row) for row in rows]


@pytest.mark.both_databases
def test_each_outcome_is_kept_with_its_person_its_network_and_whether_the_browser_was_known(
    people: SimpleNamespace,
) -> None:
    name = people.officer.username
    _tried(people.officer, "wrong")
    known = _tried(people.officer)
    known.post("/accounts/logout/")
    known.post("/accounts/login/", {"login": name, "password": PASSWORD})
    TOTP.activate(people.contact, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    _tried(people.contact).post("/accounts/second/", {"code": "000000"})
    Client(REMOTE_ADDR="203.0.113.7").post(
        "/accounts/welcome/", {"username": name, "code": "AAAA-BBBB-CCCC-DDDD", "password": PASSWORD}
    )
    suspend(officer=people.officer, by=people.contact)
    _tried(people.officer)
    Client(REMOTE_ADDR="2001:db8:7:8::9").post(
        "/accounts/login/", {"login": "nobody.here", "password": "a wrong password"}
    )
    assert _kept() == [
        (name, "password", "password", False),
        (name, "signed_in", "password", False),
        (name, "signed_in", "password", True),
        (people.contact.username, "second_factor", "", False),
        (name, "code", "code", False),
        (name, "closed", "password", False),
        (None, "password", "password", False),
    ]
    networks = set(SignIn.objects.values_list("network", flat=True))
    assert networks == {"203.0.113.0/24", "2001:db8:7::/48"}
    stored = str(list(SignIn.objects.values()))
    for secret in ("nobody.here", "203.0.113.7", "7:8::9", "wrong"):
        assert secret not in stored, secret


def test_stewards_see_all_contacts_their_own_and_nobody_else_the_page(people: SimpleNamespace) -> None:
    for person in (people.officer, people.american):
        _tried(person, "wrong")
    Client().post("/accounts/login/", {"login": "nobody.here", "password": "x"})

    def page(person: Officer, query: str = "") -> str:
        client = Client()
        client.force_login(person)
        answer = client.get(f"/people/sign-ins/{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    steward = page(people.steward)
    assert people.officer.username in steward
    assert people.american.username in steward
    assert "a name without an account" in steward
    contact = page(people.contact)
    assert people.officer.username in contact
    assert people.american.username not in contact
    assert "a name without an account" not in contact
    assert people.american.username not in page(people.steward, f"?person={people.officer.username}")
    assert "Nothing fits" in page(people.steward, "?outcome=second_factor")
    assert "Nothing fits" in page(people.steward, "?day=2020-01-01")
    assert people.officer.username in page(people.steward, f"?day={now().date().isoformat()}&outcome=password")
    for person in (people.officer, people.reviewer, people.partner, people.analyst):
        client = Client()
        client.force_login(person)
        assert client.get("/people/sign-ins/").status_code == 404, person.username


def test_a_person_sees_their_own_last_sign_ins(people: SimpleNamespace) -> None:
    _tried(people.officer, "wrong", source="198.51.100.9")
    _tried(people.american, source="192.0.2.1")
    page = _tried(people.officer).get("/you/").content.decode()
    assert "198.51.100.0/24" in page
    assert "203.0.113.0/24" in page
    assert "192.0.2.0/24" not in page


def _told(person: Officer) -> list[tuple[str, str]]:
    tell_about_people()
    rows = Notice.objects.filter(to=person.username).order_by("pk").values_list("deed", "ref")
    return [tuple(row) for row in rows if row[0] != "people.granted"]


@pytest.mark.both_databases
def test_a_burst_of_failures_is_told_to_stewards_once_an_hour(people: SimpleNamespace) -> None:
    for n in range(9):
        _tried(people.officer, "wrong", source=f"10.0.{n}.1")
    assert warn_of_guessing() == 0
    _tried(people.officer, "wrong", source="10.0.99.1")
    assert warn_of_guessing() == 1
    assert warn_of_guessing() == 0
    assert ("people.guessed", f"officer:{people.officer.username}") in _told(people.steward)
    assert ("people.guessed", f"officer:{people.officer.username}") in _told(people.officer)
    assert not _told(people.contact)
    Attempts.objects.update(last_at=now() - timedelta(minutes=61))
    assert warn_of_guessing() == 1
    for n in range(30):
        SignIn.objects.create(at=now(), name_key=f"k{n}", source_key="s" * 64, network="", outcome="password")
    assert warn_of_guessing() == 1, "one source that tries many names"


def test_a_contacts_sign_in_from_a_new_browser_is_told_to_stewards_and_an_officers_is_not(
    people: SimpleNamespace,
) -> None:
    known = _tried(people.contact)
    assert not _told(people.steward), "the first of all is no news"
    known.post("/accounts/logout/")
    known.post("/accounts/login/", {"login": people.contact.username, "password": PASSWORD})
    assert not _told(people.steward), "nor is a known browser"
    _tried(people.contact, source="198.51.100.1")
    assert _told(people.steward) == [("people.new_device", f"officer:{people.contact.username}")]
    assert ("people.new_device", f"officer:{people.contact.username}") in _told(people.contact)
    _tried(people.officer)
    _tried(people.officer, source="198.51.100.1")
    assert len(_told(people.steward)) == 1


def test_a_second_factor_that_is_taken_away_is_told_to_its_person_and_to_stewards(people: SimpleNamespace) -> None:
    Authenticator.objects.create(user=people.officer, type="totp", data={"secret": "x"})
    drop_second_factor(officer=people.officer, by=people.steward)
    wanted = ("people.second_factor_dropped", f"officer:{people.officer.username}")
    assert wanted in _told(people.steward)
    assert wanted in _told(people.officer)


def test_sign_ins_are_forgotten_after_ninety_days(people: SimpleNamespace) -> None:
    _tried(people.officer)
    _tried(people.contact)
    SignIn.objects.filter(officer=people.officer).update(at=now() - timedelta(days=90, minutes=1))
    SignIn.objects.filter(officer=people.contact).update(at=now() - timedelta(days=89))
    assert forget_sign_ins() == 1
    assert [row[0] for row in _kept()] == [people.contact.username]
