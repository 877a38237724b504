"""What is taken in while a program waits is small when it is unpacked, and one file a
person; all else is a piece of work.
"""

from __future__ import annotations

import gzip
import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter
from django.test import Client

from tests.making import record
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.tasks import run_intake
from tidewaiter.jobs.models import Job
from tidewaiter.people.actions import make_token

pytestmark = pytest.mark.django_db
HEADS = "form,date,country,subtype,quantity,unit,national_ref\n"


def _csv(rows: int) -> bytes:
    return (HEADS + "".join(f"WPN,2024-01-11,KE,pistol,1,H87,Z-{at}\n" for at in range(rows))).encode()


def _lines(rows: int) -> bytes:
    return "\n".join(json.dumps(record(national_ref=f"Z-{at}", place="", route=[])) for at in range(rows)).encode()


def _book(rows: int) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, line in enumerate(_csv(rows).decode().splitlines()):
        sheet.write_row(at, 0, line.split(","))
    book.close()
    return out.getvalue()


@pytest.fixture
def program(people: SimpleNamespace, settings: Any, tmp_path: Any) -> Client:
    settings.TIDEWAITER_HOME = str(tmp_path / "home")
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    return Client(headers={"Authorization": f"Bearer {text}"})


def _brought(program: Client, body: bytes) -> Any:
    return program.post("/api/v1/receipts?name=a", body, content_type="application/octet-stream")


@pytest.mark.parametrize(
    ("few", "many"),
    [
        (_csv(20), _csv(400)),
        (gzip.compress(_csv(20)), gzip.compress(_csv(400))),
        (gzip.compress(_csv(20)), gzip.compress(_csv(20)) + gzip.compress(_csv(400))),
        (_book(20), _book(400)),
        (_lines(5), b"[" + b",".join(_lines(400).splitlines()) + b"]"),
        (gzip.compress(_lines(5)), gzip.compress(b"a," * 200_000)),
    ],
)
def test_what_is_small_when_it_is_unpacked_is_taken_at_once_and_the_rest_is_work(
    program: Client, few: bytes, many: bytes
) -> None:
    answer = _brought(program, few)
    assert (answer.status_code, answer.json()["state"]) == (201, "done"), answer.content
    assert not Job.objects.exists()
    assert len(many) < 256 * 1024, "it is small when it is packed"
    answer = _brought(program, many)
    assert (answer.status_code, answer.json()["state"]) == (202, "staging")
    job = Job.objects.get(subject=answer.json()["receipt"])
    assert (job.lane, job.state) == ("prompt", "queued")


def test_a_batch_of_many_lines_is_work_too(program: Client) -> None:
    answer = program.post("/api/v1/cases/batch", _lines(5), content_type="application/x-ndjson")
    assert (answer.status_code, answer.json()["accepted"]) == (200, 5)
    answer = program.post("/api/v1/cases/batch?submit=true", _lines(310), content_type="application/x-ndjson")
    assert (answer.status_code, answer.json()["rows"]) == (202, 0)
    ref = answer.json()["receipt"]
    run_intake.func(Job.objects.get(subject=ref).ref)
    said = program.get(f"/api/v1/receipts/{ref}").json()
    assert (said["state"], said["rows"], said["unchanged"], said["submitted"]) == ("done", 310, 5, 305)


def test_the_second_file_of_one_person_at_once_is_work_and_another_persons_is_not(
    program: Client, people: SimpleNamespace
) -> None:
    from tidewaiter.foundation.slots import waited_for

    with waited_for(people.contact.username) as free:
        assert free
        assert _brought(program, _csv(3)).status_code == 202
        _token, text = make_token(officer=people.american, scope="write", by=people.american)
        other = Client(headers={"Authorization": f"Bearer {text}"})
        assert _brought(other, _csv(3).replace(b",KE,", b",US,")).status_code == 201
    assert _brought(program, _csv(4)).status_code == 201
    assert Receipt.objects.filter(state="done").count() == 2


def test_a_bound_of_the_environment_decides(program: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_AT_ONCE_ROWS", "3")
    assert _brought(program, _csv(3)).status_code == 201
    assert _brought(program, _csv(6)).status_code == 202
