"""Rooms find files by what they say: PDF, Word, Excel, letters, text; never restricted ones, never for a partner."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import weasyprint
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.operations.conftest import page_of, program_of
from tidewaiter.operations.actions.wording_files import read_files
from tidewaiter.operations.models import Attachment

pytestmark = pytest.mark.django_db
LETTER = b"""From: a@example.org
To: b@example.org
Subject: Kamerad Ankerplatz
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><body><p>The <b>lantern</b> is lit</p></body></html>
"""


def _word() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "word/document.xml",
            '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            "<w:body><w:p><w:r><w:t>Crème brûlée в трюме</w:t></w:r></w:p></w:body></w:document>",
        )
        archive.writestr("word/vbaData.xml", "<x><t>notthis</t></x>")
    return made.getvalue()


def _sheet() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "Kestrel 99")
    return made.getvalue()


def test_files_are_found_by_what_they_say_by_those_alone_who_may_read_names(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.jordan).ref
    files = {
        "paper.pdf": weasyprint.HTML(string="<p>Wolkenbruch seal 4711</p>").write_pdf(),
        "word.docx": _word(),
        "sheet.xlsx": _sheet(),
        "letter.eml": LETTER,
        "plain.txt": "Ägäis testing".encode("cp1252"),
        "odd.bin": b"\0\1\2" * 100,
        "broken.pdf": b"%PDF-1.7 and no more",
    }
    for name, content in files.items():
        sent = page_of(staff.jordan).post(
            f"/operations/{ref}/write/warning/", {"goods": name, "files": [SimpleUploadedFile(name, content)]}
        )
        assert sent.status_code == 302
    page_of(staff.jordan).post(
        f"/operations/{ref}/write/warning/",
        {"goods": "hidden", "restricted": "on", "files": [SimpleUploadedFile("r.txt", b"nightingale")]},
    )
    assert read_files() == 7
    assert read_files() == 0, "each is read once"
    assert Attachment.objects.get(restricted=True).words is None
    assert not any(b"olkenbruch" in bytes(row.words) for row in Attachment.objects.filter(restricted=False))

    def found(person: Any, words: str) -> list[str]:
        told = program_of(person).get(f"/api/v1/operations/{ref}/messages", {"q": words}).json()
        return [one["data"]["goods"] for one in told]

    assert found(staff.kenya, "wolkenbruch 4711") == ["paper.pdf"]
    assert found(staff.kenya, "creme brulee") == ["word.docx"]
    assert found(staff.kenya, "трюме") == ["word.docx"]
    assert found(staff.kenya, "kestrel") == ["sheet.xlsx"]
    assert found(staff.kenya, "ankerplatz lantern") == ["letter.eml"]
    assert found(staff.kenya, "test agais") == ["plain.txt"]
    assert found(staff.kenya, "notthis") == []
    assert found(staff.kenya, "nightingale") == []
    assert found(staff.private, "wolkenbruch") == [], "a file may name anybody"
