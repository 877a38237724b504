"""Notices: what is done with a case or an account is told to whom it concerns, once, and
gathered into a digest that says nothing.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, return_case, submit, validate
from tidewaiter.cases.models import Case, SavedFilter
from tidewaiter.notices.actions import send_digests, tell_about_people
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import suspend
from tidewaiter.people.models import Officer

pytestmark = pytest.mark.django_db


def _told(person: Officer) -> list[tuple[str, str, int]]:
    return list(Notice.objects.filter(to=person.username).order_by("pk").values_list("deed", "by", "number"))


@pytest.mark.both_databases
def test_both_the_person_and_who_did_it_are_told_once(people: SimpleNamespace) -> None:
    tell_about_people()
    Notice.objects.all().delete()
    suspend(officer=people.officer, by=people.contact)
    assert tell_about_people() == 2
    assert tell_about_people() == 0
    for person in (people.officer, people.contact):
        assert _told(person) == [("people.suspended", people.contact.username, 1)]


def test_a_returned_and_a_validated_case_are_told_to_who_made_them(people: SimpleNamespace) -> None:
    refs = draft(cases=[case_in(national_ref=f"N-{n}") for n in range(4)], by=people.officer, channel="csv").refs
    submit(cases=Case.objects.filter(ref__in=refs), by=people.officer)
    return_case(case=Case.objects.get(ref=refs[0]), reason="why", by=people.reviewer)
    validate(cases=Case.objects.filter(ref__in=refs[1:]), by=people.reviewer, unopened="x")
    assert _told(people.officer) == [
        ("cases.returned", people.reviewer.username, 1),
        ("cases.validated", people.reviewer.username, 3),
    ]
    client = Client()
    assert client.login(username=people.officer.username, password=PASSWORD)
    assert "2 notices you have not read" in client.get("/").content.decode()
    client.post("/notices/seen/")
    assert "Everything is read" in client.get("/notices/").content.decode()


def test_a_digest_is_sent_once_a_day_in_ones_language_and_says_how_many_alone(
    people: SimpleNamespace, settings: Any
) -> None:
    refs = draft(cases=[case_in(national_ref="SECRET-REF-7")], by=people.officer, channel="csv").refs
    submit(cases=Case.objects.filter(ref__in=refs), by=people.officer)
    return_case(case=Case.objects.get(ref=refs[0]), reason="the words of the reason", by=people.reviewer)
    Officer.objects.filter(pk=people.officer.pk).update(email="o@example.org", language="fr")
    settings.MAIL_SERVER = ""
    assert send_digests() == 0
    settings.MAIL_SERVER = "mail.example.org"
    assert (send_digests(), send_digests()) == (1, 0)
    message = mail.outbox[0]
    assert message.to == ["o@example.org"]
    assert "1 avis vous attend" in message.subject
    for word in ("SECRET-REF-7", refs[0], "the words of the reason", people.reviewer.username):
        assert word not in message.subject + str(message.body)
    Officer.objects.filter(pk=people.officer.pk).update(digest=False)
    Notice.objects.update(seen_at=None)


def test_a_filter_is_kept_under_a_name_and_is_ones_own(people: SimpleNamespace) -> None:
    client = Client()
    assert client.login(username=people.contact.username, password=PASSWORD)
    kept = client.post("/cases/filters/keep/", {"name": "Drafts of ours", "query": "status=draft&country=KE&evil=1"})
    assert kept["Location"] == "/cases/?status=draft&country=KE"
    assert client.post("/cases/filters/keep/", {"name": "x", "query": ""}).status_code == 400
    assert "Drafts of ours" in client.get("/cases/").content.decode()
    other = Client()
    assert other.login(username=people.officer.username, password=PASSWORD)
    assert "Drafts of ours" not in other.get("/cases/").content.decode()
    other.post("/cases/filters/drop/", {"name": "Drafts of ours"})
    assert SavedFilter.objects.count() == 1
    client.post("/cases/filters/drop/", {"name": "Drafts of ours"})
    assert not SavedFilter.objects.exists()
