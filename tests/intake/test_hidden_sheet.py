"""What was hidden of a file comes back to who brought it: a sealed sheet, taken once, gone within the hour."""

from __future__ import annotations

import io
import json
import os
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.conftest import PASSWORD, Program
from tidewaiter.cases.models import Case
from tidewaiter.foundation.sealed_files import is_sealed
from tidewaiter.intake.actions import incoming_folder, keep_upload, receive, stage, take_in
from tidewaiter.intake.mending import hidden_sheets
from tidewaiter.intake.mending.hidden_sheets import sheets_folder, sweep_sheets
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.sweeping import sweep_uploads
from tidewaiter.intake.tasks import run_intake
from tidewaiter.jobs.actions import Progress, enqueue
from tidewaiter.jobs.models import Job
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import make_token
from tidewaiter.site.backup.backup import folders

NAME = "Wanjiru Kamau"
HEAD = "form,national_ref,date,country,place,subtype,quantity,unit,narrative,judged\n"
ROWS = (
    f'WPN,H-1,2026-03-04,KE,KEMBA,pistol,2,H87,"Two crates. Officers found {NAME} at Mombasa. All was seized.",\n'
    'WPN,H-2,2026-03-05,KE,KEMBA,pistol,1,H87,"A lorry with plate KDB 921L stood by.",\n'
    "WPN,H-3,2026-03-06,KE,KEMBA,pistol,1,H87,In a pump.,\n"
)
FILE = (HEAD + ROWS).encode()
NAME_OF_FILE = "file.csv"


@pytest.fixture(autouse=True)
def _empty(db: None) -> Any:
    for path in sheets_folder().iterdir():
        path.unlink()


def _brought(by: Any, content: bytes = FILE) -> Receipt:
    path = keep_upload(chunks=[content], size=len(content), by=by)
    receipt = receive(path=path, name=NAME_OF_FILE, mapping_text="", mapping_name="", options={"channel": "csv"}, by=by)
    take_in(receipt=receipt, by=by, progress=Progress(None))
    receipt.refresh_from_db()
    return receipt


def _signed_in(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _rows(content: bytes) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def _bytes_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def _waits_sealed() -> Path:
    found = list(sheets_folder().iterdir())
    assert len(found) == 1
    assert is_sealed(found[0])
    assert stat.S_IMODE(found[0].stat().st_mode) == 0o600
    assert NAME.encode() not in found[0].read_bytes()
    return found[0]


def test_by_page_the_sheet_says_row_field_sentence_what_and_why_and_is_taken_once(people: SimpleNamespace) -> None:
    receipt = _brought(people.officer)
    assert receipt.hidden == 2
    _waits_sealed()
    client = _signed_in(people.officer)
    page = client.get(f"/intake/{receipt.ref}/").content.decode()
    until = receipt.hidden_until
    assert until is not None
    assert "2 stretches were hidden" in page
    assert f"once, until {until:%H:%M} UTC" in page
    assert client.get(f"/intake/{receipt.ref}/hidden").status_code == 405, "a look takes nothing"
    answer = client.post(f"/intake/{receipt.ref}/hidden")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    rows = _rows(_bytes_of(answer))
    assert rows[0][:5] == ("Row", "Field", "Sentence", "What was hidden", "Why")
    assert rows[1][:5] == (2, "narrative", f"Officers found {NAME} at Mombasa.", NAME, "It looks like a person's name")
    assert rows[1][5] == f"narrative={NAME}"
    assert rows[2][:5] == (3, "narrative", "A lorry with plate KDB 921L stood by.", "KDB 921L", "A number plate")
    assert rows[2][5] == "–", "a plate never stays"
    assert len(rows) == 3
    assert list(sheets_folder().iterdir()) == []
    assert client.post(f"/intake/{receipt.ref}/hidden").status_code == 410
    assert "took the sheet of them" in client.get(f"/intake/{receipt.ref}/").content.decode()


def test_the_ledger_says_who_took_it_and_not_what_it_says(people: SimpleNamespace) -> None:
    receipt = _brought(people.officer)
    _signed_in(people.officer).post(f"/intake/{receipt.ref}/hidden")
    entry = Entry.objects.get(deed="intake.hidden_taken")
    assert (entry.by, entry.ref, json.loads(entry.detail)) == (people.officer.username, receipt.ref, {"stretches": 2})
    assert not any(NAME in text or "KDB" in text for text in Entry.objects.values_list("detail", flat=True))


def test_a_colleague_sees_that_there_is_one_and_cannot_take_it_and_a_stranger_sees_nothing(
    people: SimpleNamespace,
) -> None:
    receipt = _brought(people.officer)
    colleague = _signed_in(people.contact)
    page = colleague.get(f"/intake/{receipt.ref}/").content.decode()
    assert f"{people.officer.username}, Kenya, who brought the file" in page
    assert "/hidden" not in page
    assert colleague.post(f"/intake/{receipt.ref}/hidden").status_code == 403
    assert _signed_in(people.american).post(f"/intake/{receipt.ref}/hidden").status_code == 404
    assert _signed_in(people.officer).post(f"/intake/{receipt.ref}/hidden").status_code == 200


def test_by_program_it_is_given_once_and_is_gone_then(people: SimpleNamespace) -> None:
    _token, text = make_token(officer=people.officer, scope="write", by=people.officer)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    made = program.post("/api/v1/receipts?name=a.csv", FILE, content_type="application/octet-stream").json()
    assert made["hidden"] == 2
    assert made["hidden_until"]
    first = program.post(f"/api/v1/receipts/{made['receipt']}/hidden")
    assert (first.status_code, len(_rows(_bytes_of(first)))) == (200, 3)
    again = program.post(f"/api/v1/receipts/{made['receipt']}/hidden")
    assert (again.status_code, again.json()["code"]) == (410, "sheet_gone")
    assert program.get(f"/api/v1/receipts/{made['receipt']}").json()["hidden_until"] is None


def test_after_its_hour_it_is_refused_and_swept(people: SimpleNamespace) -> None:
    receipt = _brought(people.officer)
    path = _waits_sealed()
    sweep_sheets()
    assert path.exists(), "it is fresh"
    old = time.time() - 51 * 60
    os.utime(path, (old, old))
    sweep_sheets()
    assert not path.exists()
    assert _signed_in(people.officer).post(f"/intake/{receipt.ref}/hidden").status_code == 410
    other = _brought(people.contact)
    assert (other.hidden_until - other.ended_at).total_seconds() <= 50 * 60  # type: ignore[operator]
    Receipt.objects.filter(pk=other.pk).update(hidden_until=other.brought_at)
    client = _signed_in(people.contact)
    assert client.post(f"/intake/{other.ref}/hidden").status_code == 410, "its time counts, whether it was swept or not"
    assert "was not taken, and is gone" in client.get(f"/intake/{other.ref}/").content.decode()


def test_no_backup_holds_it() -> None:
    assert "hidden" not in {folder.name for folder in folders()}


def test_what_stands_in_the_column_judged_stays(people: SimpleNamespace) -> None:
    _brought(people.officer)
    mended = FILE.decode().replace('seized.",', f'seized.",narrative={NAME}')
    receipt = _brought(people.officer, mended.encode())
    assert (receipt.changed, receipt.unchanged, receipt.hidden) == (1, 2, 1)
    case = Case.objects.get(national_ref="H-1", latest=True)
    assert NAME in case.header["narrative"]
    again = _brought(people.officer, mended.encode())
    assert (again.changed, again.unchanged) == (0, 3)


def test_an_import_that_was_cut_off_and_read_on_tells_each_stretch_once(people: SimpleNamespace) -> None:
    path = keep_upload(chunks=[FILE], size=len(FILE), by=people.officer)
    receipt = receive(path=path, name="a.csv", mapping_text="", mapping_name="", options={}, by=people.officer)
    stage(receipt=receipt, by=people.officer, progress=Progress(None))
    part = next(sheets_folder().glob("*.part"))
    assert is_sealed(part)
    (sheets_folder() / part.name.replace(".000", ".900")).write_bytes(part.read_bytes())  # of a batch that was not kept
    Receipt.objects.filter(pk=receipt.pk).update(state="staging")
    receipt.refresh_from_db()
    take_in(receipt=receipt, by=people.officer, progress=Progress(None))
    receipt.refresh_from_db()
    assert receipt.hidden == 2
    assert len(_rows(_bytes_of(_signed_in(people.officer).post(f"/intake/{receipt.ref}/hidden")))) == 3


def test_uploads_that_nothing_waits_for_are_swept_and_an_import_that_nobody_goes_on_with_is_stopped(
    people: SimpleNamespace,
) -> None:
    orphan = keep_upload(chunks=[FILE], size=len(FILE), by=people.officer)
    path = keep_upload(chunks=[FILE], size=len(FILE), by=people.officer)
    receipt = receive(path=path, name="a.csv", mapping_text="", mapping_name="", options={}, by=people.officer)
    left = incoming_folder() / ".UP-X.1234.part"
    left.write_bytes(b"half")
    sweep_uploads()
    assert all(one.exists() for one in (orphan, path, left)), "they are fresh"
    for one in (orphan, left, path):
        os.utime(one, (time.time() - 3100,) * 2)
    job = enqueue(task=run_intake, key=f"intake:{receipt.ref}", subject=receipt.ref, by=people.officer)
    sweep_uploads()
    assert [one.exists() for one in (orphan, left, path)] == [False, False, True], "its work still waits"
    Job.objects.filter(pk=job.pk).update(state="failed", ended_at=datetime.now(UTC) - timedelta(minutes=20))
    sweep_uploads()
    assert path.exists(), "an import may be gone on with"
    Job.objects.filter(pk=job.pk).update(ended_at=datetime.now(UTC) - timedelta(minutes=51))
    sweep_uploads()
    assert not path.exists()
    receipt.refresh_from_db()
    assert (receipt.state, receipt.file_path) == ("stopped", "")
    assert "nobody brought the file again" in receipt.why


def test_what_was_gathered_of_an_import_by_command_that_was_cut_off_goes_within_the_hour(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(FILE)
    receipt = receive(path=path, name="a.csv", mapping_text="", mapping_name="", options={}, by=people.officer)
    stage(receipt=receipt, by=people.officer, progress=Progress(None))
    part = next(sheets_folder().glob("*.part"))
    os.utime(part, (time.time() - 3100,) * 2)
    sweep_uploads()
    assert part.exists(), "its process is there"
    hidden_sheets._end_life(receipt.ref)
    os.utime(part, (time.time() - 2000,) * 2)
    sweep_uploads()
    assert part.exists(), "it may be gone on with"
    os.utime(part, (time.time() - 3100,) * 2)
    sweep_uploads()
    receipt.refresh_from_db()
    assert (receipt.state, part.exists()) == ("stopped", False)
    sent = receive(path=path, name="a.csv", mapping_text="", mapping_name="", options={}, by=people.officer)
    assert sent.ref != receipt.ref, "the file brought again is read from its beginning, so that the sheet is whole"


def test_parts_of_a_try_that_was_killed_are_swept_and_those_of_a_living_one_stay(people: SimpleNamespace) -> None:
    path = keep_upload(chunks=[FILE], size=len(FILE), by=people.officer)
    receipt = receive(path=path, name="a.csv", mapping_text="", mapping_name="", options={}, by=people.officer)
    stage(receipt=receipt, by=people.officer, progress=Progress(None))
    part = next(sheets_folder().glob("*.part"))
    Receipt.objects.filter(pk=receipt.pk).delete()  # a try keeps no receipt that others see
    sweep_sheets()
    assert part.exists(), "its process is there"
    dead = part.with_name(part.name.replace(receipt.ref, "RC-KILLED"))
    dead.write_bytes(part.read_bytes())
    (sheets_folder() / "RC-KILLED.lock").touch()  # nobody holds it
    sweep_sheets()
    assert (part.exists(), sorted(one.name for one in sheets_folder().glob("RC-KILLED*"))) == (True, [])
    hidden_sheets.forget_sheet(receipt)
    assert not list(sheets_folder().iterdir())


def test_by_command_the_sheet_is_written_where_it_is_named_for_its_owner_alone(node: Program, tmp_path: Path) -> None:
    node.person("h.officer", "KE", "officer")
    source, sheet, tried = tmp_path / "a.csv", tmp_path / "hidden.xlsx", tmp_path / "tried.xlsx"
    source.write_bytes(FILE)
    dry = node.json("import_cases", str(source), "--by", "h.officer", "--dry-run", "--hidden", str(tried))
    assert (dry["hidden"], dry["hidden_file"], len(_rows(tried.read_bytes()))) == (2, str(tried), 3)
    assert not list((node.home / "hidden").iterdir())
    done = node.json("import_cases", str(source), "--by", "h.officer", "--hidden", str(sheet))
    assert (done["hidden"], done["hidden_file"], done["hidden_until"]) == (2, str(sheet), None)
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    assert _rows(sheet.read_bytes())[1][3] == NAME
    assert not list((node.home / "hidden").iterdir())
    again = node.run("import_cases", str(source), "--by", "h.officer", "--hidden", str(sheet))
    assert again.returncode == 2, "a file that is there is not written over"
    plain = node.json("import_cases", str(source), "--by", "h.officer")
    assert (plain["hidden"], plain["hidden_file"]) == (2, None)
    assert plain["hidden_until"], "it waits for who brought it"
