"""Imports that are cancelled or given up: what was made stays, what waited goes, the receipt says so."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import done_by_worker, record
from tidewaiter.cases.models import Case
from tidewaiter.intake import accepting, cleaning
from tidewaiter.intake.actions import keep_upload, receive
from tidewaiter.intake.models import Receipt, StagedRow
from tidewaiter.intake.reading.lengths import rows_in
from tidewaiter.intake.tasks import put_away, run_intake
from tidewaiter.jobs.actions import Progress, cancel, enqueue, give_up, take_next
from tidewaiter.jobs.models import Job

CASES = 30


def _brought(by: Any) -> tuple[Receipt, Job]:
    lines = "\n".join(json.dumps(record(national_ref=f"S-{n}", place="", route=[])) for n in range(CASES))
    path = keep_upload(chunks=[lines.encode()], size=len(lines), by=by)
    options = {"submit": False, "keep_duplicates": False, "channel": "json"}
    receipt = receive(path=path, name="s.ndjson", mapping_text="", mapping_name="", options=options, by=by)
    return receipt, enqueue(task=run_intake, key=f"intake:{receipt.ref}", subject=receipt.ref, by=by)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_cancelled_import_keeps_whole_cases_alone_and_its_receipt_says_how_many(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accepting, "ROWS_AT_ONCE", 20)
    receipt, job = _brought(people.contact)
    file = Path(receipt.file_path)
    report = Progress.report

    def at_the_first_batch(self: Progress, step: str, done: int, total: int) -> None:
        if step == "Making cases":
            cancel(job=Job.objects.get(pk=job.pk), by=people.contact)
        report(self, step, done, total)

    monkeypatch.setattr(Progress, "report", at_the_first_batch)
    done_by_worker(job.ref)
    assert Job.objects.get().state == "cancelled"
    assert Job.objects.get().untidy
    put_away(Job.objects.get())
    receipt.refresh_from_db()
    kept = Case.objects.count()
    assert 0 < kept < CASES
    assert receipt.state == "stopped"
    assert receipt.why == (
        f"The import was cancelled. {kept} rows are kept, in {kept} cases; all others were not taken in."
    )
    assert not StagedRow.objects.exists()
    assert not file.exists()
    client = Client()
    assert client.login(username=people.contact.username, password=PASSWORD)
    page = client.get(f"/intake/{receipt.ref}/").content.decode()
    assert f"{kept} rows are kept" in page
    assert "could not be read" not in page
    again, second = _brought(people.contact)
    monkeypatch.setattr(Progress, "report", report)
    done_by_worker(second.ref)
    again.refresh_from_db()
    assert (again.state, again.unchanged, again.accepted) == ("done", kept, CASES - kept)


@pytest.mark.django_db
def test_an_import_cancelled_while_it_waits_leaves_no_file(people: SimpleNamespace) -> None:
    receipt, job = _brought(people.contact)
    file = Path(receipt.file_path)
    assert file.is_file()
    cancel(job=job, by=people.contact)
    put_away(Job.objects.get())
    put_away(Job.objects.get())
    receipt.refresh_from_db()
    assert (receipt.state, receipt.why) == ("stopped", "The import was cancelled. Nothing of it was kept.")
    assert not file.exists()


@pytest.mark.django_db
def test_a_receipt_whose_work_ended_its_worker_three_times_says_so(people: SimpleNamespace) -> None:
    receipt, _job = _brought(people.contact)
    job = take_next(lane="prompt", worker="w")
    assert job is not None
    give_up(job=job, limit="job_attempts")
    put_away(Job.objects.get())
    receipt.refresh_from_db()
    assert receipt.why == ("It ended the worker 3 times, and is not tried again. Nothing of it was kept.")


@pytest.mark.django_db
def test_while_a_file_is_read_the_bar_says_how_much_of_it_was(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning, "ROWS_AT_ONCE", 10)
    said: list[tuple[str, int, int]] = []
    monkeypatch.setattr(Progress, "report", lambda _self, *words: said.append(words))
    _receipt, job = _brought(people.contact)
    done_by_worker(job.ref)
    assert [words for words in said if words[0] == "Reading rows"] == [
        ("Reading rows", 10, 30),
        ("Reading rows", 20, 30),
        ("Reading rows", 30, 30),
    ]


def test_the_length_of_a_file_is_known_before_it_is_read(tmp_path: Path) -> None:
    def length(content: bytes) -> int:
        path = tmp_path / "file"
        path.write_bytes(content)
        return rows_in(path)

    assert length(b"a,b\n1,2\n3,4") == 3
    assert length(b"a,b\n1,2\n3,4\n") == 3
    assert length(gzip.compress(b"a,b\n1,2\n3,4\n")) == 3
    assert length(gzip.compress(b"a,b\n1,2\n3,4\n")[:-9]) == 0, "its reader says that it is damaged"
    assert length(b'{"form": "WPN"}\n{"form": "WPN"}\n') == 2
    assert length(b'[{"form": "WPN"},\n{"form": "WPN"}]') == 0
    assert length(b"<Cases><Case form='WPN'/><x:Case>" + b" " * 1_100_000 + b"</x:Case><Case>\n</Case></Cases>") == 3
    assert length(b"") == 0
    book = openpyxl.Workbook()
    for row in range(1, 8):
        book.active.append([row, "x"])  # type: ignore[union-attr]
    book.save(tmp_path / "book.xlsx")
    assert rows_in(tmp_path / "book.xlsx") == 7
