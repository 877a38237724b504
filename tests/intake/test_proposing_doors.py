"""Page, command and program propose the same mapping for a file; its key, and the sheets that are not read, are
told.
"""

from __future__ import annotations

import html
import io
import json
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD
from tests.intake.test_proposing import asked, proposed
from tidewaiter.people.actions import make_token

pytestmark = pytest.mark.django_db
TOTALS = "Year,Month,Region,Drug,Kg,Count of Event\n" + "".join(
    f"2024,{month},{region},{drug},{kilos},{seizures}\n"
    for month, region, drug, kilos, seizures in (
        ("JAN", "North", "Cocaine", 120.5, 49),
        ("JAN", "South", "Cocaine", 3, 2),
        ("FEB", "North", "Cocaine", 80, 31),
        ("FEB", "North", "Heroin", 1.5, 4),
        ("MAR", "South", "Heroin", 2, 1),
    )
)
PARTS = ["Year", "Month", "Region", "Drug"]


def by_program(people: SimpleNamespace, scope: str = "read", who: str = "contact") -> Client:
    """A program that acts for one of the people."""
    person = getattr(people, who)
    _token, text = make_token(officer=person, scope=scope, by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def sent(program: Client, body: bytes, query: str = "") -> Any:
    """The answer to a file."""
    return program.post(f"/api/v1/mappings/propose{query}", body, content_type="application/octet-stream")


def by_command(folder: Path, body: bytes, capsys: Any, *more: str) -> tuple[dict[str, Any], str]:
    """What the command says, and the mapping that it writes."""
    file, to = folder / "foreign", folder / "map.toml"
    file.write_bytes(body)
    capsys.readouterr()
    call_command("propose_mapping", str(file), "-o", str(to), "--format", "json", *more)
    return json.loads(capsys.readouterr().out), to.read_text()


def workbook(*sheets: str) -> bytes:
    """A workbook whose sheets hold the same table."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            for at, line in enumerate(TOTALS.splitlines()):
                sheet.write_row(at, 0, line.split(","))
    return out.getvalue()


def test_page_command_and_program_propose_the_same(
    people: SimpleNamespace, client: Client, tmp_path: Path, capsys: Any, settings: Any
) -> None:
    settings.TIDEWAITER_HOME = str(tmp_path / "home")
    said, text = by_command(tmp_path, TOTALS.encode(), capsys, "--country", "KE")
    answer = sent(by_program(people), TOTALS.encode())
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told.pop("mapping") == text
    assert {name: told[name] for name in told if name != "seconds"} == {
        name: said[name] for name in said if name != "seconds"
    }
    assert tomllib.loads(text)["columns"] == {
        "date": "{Year}-{Month}",
        "subtype": "Drug",
        "quantity": "Kg",
        "events": "Count of Event",
        "office": "Region",
    }
    assert tomllib.loads(text)["key"] == PARTS
    assert tomllib.loads(text)["constants"] == {"country": "KE", "unit": "KGM"}
    assert told["form"] == "DRG"
    client.login(username=people.contact.username, password=PASSWORD)
    page = client.post("/intake/map/", {"file": SimpleUploadedFile("a.csv", TOTALS.encode())}).content.decode()
    shown = re.search(r'<pre class="in t12">(.*?)</pre>', page, re.DOTALL)
    assert shown is not None
    assert html.unescape(shown[1]).strip() == text.strip()


def test_the_program_is_told_what_to_choose_and_others_are_refused(
    people: SimpleNamespace, tmp_path: Path, settings: Any
) -> None:
    settings.TIDEWAITER_HOME = str(tmp_path / "home")
    program = by_program(people)
    unclear = sent(program, b"Date,Thing,Number\n2024-01-02,blorb,3\n2024-01-03,frobs,4\n")
    assert unclear.status_code == 422
    assert unclear.json()["code"] == "form_unsure"
    assert unclear.json()["errors"][0]["field"] == "form"
    said = sent(program, b"Date,Thing,Number\n2024-01-02,blorb,3\n2024-01-03,frobs,4\n", "?form=DRG")
    assert said.status_code == 200
    assert "subtype" in {one["about"] for one in said.json()["asked"]}
    assert sent(program, b"").status_code == 422
    assert sent(program, TOTALS.encode(), "?country=Nowhere").json()["code"] == "unknown_country"
    assert sent(program, TOTALS.encode(), "?frm=DRG").status_code == 422
    assert sent(program, TOTALS.encode(), "?form=NIX").status_code == 404
    assert sent(program, b"x" * (20 * 1024**2 + 1)).status_code == 413
    assert sent(Client(), TOTALS.encode()).status_code == 401
    assert sent(by_program(people, who="reviewer"), TOTALS.encode()).status_code == 403


def test_other_sheets_of_a_workbook_are_named(
    people: SimpleNamespace, tmp_path: Path, capsys: Any, settings: Any
) -> None:
    settings.TIDEWAITER_HOME = str(tmp_path / "home")
    book = workbook("2024", "2023", "Notes, old")
    said, text = by_command(tmp_path, book, capsys, "--country", "KE")
    [told] = [one for one in said["asked"] if one["about"] == "sheet"]
    assert told["choices"] == ["2023", "Notes, old"]
    assert text.startswith("# These sheets are not read.") or "\n# These sheets are not read." in text
    assert tomllib.loads(text)["reader"]["sheet"] == "2024"
    answer = sent(by_program(people), book).json()
    assert [one for one in answer["asked"] if one["about"] == "sheet"] == [told]
    alone, _text = by_command(tmp_path, workbook("2024"), capsys, "--country", "KE")
    assert not [one for one in alone["asked"] if one["about"] == "sheet"]


def table(head: str, value: str) -> str:
    """Seven seizures with one more column."""
    rows = [f"2024-01-{at:02}|Cocaine|{at}.5|{value.format(at=at, more=4711 + 13 * at)}" for at in range(1, 8)]
    return "\n".join([f"Date|Drug|Kg|{head}", *rows])


def test_a_column_is_the_key_by_its_head_or_by_its_marks() -> None:
    assert proposed("DRG", table("Object ID", "{more}")).mapping.key == ("Object ID",)
    assert proposed("DRG", table("Zettel", "ZA-{more}")).mapping.key == ("Zettel",)
    assert proposed("DRG", table("Zettel", "{at}")).mapping.key == ()
    assert proposed("DRG", table("Zettel", "a{at} note of the day")).mapping.key == ()
    again = table("Zettel", "ZA-{more}").replace("ZA-4737", "ZA-4724")
    assert proposed("DRG", again).mapping.key == ()


def test_of_several_columns_a_person_says_which_is_the_key(people: SimpleNamespace, client: Client) -> None:
    several = table("Zettel|Blatt", "ZA-{more}|QQ/{more}")
    answer = proposed("DRG", several)
    assert answer.mapping.key == ()
    [question] = [one for one in answer.questions if one.about == "key"]
    assert question.choices == ("Zettel", "Blatt")
    client.login(username=people.contact.username, password=PASSWORD)
    upload = SimpleUploadedFile("a.csv", several.replace("|", ",").encode())
    page = client.post("/intake/map/", {"file": upload, "form": "DRG"}).content.decode()
    assert '<option value="Blatt">' in page
    sealed = re.search(r'name="sealed" value="([^"]*)"', page)
    assert sealed is not None
    said = {"sealed": sealed[1], "form": "DRG", "chosen": "1", "t0": "date", "t1": "subtype", "t2": "quantity"}
    shown = html.unescape(client.post("/intake/map/", said | {"key": "Blatt", "deed": "try"}).content.decode())
    assert 'key = ["Blatt"]' in shown
    assert 'key = ["Drug"]' not in html.unescape(
        client.post("/intake/map/", said | {"key": "Drug", "deed": "try"}).content.decode()
    )


def test_a_reference_needs_no_key_and_totals_without_a_count_get_none() -> None:
    assert proposed("DRG", table("Case number", "{more}")).mapping.key == ()
    assert proposed("DRG", table("Case number", "{more}")).mapping.columns["national_ref"] == "Case number"
    months = TOTALS.replace(",Count of Event", "").replace(",", "|")
    without = "\n".join(line.rsplit("|", 1)[0] if at else line for at, line in enumerate(months.splitlines()))
    assert proposed("DRG", without).mapping.key == ()
    doubled = TOTALS + TOTALS.splitlines()[1] + "\n"
    assert proposed("DRG", doubled.replace(",", "|")).mapping.key == ()
    assert "key" not in asked(proposed("DRG", doubled.replace(",", "|")))


def test_a_mapping_that_is_proposed_restates_and_never_adds(
    people: SimpleNamespace, tmp_path: Path, capsys: Any, settings: Any
) -> None:
    settings.TIDEWAITER_HOME = str(tmp_path / "home")
    _said, text = by_command(tmp_path, TOTALS.encode(), capsys, "--country", "KE")
    mapping = tmp_path / "map.toml"
    mapping.write_text(text)
    answers = []
    for body in (TOTALS, TOTALS.replace("120.5,49", "121,50")):
        file = tmp_path / "release.csv"
        file.write_text(body)
        call_command(
            "import_cases", str(file), "--by", people.contact.username, "--mapping", str(mapping), "--format", "json"
        )
        answers.append(json.loads(capsys.readouterr().out))
    assert [answers[0][name] for name in ("rows", "accepted", "rejected")] == [5, 5, 0]
    assert [answers[1][name] for name in ("rows", "unchanged", "changed", "accepted")] == [5, 4, 1, 0]
