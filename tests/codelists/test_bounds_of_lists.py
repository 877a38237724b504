"""A list, a form, a table that is brought by page cannot take the node's memory or time."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import PASSWORD
from tests.intake.bombs import packed
from tidewaiter.codelists.models import Code

pytestmark = pytest.mark.django_db


def _signed(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _left(home: Path) -> list[str]:
    folders = [home / name for name in ("held", "scratch")]
    return [path.name for folder in folders if folder.exists() for path in folder.iterdir()]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (packed(b"code,en\n" + b"a,b\n" * 250_000, 60), "A packed file may unpack to 200 times its own size."),
        (b"code,en\n" + b"".join(b"c%d,x\n" % n for n in range(250_001)), "A list may have 250\u202f000 codes."),
        (b"code,en\n" + b"c1," + b"x" * 200_000 + b"\n", "Line 2: a cell holds more than 100,000 signs."),
        (b"code," + b",".join(b"h%d" % n for n in range(3_000)) + b"\n", "A table may have 2\u202f000 columns."),
    ],
    ids=["packed", "codes", "cell", "columns"],
)
def test_a_list_that_is_none_is_refused_by_page_and_is_not_held(
    data: bytes, words: str, people: SimpleNamespace, settings: Any, tmp_path: Path
) -> None:
    settings.TIDEWAITER_HOME = str(tmp_path / "home")
    before = Code.objects.count()
    file = SimpleUploadedFile("direction.csv", data)
    answer = _signed(people.steward).post("/codelists/load/", {"list": "direction", "version": "2", "file": file})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Code.objects.count() == before
    assert _left(tmp_path / "home") == []


def test_a_list_in_windows_letters_with_loose_quotes_is_read_as_ever(people: SimpleNamespace) -> None:
    text = 'code,en,fr\nin,In,"Entr\u00e9e" libre\nout,Out,Sortie\n'.encode("cp1252")
    file = SimpleUploadedFile("direction.csv", text)
    answer = _signed(people.steward).post("/codelists/load/", {"list": "direction", "version": "2", "file": file})
    assert answer.status_code == 200, answer.content.decode()[-2000:]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'code = "WPN"\nnote = "{"x" * 1_100_000}"', "A mapping or a definition may have 1 MiB."),
        (".".join(["a"] * 60_000) + " = 1", "A mapping or a definition may nest 64 levels deep."),
        ("a = " + "[" * 60_000, "A mapping or a definition may nest 64 levels deep."),
    ],
    ids=["bytes", "dots", "brackets"],
)
def test_a_form_that_would_be_read_for_ever_is_refused_by_page(text: str, words: str, people: SimpleNamespace) -> None:
    file = SimpleUploadedFile("WPN.toml", text.encode())
    answer = _signed(people.steward).post("/forms/load/", {"file": file})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_table_from_elsewhere_is_bounded_by_page_and_is_not_held(
    people: SimpleNamespace, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIDEWAITER_HOME = str(tmp_path / "home")
    client = _signed(people.analyst)

    def brought(data: bytes) -> str:
        file = SimpleUploadedFile("imports.csv", data)
        return client.post("/statistics/bring/imports/", {"file": file}, follow=True).content.decode()

    heads = b"reporterISO,partnerISO,cmdCode,primaryValue,refYear\n"
    assert "A packed file may unpack to 200 times its own size." in brought(packed(b"a," * (1 << 19), 400))
    assert _left(tmp_path / "home") == []
    monkeypatch.setenv("TIDEWAITER_LIMIT_TABLE_SUMS", "50")
    rows = b"".join(b"KEN,CHN,%02d0101,5,2025\n" % (1 + n) for n in range(60))
    assert "What a table is added up to may be 50 different rows. Row 51 is over that." in brought(heads + rows)
    assert _left(tmp_path / "home") == []
    of_one_chapter = b"".join(b"KEN,CHN,64%04d,5,2025\n" % n for n in range(900))
    assert "900 rows read, 0 left out." in brought(heads + of_one_chapter), "products of a chapter are one sum"
