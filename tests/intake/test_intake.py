"""Files: accepted by the case, rejected with words, resumed when cut off."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter, defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import PROJECT
from tests.making import record
from tidewaiter.cases.models import Case, Line
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.actions import receive, take_in
from tidewaiter.intake.mapping.mapper import Mapper
from tidewaiter.intake.mapping.mapping_file import read_mapping
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.queries import answer_of, errors_of
from tidewaiter.jobs.actions import Progress
from tidewaiter.vault.actions import read

WEAPONS = PROJECT / "demo" / "us_cbp_weapons_fy22_25.csv.gz"
MAPPING = PROJECT / "mappings" / "us_cbp_weapons.toml"
HEAD = "form,national_ref,date,country,place,subtype,quantity,unit\n"


def bring(by: Any, path: Path, mapping: str = "", **options: Any) -> dict[str, Any]:
    receipt = receive(path=path, name=path.name, mapping_text=mapping, mapping_name="", options=options, by=by)
    take_in(receipt=receipt, by=by, progress=Progress(None))
    receipt.refresh_from_db()
    answer = answer_of(receipt, None)
    assert (
        answer["accepted"] + answer["rejected"] + answer["unchanged"] + answer["changed"] + answer["skipped"]
        == answer["rows"]
    )
    return answer


def write(folder: Path, text: str, name: str = "f.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_case_with_one_wrong_line_is_rejected_whole_and_its_sheet_goes_in_again(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    text = HEAD + (
        "WPN,A,2026-01-02,Kenya,Mombasa,pistol,2,pieces\n"
        "WPN,A,2026-01-02,Kenya,Mombasa,magazine,x,pieces\n"
        "WPN,B,2026-01,KE,KEMBA,pistol,1,H87\n"
    )
    answer = bring(people.contact, write(tmp_path, text))
    assert (answer["rows"], answer["accepted"], answer["rejected"], answer["cases"]) == (3, 1, 2, 1)
    assert [(error["row"], error["column"], error["code"]) for error in answer["errors"]] == [
        (3, "quantity", "not_a_number")
    ]
    receipt = Receipt.objects.get(ref=answer["receipt"])
    sheet = tmp_path / "mend.xlsx"
    sheet.write_bytes(read(receipt.rejected_digest))
    again = bring(people.contact, sheet)
    assert (again["rows"], again["rejected"]) == (2, 2), "as it is, it says the same again"
    book = openpyxl.load_workbook(sheet)
    heads = [cell.value for cell in book["Data"][1]]
    book["Data"].cell(3, heads.index("quantity") + 1, "4")
    book.save(sheet)
    mended = bring(people.contact, sheet)
    assert (mended["rows"], mended["accepted"], mended["rejected"]) == (2, 2, 0)
    assert Counter(Case.objects.values_list("national_ref", flat=True)) == {"A": 1, "B": 1}
    assert Case.objects.get(national_ref="B").date_precision == "month"


@pytest.mark.both_databases
@pytest.mark.django_db
def test_header_values_that_differ_are_a_conflict(people: SimpleNamespace, tmp_path: Path) -> None:
    answer = bring(
        people.contact,
        write(tmp_path, HEAD + "WPN,A,2026-01-02,KE,,pistol,2,H87\nWPN,A,2026-01-03,KE,,magazine,3,H87\n"),
    )
    assert answer["rejected"] == 2
    assert [(error["column"], error["code"]) for error in answer["errors"]] == [("date", "header_conflict")]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_equal_rows_without_a_reference_are_one_case(people: SimpleNamespace, tmp_path: Path) -> None:
    row = "WPN,,2026-01-02,KE,,pistol,2,H87\n"
    path = write(tmp_path, HEAD + row * 3)
    answer = bring(people.contact, path)
    assert (answer["accepted"], answer["unchanged"], answer["cases"], answer["findings"]) == (
        1,
        2,
        1,
        {"duplicate_in_file": 2},
    )
    again = bring(people.contact, path)
    assert (again["accepted"], again["unchanged"]) == (0, 3)
    assert Case.objects.count() == 1


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_changed_file_mends_drafts_and_amends_what_was_submitted(people: SimpleNamespace, tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + "WPN,A,2026-01-02,KE,,pistol,2,H87\n")
    bring(people.contact, path, submit=True)
    again = bring(people.contact, write(tmp_path, HEAD + "WPN,A,2026-01-02,KE,,pistol,3,H87\n"))
    assert again["changed"] == 1
    assert [(case.version, case.status) for case in Case.objects.order_by("version")] == [
        (1, "submitted"),
        (2, "submitted"),
    ]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_json_and_lines_of_json_are_the_same_cases(people: SimpleNamespace, tmp_path: Path) -> None:
    documents = [record(national_ref=f"J-{n}") for n in range(5)]
    whole = bring(people.contact, write(tmp_path, json.dumps(documents), "a.json"))
    assert (whole["rows"], whole["accepted"]) == (5, 5)
    lines = bring(people.contact, write(tmp_path, "\n".join(json.dumps(item) for item in documents), "b.ndjson"))
    assert (lines["rows"], lines["unchanged"]) == (5, 5)
    wrong = bring(
        people.contact,
        write(
            tmp_path,
            json.dumps(record(national_ref="J-9", date="soon", lines=[{"subtype": "tank", "quantity": 1}])),
            "c.json",
        ),
    )
    assert {(error["column"], error["code"]) for error in wrong["errors"]} >= {
        ("date", "date_unreadable"),
        ("lines.1.subtype", "unknown_code"),
    }


@pytest.mark.django_db
def test_a_withdrawn_case_does_not_come_back_by_file(people: SimpleNamespace, tmp_path: Path) -> None:
    from tidewaiter.cases.actions import withdraw

    bring(people.contact, write(tmp_path, HEAD + "WPN,A,2026-01-02,KE,,pistol,2,H87\n"))
    withdraw(case=Case.objects.get(), reason="double", by=people.contact)
    answer = bring(people.contact, write(tmp_path, HEAD + "WPN,A,2026-01-02,KE,,pistol,3,H87\n"))
    assert [(error["code"], "withdrawn" in error["message"]) for error in answer["errors"]] == [
        ("withdrawn_case", True)
    ]


@pytest.mark.django_db
def test_every_problem_has_a_sentence(people: SimpleNamespace) -> None:
    import re

    from tidewaiter.forms.problems import SENTENCES

    sources = "\n".join(path.read_text() for path in (PROJECT / "tidewaiter").rglob("*.py"))
    used = set(re.findall(r'Problem\(\s*[^"\n]*?"?[\w.]*"?,\s*"([a-z_]+)"', sources))
    assert used
    assert used <= set(SENTENCES), used - set(SENTENCES)


@pytest.mark.django_db
def test_cases_of_another_country_are_rejected(people: SimpleNamespace, tmp_path: Path) -> None:
    answer = bring(people.contact, write(tmp_path, HEAD + "WPN,A,2026-01-02,CL,,pistol,2,H87\n"))
    assert [error["code"] for error in answer["errors"]] == ["not_your_country"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("heads.csv", HEAD.encode()),
        ("strange.csv", b"a,b,c\n1,2,3\n"),
        ("broken.xlsx", b"PK\x03\x04" + b"x" * 100),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("cut.csv.gz", gzip.compress(HEAD.encode() * 999)[:-20]),
        ("nul.csv", b"form,date\n\x00\x01\x02\n"),
        ("bad.json", b'{"form": "WPN",'),
        ("deep.json", b"[" * 200_000),
        ("twice.csv", b"form,date,date,country\nWPN,2026-01-01,2026-01-02,KE\n"),
        ("quote.csv", HEAD.encode() + b'WPN,"A,2026-01-02,KE,,pistol,2,H87\n' * 3),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(
    people: SimpleNamespace, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        bring(people.contact, path)
    assert len(str(refused.value)) > 10
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_a_windows_file_with_semicolons_is_read(people: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_bytes(
        (
            "form;national_ref;date;country;subtype;quantity;unit;office\n"
            "WPN;A;2026-01-02;Kenya;pistol;2;pièce;Bureau frontière\n"
        ).encode("cp1252")
    )
    answer = bring(people.contact, path)
    assert answer["accepted"] == 1, answer
    assert Case.objects.get().header["office"] == "Bureau frontière"


def test_a_mapping_that_names_an_absent_column_says_which() -> None:
    mapping = read_mapping('form = "WPN"\n[columns]\ndate = "{Year}-{Month}"\n')
    with pytest.raises(BadInput, match="Month"):
        Mapper(mapping, ["Year", "Monat"])


def test_a_mapping_is_no_format_language() -> None:
    mapping = read_mapping('form = "WPN"\n[columns]\nnarrative = "{a.__class__} {b}"\n')
    mapper = Mapper(mapping, ["a.__class__", "b"])
    assert mapper.header_and_line({"a.__class__": "x", "b": "{c}"})["narrative"] == "x {c}"


def test_one_row_with_three_lines_is_split_by_the_mapping() -> None:
    mapping = read_mapping(
        'form="CIT"\n[columns]\ndate="D"\n'
        '[[lines]]\nsubtype="LIV"\nquantity="{Live}"\nunit="H87"\n'
        '[[lines]]\nsubtype="SCA"\nquantity="{Scales}"\nunit="KGM"\n'
    )
    mapper = Mapper(mapping, ["D", "Live", "Scales"])
    assert list(mapper.extra_lines({"D": "2026-01-01", "Live": "0", "Scales": "2.5"})) == [
        {"subtype": "SCA", "quantity": "2.5", "unit": "KGM"}
    ]


_cell = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["WPN", "DRG", "XXX", ""]),
            st.sampled_from(["A", "B", ""]),
            st.sampled_from(["2026-01-02", "3/4/2026", "x"]),
            st.sampled_from(["KE", "Kenya", "?"]),
            st.sampled_from(["pistol", "cocaine", ""]),
            st.sampled_from(["1", "0", "", "1e999"]) | _cell,
            st.sampled_from(["H87", "KGM", ""]),
        ),
        min_size=1,
        max_size=8,
    )
)
@pytest.mark.django_db
def test_whatever_the_rows_every_row_is_counted_once(rows: list[tuple[str, ...]]) -> None:
    import tempfile

    from django.db import transaction

    from tidewaiter.foundation.actors import NODE
    from tidewaiter.people.actions import add_officer

    point = transaction.savepoint_create()
    officer = add_officer(
        username="fuzz.ke", administration="KE", role="contact", password="a-long-passphrase-1", by=NODE
    )
    text = io.StringIO()
    csv.writer(text).writerows([["form", "national_ref", "date", "country", "subtype", "quantity", "unit"], *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), text.getvalue())
        if any(any(cell.strip() for cell in row) for row in rows):
            try:
                bring(officer, path)
            except BadInput:
                assert not Case.objects.exists()
    transaction.savepoint_rollback(point)


def recount() -> tuple[int, dict[str, list[dict[str, str]]], set[str]]:
    """An independent count of the weapons file with plain `csv`: rows, rows by
    event, events with a line that is none.
    """
    events: dict[str, list[dict[str, str]]] = defaultdict(list)
    rows = 0
    with gzip.open(WEAPONS, "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            rows += 1
            event = row["Event ID"].split(".")[0]
            events[event if event != "-2147483648" else f"alone-{rows}"].append(row)
    bad = {
        event
        for event, members in events.items()
        if any(not row["Quantity Seized"] or float(row["Quantity Seized"]) <= 0 for row in members)
    }
    return rows, events, bad


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_real_weapons_file_agrees_with_an_independent_recount(people: SimpleNamespace) -> None:
    rows, events, bad = recount()
    lone = [members[0] for event, members in events.items() if event.startswith("alone-")]
    repeats = len(lone) - len({tuple(row.values()) for row in lone})
    answer = bring(people.american, WEAPONS, MAPPING.read_text(), submit=True)
    good = {event: members for event, members in events.items() if event not in bad}
    assert rows == answer["rows"] == 22_559
    assert answer["rejected"] == sum(len(events[event]) for event in bad)
    assert answer["unchanged"] == repeats
    assert answer["accepted"] == sum(len(members) for members in good.values()) - repeats
    assert answer["cases"] == len(good) - repeats == Case.objects.count()
    assert {error["code"] for error in answer["errors"]} == {"no_line", "not_positive"}
    expected: Counter[str] = Counter()
    for members in good.values():
        for row in members:
            expected[row["Category"]] += int(float(row["Quantity Seized"]))
    stored: Counter[str] = Counter()
    for subtype, quantity in Line.objects.values_list("subtype", "quantity"):
        stored[subtype] += int(quantity)
    values = read_mapping(MAPPING.read_text()).values["subtype"]
    mapped: Counter[str] = Counter()
    for category, quantity in expected.items():
        mapped[values[category]] += quantity
    assert stored == mapped
    months = Counter(
        f"{int(m[0]['Fiscal Year'][:4]) - (m[0]['Month (abbv)'] in ('OCT', 'NOV', 'DEC'))}-{m[0]['Month (abbv)']}"
        for m in good.values()
    )
    names = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    kept = Counter(f"{day.year}-{names[day.month - 1]}" for day in Case.objects.values_list("date", flat=True))
    assert kept == months, "fiscal years begin in October"
    assert Case.objects.filter(national_ref__startswith="AUTO-").count() == len(lone) - repeats, (
        "the overflow number ties no strangers together"
    )


@pytest.mark.django_db
def test_the_record_of_the_contract_goes_in_as_it_stands(people: SimpleNamespace) -> None:
    answer = bring(people.american, PROJECT / "tests" / "data" / "contract_record.json", submit=True)
    assert (answer["accepted"], answer["errors"]) == (1, [])
    case = Case.objects.get()
    assert (case.status, case.place, case.departure, case.mode, case.header["handling"]) == (
        "submitted",
        "USJFK",
        "TR",
        "4",
        "AMBER",
    )
    assert case.header["persons"][0]["nationality"] == "XX"


@pytest.mark.django_db
def test_a_column_that_is_none_of_ours_is_kept_nowhere(people: SimpleNamespace, tmp_path: Path) -> None:
    from tidewaiter.intake.models import StagedRow

    head = HEAD.strip() + ",passenger_name\n"
    rows = (
        "WPN,A,2026-01-02,KE,,pistol,x,H87,Canary Nightingale\n"
        "XXX,B,2026-01-02,KE,,pistol,1,H87,Canary Nightingale\n"
        "WPN,C,2026-01-02,KE,,pistol,1,H87,Canary Nightingale\n"
    )
    answer = bring(people.contact, write(tmp_path, head + rows))
    assert (answer["accepted"], answer["rejected"]) == (1, 2)
    kept = (
        str(list(StagedRow.objects.values()))
        + str(list(Case.objects.values()))
        + str(list(Receipt.objects.values()))
        + str(answer)
    )
    assert "Nightingale" not in kept
    sheet = openpyxl.load_workbook(io.BytesIO(read(Receipt.objects.get().rejected_digest)))["Data"]
    said = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "Nightingale" not in str(said)
    assert "XXX" in str(said)
    assert "pistol" in str(said[2]), "a row whose form is unknown comes back with what it said"


@pytest.mark.django_db
def test_errors_are_listed_to_a_thousand_and_counted_beyond(people: SimpleNamespace, tmp_path: Path) -> None:
    text = HEAD + "".join(f"WPN,R{n},2026-01-02,KE,,pistol,x,H87\n" for n in range(1200))
    answer = bring(people.contact, write(tmp_path, text))
    assert answer["rejected"] == 1200
    assert len(answer["errors"]) == 1000
    assert len(errors_of(Receipt.objects.get(ref=answer["receipt"]), 5000)) == 1200
