"""Signing in by a ministry's provider: roles by its groups, nobody by a name alone, out there is out here."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from joserfc.jwk import RSAKey

from tests.people.provider import CLIENT_ID, MinistryProvider, comes, provider_serving
from tests.people_with import PASSWORD
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.sign_on_file import Provider
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import demand_second_factor, map_claim
from tidewaiter.people.models import Identity, Officer, SignIn


@pytest.fixture(scope="module")
def ministry() -> Iterator[MinistryProvider]:
    with provider_serving() as provider:
        yield provider


@pytest.fixture
def trusted(ministry: MinistryProvider, settings: Any, people: SimpleNamespace) -> MinistryProvider:
    """The node knows the provider; its officers are Kenya's officers."""
    settings.SIGN_ON = {"ministry": Provider("ministry", "Ministry of Finance", ministry.server, CLIENT_ID, "secret")}
    map_claim(provider="ministry", value="customs-officers", role="officer", administration="KE", by=NODE)
    return ministry


def _says(provider: MinistryProvider, subject: str, name: str, *groups: str, **more: Any) -> None:
    claims = {"preferred_username": name, "name": "Amina Otieno", "email": f"{name}@example.org", **more}
    provider.person(subject, groups=list(groups), **claims)


def _in(browser: Client) -> bool:
    return browser.get("/you/").status_code == 200


def test_a_person_of_a_known_group_is_let_in_with_its_role(trusted: MinistryProvider) -> None:
    _says(trusted, "s-1", "a.otieno", "customs-officers", "everybody")
    browser = Client()
    answer = comes(browser, trusted, "s-1", "/you/")
    assert (answer.status_code, answer["Location"]) == (302, "/you/")
    assert _in(browser)
    made = Officer.objects.get(username="a.otieno")
    assert (made.name, made.email, made.administration_id) == ("Amina Otieno", "a.otieno@example.org", "KE")
    assert made.role_codes == {"officer"}
    assert not made.has_usable_password()
    assert "s-1" not in Identity.objects.get(officer=made).subject_key
    deeds = list(Entry.objects.filter(ref="officer:a.otieno").order_by("pk").values_list("deed", flat=True))
    assert deeds == ["people.added", "people.identity_linked", "people.granted"]
    assert SignIn.objects.filter(officer=made).values_list("outcome", "method").get() == ("signed_in", "provider")


def test_nobody_is_let_in_without_a_role(trusted: MinistryProvider) -> None:
    _says(trusted, "s-2", "b.nobody", "gardeners")
    browser = Client()
    answer = comes(browser, trusted, "s-2")
    assert answer.status_code == 403
    assert b"no group of yours has a role on this node" in answer.content
    assert not Officer.objects.filter(username="b.nobody").exists()
    assert not _in(browser)


def test_a_local_account_of_the_same_name_is_not_theirs(trusted: MinistryProvider, people: SimpleNamespace) -> None:
    _says(trusted, "s-3", people.officer.username.replace("_", "-"), "customs-officers")
    answer = comes(Client(), trusted, "s-3")
    assert answer.status_code == 403
    assert "the steward links it" in answer.content.decode()
    assert not Identity.objects.exists()


def test_a_name_that_looks_like_another_is_not_made(trusted: MinistryProvider, people: SimpleNamespace) -> None:
    _says(trusted, "s-4", "off1cer.ke", "customs-officers")
    assert comes(Client(), trusted, "s-4").status_code == 403
    assert not Officer.objects.filter(username="off1cer.ke").exists()


def test_roles_follow_the_groups_and_who_has_none_left_is_closed(trusted: MinistryProvider) -> None:
    map_claim(provider="ministry", value="customs-analysts", role="analyst", administration="KE", by=NODE)
    _says(trusted, "s-5", "c.mutua", "customs-officers", "customs-analysts")
    first = Client()
    comes(first, trusted, "s-5")
    assert Officer.objects.get(username="c.mutua").role_codes == {"officer", "analyst"}
    _says(trusted, "s-5", "c.mutua", "customs-analysts")
    comes(Client(), trusted, "s-5")
    assert Officer.objects.get(username="c.mutua").role_codes == {"analyst"}
    _says(trusted, "s-5", "c.mutua", "gardeners")
    answer = comes(Client(), trusted, "s-5")
    assert answer.status_code == 403
    closed = Officer.objects.get(username="c.mutua")
    assert (closed.is_active, closed.closed_why) == (False, "provider")
    assert not _in(first)
    _says(trusted, "s-5", "c.mutua", "customs-officers")
    comes(Client(), trusted, "s-5")
    assert Officer.objects.get(username="c.mutua").is_active


def test_a_role_given_by_hand_stays_and_an_account_closed_by_hand_stays_closed(trusted: MinistryProvider) -> None:
    from tidewaiter.people.actions import grant, suspend

    _says(trusted, "s-6", "d.njeri", "customs-officers")
    comes(Client(), trusted, "s-6")
    officer = Officer.objects.get(username="d.njeri")
    grant(officer=officer, role="duty", by=NODE)
    _says(trusted, "s-6", "d.njeri")
    comes(Client(), trusted, "s-6")
    assert Officer.objects.get(username="d.njeri").role_codes == {"duty"}
    suspend(officer=officer, by=NODE)
    _says(trusted, "s-6", "d.njeri", "customs-officers")
    assert comes(Client(), trusted, "s-6").status_code == 403
    assert not Officer.objects.get(username="d.njeri").is_active


def test_groups_of_two_administrations_are_a_question_for_the_steward(trusted: MinistryProvider) -> None:
    map_claim(provider="ministry", value="uganda", role="officer", administration="UG", by=NODE)
    _says(trusted, "s-7", "e.okello", "customs-officers", "uganda")
    answer = comes(Client(), trusted, "s-7")
    assert answer.status_code == 403
    assert "two administrations (KE, UG)" in answer.content.decode()


@pytest.mark.parametrize(("amr", "asked"), [(["pwd", "otp"], False), (["pwd"], True), (None, True)])
def test_a_second_factor_is_left_to_a_provider_that_says_it_asked(
    trusted: MinistryProvider, amr: list[str] | None, asked: bool
) -> None:
    demand_second_factor(roles=["officer"], by=NODE)
    _says(trusted, "s-8", "f.kamau", "customs-officers", **({"amr": amr} if amr else {}))
    browser = Client()
    comes(browser, trusted, "s-8")
    answer = browser.get("/")
    assert (answer.status_code == 302 and answer["Location"] == "/accounts/second/app/") is asked


def test_an_answer_that_nobody_asked_for_lets_nobody_in(trusted: MinistryProvider) -> None:
    _says(trusted, "s-9", "g.maina", "customs-officers")
    asked = Client().post("/accounts/with/ministry/")
    back = trusted.lets_in(asked["Location"], "s-9").removeprefix("http://testserver")
    other = Client()
    assert other.get(back).status_code == 502
    assert other.get(back.replace("/ministry/", "/elsewhere/")).status_code == 404
    other.post("/accounts/with/ministry/")
    assert other.get(back).status_code == 502
    assert not Officer.objects.filter(username="g.maina").exists()


def test_it_begins_by_a_form_of_this_node_alone_and_leads_back_to_this_node_alone(trusted: MinistryProvider) -> None:
    assert Client().get("/accounts/with/ministry/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/accounts/with/ministry/").status_code == 403
    _says(trusted, "s-10", "h.wekesa", "customs-officers")
    assert comes(Client(), trusted, "s-10", "https://elsewhere.example/")["Location"] == "/"


def test_who_is_out_at_the_provider_is_out_here(trusted: MinistryProvider) -> None:
    _says(trusted, "s-11", "i.barasa", "customs-officers", sid="session-7")
    _says(trusted, "s-12", "j.stays", "customs-officers", sid="session-8")
    browser, other = Client(), Client()
    comes(browser, trusted, "s-11")
    comes(other, trusted, "s-12")
    assert _in(browser)
    token = trusted.logout_token(sid="session-7")
    assert Client().post("/accounts/with/ministry/out/", {"logout_token": token}).status_code == 200
    assert not _in(browser)
    assert _in(other)
    Client().post("/accounts/with/ministry/out/", {"logout_token": trusted.logout_token(sub="s-12")})
    assert not _in(other)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"iss": "http://localhost:1"},
        {"aud": "another"},
        {"iat": 1_700_000_000},
        {"events": {}},
        {"nonce": "n"},
        {"sub": ""},
        {"key": True},
    ],
)
def test_a_logout_token_that_is_none_ends_nothing(trusted: MinistryProvider, spoilt: dict[str, Any]) -> None:
    _says(trusted, "s-13", "k.stays", "customs-officers")
    browser = Client()
    comes(browser, trusted, "s-13")
    key = RSAKey.generate_key(2048) if spoilt.pop("key", False) else None
    token = trusted.logout_token(key, **{"sub": "s-13", **spoilt})
    assert Client().post("/accounts/with/ministry/out/", {"logout_token": token}).status_code == 400
    assert _in(browser)


def test_signing_out_here_leads_to_signing_out_there(trusted: MinistryProvider) -> None:
    _says(trusted, "s-14", "l.chebet", "customs-officers")
    browser = Client()
    comes(browser, trusted, "s-14")
    answer = browser.post("/accounts/logout/")
    assert answer["Location"].startswith(f"{trusted.server}/oauth2/end_session?client_id=tidewaiter&")
    assert "chebet" not in answer["Location"]
    assert not _in(browser)


def test_is_it_still_you_is_asked_at_the_provider_and_what_waited_is_done(trusted: MinistryProvider) -> None:
    _says(trusted, "s-15", "m.kiprop", "customs-officers")
    browser = Client()
    comes(browser, trusted, "s-15")
    session = browser.session
    session["account_authentication_methods"] = [
        {**one, "at": one["at"] - 3600} for one in session["account_authentication_methods"]
    ]
    session.save()
    asked = browser.post("/you/token/", {"scope": "read", "days": "5", "name": "mine"}, follow=True)
    page = asked.content.decode()
    assert "Is it still you?" in page
    assert 'name="password"' not in page
    answer = comes(browser, trusted, "s-15", "/you/token/")
    assert answer.status_code == 200
    assert Officer.objects.get(username="m.kiprop").tokens.count() == 1


def test_somebody_else_at_the_provider_does_not_answer_for_them(trusted: MinistryProvider) -> None:
    _says(trusted, "s-16", "n.first", "customs-officers")
    _says(trusted, "s-17", "o.second", "customs-officers")
    browser = Client()
    comes(browser, trusted, "s-16")
    assert comes(browser, trusted, "s-17").status_code == 502
    assert browser.get("/you/").context["officer"].username == "n.first"


def test_a_provider_that_does_not_answer_is_said(settings: Any, people: SimpleNamespace) -> None:
    settings.SIGN_ON = {"ministry": Provider("ministry", "Ministry", "http://localhost:9", CLIENT_ID)}
    answer = Client().post("/accounts/with/ministry/")
    assert answer.status_code == 502
    assert "did not come to its end" in answer.content.decode()


def test_the_password_of_a_local_account_is_the_fall_back(trusted: MinistryProvider, people: SimpleNamespace) -> None:
    browser = Client()
    page = browser.get("/accounts/login/").content.decode()
    assert "Sign in by Ministry of Finance" in page
    browser.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    assert _in(browser)
