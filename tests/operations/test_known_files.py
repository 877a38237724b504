"""Lists of known files: loaded by a steward alone, a match is told and restricts, nothing is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from tests.operations.conftest import page_of, program_of
from tidewaiter.operations.actions.hashes import load_hashes
from tidewaiter.operations.actions.wording_files import read_files
from tidewaiter.operations.models import HashList

pytestmark = pytest.mark.django_db
PAGE = "/operations/known-files/"


def _with(person: Any, ref: str, name: str, content: bytes) -> None:
    sent = page_of(person).post(
        f"/operations/{ref}/write/warning/", {"goods": name, "files": [SimpleUploadedFile(name, content)]}
    )
    assert sent.status_code == 302, sent.content.decode()


def test_a_file_on_a_list_is_restricted_whenever_the_list_comes(
    room: Callable[..., Any], staff: SimpleNamespace, tmp_path: Path
) -> None:
    ref = room(staff.jordan).ref
    _with(staff.jordan, ref, "before.jpg", b"picture one")
    read_files()
    table = tmp_path / "list.csv"
    table.write_text(
        "md5,what\n"
        f"{hashlib.md5(b'picture one').hexdigest().upper()},a\n\n# a remark\n"
        f"{hashlib.sha1(b'picture two').hexdigest()}\n"
        f"{hashlib.sha256(b'picture three').hexdigest()};x\n"
    )
    call_command("load_hashes", "national list", str(table), by=staff.steward.username, format="json")
    for number, word in enumerate(("two", "three", "four"), 2):
        _with(staff.jordan, ref, f"{number}.jpg", f"picture {word}".encode())
    told = program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages").json()
    files = [one["attachments"][0] for one in told]
    assert [(file["restricted"], file["lists"], file["name"]) for file in files] == [
        (True, ["national list"], ""),
        (True, ["national list"], ""),
        (True, ["national list"], ""),
        (False, [], "4.jpg"),
    ]
    page = page_of(staff.kenya).get(f"/operations/{ref}/messages/1/").content.decode()
    assert "A known file: it stands on national list" in page
    assert page_of(staff.kenya).get(f"/operations/{ref}/files/{files[0]['ref']}/").status_code == 403
    assert read_files() == 1, "what is restricted is not read"
    found = program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages?q=picture").json()
    assert [one["number"] for one in found] == [4]


def test_a_steward_alone_loads_lists_and_a_wrong_line_is_named(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.ocu).ref
    for person in (staff.ocu, staff.kenya, staff.outsider):
        assert page_of(person).get(PAGE).status_code == 404
    steward = page_of(staff.steward)
    assert steward.get("/operations/").content.decode().count(PAGE) == 1
    digest = hashlib.sha256(b"x").hexdigest()
    wrong = SimpleUploadedFile("l.txt", f"{digest}\nno digest\n".encode())
    answer = steward.post(PAGE, {"name": "A", "file": wrong})
    assert answer.status_code == 422
    assert "Line 2: «no» is no MD5" in answer.content.decode()
    assert not HashList.objects.exists()
    good = SimpleUploadedFile("l.txt", f"{digest}\n{digest}\n".encode())
    assert steward.post(PAGE, {"name": "A", "source": "Unit", "file": good}).status_code == 302
    assert HashList.objects.get().size == 1
    load_hashes(name="A", source="", lines=["0" * 32, "1" * 32], by=staff.steward)
    assert HashList.objects.get().size == 2, "it takes the place of the one of that name"
    assert digest not in steward.get(PAGE).content.decode()
    assert steward.post(PAGE, {"drop": "A"}).status_code == 302
    assert steward.post(PAGE, {"drop": "A"}).status_code == 404
    assert not HashList.objects.exists()
    assert page_of(staff.ocu).get(f"/operations/{ref}/").status_code == 200
