"""Digital evidence by page, program and command: acquired with its tool, brought piece by piece, read again."""

from __future__ import annotations

import hashlib
import json
import resource
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from tests.evidence.conftest import SHOES, Program, page_of
from tests.evidence.test_exports import run
from tidewaiter.evidence.actions import hand_over, seize, take
from tidewaiter.evidence.actions.acquisitions import verify_due
from tidewaiter.evidence.actions.bringing import drop_old_uploads
from tidewaiter.evidence.digital.manifests import Counted, lines_of
from tidewaiter.evidence.models import Acquisition, CustodyEvent, Exhibit, Upload, Verification
from tidewaiter.foundation.moments import now
from tidewaiter.vault.actions import path_of

pytestmark = pytest.mark.django_db

IMAGE = bytes(range(256)) * 4000
DIGEST = hashlib.sha256(IMAGE).hexdigest()
LIST = f"{hashlib.sha256(b'a').hexdigest()}  DCIM/IMG_0001.JPG\n{hashlib.sha256(b'b').hexdigest()}  notes.txt\n"
HOW = {"method": "physical", "role": "des", "tool": "dc3dd", "version": "7.3", "write_protection": "blocker T35u"}


@pytest.fixture
def phone(staff: SimpleNamespace, case: Any) -> Any:
    """A telephone that an officer has seized."""
    said = {**SHOES, "description": "A telephone, black", "quantity": "1", "unit": "H87", "material": "data"}
    return seize(said={**said, "case": case.ref}, by=staff.officer)


def _brought(program: Program, ref: str, content: bytes, piece: int = 300_000) -> str:
    said = {"name": "phone.img", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    made = program.post(f"exhibits/{ref}/uploads", said)
    assert made.status_code == 201, made.content
    upload, at = made.json()["ref"], 0
    while at < len(content):
        sent = program.client.post(
            f"/api/v1/evidence/uploads/{upload}/pieces?offset={at}",
            content[at : at + piece],
            content_type="application/octet-stream",
        )
        assert sent.status_code == 200, sent.content
        at = sent.json()["received"]
    return str(upload)


def test_a_program_brings_an_image_piece_by_piece_and_goes_on_where_it_stopped(
    staff: SimpleNamespace, phone: Any
) -> None:
    program = Program(staff.officer)
    made = program.post(f"exhibits/{phone.ref}/uploads", {"name": "phone.img", "size": len(IMAGE), "sha256": DIGEST})
    upload = made.json()["ref"]
    door = f"/api/v1/evidence/uploads/{upload}/pieces?offset="

    def send(at: int, end: int) -> Any:
        return program.client.post(door + str(at), IMAGE[at:end], content_type="application/octet-stream")

    assert send(0, 400_000).json()["received"] == 400_000
    assert send(0, 400_000).json()["received"] == 400_000, "said again it is passed over"
    gap = send(600_000, 700_000)
    assert gap.status_code == 422
    assert "400000 bytes of it" in gap.content.decode()
    assert program.get(f"uploads/{upload}").json()["received"] == 400_000
    send(400_000, 900_000)
    assert send(900_000, len(IMAGE)).json()["done"] is True
    assert Program(staff.other).get(f"uploads/{upload}").status_code == 404
    assert path_of(DIGEST).is_file()


def test_what_is_not_what_its_digest_says_is_not_kept(staff: SimpleNamespace, phone: Any) -> None:
    program = Program(staff.officer)
    said = {"name": "phone.img", "size": 4, "sha256": hashlib.sha256(b"good").hexdigest()}
    upload = program.post(f"exhibits/{phone.ref}/uploads", said).json()["ref"]
    door = f"/api/v1/evidence/uploads/{upload}/pieces?offset=0"
    bad = program.client.post(door, b"evil", content_type="application/octet-stream")
    assert bad.status_code == 422
    assert program.get(f"uploads/{upload}").json()["received"] == 0
    good = program.client.post(door, b"good", content_type="application/octet-stream")
    assert good.json()["done"] is True


def test_an_acquisition_by_program_is_an_event_with_image_and_list(staff: SimpleNamespace, phone: Any) -> None:
    program = Program(staff.officer)
    _brought(program, phone.ref, IMAGE)
    _brought(program, phone.ref, LIST.encode())
    said = {"kind": "acquire", **HOW, "file": DIGEST, "manifest": hashlib.sha256(LIST.encode()).hexdigest()}
    made = program.post(f"exhibits/{phone.ref}/events", said)
    assert made.status_code == 201, made.content
    event = CustodyEvent.objects.get(exhibit=phone, kind="acquire")
    assert [one["role"] for one in event.files] == ["image", "manifest"]
    assert event.files[0]["sha256"] == DIGEST
    assert (event.detail["tool"], event.detail["version"], event.detail["role"]) == ("dc3dd", "7.3", "des")
    [one] = program.get(f"exhibits/{phone.ref}/acquisitions").json()
    assert (one["sha256"], one["manifest_files"], one["kept_in"]) == (DIGEST, 2, "vault")
    done = program.post(f"exhibits/{phone.ref}/acquisitions/{one['ref']}/verify", {})
    assert done.json()["result"] == "whole"


def test_an_acquisition_by_page_with_its_files(staff: SimpleNamespace, phone: Any) -> None:
    page = page_of(staff.officer)
    assert page.get(f"/evidence/{phone.ref}/acquire/").status_code == 200
    wrong = page.post(f"/evidence/{phone.ref}/acquire/", {**HOW, "write_protection": ""})
    assert wrong.status_code == 400
    assert "how writing was prevented" in wrong.content.decode()
    files = {"image": SimpleUploadedFile("phone.img", IMAGE), "manifest": SimpleUploadedFile("l.txt", LIST.encode())}
    done = page.post(f"/evidence/{phone.ref}/acquire/", {**HOW, **files, "every_days": "30"}, follow=True)
    said = done.content.decode()
    assert "dc3dd 7.3" in said
    assert "2 files listed" in said
    one = Acquisition.objects.get()
    assert one.next_at is not None
    again = page.post(f"/evidence/{phone.ref}/acquisitions/{one.ref}/", follow=True).content.decode()
    assert "Image: The same." in again


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"method": "remote", "source": "https://files.example", "legal_basis": ""}, "which legal basis"),
        ({"method": "cloud", "legal_basis": "order 7", "source": ""}, "where it comes from"),
        ({"method": "screenshot", "source": ""}, "where it comes from"),
        ({"method": "physical", "tool": ""}, "with which tool"),
    ],
)
def test_what_each_way_needs_is_asked_for(
    staff: SimpleNamespace, phone: Any, said: dict[str, str], sentence: str
) -> None:
    plain = {**HOW, "kind": "acquire", "where": "safe 3, disk 12", "sha256": DIGEST, "size": 12}
    answer = Program(staff.officer).post(f"exhibits/{phone.ref}/events", {**plain, **said})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_an_image_elsewhere_is_read_below_the_named_folder_by_command(
    staff: SimpleNamespace, phone: Any, settings: Any, tmp_path: Path
) -> None:
    settings.EVIDENCE_FOLDER = str(tmp_path)
    (tmp_path / "disk.e01").write_bytes(IMAGE)
    (tmp_path / "list").write_text(LIST)
    words = [
        "acquire_evidence",
        phone.reference,
        "--method",
        "physical",
        "--tool",
        "ewfacquire",
        "--tool-version",
        "20",
    ]
    words += ["--write-protection", "blocker", "--where", "disk.e01", "--manifest", str(tmp_path / "list")]
    with pytest.raises(CommandError, match="another SHA-256"):
        run(*words, "--sha256", "0" * 64, "--by", "officer.ke")
    said = run(*words, "--sha256", DIGEST, "--by", "officer.ke")
    assert (said["sha256"], said["size"], said["files"]) == (DIGEST, len(IMAGE), 2)
    assert run("verify_image", phone.ref, said["ref"], "--by", "officer.ke")["result"] == "whole"
    (tmp_path / "disk.e01").write_bytes(IMAGE[:-1] + b"x")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_image", phone.ref, said["ref"], "--by", "officer.ke", "--format", "json", stdout=out)
    assert json.loads(out.getvalue())["result"] == "changed"
    with pytest.raises(CommandError):
        run(*words[:-4], "--where", "../../etc/passwd", "--sha256", DIGEST, "--by", "officer.ke")


def _acquired(staff: SimpleNamespace, phone: Any) -> Acquisition:
    program = Program(staff.officer)
    _brought(program, phone.ref, IMAGE)
    said = {"kind": "acquire", **HOW, "file": DIGEST, "every_days": 30}
    assert program.post(f"exhibits/{phone.ref}/events", said).status_code == 201
    return Acquisition.objects.get()


def test_an_image_is_read_again_by_the_clock_and_after_each_move(staff: SimpleNamespace, phone: Any) -> None:
    one = _acquired(staff, phone)
    assert verify_due() == 0
    Acquisition.objects.update(next_at=now() - timedelta(minutes=1))
    assert verify_due() == 1
    said = {"to": "custodian.ke", "purpose": "examination", "authority": "MC-221/26"}
    [event] = hand_over(exhibits=[Exhibit.objects.get(pk=phone.pk)], said=said, by=staff.officer)
    take(event=event, said={}, by=staff.custodian)
    assert verify_due() == 1
    assert verify_due() == 0
    path_of(DIGEST).write_bytes(IMAGE[:-1] + b"x")
    Acquisition.objects.update(next_at=now() - timedelta(minutes=1))
    verify_due()
    found = list(Verification.objects.filter(acquisition=one).order_by("at").values_list("why", "result"))
    assert found == [("clock", "whole"), ("moved", "whole"), ("clock", "changed")]
    assert "Changed" in page_of(staff.custodian).get(f"/evidence/{phone.ref}/").content.decode()
    path_of(DIGEST).unlink()


def test_a_list_of_a_million_files_streams(tmp_path: Path) -> None:
    path = tmp_path / "list"
    with path.open("w") as file:
        for number in range(1_000_000):
            file.write(f'{{"path":"DCIM/IMG_{number:07d}.JPG","sha256":"{number:064x}","size":{number}}}\n')
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counted = Counted()
    with path.open("rb") as lines:
        size = sum(len(some) for some in lines_of(lines, counted))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (counted.files, counted.size) == (1_000_000, 499_999_500_000)
    assert size > 100_000_000
    assert grown < 50_000, "kilobytes"


def test_a_list_that_is_not_understood_names_its_line(staff: SimpleNamespace, phone: Any) -> None:
    program = Program(staff.officer)
    bad = LIST + "not a line\n"
    _brought(program, phone.ref, bad.encode())
    digest = hashlib.sha256(bad.encode()).hexdigest()
    said = {"kind": "acquire", **HOW, "where": "safe 3", "size": 4, "sha256": DIGEST, "manifest": digest}
    answer = program.post(f"exhibits/{phone.ref}/events", said)
    assert answer.status_code == 422
    assert "Line 3 of the list" in answer.content.decode()
    assert not Acquisition.objects.exists()


def test_what_nobody_goes_on_with_is_thrown_away_after_a_week(staff: SimpleNamespace, phone: Any) -> None:
    said = {"name": "x", "size": 10, "sha256": DIGEST}
    Program(staff.officer).post(f"exhibits/{phone.ref}/uploads", said)
    assert drop_old_uploads() == 0
    Upload.objects.update(at=now() - timedelta(days=8))
    assert drop_old_uploads() == 1
    assert not Upload.objects.exists()
