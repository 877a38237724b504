"""No file that is taken away holds what a spreadsheet would run: every writer of the
program, with the same planted words.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ibis
import pytest
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from tests.conftest import PASSWORD, PROJECT
from tests.intake.test_intake import HEAD, bring, write
from tests.making import case_in, made_by_worker
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case, Line
from tidewaiter.codelists import queries
from tidewaiter.codelists.models import CodeList, Label
from tidewaiter.codelists.queries import look_again
from tidewaiter.foundation.tables import csv_answer, workbook_of_rows
from tidewaiter.foundation.text import as_said, neutral
from tidewaiter.intake.mending import rejected_file
from tidewaiter.intake.mending.hidden_sheets import keep_part, make_sheet, opened_sheet
from tidewaiter.intake.models import Receipt
from tidewaiter.ledger.models import Entry
from tidewaiter.people.models import Administration
from tidewaiter.statistics import store
from tidewaiter.statistics.actions import write_report
from tidewaiter.statistics.comparisons.gtric import Found, Propensity
from tidewaiter.statistics.management.commands import gtric as gtric_command
from tidewaiter.statistics.report.frozen_data import freeze
from tidewaiter.trade.engines import engine
from tidewaiter.trade.files.writing import write_table

PLANTED = (
    "=1+1",
    "+1+cmd",
    "-2+3+cmd",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("http://x";"y")',
    "=cmd|'/c calc'!A0",
)
SAFE = {"'" + one for one in PLANTED}
RUNS = re.compile(r"[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?\d*\.?\d+")


def _runs(cells: list[list[str]]) -> list[str]:
    """The cells that a spreadsheet would take for a formula."""
    return [cell for row in cells for cell in row if RUNS.match(cell) and not NUMBER.fullmatch(cell)]


def _csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _sheets(content: bytes) -> list[list[str]]:
    """The texts of a workbook; that none of its cells is a formula is looked for in its bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert not re.search(rb"<f[ >/]", archive.read(name)), name
    rows = [row for sheet in load_workbook(io.BytesIO(content)) for row in sheet.iter_rows(values_only=True)]
    return [[cell.replace("_x000D_", "\r") for cell in row if isinstance(cell, str)] for row in rows]


def _body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else bytes(answer.content)


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


WRITERS = {
    "cases/export.py",
    "foundation/tables.py",
    "forms/workbook.py",
    "intake/mending/hidden_sheets.py",
    "intake/mending/rejected_file.py",
    "registry/demo.py",
    "registry/management/commands/compare_names.py",
    "registry/management/commands/screen_file.py",
    "statistics/report/workbook.py",
    "statistics/table_views.py",
    "statistics/management/commands/gtric.py",
    "statistics/management/commands/statistics.py",
    "trade/demo.py",
    "trade/files/writing.py",
}
"""Every file that writes CSV or workbooks. One that comes new gets a test here before it gets a place in this set."""


def test_every_writer_of_tables_is_one_that_is_tested_here() -> None:
    source = re.compile(r"csv\.writer|DictWriter|\.to_csv|to_excel|xlsxwriter\.Workbook|openpyxl")
    house = PROJECT / "tidewaiter"
    found = {str(path.relative_to(house)) for path in house.rglob("*.py") if source.search(path.read_text())}
    assert found == WRITERS


@pytest.mark.parametrize("text", PLANTED)
def test_a_text_that_would_run_is_written_with_an_apostrophe_and_read_back_without(text: str) -> None:
    assert neutral(text) == "'" + text
    assert as_said(neutral(text)) == text
    assert neutral("'" + text) == "''" + text, "what had an apostrophe keeps it"


@pytest.mark.parametrize("text", ["-3.5", "+12", "1,5", "Kenya", "", "a=b", "-", "0"])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text


def test_tables_of_pages_run_nothing() -> None:
    rows = [[one, -3.5, None] for one in PLANTED]
    answer = _csv(_body(csv_answer("x", ["a", "b", "c"], rows)))
    assert {row[0] for row in answer[1:]} == SAFE
    assert {row[1] for row in answer[1:]} == {"-3.5"}
    assert {row[0] for row in _sheets(workbook_of_rows(["a", "b", "c"], rows))[1:]} == SAFE


def test_the_sheet_of_what_was_hidden_runs_nothing(people: SimpleNamespace) -> None:
    receipt = Receipt(ref="RC-1", brought_by=people.contact.username)
    keep_part(receipt, 1, [(1, one, one, one, one, True) for one in PLANTED])
    assert make_sheet(receipt)
    with opened_sheet(receipt) as file:  # type: ignore[union-attr]  # it was just made
        rows = _sheets(file.read())[1:]
    assert not _runs(rows)
    assert {cell for row in rows for cell in row} >= SAFE


def test_results_of_trade_run_nothing_in_any_kind_of_file(tmp_path: Path) -> None:
    connection = engine("duckdb", "1GB", tmp_path / "own")
    rows = ibis.memtable({"product": list(PLANTED), "gap": [-1.5] * len(PLANTED)})
    table = connection.create_table("planted", rows, temp=True)
    for kind in ("csv", "xlsx"):
        write_table(connection, table, "x", tmp_path / f"x.{kind}", {}, {})
        content = (tmp_path / f"x.{kind}").read_bytes()
        rows = _csv(content) if kind == "csv" else _sheets(content)
        assert {row[0] for row in rows[1:]} == SAFE, kind
    write_table(connection, table, "x", tmp_path / "folder", {"product": [{"product": one} for one in PLANTED]}, {})
    assert {row[0] for row in _csv((tmp_path / "folder" / "by_product.csv").read_bytes())[1:]} == SAFE


def _planted_cases(people: SimpleNamespace) -> None:
    cases = [case_in(national_ref=text, place="", date="2025-03-04") for text in PLANTED if text[0] not in "\t\r"]
    draft(cases=cases, by=people.contact, channel="csv")
    submit(cases=Case.objects.all(), by=people.contact)
    validate(cases=Case.objects.all(), by=people.secretariat, unopened="x")


@pytest.mark.django_db
def test_cases_that_are_taken_away_run_nothing_and_come_in_again_as_they_were(people: SimpleNamespace) -> None:
    _planted_cases(people)
    refs = set(Case.objects.values_list("national_ref", flat=True))
    assert "=1+1" in refs
    rows = _csv(_body(_client(people.contact).get("/cases/export/?format=csv")))
    assert not _runs(rows)
    assert {as_said(row[rows[0].index("national_ref")]) for row in rows[1:]} == refs
    sheet = _sheets(_body(_client(people.contact).get("/cases/export/?format=xlsx")))
    assert "=1+1" in {cell for row in sheet for cell in row}, "a text of a workbook stays a text"


@pytest.mark.django_db
def test_the_sheet_of_rows_to_mend_runs_nothing(
    people: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f'WPN,"{text.strip()}",never,KE,KEMBA,pistol,1,H87' for text in PLANTED if '"' not in text]
    bring(people.contact, write(tmp_path, HEAD + "\n".join(lines) + "\n"))
    receipt = Receipt.objects.get()
    sheet = rejected_file.write_rejected(receipt, tmp_path)
    assert "=1+1" in {cell for row in _sheets(sheet.path.read_bytes()) for cell in row}
    monkeypatch.setattr(rejected_file, "SHEET_ROWS", 0)
    sheet = rejected_file.write_rejected(receipt, tmp_path)
    assert sheet.path.suffix == ".csv"
    rows = _csv(sheet.path.read_bytes())
    assert len(rows) == len(lines) + 1
    assert not _runs(rows)


@pytest.mark.django_db
def test_figures_that_are_taken_away_run_nothing(people: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    """A steward's list may name a code as it likes, and an older node's lines may hold what is no code."""
    _planted_cases(people)
    Label.objects.filter(list_id="mode", code__code="1").update(text="=1+1")
    Label.objects.filter(list_id="commodity", code__code="WPN").update(text="=1+1")
    Label.objects.filter(list_id="weapon", code__code="pistol").update(text="@SUM(A1)")
    queries._views.forget()
    look_again()
    client = _client(people.analyst)
    period = "since=2025-01&until=2025-12&format=csv"
    try:
        for query in ("by=mode&and=commodity", "by=commodity&and=mode", "by=mode&measure=quantity", "by=subtype"):
            rows = _csv(_body(client.get(f"/statistics/table/?{query}&{period}")))
            assert not _runs(rows), query
            assert {"'=1+1", "'@SUM(A1)"} & {cell for row in rows for cell in row}, query
        CodeList.objects.filter(name="mode").update(version="=2+2")
        frozen = freeze(name="=1+1", since="2025-01", until="2025-12", audience="members", by=people.analyst)
        write_report(snapshot=frozen, lang="en", title="=1+1", texts={}, studies={}, read=0, by=people.analyst)
        book = _sheets(made_by_worker(client, f"/statistics/reports/{frozen.ref}/take/xlsx/?lang=en"))
        assert not _runs(book)
        assert {"'=1+1", "'@SUM(A1)"} <= {cell for row in book for cell in row}
        assert any(cell.startswith("'=2+2 ") for row in book for cell in row), (
            "the edition of a list, on the first sheet"
        )
    finally:
        queries._views.forget()
        look_again()
    Line.objects.update(subtype="=1+1")
    store.rebuild()
    call_command("statistics", by="subtype", format="csv")
    rows = _csv(capsys.readouterr().out.encode())
    assert not _runs(rows)
    assert rows[1][0] == "'=1+1"


def test_propensities_that_are_taken_away_run_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their keys are chapters and countries as an outside table writes them."""
    rows = [Propensity(text, 0.1, 0.2, 0.5, 0.5) for text in PLANTED]
    found = Found(rows, rows, ("KE",), 1, 0, 0, "USD", None, None, 1.0)
    for name, answer in (("officer_at_shell", None), ("bring_table", SimpleNamespace(dropped={})), ("gtric", found)):
        monkeypatch.setattr(gtric_command, name, lambda *_args, answer=answer, **_said: answer)
    out = tmp_path / "gtric.csv"
    call_command("gtric", "trade.csv", since="2025-01", until="2025-12", output=str(out), by="x", format="json")
    assert {row[1] for row in _csv(out.read_bytes())[1:]} == SAFE


@pytest.mark.django_db
def test_people_and_the_ledger_as_tables_run_nothing(people: SimpleNamespace) -> None:
    Administration.objects.filter(code="KE").update(name="=1+1")
    client = _client(people.steward)
    assert not _runs(_csv(_body(client.get("/people/statistics/?format=csv"))))
    last = Entry.objects.order_by("-seq").first()
    assert last is not None
    rows = _csv(_body(client.get("/ledger/?format=csv")))
    assert len(rows) > 5
    assert not _runs(rows)
    reviewer = _client(people.reviewer)
    assert not _runs(_csv(_body(reviewer.get("/review/checks/?format=csv"))))
    assert not _runs(_csv(_body(client.get("/review/monthly/?month=2026-03&format=csv"))))
    assert not _runs(_sheets(_body(client.get("/review/monthly/?month=2026-03&format=xlsx"))))
