"""Edges that a change of one line passed without any test noticing."""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.people.models import Officer


def _signed(person: Any, **more: Any) -> Client:
    client = Client(**more)
    assert client.post("/accounts/login/", {"login": person.username, "password": PASSWORD}).status_code == 302
    return client


GRAVE = [
    ("steward", "/people/confirm/{ref}/confirm/", {}),
    ("steward", "/people/confirm/{ref}/decline/", {}),
    ("steward", "/ledger/take-away/", {}),
    ("steward", "/people/of/{reviewer}/cover/", {"region": "ESA"}),
    ("steward", "/people/of/{reviewer}/drop_second_factor/", {}),
    ("steward", "/people/of/{officer}/grant/", {"role": "analyst"}),
]


@pytest.mark.django_db
def test_a_second_reset_ends_the_first_code(people: SimpleNamespace) -> None:
    from tidewaiter.people.actions import redeem, reset

    first = reset(officer=people.officer, by=people.contact)
    second = reset(officer=people.officer, by=people.contact)
    with pytest.raises(Refusal):
        redeem(username=people.officer.username, code=first, password="seven-quiet-harbours")
    redeem(username=people.officer.username, code=second, password="seven-quiet-harbours")


@pytest.mark.django_db
def test_the_longest_pause_is_a_quarter_of_an_hour() -> None:
    from tidewaiter.people import backoff

    for _ in range(30):
        backoff.failed("somebody", "10.9.9.9")
    assert 895 <= backoff.seconds_to_wait("somebody", "10.9.9.9") <= 900


@pytest.mark.django_db
def test_a_browser_known_to_one_account_is_strange_to_another(people: SimpleNamespace) -> None:
    mine = _signed(people.american, REMOTE_ADDR="10.1.1.1")
    for _ in range(7):
        mine.post("/accounts/logout/")
        mine.post("/accounts/login/", {"login": people.officer.username, "password": "wrong"})
    from tidewaiter.people import backoff

    assert backoff.seconds_to_wait(people.officer.username, "10.1.1.1") > 0
    assert backoff.device_of(mine.cookies["tw_device"].value, people.american.username)
    assert not backoff.device_of(mine.cookies["tw_device"].value, people.officer.username)


@pytest.mark.django_db
def test_who_works_stays_signed_in(people: SimpleNamespace) -> None:
    client = _signed(people.officer)
    client.get("/cases/")
    for _ in range(2):
        session = client.session
        session["tw_seen"] = int(time.time()) - 29 * 60
        session.save()
        assert client.get("/cases/").status_code == 200
        assert client.get("/you/session/").json()["left"] > 29 * 60


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "address", "said"), GRAVE)
def test_deeds_of_stewards_ask_whether_it_is_still_oneself(
    people: SimpleNamespace, who: str, address: str, said: dict[str, str]
) -> None:
    client = _signed(getattr(people, who))
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    place = address.format(ref="FE-x", reviewer=people.far_reviewer.username, officer=people.officer.username)
    assert client.post(place, said)["Location"].startswith("/accounts/again/")


@pytest.mark.django_db
def test_what_was_confirmed_is_for_the_asker_and_for_a_day(people: SimpleNamespace) -> None:
    from tidewaiter.people.actions import add_officer
    from tidewaiter.people.models import Proposal

    add_officer(username="second.int", administration="INT", role="expert", password=PASSWORD, by=NODE)
    second = add_officer(username="second.int", administration="INT", role="steward", password=PASSWORD, by=NODE)
    first, other = _signed(people.steward), _signed(second)
    first.post("/ledger/take-away/")
    other.post(f"/people/confirm/{Proposal.objects.get().ref}/confirm/")
    assert other.post("/ledger/take-away/")["Location"] == "/people/confirm/", "what the first was allowed"
    Proposal.objects.filter(outcome="confirmed").update(expires_at=now() - timedelta(seconds=1))
    assert first.post("/ledger/take-away/")["Location"] == "/people/confirm/"


@pytest.mark.django_db
def test_a_steward_without_a_password_is_no_second_steward(people: SimpleNamespace) -> None:
    from tidewaiter.people.actions import grant, invite

    _invited, _code = invite(username="third.int", administration="INT", role="steward", by=people.steward)
    grant(officer=people.analyst, role="steward", by=people.steward)
    assert "steward" in Officer.objects.get(pk=people.analyst.pk).role_codes, "one alone is still enough"


def test_where_there_is_no_room_the_quietest_gives_way(settings: Any, tmp_path: Any) -> None:
    from tidewaiter.people import pace

    settings.TIDEWAITER_HOME = str(tmp_path)
    import tidewaiter.people.pace as p

    start = 1_800_000_000.0 - 1_800_000_000.0 % 60
    old = p._BUCKETS
    p._BUCKETS = 1
    try:
        for _ in range(3):
            assert pace.seconds_to_wait("busy", 3, moment=start) == 0
        for n in range(40):
            pace.seconds_to_wait(f"new {n}", 3, moment=start + 1)
        assert pace.seconds_to_wait("busy", 3, moment=start + 2) > 0
    finally:
        p._BUCKETS = old


@pytest.mark.django_db
def test_nobody_but_who_manages_the_account_ends_its_token(people: SimpleNamespace) -> None:
    from tidewaiter.people.actions import make_token, revoke_token
    from tidewaiter.people.models import Token

    token, _text = make_token(officer=people.own_reviewer, scope="read", by=people.own_reviewer)
    for who in (people.contact, people.officer, people.american):
        with pytest.raises(Refusal):
            revoke_token(token=token, by=who)
    client = _signed(people.officer)
    assert (
        client.post(f"/people/of/{people.own_reviewer.username}/revoke_token/", {"token": token.ref}).status_code == 403
    )
    assert Token.objects.get(pk=token.pk).revoked_at is None
    revoke_token(token=token, by=people.steward)
