"""What fails of the node's own work is set aside and shown, and keeps nothing else back."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in
from tests.site.test_clock import DEEDS, _do_all, _long_ago, _readyz
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import sought
from tidewaiter.foundation.moments import now
from tidewaiter.jobs.models import FailedItem
from tidewaiter.ledger.models import Cursor, Entry
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import make_token, suspend
from tidewaiter.search import actions
from tidewaiter.search.actions import watch
from tidewaiter.search.models import Watch
from tidewaiter.site.clock import Clock, schedule
from tidewaiter.statistics.queries import compute

BROKEN = {"photos": ["no photo"], "detection": {"method": {"no": "code"}}}
"""A header that no door writes: it can be neither indexed nor counted."""


def _indexed(person: Any, word: str) -> list[str]:
    return sorted(case.national_ref for case in sought(person, {"q": [word]}).cases)


def _break(ref: str) -> None:
    one = Case.objects.get(ref=ref, latest=True)
    Case.objects.filter(pk=one.pk).update(header={**one.header, **BROKEN})


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_case_that_cannot_be_indexed_or_counted_is_set_aside_and_all_others_are_found(
    people: SimpleNamespace, settings: Any
) -> None:
    _long_ago(settings)
    refs = draft(cases=[case_in(national_ref=f"P-{n}") for n in range(5)], by=people.contact, channel="csv").refs
    _break(refs[2])
    clock = Clock(schedule())
    assert not any(_do_all(clock, DEEDS["central"]).values())
    assert _indexed(people.contact, "pistol") == ["P-0", "P-1", "P-3", "P-4"]
    assert sum(row["cases"] for row in compute(by=["commodity"], status="all")) == 4
    failed = {row.deed: row for row in FailedItem.objects.all()}
    assert set(failed) == {"search_follows", "statistics_follow"}
    assert {row.ref for row in failed.values()} == {refs[2]}
    assert (
        Cursor.objects.get(name="words").seq
        == Cursor.objects.get(name="statistics").seq
        == Entry.objects.latest("seq").seq
    )
    status, lines = _readyz()
    assert (status, lines[-1]) == (200, "items set_aside=0 waiting=2")
    for wait in (60, 300, 1800, 7200):
        rows = list(FailedItem.objects.all())
        left = [(row.next_at - now()).total_seconds() for row in rows if row.next_at]
        assert len(left) == 2
        assert all(wait - 45 < one <= wait for one in left)
        assert not any(_do_all(clock, ("statistics_follow", "search_follows")).values())
        assert {row.tries for row in FailedItem.objects.all()} == {rows[0].tries}, "it is not tried before its time"
        FailedItem.objects.update(next_at=now())
        _do_all(clock, ("statistics_follow", "search_follows"))
    assert {(row.state, row.tries, row.next_at) for row in FailedItem.objects.all()} == {("set_aside", 5, None)}
    assert _readyz()[1][-1] == "items set_aside=2 waiting=0"
    draft(cases=[case_in(national_ref="P-2", date="2026-05-05")], by=people.contact, channel="csv")
    _do_all(clock, DEEDS["central"])
    assert not FailedItem.objects.exists(), "the record changed, and now it can be done"
    assert _indexed(people.contact, "pistol") == ["P-0", "P-1", "P-2", "P-3", "P-4"]


@pytest.mark.django_db
def test_a_bad_case_keeps_nobody_from_searching_or_counting_by_page(people: SimpleNamespace) -> None:
    refs = draft(cases=[case_in(national_ref=f"P-{n}") for n in range(3)], by=people.contact, channel="csv").refs
    _break(refs[1])
    client = Client()
    assert client.login(username=people.contact.username, password=PASSWORD)
    page = client.get("/search/?q=pistol").content.decode()
    assert "P-0" in page
    assert "P-2" in page
    assert client.get("/statistics/").status_code == 200
    call_command("rebuild_search", format="json")
    assert _indexed(people.contact, "pistol") == ["P-0", "P-2"]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_entry_that_cannot_be_told_keeps_no_notice_back(people: SimpleNamespace) -> None:
    clock = Clock(schedule())
    clock.do("notices_follow")
    Notice.objects.all().delete()
    for person in (people.officer, people.own_reviewer, people.analyst):
        suspend(officer=person, by=people.steward)
    bad = Entry.objects.get(deed="people.suspended", ref=f"officer:{people.own_reviewer.username}")
    Entry.objects.filter(seq=bad.seq).update(at="no moment at all")
    assert clock.do("notices_follow") == ""
    assert set(Notice.objects.values_list("to", flat=True)) == {
        people.officer.username,
        people.analyst.username,
        people.steward.username,
    }
    assert FailedItem.objects.get().ref == f"entry:{bad.seq}"
    Entry.objects.filter(seq=bad.seq).update(at=bad.at)
    FailedItem.objects.update(next_at=now())
    clock.do("notices_follow")
    clock.do("notices_follow")
    assert Notice.objects.filter(to=people.own_reviewer.username).count() == 1
    assert not FailedItem.objects.exists()


CUT = f"q={'é' * 330}abcd&since=2024-01-01"
"""1,989 signs when they are encoded, and the date; at 2,000 a column ends in the middle of the date."""


@pytest.mark.django_db
def test_a_search_too_long_to_be_kept_is_refused_in_words_by_page_and_by_program(people: SimpleNamespace) -> None:
    client = Client()
    assert client.login(username=people.american.username, password=PASSWORD)
    answer = client.post("/search/watch/", {"name": "Long", "query": CUT})
    assert answer.status_code == 400
    assert "too long to be kept" in answer.content.decode()
    _token, text = make_token(officer=people.american, scope="write", by=people.american)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    answer = program.post("/api/v1/watches", {"name": "Long", "query": CUT}, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert "too long to be kept" in answer.content.decode()
    assert not Watch.objects.exists()


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_watch_kept_cut_by_a_former_release_harms_its_owner_alone_who_is_told(people: SimpleNamespace) -> None:
    Watch.objects.create(
        username=people.chilean.username, name="Cut", query=f"q={'%C3%A9' * 330}abcd&since=2024-0", made_at=now()
    )
    watch(name="Kenya", query="country=KE", by=people.own_reviewer)
    clock = Clock(schedule())
    draft(cases=[case_in(national_ref="W-1")], by=people.contact, channel="csv")
    assert not any(_do_all(clock, DEEDS["central"]).values())
    assert Notice.objects.filter(to=people.own_reviewer.username, deed="search.matched").count() == 1
    row = FailedItem.objects.get()
    assert (row.deed, row.state, row.error) == ("watches_follow", "set_aside", "BadInput")
    told = Notice.objects.filter(to=people.chilean.username, deed="search.watch_failed")
    assert told.count() == 1
    client = Client()
    assert client.login(username=people.chilean.username, password=PASSWORD)
    assert "can no longer be read" in client.get("/notices/").content.decode()
    assert "cannot be read any more" in client.get("/search/").content.decode()
    draft(cases=[case_in(national_ref="W-2")], by=people.contact, channel="csv")
    _do_all(clock, DEEDS["central"])
    assert told.count() == 1, "told once"
    watch(name="Cut", query="country=KE", by=people.chilean)
    assert not FailedItem.objects.exists()


@pytest.mark.django_db
def test_a_watch_that_failed_for_a_while_tells_of_what_it_missed(people: SimpleNamespace, monkeypatch: Any) -> None:
    watch(name="Kenya", query="country=KE", by=people.own_reviewer)
    clock = Clock(schedule())
    real = actions.read_kept

    def ill(query: str) -> Any:
        raise KeyError(query)

    monkeypatch.setattr(actions, "read_kept", ill)
    draft(cases=[case_in(national_ref="M-1")], by=people.contact, channel="csv")
    clock.do("watches_follow")
    monkeypatch.setattr(actions, "read_kept", real)
    draft(cases=[case_in(national_ref="M-2")], by=people.contact, channel="csv")
    clock.do("watches_follow")
    assert not Notice.objects.filter(deed="search.matched").exists(), "it rests for a minute"
    FailedItem.objects.update(next_at=now())
    clock.do("watches_follow")
    notice = Notice.objects.get(deed="search.matched")
    assert (notice.to, notice.number) == (people.own_reviewer.username, 2)


# What a steward sees and does


@pytest.mark.django_db
def test_a_steward_sees_what_is_set_aside_and_lets_it_be_tried_or_drops_it(
    people: SimpleNamespace, capsys: Any
) -> None:
    refs = draft(cases=[case_in(national_ref=f"S-{n}") for n in range(2)], by=people.contact, channel="csv").refs
    for ref in refs:
        _break(ref)
    clock = Clock(schedule())
    clock.do("search_follows")
    FailedItem.objects.update(state="set_aside", next_at=None, tries=5)
    steward, other = Client(), Client()
    assert steward.login(username=people.steward.username, password=PASSWORD)
    assert other.login(username=people.contact.username, password=PASSWORD)
    assert other.get("/clock/").status_code == 404
    assert other.post("/clock/retry_all/").status_code == 404
    assert "2 items wait for you" in steward.get("/").content.decode()
    page = steward.get("/clock/").content.decode()
    for words in (refs[0], refs[1], "AttributeError", "Cases are indexed for searching", "2 items are set aside"):
        assert words in page
    assert "no photo" not in page
    assert 'tidewaiter_failed_items{state="set_aside"} 2.0' in Client().get("/metrics").content.decode()
    first, second = FailedItem.objects.order_by("pk")
    assert steward.post("/clock/drop/", {"item": first.pk}).status_code == 302
    assert steward.post("/clock/retry/", {"item": second.pk}).status_code == 302
    assert steward.post("/clock/retry/", {"item": "77777"}).status_code == 404
    assert steward.post("/clock/retry/", {"item": "x"}).status_code == 404
    assert steward.post("/clock/other/").status_code == 404
    assert list(Entry.objects.filter(deed__startswith="site.").order_by("seq").values_list("deed", "by")) == [
        ("site.dropped", people.steward.username),
        ("site.retried", people.steward.username),
    ]
    clock.do("search_follows")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.tries) == ("dropped", 5)
    assert (second.state, second.tries) == ("set_aside", 6)
    capsys.readouterr()
    call_command("set_aside", format="json")
    rows = json.loads(capsys.readouterr().out)
    assert [(row["item"], row["state"], row["error"]) for row in rows] == [
        (first.pk, "dropped", "AttributeError"),
        (second.pk, "set_aside", "AttributeError"),
    ]
    call_command("set_aside", retry=[second.pk], format="json")
    assert FailedItem.objects.get(pk=second.pk).state == "waiting"
