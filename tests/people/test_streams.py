"""A long answer ends with the right to it: a token that runs out, a role that is taken, an account that is closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.foundation.moments import now
from tidewaiter.people.actions import make_token
from tidewaiter.people.models import Cover, Grant, Officer, Region, Token
from tidewaiter.site import sessions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def looks_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is looked at; on a node it is one every two seconds."""
    monkeypatch.setattr(sessions, "LOOKED_EVERY", -1)


def _goes_on(parts: Iterator[bytes], meanwhile: Callable[[], object]) -> bool:
    meanwhile()
    try:
        next(parts)
    except SessionInterrupted:
        return False
    return True


def _ends(person: Officer) -> dict[str, Callable[[], object]]:
    return {
        "nothing": lambda: None,
        "token ran out": lambda: Token.objects.update(expires_at=now() - timedelta(seconds=1)),
        "token revoked": lambda: Token.objects.update(revoked_at=now()),
        "account closed": lambda: Officer.objects.filter(pk=person.pk).update(
            is_active=False, closed_by="x", closed_at=now(), closed_why="suspended"
        ),
        "role taken": lambda: Grant.objects.filter(officer=person, role="reviewer").delete(),
        "role given": lambda: Grant.objects.create(officer=person, role="duty", granted_by="x", granted_at=now()),
        "region taken": lambda: Cover.objects.create(
            officer=person, region=Region.objects.exclude(code=person.region_code)[0]
        ),
    }


@pytest.mark.parametrize(
    ("what", "goes_on"),
    [
        ("nothing", True),
        ("token ran out", False),
        ("token revoked", False),
        ("account closed", False),
        ("role taken", False),
        ("role given", True),
        ("region taken", False),
    ],
)
def test_a_programs_table_ends_with_its_token(people: SimpleNamespace, what: str, goes_on: bool) -> None:
    draft(cases=[case_in(national_ref=f"E-{n}") for n in range(3)], by=people.officer, channel="page")
    reviewer = people.own_reviewer
    _token, text = make_token(officer=reviewer, scope="read", by=reviewer)
    answer = Client(HTTP_AUTHORIZATION=f"Bearer {text}").get("/api/v1/cases/export?format=ndjson")
    assert answer.status_code == 200
    parts = iter(answer.streaming_content)  # type: ignore[attr-defined]
    assert _goes_on(parts, _ends(reviewer)[what]) is goes_on


@pytest.mark.parametrize(
    ("what", "goes_on"), [("nothing", True), ("account closed", False), ("role taken", False), ("role given", True)]
)
def test_a_persons_table_ends_with_their_right_to_it(people: SimpleNamespace, what: str, goes_on: bool) -> None:
    reviewer = people.own_reviewer
    client = Client()
    assert client.post("/accounts/login/", {"login": reviewer.username, "password": PASSWORD}).status_code == 302
    answer = client.get("/people/statistics/?format=csv")
    parts = iter(answer.streaming_content)  # type: ignore[attr-defined]
    assert _goes_on(parts, _ends(reviewer)[what]) is goes_on


def test_a_table_goes_on_where_its_person_shows_in_another_tab_who_they_are(people: SimpleNamespace) -> None:
    contact = people.contact
    client = Client()
    assert client.post("/accounts/login/", {"login": contact.username, "password": PASSWORD}).status_code == 302
    client.get("/people/")
    answer = client.get("/people/statistics/?format=csv")
    parts = iter(answer.streaming_content)  # type: ignore[attr-defined]
    former = client.session.session_key
    for _ in range(2):
        assert client.post("/accounts/again/", {"password": PASSWORD, "next": "/cases/"}).status_code == 302
    assert client.session.session_key != former
    assert _goes_on(parts, lambda: None)
    assert client.post("/you/sign_out/").status_code == 302
    assert not _goes_on(parts, lambda: None), "signed out is signed out, under whatever key"
