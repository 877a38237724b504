"""Everybody changes their own password: the present one is asked for, the rules
hold, other sessions end, it is told.
"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.queries import history
from tidewaiter.notices.actions import tell_about_people
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import change_password, make_token
from tidewaiter.people.models import Attempts, Officer, SignIn, Token

pytestmark = pytest.mark.django_db
ADDRESS = "/accounts/password/"
NEW = "kettle-harbour-violin-7"


def _signed(person: Officer, password: str = PASSWORD) -> Client:
    client = Client()
    answer = client.post("/accounts/login/", {"login": person.username, "password": password})
    assert answer.status_code == 302
    return client


def _opens(person: Officer, password: str) -> bool:
    Attempts.objects.all().delete()
    return Client().post("/accounts/login/", {"login": person.username, "password": password}).status_code == 302


def test_a_person_changes_their_password_and_their_other_sessions_end(people: SimpleNamespace) -> None:
    here, elsewhere, another = _signed(people.officer), _signed(people.officer), _signed(people.contact)
    token, _text = make_token(officer=people.officer, scope="read", by=people.officer)
    assert f'href="{ADDRESS}"' in here.get("/you/").content.decode()
    page = here.get(ADDRESS)
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    form = page.content.decode()
    assert form.count('type="password"') == 2, "what is typed is hidden"
    assert 'autocomplete="current-password"' in form
    assert 'autocomplete="new-password"' in form
    before, other = here.session.session_key, elsewhere.session.session_key
    answer = here.post(ADDRESS, {"present": PASSWORD, "password": NEW})
    assert (answer.status_code, answer["Location"]) == (302, "/you/")
    shown = here.get("/you/").content.decode()
    assert "Your password is changed; 1 other session has ended." in shown
    assert shown.count("this one") == 1, "the session in use is known as such"
    assert here.session.session_key != before, "a session that was stolen before is worth nothing"
    assert not Session.objects.filter(session_key__in=[before, other]).exists()
    assert elsewhere.get("/cases/").status_code == 302
    assert another.get("/cases/").status_code == 200
    assert Token.objects.get(pk=token.pk).revoked_at is None
    assert not _opens(people.officer, PASSWORD)
    assert _opens(people.officer, NEW)


def test_it_stands_in_the_ledger_and_the_person_is_told(people: SimpleNamespace) -> None:
    client = _signed(people.officer)
    client.post(ADDRESS, {"present": PASSWORD, "password": NEW})
    entries = [one for one in history(f"officer:{people.officer.username}") if one.deed == "people.password_changed"]
    assert [(one.by, one.version) for one in entries] == [(people.officer.username, 0)]
    assert NEW not in entries[0].detail
    tell_about_people()
    assert Notice.objects.filter(to=people.officer.username, deed="people.password_changed").count() == 1
    assert "Password changed" in client.get("/notices/").content.decode()


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short-one", "12"),
        ("password123456", "guessed too soon"),
        ("qwertyuiop123", "guessed too soon"),
        ("tidewaiter-customs", "guessed too soon"),
        ("x7" * 501, "1,000"),
        (PASSWORD, "present password"),
        ("", "12"),
    ],
)
def test_a_password_that_the_rules_refuse_is_not_taken(people: SimpleNamespace, password: str, said: str) -> None:
    here, elsewhere = _signed(people.officer), _signed(people.officer)
    answer = here.post(ADDRESS, {"present": PASSWORD, "password": password})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert elsewhere.get("/cases/").status_code == 200
    assert _opens(people.officer, PASSWORD)
    assert not [one for one in history(f"officer:{people.officer.username}") if one.deed == "people.password_changed"]


def test_without_the_present_password_nothing_is_changed_and_guessing_it_costs_time(people: SimpleNamespace) -> None:
    client = _signed(people.officer)
    client.cookies.pop("tw_device", None)
    for _turn in range(5):
        answer = client.post(ADDRESS, {"present": "a wrong password", "password": NEW})
        assert answer.status_code == 422
        assert "This password is not right." in answer.content.decode()
    answer = client.post(ADDRESS, {"present": PASSWORD, "password": NEW})
    assert answer.status_code == 422
    assert "Too many wrong tries" in answer.content.decode()
    assert SignIn.objects.filter(officer=people.officer, outcome="password").count() == 5, "stewards see them"
    Attempts.objects.update(last_at=now() - timedelta(minutes=20))
    assert client.post(ADDRESS, {"present": "", "password": NEW}).status_code == 422
    assert client.post(ADDRESS, {"password": NEW}).status_code == 422
    assert _opens(people.officer, PASSWORD)


def test_nobody_changes_anothers_and_none_that_was_changed_meanwhile(people: SimpleNamespace) -> None:
    assert Client().get(ADDRESS)["Location"].startswith("/accounts/login/")
    assert Client().post(ADDRESS, {"present": PASSWORD, "password": NEW}).status_code == 302
    with pytest.raises(Refusal) as refused:
        change_password(officer=people.officer, password=NEW, this_session="", by=people.steward)
    assert refused.value.code == "not_yours"
    read = Officer.objects.get(pk=people.officer.pk)
    change_password(officer=people.officer, password=NEW, this_session="", by=people.officer)
    with pytest.raises(Refusal) as refused:
        change_password(officer=read, password="other-garden-lantern-9", this_session="", by=read)
    assert refused.value.code == "changed"
    assert _opens(people.officer, NEW)
