"""Pages that people see rarely: doors of the account, what is missing, what went wrong, papers, forms that load."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import code_of
from tidewaiter.cases import views
from tidewaiter.review.actions import set_sampling

pytestmark = pytest.mark.django_db


def _signed(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_a_closed_account_and_signing_out_have_their_pages(people: SimpleNamespace) -> None:
    assert Client().get("/accounts/inactive/").status_code == 200
    assert "Sign out" in _text(_signed(people.officer).get("/accounts/logout/"))


def test_what_is_not_there_and_what_failed_are_said_in_a_page(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = _signed(people.officer).get("/no/such/page/")
    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()

    def fails(*_args: object, **_said: object) -> None:
        raise RuntimeError("as it may happen")

    monkeypatch.setattr(views, "read_filters", fails)
    client = Client(raise_request_exception=False)
    client.login(username=people.officer.username, password=PASSWORD)
    answer = client.get("/cases/")
    assert answer.status_code == 500
    assert "<h1" in answer.content.decode()
    assert "as it may happen" not in answer.content.decode()


def test_the_second_factor_is_set_up_asked_for_and_taken_down_on_pages(people: SimpleNamespace) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    if client.get("/accounts/second/app/").status_code == 302:
        assert "Is it still you?" in _text(client.get("/accounts/again/?next=/accounts/second/app/"))
        client.post("/accounts/again/?next=/accounts/second/app/", {"password": PASSWORD})
    found = re.search(r"data-secret>([^<]+)<", client.get("/accounts/second/app/").content.decode())
    assert found
    assert client.post("/accounts/second/app/", {"code": code_of(found.group(1))}).status_code == 302
    for address in ("/accounts/second/codes/", "/accounts/second/codes/new/", "/accounts/second/app/off/"):
        assert client.get(address).status_code == 200, address
    later = Client()
    later.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    assert "code" in _text(later.get("/accounts/second/")).lower()
    assert client.get("/accounts/second/again/").status_code in (200, 302)


PAPERS: tuple[tuple[str, str, Callable[[SimpleNamespace], Any]], ...] = (
    ("/review/monthly/?month=2026-03&format=pdf", "text/html; charset=utf-8", lambda people: people.reviewer),
    ("/review/monthly/KE/letter/?month=2026-03&format=pdf", "text/html; charset=utf-8", lambda people: people.reviewer),
    ("/library/digest.txt", "text/plain; charset=utf-8", lambda people: people.contact),
    ("/library/feed.atom", "application/atom+xml; charset=utf-8", lambda people: people.contact),
)


@pytest.mark.parametrize(("address", "kind", "who"), PAPERS, ids=lambda one: one if isinstance(one, str) else "")
def test_papers_and_feeds_open(
    people: SimpleNamespace, address: str, kind: str, who: Callable[[SimpleNamespace], Any]
) -> None:
    answer = _signed(who(people)).get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/codelists/load/", "Load"),
        ("/forms/load/", "Load"),
        ("/people/places/", "Region"),
        ("/api/docs", "API"),
        ("/people/places/administration/KE/", "Kenya"),
        ("/review/office/", "Kenya"),
        ("/codelists/direction/suggest?q=im", "mport"),
    ],
)
def test_pages_of_stewards_open(people: SimpleNamespace, address: str, words: str) -> None:
    if address == "/review/office/":
        set_sampling(administration="KE", rate=0.5, by=people.steward)
    answer = _signed(people.steward).get(address)
    assert answer.status_code == 200
    assert words in answer.content.decode()
