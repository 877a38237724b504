"""Long reading beside others' writing: how far it is can be said, and a busy database costs nobody their work."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, connections, transaction

from tests.jobs.killers import short_work
from tidewaiter.cases.export import counted, records_of, write_records
from tidewaiter.cases.models import Case
from tidewaiter.jobs import set_aside
from tidewaiter.jobs.actions import Progress, enqueue, holding, take_next, working
from tidewaiter.jobs.models import FailedItem, Job, Lane
from tidewaiter.statistics import store

MANY = 6_000
PERSON: Any = SimpleNamespace(username="e.ke", administration_code="KE", door="")


def _cases() -> list[Case]:
    at = datetime(2026, 3, 4, tzinfo=UTC)
    return [
        Case(
            ref=f"SZ-BESIDE-{n}",
            version=1,
            node="N",
            administration="KE",
            national_ref=f"BESIDE-{n}",
            form="WPN",
            form_version=1,
            kind="seizure",
            status="draft",
            latest=True,
            counted=False,
            date=date(2026, 3, 4),
            date_precision="day",
            year=2026,
            country="KE",
            channel="csv",
            header={"form": "WPN", "country": "KE"},
            digest="",
            made_by="e.ke",
            made_at=at,
            changed_by="e.ke",
            changed_at=at,
        )
        for n in range(MANY)
    ]


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Cases that every connection sees: what is read for a test is in no transaction of the test's."""
    with django_db_blocker.unblock():
        Case.objects.bulk_create(_cases(), batch_size=500)
        try:
            yield
        finally:
            Case.objects.filter(ref__startswith="SZ-BESIDE-").delete()
            Job.objects.filter(asked_by="e.ke").delete()
            Lane.objects.filter(name="beside").delete()
            connection.close()


class _Writer(threading.Thread):
    """Writes all the time, as others do at their desks."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.written = 0

    def run(self) -> None:
        """A small write, again and again, until it is told to end."""
        Lane.objects.get_or_create(name="beside")
        while not self.ended.wait(0.005):
            Lane.objects.filter(name="beside").update(turn=self.written)
            self.written += 1
        connections.close_all()


@pytest.mark.both_databases
def test_a_large_export_ends_well_while_others_write(committed: None, tmp_path: Path) -> None:
    job = enqueue(task=short_work, key="beside", subject="beside", by=PERSON)
    writer = _Writer()
    writer.start()
    path = tmp_path / "cases.json"
    try:
        with working(job.ref) as progress:

            def told(done: int) -> None:
                progress._written = 0.0  # said each time, however fast this machine is
                progress.report("Writing cases", done, MANY)

            records = records_of(Case.objects.filter(ref__startswith="SZ-BESIDE-"), None)
            written = write_records(counted(records, told), path, "json")
    finally:
        writer.ended.set()
        writer.join()
    assert written == 6_000
    assert len(json.loads(path.read_bytes())) == 6_000
    assert writer.written > 20, "somebody wrote meanwhile"
    job.refresh_from_db()
    assert (job.state, job.done, job.why) == ("done", 6_000, "")


@pytest.mark.both_databases
def test_work_that_fails_in_the_middle_of_reading_says_why_while_others_write(committed: None) -> None:
    job = enqueue(task=short_work, key="beside", subject="beside", by=PERSON)
    reading = iter(Case.objects.filter(ref__startswith="SZ-BESIDE-").order_by("pk").iterator(chunk_size=100))
    with suppress(ZeroDivisionError), working(job.ref):
        next(reading)
        thread = threading.Thread(target=_write_once)
        thread.start()
        thread.join()
        raise ZeroDivisionError
    reading.close()  # type: ignore[attr-defined] -- a generator
    job.refresh_from_db()
    assert (job.state, job.why) == ("failed", "ZeroDivisionError")


@pytest.mark.both_databases
def test_figures_are_written_anew_with_a_case_that_makes_none_while_others_write(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Setting a case aside is written in the middle of reading all of them."""
    bad = {"photos": ["no photo"], "detection": {"method": {"no": "code"}}}
    Case.objects.filter(ref__in=("SZ-BESIDE-10", "SZ-BESIDE-3010")).update(header=bad)
    monkeypatch.setattr(store, "CASES_TURNED", 1_000)
    keep = set_aside.keep_failures

    def after_another(*given: Any, **named: Any) -> None:
        thread = threading.Thread(target=_write_once)
        thread.start()
        thread.join()
        keep(*given, **named)

    monkeypatch.setattr(set_aside, "keep_failures", after_another)
    try:
        store.rebuild()
        refs = set(FailedItem.objects.filter(ref__startswith="SZ-BESIDE-").values_list("ref", flat=True))
        assert refs == {"SZ-BESIDE-10", "SZ-BESIDE-3010"}
    finally:
        FailedItem.objects.filter(ref__startswith="SZ-BESIDE-").delete()


def _write_once() -> None:
    Lane.objects.get_or_create(name="beside")
    Lane.objects.filter(name="beside").update(turn=5)
    connections.close_all()


def _busy() -> DatabaseError:
    """What the database of this node says where it is held by somebody else for too long."""
    if connection.vendor == "postgresql":
        import psycopg

        cause: Exception = psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")
    else:
        import sqlite3

        cause = sqlite3.OperationalError("database is locked")
        cause.sqlite_errorcode = sqlite3.SQLITE_BUSY_SNAPSHOT  # type: ignore[attr-defined] -- as the driver sets it
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_busy_database_is_no_fault_of_the_work_and_costs_no_attempt() -> None:
    enqueue(task=short_work, key="beside", subject="beside", by=PERSON)
    for _time in range(4):
        job = take_next(lane="heavy", worker="w")
        assert job is not None, "it waits again, however often"
        with pytest.raises(OperationalError), holding(ref=job.ref, attempt=job.attempts), working(job.ref):
            raise _busy()
        found = Job.objects.get()
        assert (found.state, found.why) == ("queued", "")
        assert found.attempts == 0


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_report_that_cannot_be_written_now_does_not_end_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    job = enqueue(task=short_work, key="beside", subject="beside", by=PERSON)
    taken = take_next(lane="heavy", worker="w")
    progress = Progress(taken)

    def busy(_self: Any, **_values: Any) -> int:
        raise _busy()

    with monkeypatch.context() as patched:
        patched.setattr("django.db.models.query.QuerySet.update", busy)
        progress.report("One", 1, 2)
    progress.report("Two", 2, 2)
    job.refresh_from_db()
    assert (job.step, job.done) == ("Two", 2)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_inside_a_transaction_progress_is_part_of_it() -> None:
    """A second connection would wait for the first for ever: on SQLite a transaction holds the only lock."""
    job = enqueue(task=short_work, key="beside", subject="beside", by=PERSON)
    with working(job.ref) as progress, transaction.atomic():
        progress.report("Half", 1, 2)
        assert Job.objects.get().done == 1
