"""What a receipt's page and its JSON door do: proposals are filled in, reasons
narrow, the cases it brought are opened.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.intake.test_intake import bring, write
from tests.intake.test_receipt import FIVE, FOREIGN, HEAD, MAPPING, book_of, heads_of, page_of, program_of, sheet_of
from tests.making import unindented
from tidewaiter.cases.models import Case
from tidewaiter.intake.actions import keep_mapping
from tidewaiter.intake.models import Receipt, StagedRow
from tidewaiter.ledger.queries import history

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_all_proposals_are_filled_in_and_what_is_whole_is_taken_in(people: SimpleNamespace, tmp_path: Path) -> None:
    answer = bring(people.contact, write(tmp_path, FIVE))
    ref = answer["receipt"]
    page = page_of(people)
    said = unindented(page.get(f"/intake/{ref}/").content.decode())
    assert "Take all 3 proposals" in said
    assert page.post(f"/intake/{ref}/take").status_code == 302
    receipt = Receipt.objects.get(ref=ref)
    assert (receipt.state, receipt.accepted, receipt.rejected, receipt.rows) == ("done", 3, 2, 5)
    assert receipt.problems == {"date_day": 1, "not_a_number": 1}
    assert dict(Case.objects.values_list("national_ref", "place")) == {"R-1": "KEMBA", "R-2": "KEMBA", "R-3": "KEMBA"}
    assert Case.objects.get(national_ref="R-3").main_subtype == "pistol"
    sheet = book_of(sheet_of(ref))["Data"]
    assert [[cell.value for cell in row][1:7] for row in sheet.iter_rows(min_row=2)] == [
        ["R-4", "2026-11-31", "KE", "KEMBA", "pistol", "5"],
        ["R-5", "2026-01-05", "KE", "KEMBA", "rifle", "many"],
    ], "a proposal that was taken stands in the sheet"
    taken = [entry for entry in history(ref) if entry.deed == "intake.proposals_taken"]
    assert [json.loads(entry.detail) if isinstance(entry.detail, str) else entry.detail for entry in taken] == [
        {"cells": 3, "rows": 3}
    ]
    assert "Take all" not in page.get(f"/intake/{ref}/").content.decode()
    assert page.post(f"/intake/{ref}/take").status_code == 302, "nothing to take is said in words"
    assert Receipt.objects.get(ref=ref).state == "done"


def test_one_proposal_is_taken_and_only_what_is_proposed(people: SimpleNamespace, tmp_path: Path) -> None:
    ref = bring(people.contact, write(tmp_path, FIVE))["receipt"]
    program = program_of(people.contact)
    asked = f"/api/v1/receipts/{ref}/take_proposals"
    wrong = program.post(
        asked, {"cells": [{"row": 3, "column": "place", "value": "KENBO"}]}, content_type="application/json"
    )
    assert wrong.status_code == 422 or wrong.status_code == 400, wrong.content
    assert Receipt.objects.get(ref=ref).rejected == 4
    answer = program.post(
        asked, {"cells": [{"row": 3, "column": "place", "value": "KEMBA"}]}, content_type="application/json"
    ).json()
    assert (answer["filled"], answer["accepted"], answer["rejected"], answer["state"]) == (1, 2, 3, "done")
    assert answer["error_counts"] == {"date_day": 1, "not_a_number": 1, "unknown_code": 1, "unknown_place": 1}
    page = page_of(people)
    page.post(f"/intake/{ref}/take", {"cell": "4:subtype:pistol"})
    assert Receipt.objects.get(ref=ref).accepted == 3
    for stranger in (people.american, people.officer):
        other = program_of(stranger).post(asked, {}, content_type="application/json")
        assert (other.status_code, stranger.administration_code) in ((404, "US"), (200, "KE"), (202, "KE"))


def test_what_can_mean_several_is_chosen_one_by_one(people: SimpleNamespace, tmp_path: Path) -> None:
    text = HEAD.replace("place", "origin") + "WPN,C-1,2026-01-02,KE,Congo,pistol,2,H87\n"
    ref = bring(people.contact, write(tmp_path, text))["receipt"]
    page = page_of(people)
    said = unindented(page.get(f"/intake/{ref}/").content.decode())
    assert "Take" not in said.split("<h2")[1].split("<table")[0]
    assert 'value="2:origin:CD"' in said
    assert 'value="2:origin:CG"' in said
    page.post(f"/intake/{ref}/take")
    assert Receipt.objects.get(ref=ref).rejected == 1
    page.post(f"/intake/{ref}/take", {"cell": "2:origin:CG"})
    assert Case.objects.get().lines.get().origin == "CG"


def test_the_page_narrows_by_reason_and_shows_a_piece_of_the_sheet(people: SimpleNamespace, tmp_path: Path) -> None:
    ref = bring(people.contact, write(tmp_path, FIVE))["receipt"]
    page = page_of(people)
    every = unindented(page.get(f"/intake/{ref}/").content.decode())
    assert "5 cells to mend" in every
    assert "?reason=unknown_place" in every
    assert 'aria-label="1 accepted, 4 to mend"' in every
    places = unindented(page.get(f"/intake/{ref}/?reason=unknown_place").content.decode())
    assert "2 cells to mend" in places
    assert "not a number" not in places.split("<h2")[1].split("</table>")[0]
    piece = places.split('id="extract"')[1]
    assert piece.count('class="bad"') == 3, "the piece of the sheet marks all that is wrong in its rows"
    assert "Mombasaa" in piece
    assert "<th>place</th>" in piece
    assert "no longer" not in page.get(f"/intake/{ref}/?reason=nonsense&after=x").content.decode()


def test_open_these_cases_opens_these_and_nobody_elses(people: SimpleNamespace, tmp_path: Path) -> None:
    bring(people.contact, write(tmp_path, FIVE.replace("R-", "S-"), "other.csv"))
    ref = bring(people.contact, write(tmp_path, FIVE + "WPN,R-9,2026-02-02,KE,,rifle,1,H87\n"))["receipt"]
    page = page_of(people)
    assert f"/cases/?receipt={ref}" in page.get(f"/intake/{ref}/").content.decode()
    listed = unindented(page.get(f"/cases/?receipt={ref}").content.decode())
    assert "2 cases" in listed
    assert "R-9" in listed
    assert "S-1" not in listed
    page.post(f"/intake/{ref}/take")
    assert "4 cases" in page.get(f"/cases/?receipt={ref}").content.decode()
    program = program_of(people.contact)
    said = program.get(f"/api/v1/cases?receipt={ref}").json()["cases"]
    assert {case["national_ref"] for case in said} == {"R-1", "R-2", "R-3", "R-9"}
    Case.objects.update(status="validated", counted=True)
    assert len(program.get(f"/api/v1/cases?receipt={ref}").json()["cases"]) == 4
    assert program_of(people.american).get(f"/api/v1/cases?receipt={ref}").json()["cases"] == [], (
        "which came together is not told"
    )
    assert program_of(people.reviewer).get(f"/api/v1/cases?receipt={ref}").json()["cases"] == []


def test_a_program_reads_what_came_of_a_file_and_takes_its_sheet(people: SimpleNamespace) -> None:
    program = program_of(people.contact)
    sent = program.post("/api/v1/receipts?name=f.csv", FIVE.encode(), content_type="application/octet-stream").json()
    answer = program.get(f"/api/v1/receipts/{sent['receipt']}").json()
    assert answer["error_counts"] == {"date_day": 1, "not_a_number": 1, "unknown_code": 1, "unknown_place": 2}
    assert (answer["rows"], answer["accepted"], answer["rejected"], answer["waiting"]) == (5, 1, 4, 0)
    assert answer["rejected_file"] == f"/api/v1/receipts/{sent['receipt']}/rejected_file"
    assert "layout" not in answer["notes"]
    content = program.get(answer["rejected_file"]).getvalue()
    assert heads_of(book_of(content)["Data"])[:3] == ["form", "national_ref", "date"]
    back = program.post("/api/v1/receipts?name=again.xlsx", content, content_type="application/octet-stream").json()
    assert (back["accepted"], back["rejected"], back["error_counts"]) == (0, 4, answer["error_counts"])
    assert program_of(people.american).get(answer["rejected_file"]).status_code == 404


def test_a_file_is_gone_when_it_is_taken_in_and_its_wrong_cells_hold_no_names(
    people: SimpleNamespace, settings: Any
) -> None:
    program = program_of(people.contact)
    text = FOREIGN.replace("KEMBA;Keule", "Mr. Peter Johnson, born 12.03.1980;Keule")
    page = page_of(people)
    mapping = f"{MAPPING}"
    keep_mapping(name="ours", text=mapping, by=people.contact)
    answer = program.post(
        "/api/v1/receipts?name=f.csv&mapping=ours", text.encode(), content_type="application/octet-stream"
    ).json()
    assert answer["rejected"] == 3, answer
    assert not list((Path(settings.TIDEWAITER_HOME) / "incoming").glob("UP-*"))
    kept = " ".join(StagedRow.objects.values_list("raw", flat=True))
    assert "Johnson" not in kept
    assert "Doe" not in kept
    assert "?mapping=ours" in page.get(f"/intake/{answer['receipt']}/").content.decode()
