"""A clock that was a year ahead for a minute: nothing that rests on its stamps is believed for that year."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.jobs.killers import short_work
from tidewaiter.jobs.actions import (
    enqueue,
    forget_results,
    lost_jobs,
    take_next,
    untidy_jobs,
    watched,
    working,
)
from tidewaiter.jobs.models import FailedItem, Job, ScheduledDeed
from tidewaiter.jobs.set_aside import due_refs, left_alone, run_each
from tidewaiter.ledger.models import Cursor
from tidewaiter.people import backoff
from tidewaiter.people.models import Attempts
from tidewaiter.site.clock import Clock

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
YEAR = timedelta(days=365)


def _then() -> datetime:
    """A stamp of the wrong clock."""
    return datetime.now(UTC) + YEAR


def _readyz() -> tuple[int, list[str]]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.content.decode().splitlines()


def _deed_done(name: str, *, at: datetime) -> None:
    ScheduledDeed.objects.update_or_create(name=name, defaults={"every": 15, "started_at": at, "succeeded_at": at})


def test_a_clock_that_stands_is_seen_though_its_last_stamp_lies_a_year_ahead(settings: Any) -> None:
    settings.NODE_STARTED = time.time() - 10 * 86400
    _deed_done("clock", at=_then())
    _deed_done("lost_work", at=_then())
    status, lines = _readyz()
    assert status == 503
    assert {"clock_stopped", "deed_overdue:lost_work", "clock_ahead"} <= set(lines)
    assert "clock age=ahead every=10" in lines
    assert "deed lost_work age=ahead every=15" in lines


def test_a_node_that_was_started_by_the_wrong_clock_counts_from_what_it_has_done_since(settings: Any) -> None:
    settings.NODE_STARTED = time.time() + 365 * 86400
    _deed_done("clock", at=datetime.now(UTC))
    _status, lines = _readyz()
    assert "clock_stopped" not in lines
    assert "clock_ahead" not in lines, "nothing rests on it, and only a new start would mend it"


def test_a_follower_that_moved_a_year_ahead_and_stands_is_seen(settings: Any, people: SimpleNamespace) -> None:
    settings.NODE_STARTED = time.time() - 10 * 86400
    Cursor.objects.update_or_create(name="words", defaults={"seq": 0, "moved_at": _then()})
    _status, lines = _readyz()
    assert "clock_ahead" in lines


def test_a_deed_that_was_done_by_the_wrong_clock_is_done_again_at_once() -> None:
    done: list[int] = []
    clock = Clock({"rare": (86_400, lambda: done.append(1))})
    clock.do("rare")
    clock._turns["rare"].succeeded_at = _then()
    clock.do("clock")
    clock.tick()
    for _time in range(100):
        if len(done) == 2:
            break
        time.sleep(0.05)
    assert len(done) == 2


def test_a_lease_that_reaches_further_than_a_lease_may_is_lost(people: SimpleNamespace) -> None:
    job = enqueue(task=short_work, key="k", subject="s", by=people.officer)
    take_next(lane="heavy", worker="dead")
    Job.objects.update(lease_until=_then())
    assert [one.ref for one in lost_jobs()] == [job.ref]
    assert enqueue(task=short_work, key="k", subject="s", by=people.officer).state == "queued"
    with working(job.ref):
        pass
    assert Job.objects.get().state == "done"


def test_what_a_job_left_is_put_away_and_its_result_ends_in_spite_of_stamps_a_year_ahead(
    people: SimpleNamespace,
) -> None:
    job = enqueue(task=short_work, key="k", subject="s", by=people.officer)
    Job.objects.update(state="failed", untidy=True, worker="dead", ended_at=_then(), watched_at=_then())
    assert [one.ref for one in untidy_jobs(lane="heavy")] == [job.ref]
    watched(job=Job.objects.get())
    seen = Job.objects.get().watched_at
    assert seen is not None
    assert seen < datetime.now(UTC) + timedelta(minutes=1)
    Job.objects.update(result_name="x", result_until=_then())
    assert forget_results() == 1


def test_an_item_whose_next_try_lies_a_year_ahead_is_tried_now() -> None:
    FailedItem.objects.create(deed="d", ref="a", error="X", since=_then(), next_at=_then())
    assert due_refs("d") == ["a"]
    assert left_alone("d") == set()
    done: list[str] = []
    run_each(["a"], done.append, deed="d", ref_of=str)
    assert done == ["a"]


def test_nobody_waits_a_year_to_sign_in(people: SimpleNamespace) -> None:
    for _time in range(6):
        backoff.failed("contact.ke", "10.0.0.1")
    assert backoff.seconds_to_wait("contact.ke", "10.0.0.1") == 4
    Attempts.objects.update(last_at=_then())
    assert backoff.seconds_to_wait("contact.ke", "10.0.0.1") == 0
    assert backoff.seconds_to_wait("other", "10.0.0.1") == 0
    backoff.failed("contact.ke", "10.0.0.1")
    assert 0 < backoff.seconds_to_wait("contact.ke", "10.0.0.1") <= 900, "they are still counted"
    Attempts.objects.update(last_at=_then())
    backoff.forget_old()
    assert not Attempts.objects.exists()


def test_a_session_that_began_a_year_ahead_is_over(people: SimpleNamespace) -> None:
    client = Client()
    assert client.login(username=people.contact.username, password=PASSWORD)
    assert client.get("/cases/").status_code == 200
    for stamped in ("tw_began", "tw_seen"):
        session = client.session
        session[stamped] = int(time.time()) + 365 * 86400
        session.save()
        answer = client.get("/cases/")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
        assert client.login(username=people.contact.username, password=PASSWORD)
        assert client.get("/cases/").status_code == 200


def test_the_clocks_of_two_machines_may_differ_by_seconds(people: SimpleNamespace, settings: Any) -> None:
    settings.NODE_STARTED = time.time() - 10 * 86400

    _deed_done("clock", at=datetime.now(UTC) + timedelta(seconds=20))
    _status, lines = _readyz()
    assert "clock_ahead" not in lines
    assert "clock_stopped" not in lines
