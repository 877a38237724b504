"""Ten public layouts of press releases and seizure lists, by page, file and program: who is named is hidden, or asked;
places, offices, brands and ships stay.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD, PROJECT
from tests.making import record, unindented
from tidewaiter.cases.models import Case
from tidewaiter.intake.models import Receipt
from tidewaiter.people.actions import make_token

LAYOUTS: list[dict[str, Any]] = tomllib.loads((PROJECT / "tests" / "privacy" / "layouts.toml").read_text())["layout"]
each = pytest.mark.parametrize("one", LAYOUTS, ids=[one["of"].replace(" ", "_") for one in LAYOUTS])


def _named_in(text: str, one: dict[str, Any]) -> list[str]:
    return [name for name in one["gone"] if name in text]


def _lost_from(text: str, one: dict[str, Any]) -> list[str]:
    return [words for words in one["stays"] if words not in text]


@pytest.mark.django_db
@each
def test_by_program_a_release_keeps_its_places_and_loses_its_people(
    one: dict[str, Any], people: SimpleNamespace
) -> None:
    _token, key = make_token(officer=people.contact, scope="write", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {key}"})
    said = json.dumps(record(narrative=one["text"]))
    answer = program.post("/api/v1/cases", said, content_type="application/json")
    assert answer.status_code == 201
    kept = str(Case.objects.get().header["narrative"])
    assert (_named_in(kept, one), _lost_from(kept, one)) == ([], [])
    told = json.dumps(answer.json(), ensure_ascii=False)
    assert not [name for name in one["gone"] if name not in told], "the program that sent it is told what was hidden"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_by_page_the_officer_is_asked_of_each_and_of_nothing_else_that_must_stay(
    language: str, people: SimpleNamespace
) -> None:
    people.contact.language = language
    people.contact.save()
    client = Client()
    assert client.login(username=people.contact.username, password=PASSWORD)
    typed = {
        **{"date": "2026-03-04", "country": "KE", "location_type": "seaport", "kind": "seizure", "lines": "1"},
        **{"direction": "import", "detection.method": "routine", "conveyance.mode": "1", "deed": "keep"},
        **{"lines.1.subtype": "pistol", "lines.1.quantity": "2", "lines.1.unit": "H87"},
    }
    for number, one in enumerate(LAYOUTS):
        said = {**typed, "national_ref": f"KE-L{number}", "narrative": one["text"]}
        page = unindented(client.post("/cases/new/WPN/", said).content.decode())
        asked = [unescape(words) for words in re.findall(r"<legend>\s*<b>(.*?)</b>", page, re.DOTALL)]
        assert not [name for name in one["gone"] if not any(name in words for words in asked)], one["of"]
        assert not [words for words in one["stays"] if any(words in what for what in asked)], one["of"]
        answers = dict.fromkeys(re.findall(r"name=\"(person\.\w+)\"", page), "yes")
        assert client.post("/cases/new/WPN/", {**said, **answers}).status_code == 302
        kept = str(Case.objects.get(national_ref=f"KE-L{number}").header["narrative"])
        assert (_named_in(kept, one), _lost_from(kept, one)) == ([], [])


@pytest.mark.django_db
def test_by_file_a_seizure_list_keeps_its_places_and_the_sheet_of_what_was_hidden_names_the_rest(
    people: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "releases.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["form", "national_ref", "date", "country", "subtype", "quantity", "unit", "office", "narrative", "Accused"]
        )
        for number, one in enumerate(LAYOUTS):
            where = ["Santa Cruz", "San Pedro", "Port Victoria", "Juan Santamaría"][number % 4]
            rows.writerow(
                ["WPN", f"L{number}", "2026-03-04", "KE", "pistol", "2", "H87", where, one["text"], one["gone"][0]]
            )
    call_command("import_cases", str(path), by=people.contact.username, format="json")
    assert json.loads(capsys.readouterr().out)["accepted"] == 10
    for number, one in enumerate(LAYOUTS):
        header = Case.objects.get(national_ref=f"L{number}").header
        assert (_named_in(json.dumps(header, ensure_ascii=False), one), _lost_from(str(header["narrative"]), one)) == (
            [],
            [],
        )
        assert header["office"] == ["Santa Cruz", "San Pedro", "Port Victoria", "Juan Santamaría"][number % 4]
    receipt = Receipt.objects.get()
    client = Client()
    assert client.login(username=people.contact.username, password=PASSWORD)
    answer = client.post(f"/intake/{receipt.ref}/hidden")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined] -- a file is streamed
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    told = {str(row[3]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert not [name for one in LAYOUTS for name in one["gone"] if not any(name in words for words in told)]
    assert not [words for one in LAYOUTS for words in one["stays"] if words in told]
