"""What an owner takes: a zip that lies nowhere, checked off line; the report that stays is for those who wrote it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from tests.operations.conftest import page_of, program_of
from tests.operations.messages import SEIZURE, WARNING, send_as
from tidewaiter.operations.actions.drafting import attach
from tidewaiter.operations.actions.ending import close
from tidewaiter.operations.actions.opening import open_operation
from tidewaiter.operations.actions.taking import take_own
from tidewaiter.operations.models import Taken
from tidewaiter.operations.planned import read_planned

pytestmark = pytest.mark.django_db
MIB = 1024 * 1024


def _file(room: Callable[..., Any], by: Any, name: str, content: bytes, **more: Any) -> str:
    return attach(room=room(by), name=name, media_type="text/plain", chunks=[content], by=by, **more).ref


def test_an_export_is_sent_bit_by_bit_and_is_as_long_as_it_says(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.jordan).ref
    content = bytes(range(256)) * 4096
    files = [_file(room, staff.jordan, f"scan{n}.bin", content * 8) for n in range(6)]
    send_as(room, staff.jordan, "warning", WARNING, files=files)
    tracemalloc.start()
    pack = take_own(room=room(staff.jordan), by=staff.jordan)
    digest, size = hashlib.sha256(), 0
    for piece in pack.pieces:
        digest.update(piece)
        size += len(piece)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == pack.size > 48 * MIB
    assert digest.hexdigest() == Taken.objects.get(administration="JO").sha256
    assert peak < 24 * MIB, f"{peak / MIB:.0f} MiB were held of {size / MIB:.0f}"
    answer = program_of(staff.jordan).post(f"/api/v1/operations/{ref}/export")
    assert answer.streaming
    sent = answer.getvalue()
    assert len(sent) == int(answer["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(sent)) as archive:
        assert archive.testzip() is None
        assert archive.read("files/1-6-scan5.bin") == content * 8


def test_an_export_is_checked_off_line_and_a_changed_file_is_told(
    room: Callable[..., Any], staff: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ref = room(staff.spain).ref
    files = [_file(room, staff.spain, "scan.txt", b"scan"), _file(room, staff.spain, "x.jpg", b"no", restricted=True)]
    send_as(room, staff.spain, "seizure", SEIZURE, files=files)
    path = tmp_path / "own.zip"
    call_command("take_data", ref, output=path, by=staff.spain.username, format="json")
    told = json.loads(capsys.readouterr().out)
    assert (told["messages"], told["files"], told["bytes"]) == (1, 1, path.stat().st_size)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == told["sha256"]

    def checked(file: Path) -> dict[str, Any]:
        with contextlib.suppress(SystemExit):
            call_command("verify_certificate", str(file), format="json")
        return dict(json.loads(capsys.readouterr().out))

    found = checked(path)
    assert (found["valid"], found["kind"], found["administration"]) == (True, "export", "ES")
    assert found["counts"] == {"messages": 1, "files": 1}
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for changed, why in (
        (parts | {"files/1-1-scan.txt": b"scam"}, "not as its message names it"),
        ({"messages.json": parts["messages.json"]}, "a file is missing"),
        (parts | {"messages.json": parts["messages.json"].replace(b"318", b"319")}, "changed after it was signed"),
    ):
        with zipfile.ZipFile(tmp_path / "changed.zip", "w") as archive:
            for name, content in changed.items():
                archive.writestr(name, content)
        found = checked(tmp_path / "changed.zip")
        assert found["valid"] is False
        assert why in found["why"]


def test_the_report_that_stays_is_read_by_members_of_administrations_alone(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    send_as(room, staff.jordan, "warning", WARNING, to=["KE"])
    operation = room(staff.ocu).operation
    close(operation=operation, by=staff.ocu)
    address = f"/operations/{operation.ref}/closing/"
    foreign = open_operation(said=read_planned({"title": "Elsewhere"}), by=staff.second).ref
    for key, reads, sees in (
        ("ocu", True, True),
        ("kenya", True, True),
        ("spain", True, True),
        ("watcher", False, True),
        ("private", False, True),
        ("steward", False, True),
        ("outsider", False, False),
        ("kenya_too", False, False),
    ):
        browser = page_of(getattr(staff, key))
        page = browser.get(address)
        assert page.status_code == (200 if sees else 404), key
        assert ("paper/report" in page.content.decode()) == reads, key
        assert browser.get(f"{address}paper/report/").status_code == (200 if reads else 404), key
        assert browser.get(f"/operations/{foreign}/closing/paper/report/").status_code == 404, key
    operation.refresh_from_db()
    operation.members.all().delete()
    for key, reads in (("ocu", True), ("kenya", False), ("steward", False)):
        operation.phase = "destroyed"
        operation.save()
        assert page_of(getattr(staff, key)).get(f"{address}paper/report/").status_code == (200 if reads else 404), key
