"""A reviewer keeps sight of what they sent back: what they said of it, and whether it came back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.making import case_in
from tidewaiter.cases.actions import draft, open_case, return_case, say_of_case, submit
from tidewaiter.cases.models import Case
from tidewaiter.review.start_panel import sent_back_by

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _returned(people: SimpleNamespace) -> Case:
    ref = draft(cases=[case_in()], by=people.contact, channel="page").refs[0]
    submit(cases=Case.objects.filter(ref=ref), by=people.contact)
    case = Case.objects.get(ref=ref)
    open_case(case=case, by=people.reviewer)
    return_case(case=case, reason="Which pier?", by=people.reviewer)
    return Case.objects.get(ref=ref)


def _pages(person: Any) -> str:
    client = Client()
    client.force_login(person)
    return "".join(client.get(address).content.decode() for address in ("/", "/review/returned/"))


def test_what_was_sent_back_stays_in_sight_with_ones_own_words(people: SimpleNamespace) -> None:
    case = _returned(people)
    page = _pages(people.reviewer)
    assert "not back yet" in page
    assert "Which pier?" in page
    assert "KE-1" in page
    assert f"/cases/{case.ref}/" not in page, "the case itself is its administration's until it comes back"
    assert "Which pier?" not in _pages(people.secretariat), "who did not send it back is told nothing here"


def test_it_says_when_it_came_back_and_what_was_answered(people: SimpleNamespace) -> None:
    case = _returned(people)
    say_of_case(case=case, text="Pier 3.", by=people.contact)
    assert "Pier 3." not in _pages(people.reviewer), "nothing is read of a case that one does not see"
    submit(cases=Case.objects.filter(pk=case.pk), by=people.contact)
    page = _pages(people.reviewer)
    assert "came back, answered" in page
    assert "Pier 3." in page
    assert f"/review/case/{case.ref}/" in page
    assert [row.came_back for row in sent_back_by(people.reviewer)] == [True]
    assert sent_back_by(people.contact) == []
