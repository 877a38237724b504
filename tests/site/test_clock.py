"""The clock survives everything: what fails, hangs or dies is seen, and what is done for others goes on."""

from __future__ import annotations

import importlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import PROJECT, Program
from tests.house.elsewhere import rooms_elsewhere
from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.foundation.moments import now
from tidewaiter.jobs.models import ScheduledDeed
from tidewaiter.ledger.models import Cursor, Entry
from tidewaiter.site import clock as clock_module
from tidewaiter.site.clock import Clock, schedule
from tidewaiter.site.labels import scheduled
from tidewaiter.site.shapes import packages_of

EVERY = (
    "lost_work",
    "heads_signed",
    "heads_sent",
    "unused_accounts",
    "search_follows",
    "words_swept",
    "notices_follow",
    "old_notices",
    "digests",
    "old_requests",
    "old_previews",
    "old_failures",
    "guessed_passwords",
    "old_sessions",
    "old_sign_ins",
    "old_provider_sessions",
    "old_results",
    "watches_follow",
    "photos_hashed",
    "stored_counted",
    "scratch_swept",
    "exchange_runs",
    "entry_photos_swept",
    "ringing",
    "contact_tests",
)
CASES_TOO = ("hidden_sheets_swept", "uploads_swept", "statistics_follow", "overdue_reminders", "advisories_fetched")
EXPERTS_TOO = ("experts_reminded", "terms_of_office_end", "topics_reviewed", "rounds_reminded")
DEEDS = {
    "operation": EVERY,
    "central": (*EVERY, *CASES_TOO, *EXPERTS_TOO),
    "national": (*EVERY, *CASES_TOO),
}
"""Of rooms that this process has: those of mail, registry and operations are tried where these rooms are."""


def _shape(monkeypatch: Any, name: str) -> None:
    cards = [package for package in packages_of(name) if package.rpartition(".")[2] not in rooms_elsewhere()]
    rooms = tuple(importlib.import_module(f"{package}.room").ROOM for package in reversed(cards))
    monkeypatch.setattr(clock_module, "rooms_of_node", lambda: rooms)


def _readyz() -> tuple[int, list[str]]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.content.decode().splitlines()


def _long_ago(settings: Any) -> None:
    settings.NODE_STARTED = time.time() - 10 * 86400


def _do_all(clock: Clock, names: tuple[str, ...]) -> dict[str, str]:
    answers = {name: clock.do(name) for name in names}
    assert clock.do("clock") == ""
    return answers


@pytest.mark.parametrize("shape", sorted(DEEDS))
def test_every_deed_of_the_schedule_has_words_for_people(shape: str, monkeypatch: Any) -> None:
    _shape(monkeypatch, shape)
    assert set(schedule()) == set(DEEDS[shape])
    assert set(schedule()) <= set(scheduled())


@pytest.mark.django_db
@pytest.mark.parametrize(("shape", "name"), [(shape, name) for shape, names in DEEDS.items() for name in names])
def test_a_deed_that_raises_anything_stops_no_other_is_named_and_recovers(
    shape: str, name: str, monkeypatch: Any, settings: Any
) -> None:
    class Unheard(Exception):
        """Of no family that anybody catches."""

    def bad() -> None:
        raise Unheard("words of a record")

    _shape(monkeypatch, shape)
    _long_ago(settings)
    deeds = schedule()
    real = deeds[name]
    deeds[name] = (real[0], bad)
    clock = Clock(deeds)
    answers = _do_all(clock, DEEDS[shape])
    assert {one for one, error in answers.items() if error} == {name}
    assert answers[name] == "Unheard"
    status, lines = _readyz()
    assert status == 503
    assert lines[0] == f"deed_overdue:{name}"
    assert [line for line in lines if line.startswith("deed_overdue:")] == [lines[0]]
    assert any(line.startswith(f"deed {name} age=never") and line.endswith("error=Unheard") for line in lines)
    assert not any("words of a record" in line for line in lines)
    deeds[name] = real
    clock = Clock(deeds)
    assert not any(_do_all(clock, (name,)).values())
    status, lines = _readyz()
    assert (status, lines[0]) == (200, "ok")


@pytest.mark.django_db
def test_a_node_that_has_just_started_is_ready_and_ill_when_nobody_works(settings: Any) -> None:
    assert _readyz()[0] == 200
    settings.NODE_STARTED = time.time() - 100
    assert _readyz()[0] == 200, "two minutes are given"
    settings.NODE_STARTED = time.time() - 200
    status, lines = _readyz()
    assert status == 503
    assert "clock_stopped" in lines
    assert "deed_overdue:search_follows" in lines
    assert "deed_overdue:digests" not in lines, (
        "what is due every quarter of an hour is not overdue after three minutes"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "seconds", "late"),
    [
        ("search_follows", 110, False),
        ("search_follows", 130, True),
        ("digests", 4_400, False),
        ("digests", 4_600, True),
    ],
)
def test_a_deed_is_overdue_after_five_times_its_distance_and_two_minutes_at_least(
    name: str, seconds: int, late: bool, settings: Any
) -> None:
    _long_ago(settings)
    _do_all(Clock(schedule()), DEEDS["central"])
    ScheduledDeed.objects.filter(name=name).update(succeeded_at=now() - timedelta(seconds=seconds))
    assert _readyz()[1][0] == (f"deed_overdue:{name}" if late else "ok")


@pytest.mark.django_db
def test_a_clock_that_beats_no_more_and_a_follower_that_stands_still_are_named(
    people: SimpleNamespace, settings: Any
) -> None:
    _long_ago(settings)
    _do_all(Clock(schedule()), DEEDS["central"])
    draft(cases=[case_in()], by=people.contact, channel="csv")
    assert _readyz()[0] == 200
    long_ago = now() - timedelta(minutes=10)
    end = Entry.objects.latest("seq").seq
    Cursor.objects.filter(name="words").update(moved_at=long_ago)
    Entry.objects.filter(seq=Cursor.objects.get(name="words").seq + 1).update(at="2026-01-01T00:00:00.000000Z")
    for name in ("notices", "watches", "statistics"):
        Cursor.objects.filter(name=name).update(seq=end)
    status, lines = _readyz()
    assert (status, lines[0]) == (503, "follower_stands:words")
    assert any(line.startswith("follower words lag=") and "oldest=0" not in line for line in lines)
    Cursor.objects.filter(name="words").update(moved_at=now())
    assert _readyz()[1][0] == "ok", "one that goes on is behind, not ill"
    ScheduledDeed.objects.filter(name="clock").update(succeeded_at=long_ago)
    assert _readyz()[1][0] == "clock_stopped"


@pytest.mark.django_db
def test_readiness_costs_few_questions(people: SimpleNamespace) -> None:
    _do_all(Clock(schedule()), DEEDS["central"])
    Client().get("/readyz")
    with CaptureQueriesContext(connection) as asked:
        Client().get("/readyz")
    assert len(asked) <= 9


def _waits_for(check: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if check():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.django_db
def test_a_deed_that_hangs_keeps_no_other_from_being_done_and_shows(settings: Any) -> None:
    """Deeds that ask nothing of the database, for their threads do not see the test's transaction."""
    free, number = threading.Event(), [0]

    def hang() -> None:
        free.wait(60)

    def count() -> None:
        number[0] += 1

    _long_ago(settings)
    clock = Clock({"lost_work": (1, hang), "search_follows": (1, count)})
    clock._turns["clock"].due = float("inf")
    try:
        assert _waits_for(lambda: clock.tick() or number[0] >= 3)
        assert sum(thread.name == "deed lost_work" for thread in threading.enumerate()) == 1, "one at a time"
        clock.do("clock")
        status, lines = _readyz()
        assert status == 503
        assert "deed_overdue:lost_work" in lines
        assert "deed_overdue:search_follows" not in lines
    finally:
        free.set()


@pytest.mark.django_db
def test_a_failed_deed_is_tried_again_soon_and_more_and_more_slowly() -> None:
    def bad() -> None:
        raise LookupError

    clock = Clock({"often": (3, bad), "rarely": (3600, bad)})
    waits: dict[str, list[int]] = {"often": [], "rarely": []}
    for name, found in waits.items():
        for _ in range(8):
            clock.do(name)
            found.append(round(clock._turns[name].due - time.monotonic()))
    assert waits["often"] == [3, 6, 12, 24, 48, 60, 60, 60]
    assert waits["rarely"] == [60, 120, 240, 480, 960, 1920, 3600, 3600]


@pytest.mark.parametrize("ends", ["raise SystemExit", "import _thread; _thread.exit()"])
def test_a_clock_that_dies_ends_its_worker(ends: str, node: Program) -> None:
    script = f"""
import django; django.setup()
from django.core.management import call_command
from tidewaiter.site import clock
def tick(self):
    {ends}
clock.Clock.tick = tick
call_command("work")
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "the clock has stopped" in done.stderr


def test_a_worker_beats_and_a_second_one_goes_on_from_what_the_first_has_written(node: Program) -> None:
    def read() -> dict[str, str]:
        with closing(sqlite3.connect(f"file:{node.home}/tidewaiter.sqlite3?mode=ro", uri=True)) as database:
            return dict(database.execute("SELECT name, coalesce(succeeded_at, '') FROM jobs_scheduled_deed"))

    def works(since: str) -> dict[str, str]:
        work = subprocess.Popen([sys.executable, "-m", "tidewaiter", "work"], env=node.environment, cwd=PROJECT)
        try:
            assert _waits_for(lambda: read().get("clock", "") > since and all(read().values()), 120)
        finally:
            os.kill(work.pid, signal.SIGTERM)
            assert work.wait(30) == 0
        return read()

    first = works("")
    assert set(first) == {*DEEDS["central"], "clock"}
    second = works(first["clock"])
    assert all(at >= first[name] for name, at in second.items())


# One bad item among good ones, for every follower


@pytest.mark.django_db
def test_metrics_tell_ages_lags_and_readiness(people: SimpleNamespace, settings: Any) -> None:
    _long_ago(settings)
    text = Client().get("/metrics").content.decode()
    assert "tidewaiter_ready 0.0" in text
    assert 'tidewaiter_deed_overdue{deed="heads_signed"} 1.0' in text
    _do_all(Clock(schedule()), DEEDS["central"])
    text = Client().get("/metrics").content.decode()
    assert "tidewaiter_ready 1.0" in text
    assert 'tidewaiter_deed_overdue{deed="heads_signed"} 0.0' in text
    assert 'tidewaiter_deed_every_seconds{deed="heads_signed"} 600.0' in text
    assert 'tidewaiter_deed_age_seconds{deed="heads_signed"}' in text
    assert 'tidewaiter_follower_lag_entries{follower="words"} 0.0' in text
    assert 'tidewaiter_follower_oldest_seconds{follower="statistics"} 0.0' in text
