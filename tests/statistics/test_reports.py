"""Frozen data sets do not move; reports say what they hold, to whom they may, in three languages, on paper too."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from tests.conftest import PASSWORD
from tests.forms.test_forms import FISH
from tests.making import case_in, done_by_worker, made_by_worker, unindented
from tidewaiter.cases.actions import draft, submit, validate, withdraw
from tidewaiter.cases.models import Case
from tidewaiter.forms.actions import define
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import BadInput, NotAllowed
from tidewaiter.people.actions import make_token
from tidewaiter.statistics.conversion import in_common
from tidewaiter.statistics.dashboard.figures import figures
from tidewaiter.statistics.dashboard.goods_seized import Amount
from tidewaiter.statistics.models import Report, Snapshot
from tidewaiter.statistics.report.frozen_data import file_of, freeze
from tidewaiter.statistics.report.illicit_trade_report import as_html, composed, scope_of_year
from tidewaiter.vault.actions import keep

pytestmark = pytest.mark.django_db


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _validated(people: SimpleNamespace, by: Any, number: int, **changes: Any) -> None:
    country = by.administration_id
    cases = [
        case_in(
            national_ref=f"{country}-{changes.get('form', 'W')}-{n}",
            country=country,
            place="",
            date=f"2025-{1 + n % 12:02d}-10",
            **changes,
        )
        for n in range(number)
    ]
    draft(cases=cases, by=by, channel="csv")
    submit(cases=Case.objects.filter(administration=country, status="draft"), by=by)
    validate(
        cases=Case.objects.filter(administration=country, status="submitted"), by=people.secretariat, unopened="test"
    )


def _year(people: SimpleNamespace, **changes: Any) -> Snapshot:
    said = {
        "name": "2025",
        "since": "2025-01",
        "until": "2025-12",
        "audience": "members",
        "by": people.analyst,
    } | changes
    return freeze(**said)


def test_the_same_data_gives_the_same_digest_and_later_changes_do_not_move_it(people: SimpleNamespace) -> None:
    _validated(people, people.contact, 6)
    _validated(people, people.american, 4)
    first = _year(people)
    assert _year(people) == first, "what is frozen already is given again"
    assert _year(people, audience="public").digest != first.digest
    before = figures(scope_of_year(first), None, files=file_of(first))
    withdraw(case=Case.objects.filter(administration="KE", latest=True)[0], reason="wrong", by=people.contact)
    second = _year(people)
    assert second.digest != first.digest
    assert second.cases == first.cases - 1
    assert figures(scope_of_year(first), None, files=file_of(first)).cases == before.cases
    with duckdb.connect() as engine:  # anybody may recompute it from the file
        rows = engine.execute(
            f"SELECT count(DISTINCT ref), count(line) FROM read_parquet('{file_of(first)}')"
        ).fetchone()
    assert rows == (first.cases, first.lines) == (10, 20)


def test_marked_cases_are_in_no_report_and_only_writers_freeze(people: SimpleNamespace) -> None:
    _validated(people, people.contact, 3, handling="RED")
    assert _year(people).cases == 0
    for who in (people.contact, people.partner, people.reviewer):
        with pytest.raises(NotAllowed):
            _year(people, by=who)
    with pytest.raises(BadInput):
        _year(people, since="2025-12", until="2025-01")
    assert _client(people.partner).get("/statistics/reports/").status_code == 404
    assert _client(people.contact).get("/statistics/reports/").status_code == 200
    assert (
        _client(people.contact)
        .post("/statistics/reports/", {"since": "2025-01", "until": "2025-12", "audience": "members"})
        .status_code
        == 403
    )


def test_a_report_says_its_figures_its_coverage_and_its_data_set(people: SimpleNamespace) -> None:
    _validated(people, people.contact, 6)
    frozen = _year(people)
    said = composed(frozen, "en")
    security = next(one for one in said["sections"] if one["name"] == "security")
    assert (security["found"].cases.now, security["found"].seizures.now, security["reporters"]) == (6, 12, 1)
    assert {(row["word"], row["row"].now_text) for row in security["amounts"]} == {("Magazine", "54"), ("Pistol", "12")}
    for lang, words in (("en", "Nobody reported"), ("fr", "Rapport"), ("es", "Informe")):
        html = unindented(as_html(frozen, lang))
        assert words in html
        assert frozen.digest in html
        assert f'lang="{lang}"' in html
        assert not re.search(r'(src|href)="http', html), "it needs nothing from anywhere"


def test_a_commodity_of_no_chapter_is_told_of_in_the_last(people: SimpleNamespace) -> None:
    define(text=FISH, by=NODE)
    line = {"subtype": "eel", "quantity": "3", "unit": "KGM"}
    _validated(people, people.contact, 6, form="ZFI", lines=[line])
    said = composed(_year(people), "en")
    cases = {one["name"]: one["found"].cases.now for one in said["sections"]}
    assert {name: number for name, number in cases.items() if number} == {"other": 6}
    assert said["sections"][-1]["forms"] == ["Electronic crime", "Other", "Endangered fish"]


def test_a_commodity_that_came_later_changes_no_report_of_what_was_frozen_before(people: SimpleNamespace) -> None:
    frozen = _year(people)
    define(text=FISH, by=NODE)
    assert composed(frozen, "en")["sections"][-1]["forms"] == ["Electronic crime", "Other"]


def test_the_public_edition_hides_what_fewer_than_three_countries_say(people: SimpleNamespace) -> None:
    _validated(people, people.contact, 6)
    html = unindented(as_html(_year(people, audience="public"), "en"))
    assert "Hidden: fewer than three reporting countries, or a sum would tell." in html
    assert "<b>6</b>" not in html
    for by in (people.american, people.chilean):
        _validated(people, by, 5)
    said = composed(_year(people, audience="public"), "en")
    security = next(one for one in said["sections"] if one["name"] == "security")
    assert security["found"].cases.now == 16
    assert security["countries"] == []
    region = next(one for one in security["tables"] if str(one["title"]) == "Region")
    assert all(cell.hidden for _word, cell, _bar in region["rows"] if len(cell.reporters) < 3)


def test_a_total_that_was_restated_says_so(people: SimpleNamespace) -> None:
    for n in range(3):
        draft(
            cases=[case_in(national_ref=f"KE-{2024 + n % 2}-{n}", place="", date=f"{2024 + n % 2}-04-10")],
            by=people.contact,
            channel="csv",
        )
    submit(cases=Case.objects.filter(status="draft"), by=people.contact)
    validate(cases=Case.objects.filter(status="submitted"), by=people.secretariat, unopened="test")
    _year(people, name="2024", since="2024-01", until="2024-12")
    assert "restated" not in as_html(_year(people), "en"), "the edition of 2024 said the same"
    withdraw(case=Case.objects.get(national_ref="KE-2024-2", latest=True), reason="Twice.", by=people.contact)
    html = unindented(as_html(_year(people, name="2025 again"), "en"))
    assert "<sup>r</sup>" in html
    assert re.search(r"r: restated. The edition frozen on \d{4}-\d\d-\d\d said Security: 2;", html)


def test_one_hidden_chapter_does_not_follow_from_the_total(people: SimpleNamespace) -> None:
    for by in (people.contact, people.american, people.chilean):
        _validated(people, by, 4)
    _validated(people, people.contact, 7, form="CIT", lines=[{"subtype": "SCA", "quantity": "2", "unit": "KGM"}])
    said = composed(_year(people, audience="public"), "en")
    unseen = [one["name"] for one in said["sections"] if one["hide"] and one["found"].cases.now]
    assert "environment" in unseen
    assert said["hide_totals"] or len(unseen) > 1, "the total less what is shown would be the hidden chapter"


def test_an_editor_writes_between_the_figures_and_what_is_wrong_stays_on_the_page(people: SimpleNamespace) -> None:
    _validated(people, people.contact, 2)
    _validated(people, people.american, 1, handling="RED")
    frozen = _year(people)
    client = _client(people.analyst)
    address = f"/statistics/reports/{frozen.ref}/"
    open_case, marked = Case.objects.filter(administration="KE")[0], Case.objects.get(administration="US")
    said = {
        "lang": "en",
        "read": "0",
        "title": "The year",
        "text.security": "Pumps again.",
        "studies.security": f"{marked.ref}\nSecret.",
    }
    answer = client.post(address, said)
    assert answer.status_code == 400
    assert "Pumps again." in answer.content.decode()
    assert not Report.objects.exists()
    assert (
        client.post(address, {**said, "studies.security": f"{open_case.ref}\nThe seal was wrong."}).status_code == 302
    )
    html = unindented(made_by_worker(client, f"{address}take/html/").decode())
    assert "The year" in html
    assert "Pumps again." in html
    assert "The seal was wrong." in html
    assert _client(people.contact).post(address, said).status_code == 403
    assert _client(people.partner).get(address).status_code == 404


def test_the_report_by_command_and_api_in_every_kind(
    people: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _validated(people, people.contact, 6)
    answers = []
    for kind in ("pdf", "html", "xlsx", "pdf"):
        out = tmp_path / f"itr.{kind}"
        call_command(
            "illicit_trade_report", year=2025, output=str(out), by=people.analyst.username, format="json", lang="en"
        )
        answers.append(json.loads(capsys.readouterr().out))
        assert out.stat().st_size > 5000
    assert len({one["digest"] for one in answers}) == 1
    assert answers[0]["pages"] >= 6
    assert (tmp_path / "itr.pdf").read_bytes().startswith(b"%PDF")
    book = load_workbook(tmp_path / "itr.xlsx")
    assert book.sheetnames[:2] == ["About", "Security"]
    _token, text = make_token(officer=people.analyst, scope="write", by=people.analyst)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    body = json.dumps({"since": "2025-01", "until": "2025-12"})
    made = program.post("/api/v1/statistics/snapshots", body, content_type="application/json")
    assert (made.status_code, made.json()["digest"]) == (201, answers[0]["digest"])
    assert program.get("/api/v1/statistics/snapshots").json()[0]["ref"] == answers[0]["snapshot"]
    parquet = program.get(f"/api/v1/statistics/snapshots/{answers[0]['snapshot']}/report.parquet")
    content = b"".join(parquet.streaming_content)  # type: ignore[attr-defined] -- a file answer streams
    assert content[:4] == b"PAR1"
    asked = program.get(f"/api/v1/statistics/snapshots/{answers[0]['snapshot']}/report.xlsx?lang=fr")
    assert asked.status_code == 202
    assert asked["Location"] == asked.json()["job"]
    assert program.get(asked.json()["result"]).status_code == 404
    done_by_worker(asked.json()["ref"])
    assert program.get(asked.json()["job"]).json()["state"] == "done"
    sheet = b"".join(program.get(asked.json()["result"]).streaming_content)  # type: ignore[attr-defined]
    assert load_workbook(io.BytesIO(sheet)).sheetnames[1] != "Security"


def test_quantities_are_brought_to_one_unit_only_where_a_conversion_is_known() -> None:
    who = {"KE": (1, 1)}
    amounts = [
        Amount("DRG", "cocaine", "KGM", "2", "1", 1, who),
        Amount("DRG", "cocaine", "GRM", "500", None, 1, who),
        Amount("DRG", "cocaine", "LTR", "3", None, 1, who),
        Amount("DRG", "mdma", "U2", "1000", None, 1, who),
        Amount("DRG", "khat", "U2", "7", None, 1, who),
        Amount("ALC", "wine", "LTR", "3", None, 1, who),
    ]
    found = {(one.subtype, one.unit): (one.now_text, bool(one.assumed)) for one in in_common(amounts)}
    assert found == {
        ("cocaine", "KGM"): ("5.5", True),
        ("mdma", "KGM"): ("0.3", True),
        ("khat", "U2"): ("7", False),
        ("wine", "LTR"): ("3", False),
    }


def test_the_cites_report_of_a_party_by_page_command_and_api(
    people: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = {
        "subtype": "SCA",
        "quantity": "220",
        "unit": "KGM",
        "value": "900",
        "currency": "KES",
        "fields": {"species": "Manis_spp.", "appendix": "I"},
    }
    route = [
        {"role": "departure", "country": "CD"},
        {"role": "transit", "country": "UG"},
        {"role": "destination", "country": "VN"},
    ]
    _validated(
        people,
        people.contact,
        2,
        form="CIT",
        route=route,
        lines=[line, {**line, "subtype": "TUS", "quantity": "3", "unit": "H87"}],
    )
    _validated(people, people.contact, 1)
    out = tmp_path / "aitr.xlsx"
    call_command("cites_report", party="ke", year=2025, output=str(out), by=people.contact.username, format="json")
    assert json.loads(capsys.readouterr().out)["rows"] == 4
    rows = list(load_workbook(out).active.iter_rows(values_only=True))
    assert [row[:2] for row in rows[:5]] == [
        ("Report", "CITES annual illegal trade report"),
        ("Party", "Kenya (KE)"),
        ("Year", "2025"),
        ("Number of rows", "4"),
        ("Sharing", "May be shared with the partners of ICCWC"),
    ]
    assert rows[5][:5] == (
        "Date of seizure",
        "Species (scientific name)",
        "Description of specimen",
        "Quantity",
        "Unit",
    )
    assert rows[6][1] == "Manis spp."
    assert (rows[6][2], rows[6][3]) == ("scales", 220)
    assert (rows[6][12], rows[6][13]) == ("Uganda", "Vietnam")
    page = _client(people.chilean).get("/statistics/cites/?party=KE&year=2025")
    assert len(list(load_workbook(io.BytesIO(page.content)).active.iter_rows())) == 10
    assert _client(people.partner).get("/statistics/cites/?party=KE&year=2025").status_code == 404
    assert _client(people.contact).get("/statistics/cites/?party=XX&year=2025").status_code == 400
    _token, text = make_token(officer=people.contact, scope="read", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    found = program.get("/api/v1/statistics/cites/KE/2025").json()
    assert [one["Description of specimen"] for one in found] == ["scales", "tusks", "scales", "tusks"]


@pytest.mark.both_databases
def test_an_amendment_that_waits_is_not_in_a_frozen_data_set_nor_does_it_change_it(people: SimpleNamespace) -> None:
    _validated(people, people.contact, 3)
    first = _year(people)
    amended = case_in(national_ref="KE-W-1", country="KE", place="", date="2025-02-10", narrative="another way")
    draft(cases=[amended], by=people.contact, channel="page")
    assert Case.objects.filter(counted=True, pending="submitted").count() == 1
    assert _year(people) == first, "the validated version stands as it stood"
    for audience in ("members", "public"):
        made = _year(people, audience=audience)
        content = b"".join(
            _client(people.chilean).get(f"/statistics/reports/{made.ref}/take/parquet/").streaming_content
        )  # type: ignore[attr-defined]
        with duckdb.connect() as engine:
            path = Path(f"{file_of(made)}.taken")
            path.write_bytes(content)
            names = {row[0] for row in engine.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()}
            path.unlink()
        assert {"ref", "commodity", "quantity"} <= names
        assert not names & {"pending", "latest", "status"}


def test_a_data_set_frozen_by_an_older_release_is_given_without_what_waits(people: SimpleNamespace) -> None:
    _validated(people, people.contact, 3)
    made = _year(people)
    old = pa.table(
        {"ref": ["TW-1"], "version": [1], "pending": ["returned"], "latest": [False], "status": ["validated"]}
    )
    out = io.BytesIO()
    pq.write_table(old, out)
    made.file = keep(content=out.getvalue(), media_type="application/vnd.apache.parquet", by=people.analyst).digest
    made.save()
    answer = _client(people.chilean).get(f"/statistics/reports/{made.ref}/take/parquet/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined] -- a file answer streams
    assert pq.read_table(io.BytesIO(content)).column_names == ["ref", "version"]


@pytest.mark.both_databases
def test_a_validated_case_stands_in_reports_and_exports_also_for_its_own_people_while_an_amendment_waits(
    people: SimpleNamespace,
) -> None:
    line = {"subtype": "TUS", "quantity": "2", "unit": "H87", "fields": {"species": "Manis_spp.", "appendix": "I"}}
    _validated(people, people.contact, 1, form="CIT", lines=[line], route=[])
    [was] = Case.objects.filter(counted=True).values_list("national_ref", flat=True)
    changed = case_in(
        national_ref=was,
        country="KE",
        place="",
        date="2025-01-10",
        form="CIT",
        lines=[{**line, "quantity": "3"}],
        route=[],
    )
    draft(cases=[changed], by=people.contact, channel="page")
    for person in (people.contact, people.chilean, people.reviewer, people.analyst):
        _row, token = make_token(officer=person, scope="read", by=person)
        program = Client(headers={"authorization": f"Bearer {token}"})
        rows = program.get("/api/v1/statistics/cites/KE/2025").json()
        assert [row["Quantity"] for row in rows] == [2.0], person.username
        found = program.get("/api/v1/cases?status=validated").json()["cases"]
        assert [(case["version"], case["lines"][0]["quantity"]) for case in found] == [(1, "2")], person.username
        answer = program.get("/api/v1/cases/export?status=validated&format=ndjson")
        taken = b"".join(answer.streaming_content)  # type: ignore[attr-defined] -- a file answer streams
        assert [json.loads(one)["version"] for one in taken.splitlines()] == [1], person.username
        page = unindented(_client(person).get("/cases/?status=validated").content.decode())
        assert was in page, person.username
        assert figures_of(program) == 1, person.username
    own = unindented(_client(people.contact).get("/cases/").content.decode())
    assert own.count(f">{was}<") == 1, "of one case never more than one version"


def figures_of(program: Client) -> int:
    """Validated cases by the statistics' JSON door."""
    return sum(row["cases"] for row in program.get("/api/v1/statistics?by=commodity&status=validated").json())
