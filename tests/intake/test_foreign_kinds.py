"""Kinds of misunderstanding in files of strangers: each is understood, asked, or refused with its reason; what was
right was written down before the file was tried.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.conftest import PASSWORD, Program
from tests.intake.test_understood import DRUGS, HEAD, lines, said, sheet, take
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.tasks import run_intake
from tidewaiter.jobs.models import Job
from tidewaiter.people.actions import add_officer, make_token

IN_ONE = DRUGS.replace('unit = "unit"', 'unit = "qty"')
HEADS = HEAD.strip().split(";")


@pytest.fixture
def ana(people: SimpleNamespace) -> SimpleNamespace:
    """The people, and an officer of the secretariat who files for any country."""
    people.secretariat_contact = add_officer(
        username="ana", administration="INT", role="officer", password=PASSWORD, by=NODE
    )
    return people


def of_quantities(*cells: str) -> str:
    return HEAD + "".join(f"2024-01-{day:02};KE;heroin;{cell};KGM\n" for day, cell in enumerate(cells, 1))


def of_one_cell(*cells: str) -> str:
    return "date;country;subtype;qty\n" + "".join(
        f"2024-01-{day:02};KE;heroin;{cell}\n" for day, cell in enumerate(cells, 1)
    )


def of_days(*days: str, country: str = "KE") -> str:
    return HEAD + "".join(f"{day};{country};heroin;{at};KGM\n" for at, day in enumerate(days, 1))


def codes(answer: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(error["row"], error["column"], error["code"]) for error in answer["errors"]]


@pytest.mark.django_db
def test_a_weekday_that_contradicts_its_day_is_asked_and_one_that_agrees_is_read(
    ana: SimpleNamespace, tmp_path: Path
) -> None:
    text = of_days(
        "Monday, 15 January 2024",
        "Dienstag, 16. Januar 2024",
        "mié. 17 ene. 2024",
        "Tuesday, 18 Jan 2024",
        "воскресенье, 19 января 2024",
        "samedi 21 janvier 2024",
    )
    answer = take(ana, tmp_path, text, DRUGS)
    assert [line[0] for line in lines()] == ["2024-01-15", "2024-01-16", "2024-01-17"]
    assert codes(answer) == [(5, "date", "date_weekday"), (6, "date", "date_weekday"), (7, "date", "date_weekday")]
    assert "«Tuesday, 18 Jan 2024» contradicts itself: 2024-01-18 was a Thursday. Give the day alone." in said(answer)


@pytest.mark.django_db
def test_a_microgram_is_no_milligram(ana: SimpleNamespace, tmp_path: Path) -> None:
    answer = take(ana, tmp_path, of_one_cell("5 µg", "6 μg", "7 mcg", "8 ug", "9 mg", "10 µL", "11 ml"), IN_ONE)
    assert [line[3:] for line in lines()] == [
        ("5", "MC"),
        ("6", "MC"),
        ("7", "MC"),
        ("8", "MC"),
        ("9", "MGM"),
        ("10", "4G"),
        ("11", "MLT"),
    ]
    assert answer["findings"] == {"unit_not_allowed": 5}, "a form that takes neither says so"


@pytest.mark.django_db
def test_a_cell_that_says_another_unit_than_its_column_says_which(ana: SimpleNamespace, tmp_path: Path) -> None:
    text = "date;country;subtype;qty (kg)\n" + "".join(
        f"2024-01-0{day};KE;heroin;{cell}\n" for day, cell in enumerate(("2", "500 g", "1 kg", "3 lb"), 1)
    )
    mapping = (
        'form = "DRG"\n[constants]\nunit = "KGM"\n[columns]\ndate = "date"\ncountry = "country"\n'
        'subtype = "subtype"\nquantity = "qty (kg)"\n'
    )
    answer = take(ana, tmp_path, text, mapping)
    assert [line[3:] for line in lines()] == [("2", "KGM"), ("1", "KGM")]
    assert codes(answer) == [(3, "quantity", "unit_contradicts"), (5, "quantity", "unit_contradicts")]
    assert "«500 g» says GRM, where the column of units, or the mapping, says KGM." in said(answer)


@pytest.mark.django_db
def test_reckonings_fractions_bounds_words_and_what_is_below_zero_are_asked(
    ana: SimpleNamespace, tmp_path: Path
) -> None:
    cells = ("2 x 500 g", "1/2 kg", "½ kg", "1½ kg", "3*250g", "10 g x 5", "-5 kg", "at least 5 kg", "5-7 kg")
    answer = take(ana, tmp_path, of_one_cell(*cells), IN_ONE)
    assert lines() == []
    assert answer["error_counts"] == {
        "number_times": 5,
        "not_a_number": 1,
        "not_positive": 1,
        "number_about": 1,
        "number_between": 1,
    }


@pytest.mark.django_db
def test_words_for_nothing_are_no_quantity(ana: SimpleNamespace, tmp_path: Path) -> None:
    cells = ("N/A", "-", "nil", "--", "#N/A", "?", "(5)", "5-", "–5", "1 million", "2k", "12O", "50%", "0")
    answer = take(ana, tmp_path, of_quantities(*cells), DRUGS)
    assert (answer["accepted"], answer["rejected"], lines()) == (0, 14, [])


@pytest.mark.django_db
def test_marks_of_switzerland_india_and_of_no_country(ana: SimpleNamespace, tmp_path: Path) -> None:
    answer = take(
        ana, tmp_path, of_quantities("1'234.5", "12’345", "1,50,000", "12 345 678", "1.234.567,5", "1'23"), DRUGS
    )
    assert [line[3] for line in lines()] == ["1234.5", "12345", "150000", "12345678", "1234567.5"]
    assert codes(answer) == [(7, "quantity", "number_grouping")]


@pytest.mark.django_db
def test_years_of_two_digits_and_of_other_calendars_are_asked(ana: SimpleNamespace, tmp_path: Path) -> None:
    days = ("31/12/23", "05/06/24", "15/01/2567", "2567-01-15", "1445/06/03", "3 Rajab 1445", "01-Feb-23", "15.1.99")
    answer = take(ana, tmp_path, of_days(*days, country="TH"), DRUGS)
    assert [line[0] for line in lines()] == ["1999-01-15", "2023-02-01"]
    assert answer["error_counts"] == {"date_ambiguous": 2, "date_year": 3, "date_unreadable": 1}
    assert "2567 is no year from 1900 to 2100" in said(answer)


@pytest.mark.django_db
def test_former_and_everyday_names_of_countries(ana: SimpleNamespace, tmp_path: Path) -> None:
    named = {
        "Republic of Korea": "KR",
        "Korea DPR": "KP",
        "Macedonia": "MK",
        "Ivory Coast": "CI",
        "Republic of Ireland": "IE",
        "Ireland, Republic of": "IE",
        "Éire": "IE",
        "Northern Ireland": "GB",
        "Burma": "MM",
        "Dominican Rep.": "DO",
        "Dominica": "DM",
        "Niger": "NE",
    }
    several = ["Congo", "Korea", "Virgin Islands", "Saint Martin"]
    text = HEAD + "".join(f"2024-01-{at:02};{name};heroin;1;KGM\n" for at, name in enumerate([*named, *several], 1))
    answer = take(ana, tmp_path, text, DRUGS)
    assert [line[1] for line in lines()] == list(named.values())
    assert answer["error_counts"] == {"ambiguous_code": 4}


@pytest.mark.django_db
def test_a_zero_that_a_spreadsheet_dropped_is_proposed_and_never_taken(ana: SimpleNamespace, tmp_path: Path) -> None:
    rows = [[*HEADS, "hs"]] + [
        [date(2024, 1, day), "KE", "heroin", day, "KGM", code]
        for day, code in enumerate((10121, 101, "010121", 1012100, "93020000", "12345"), 1)
    ]
    answer = take(ana, tmp_path, sheet(tmp_path, rows), DRUGS + 'hs = "hs"\n')
    assert [line[3] for line in lines()] == ["3"]
    nearest = [error["message"].partition("Nearest: ")[2] for error in answer["errors"]]
    assert nearest == ["010121.", "0101.", "010121.", "930200.", ""]


@pytest.mark.django_db
def test_totals_notes_repeated_heads_and_a_second_table_are_no_cases(ana: SimpleNamespace, tmp_path: Path) -> None:
    text = (
        of_quantities("1", "2")
        + ";;Total;3;KGM\n;;;;\nSource: Customs\n"
        + HEAD
        + "2024-02-01;KE;heroin;4;KGM\n"
        + "\nport;subtype;country;unit;qty\nMombasa;heroin;KE;KGM;7\n"
    )
    answer = take(ana, tmp_path, text, DRUGS)
    assert [line[3] for line in lines()] == ["1", "2", "4"]
    assert answer["rejected"] == 5


@pytest.mark.django_db
def test_hidden_rows_and_lost_values_of_a_workbook_are_told(ana: SimpleNamespace, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    for row in (
        [*HEADS, "value", "currency"],
        [date(2024, 1, 1), "KE", "heroin", 1, "KGM", "=1+1", "USD"],
        [date(2024, 1, 2), "KE", "heroin", "=1+1", "KGM", 5, "USD"],
        [date(2024, 1, 3), "KE", "heroin", 3, "KGM", "#REF!", "USD"],
        [date(2024, 1, 4), "UG", "heroin", 4, "KGM", 5, "USD"],
    ):
        page.append(row)
    page["F4"].data_type = "e"
    page.row_dimensions[5].hidden = True
    other = book.create_sheet("Other & more")
    other.append(["x"])
    other.row_dimensions[1].hidden = True
    path = tmp_path / "f.xlsx"
    book.save(path)
    answer = take(ana, tmp_path, path.read_bytes(), DRUGS + 'value = "value"\ncurrency = "currency"\n', "g.xlsx")
    assert [(line[1], line[3]) for line in lines()] == [("KE", "1"), ("KE", "3"), ("UG", "4")]
    assert codes(answer) == [(3, "quantity", "no_line")]
    assert (answer["notes"]["hidden_rows"], answer["notes"]["lost_cells"]) == ("1", "3")
    plain = take(ana, tmp_path, sheet(tmp_path, [HEADS, [date(2024, 5, 1), "KE", "heroin", 1, "KGM"]]), DRUGS, "h.xlsx")
    assert not {"hidden_rows", "lost_cells"} & set(plain["notes"])


@pytest.mark.django_db
def test_days_and_hours_where_a_spreadsheet_made_them_of_a_quantity(ana: SimpleNamespace, tmp_path: Path) -> None:
    moment = datetime(2024, 3, 5, 1, 2)  # noqa: DTZ001 -- a workbook's cells have no zone
    cells = [date(2024, 3, 5), time(5, 30), moment, True, 0.1 + 0.2]
    rows = [HEADS] + [[date(2024, 1, day), "KE", "heroin", cell, "KGM"] for day, cell in enumerate(cells, 1)]
    answer = take(ana, tmp_path, sheet(tmp_path, rows), DRUGS)
    assert [line[3] for line in lines()] == ["0.3"]
    assert answer["error_counts"] == {"not_a_number": 3, "number_between": 1}


@pytest.mark.django_db
def test_merged_cells_hold_for_all_their_rows_and_days_count_from_where_the_workbook_says(
    ana: SimpleNamespace, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    page: Any = book.active
    for row in (HEADS, [date(2024, 1, 1), "KE", "heroin", 1, "KGM"], [None, None, "cocaine", 2, "KGM"]):
        page.append(row)
    page.merge_cells("A2:A3")
    page.merge_cells("B2:B3")
    path = tmp_path / "f.xlsx"
    book.save(path)
    assert take(ana, tmp_path, path.read_bytes(), DRUGS, "g.xlsx")["accepted"] == 2
    assert [line[:4] for line in lines()] == [
        ("2024-01-01", "KE", "cocaine", "2"),
        ("2024-01-01", "KE", "heroin", "1"),
    ]


@pytest.mark.django_db
def test_a_mark_of_utf8_before_other_bytes_is_told_with_the_line(ana: SimpleNamespace, tmp_path: Path) -> None:
    good = HEAD + "2024-01-01;KE;heroína;1;KGM\n2024-01-02;KE;heroína;2;KGM\n"
    with pytest.raises(BadInput) as refusal:
        take(ana, tmp_path, b"\xef\xbb\xbf" + good.encode() + "2024-01-03;KE;heroína;3;KGM\n".encode("cp1252"), DRUGS)
    assert refusal.value.sentence == (
        "The file cannot be read. Line 4 holds signs that are none of the encoding. Save the file as UTF-8."
    )
    many = HEAD + "".join(f"2024-01-{day:02};KE;heroína;{day};KGM\n" for day in range(1, 29))
    data = b"\xef\xbb\xbf" + many.encode() + b"2024-02-01;KE;hero\xedna;3;KGM\n"
    answer = take(ana, tmp_path, data, DRUGS, "g.csv")
    assert (answer["accepted"], answer["notes"]["broken_bytes"]) == (28, "1")


@pytest.mark.django_db
def test_signs_of_zero_quoted_lines_and_very_wide_tables(ana: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        take(ana, tmp_path, HEAD + "2024-01-01;KE;heroin;2\x005;KGM\n", DRUGS)
    quoted = 'date;country;subtype;qty;unit;note\n2024-01-01;KE;heroin;1,5;KGM;"a\nb;c ""d"""\n'
    assert take(ana, tmp_path, quoted, DRUGS + 'narrative = "note"\n', "q.csv")["accepted"] == 1
    wide = ";".join([*HEADS, *(f"c{n}" for n in range(295))]) + "\n2024-01-02;KE;heroin;2;KGM" + ";x" * 295 + "\n"
    assert take(ana, tmp_path, wide, DRUGS, "w.csv")["accepted"] == 1
    utf16 = (HEAD + "2024-01-03;KE;heroin;3;KGM\n").encode("utf-16-le")
    assert take(ana, tmp_path, utf16, DRUGS, "u.csv")["accepted"] == 1
    assert [line[3] for line in lines()] == ["1.5", "2", "3"]


FOREIGN = (
    'form,date,country,subtype,quantity,unit\nDRG,"Tuesday, 18 Jan 2024",KE,heroin,1,KGM\n'
    "DRG,2024-01-19,KE,heroin,500 g,KGM\nDRG,2024-01-20,KE,heroin,2,µg\n"
)
WHAT = [(2, "date", "date_weekday"), (3, "quantity", "unit_contradicts")]


@pytest.mark.django_db
def test_page_and_program_say_of_them_the_same(people: SimpleNamespace, client: Client) -> None:
    client.login(username=people.contact.username, password=PASSWORD)
    page = client.post("/intake/", {"file": SimpleUploadedFile("f.csv", FOREIGN.encode())})
    ref = page["Location"].rstrip("/").split("/")[-1]
    if Receipt.objects.get(ref=ref).state != "done":  # where files wait for the worker
        run_intake.func(Job.objects.get(subject=ref).ref)
    shown = client.get(page["Location"]).content.decode()
    assert "2024-01-18 was a Thursday" in shown
    assert "says GRM" in shown
    _, token = make_token(officer=people.contact, scope="write", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    answer = program.post("/api/v1/receipts?name=f.csv", FOREIGN.encode(), content_type="application/octet-stream")
    assert codes(answer.json()) == WHAT
    assert answer.json()["unchanged"] == 1, "the page has taken it in"


def test_the_command_says_of_them_the_same(node: Program, tmp_path: Path) -> None:
    node.person("grace", "KE", "contact")
    path = tmp_path / "f.csv"
    path.write_text(FOREIGN, encoding="utf-8")
    done = node.run("import_cases", str(path), "--by", "grace", "--format", "json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["accepted"], codes(answer)) == (1, 1, WHAT)
    assert answer["findings"] == {"unit_not_allowed": 1}
