"""What is said under an item before it is published stays between its author and
the office; who has not read it too.
"""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.people.actions import make_token
from tidewaiter.threads.models import Message

pytestmark = pytest.mark.django_db


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


@pytest.fixture
def published(people: SimpleNamespace) -> SimpleNamespace:
    """A bulletin of Kenya of which author and office have talked before it was published, and a stranger after."""
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    said = {"kind": "bulletin", "texts": {"en": {"title": "Hidden pumps", "body": "b"}}, "audience": "members"}
    program = Client(headers={"Authorization": f"Bearer {text}"})
    ref = program.post("/api/v1/library", json.dumps(said), content_type="application/json").json()["ref"]
    author, office = _client(people.contact), _client(people.reviewer)

    def deed(who: Client, name: str, **words: str) -> None:
        page = who.get(f"/library/{ref}/").content.decode()
        shown = re.search(r'name="digest" value="([^"]+)"', page)
        read = {"digest": shown[1]} if shown else {}
        assert who.post(f"/library/{ref}/{name}/", {**read, **words}).status_code == 302, name

    deed(author, "say", text="DRAFT: our source in Mombasa")
    deed(author, "submit")
    deed(office, "say", text="OFFICE: paragraph two gives it away")
    deed(office, "send_back", reason="Cut it")
    deed(author, "submit")
    deed(office, "publish")
    deed(_client(people.chilean), "say", text="LATER: seen here too")
    people.item = f"/library/{ref}/"
    return people


BEFORE, LATER = ("DRAFT: our source", "OFFICE: paragraph two"), "LATER: seen here too"


def test_others_read_what_was_said_since_it_was_published(published: SimpleNamespace) -> None:
    for person in (published.chilean, published.american):
        page = _client(person).get(published.item).content.decode()
        assert LATER in page
        assert [words for words in BEFORE if words in page] == []


def test_author_and_office_read_all(published: SimpleNamespace) -> None:
    for person in (published.contact, published.officer, published.reviewer, published.secretariat):
        page = _client(person).get(published.item).content.decode()
        assert all(words in page for words in (*BEFORE, LATER)), person.username


def test_what_an_older_release_kept_goes_by_its_moment(published: SimpleNamespace) -> None:
    Message.objects.update(state="")
    page = _client(published.chilean).get(published.item).content.decode()
    assert LATER in page
    assert [words for words in BEFORE if words in page] == []


def test_who_has_not_read_it_is_for_author_and_office(published: SimpleNamespace) -> None:
    page = _client(published.american).get(published.item).content.decode()
    assert "0 of 3 contact points have read it" in page
    assert "who has not" not in page
    assert published.contact.username not in page
    for person in (published.contact, published.reviewer):
        page = _client(person).get(published.item).content.decode()
        assert published.chilean.username in page
        assert published.american.username in page
