"""Frozen data sets do not move; reports say what they hold, to whom they may, in three languages, on paper too."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit, validate, withdraw
from tidewaiter.cases.models import Case
from tidewaiter.foundation.refusals import BadInput, NotAllowed
from tidewaiter.people.actions import make_token
from tidewaiter.statistics.conversion import in_common
from tidewaiter.statistics.dashboard import Amount, figures
from tidewaiter.statistics.freezing import file_of, freeze
from tidewaiter.statistics.models import Report, Snapshot
from tidewaiter.statistics.report import as_html, composed, scope_of_year

pytestmark = pytest.mark.django_db


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _validated(people: SimpleNamespace, by: Any, number: int, **changes: Any) -> None:
    country = by.administration_id
    cases = [case_in(national_ref=f"{country}-{changes.get('form', 'W')}-{n}", country=country, place="", date=f"2025-{1 + n % 12:02d}-10", **changes) for n in range(number)]  # fmt: skip
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
    assert _client(people.contact).post("/statistics/reports/", {"since": "2025-01", "until": "2025-12", "audience": "members"}).status_code == 403  # fmt: skip


def test_a_report_says_its_figures_its_coverage_and_its_data_set(people: SimpleNamespace) -> None:
    _validated(people, people.contact, 6)
    frozen = _year(people)
    said = composed(frozen, "en")
    security = next(one for one in said["sections"] if one["name"] == "security")
    assert (security["found"].cases.now, security["found"].seizures.now, security["reporters"]) == (6, 12, 1)
    assert {(row["word"], row["row"].now_text) for row in security["amounts"]} == {("Magazine", "54"), ("Pistol", "12")}
    for lang, words in (("en", "Nobody reported"), ("fr", "Rapport"), ("es", "Informe")):
        html = as_html(frozen, lang)
        assert words in html
        assert frozen.digest in html
        assert f'lang="{lang}"' in html
        assert not re.search(r'(src|href)="http', html), "it needs nothing from anywhere"


def test_the_public_edition_hides_what_fewer_than_three_countries_say(people: SimpleNamespace) -> None:
    _validated(people, people.contact, 6)
    html = as_html(_year(people, audience="public"), "en")
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
        draft(cases=[case_in(national_ref=f"KE-{2024 + n % 2}-{n}", place="", date=f"{2024 + n % 2}-04-10")], by=people.contact, channel="csv")  # fmt: skip
    submit(cases=Case.objects.filter(status="draft"), by=people.contact)
    validate(cases=Case.objects.filter(status="submitted"), by=people.secretariat, unopened="test")
    _year(people, name="2024", since="2024-01", until="2024-12")
    assert "restated" not in as_html(_year(people), "en"), "the edition of 2024 said the same"
    withdraw(case=Case.objects.get(national_ref="KE-2024-2", latest=True), reason="Twice.", by=people.contact)
    html = as_html(_year(people, name="2025 again"), "en")
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
    html = client.get(f"{address}take/html/").content.decode()
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
        call_command("illicit_trade_report", year=2025, output=str(out), by=people.analyst.username, format="json", lang="en")  # fmt: skip
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
    sheet = program.get(f"/api/v1/statistics/snapshots/{answers[0]['snapshot']}/report.xlsx?lang=fr")
    assert load_workbook(io.BytesIO(sheet.content)).sheetnames[1] != "Security"


def test_quantities_are_brought_to_one_unit_only_where_a_conversion_is_known() -> None:
    who = frozenset({"KE"})
    amounts = [
        Amount("DRG", "cocaine", "KGM", "2", "1", 1, who), Amount("DRG", "cocaine", "GRM", "500", None, 1, who), Amount("DRG", "cocaine", "LTR", "3", None, 1, who),
        Amount("DRG", "mdma", "U2", "1000", None, 1, who), Amount("DRG", "khat", "U2", "7", None, 1, who), Amount("ALC", "wine", "LTR", "3", None, 1, who),
    ]  # fmt: skip
    found = {(one.subtype, one.unit): (one.now_text, bool(one.assumed)) for one in in_common(amounts)}
    assert found == {
        ("cocaine", "KGM"): ("5.5", True), ("mdma", "KGM"): ("0.3", True), ("khat", "U2"): ("7", False), ("wine", "LTR"): ("3", False),
    }  # fmt: skip


def test_the_cites_report_of_a_party_by_page_command_and_api(
    people: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = {"subtype": "SCA", "quantity": "220", "unit": "KGM", "value": "900", "currency": "KES", "fields": {"species": "Manis_spp.", "appendix": "I"}}  # fmt: skip
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
    assert rows[0][:5] == (
        "Date of seizure",
        "Species (scientific name)",
        "Description of specimen",
        "Quantity",
        "Unit",
    )
    assert rows[1][1] == "Manis spp."
    assert (rows[1][2], rows[1][3]) == ("scales", 220)
    assert (rows[1][12], rows[1][13]) == ("Uganda", "Vietnam")
    page = _client(people.chilean).get("/statistics/cites/?party=KE&year=2025")
    assert len(list(load_workbook(io.BytesIO(page.content)).active.iter_rows())) == 5
    assert _client(people.partner).get("/statistics/cites/?party=KE&year=2025").status_code == 404
    assert _client(people.contact).get("/statistics/cites/?party=XX&year=2025").status_code == 400
    _token, text = make_token(officer=people.contact, scope="read", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    found = program.get("/api/v1/statistics/cites/KE/2025").json()
    assert [one["Description of specimen"] for one in found] == ["scales", "tusks", "scales", "tusks"]
