"""A row that sums several seizures is one case and as many seizures as its source
says, by page, command, API and file.
"""

from __future__ import annotations

import csv
import io
import json
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in, unindented
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.forms.engine import CaseReader
from tidewaiter.forms.queries import form_named
from tidewaiter.people.actions import make_token
from tidewaiter.statistics.dashboard.figures import figures, overview
from tidewaiter.statistics.dashboard.scope import Scope
from tidewaiter.statistics.report.frozen_data import file_of, freeze

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
YEAR = Scope("2025-01", "2025-12")


def _line(subtype: str, quantity: str, events: int | None = None) -> dict[str, Any]:
    fields = {} if events is None else {"events": events}
    return {"subtype": subtype, "quantity": quantity, "unit": "KGM", "fields": fields}


def _made(people: SimpleNamespace) -> None:
    """Four records: 49 seizures in a row; one of a row of three and a plain line; a plain one; one that says 0."""
    lines = [
        [_line("cocaine", "4900", 49)],
        [_line("cocaine", "30", 3), _line("heroin", "2")],
        [_line("heroin", "5")],
        [_line("khat", "7", 0)],
    ]
    cases = [
        case_in(national_ref=f"KE-E{n}", form="DRG", place="", date=f"2025-0{n + 1}-10", route=[], lines=some)
        for n, some in enumerate(lines)
    ]
    draft(cases=cases, by=people.contact, channel="csv")
    submit(cases=Case.objects.all(), by=people.contact)
    validate(cases=Case.objects.all(), by=people.secretariat, unopened="test")


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _by_command(*by: str, measure: str = "cases") -> dict[str, tuple[int, int]]:
    out = io.StringIO()
    call_command("statistics", by=",".join(by), measure=measure, format="json", stdout=out)
    return {
        "/".join(str(row[name]) for name in by): (row["cases"], row["seizures"]) for row in json.loads(out.getvalue())
    }


def test_cases_are_records_and_seizures_are_events_by_command_and_api(people: SimpleNamespace) -> None:
    _made(people)
    assert _by_command("commodity") == {"DRG": (4, 55)}
    assert _by_command("subtype", measure="seizures") == {"cocaine": (2, 52), "heroin": (2, 2), "khat": (1, 1)}
    assert list(_by_command("subtype", measure="seizures")) == ["cocaine", "heroin", "khat"], "most seizures first"
    assert _by_command("month") == {"2025-01": (1, 49), "2025-02": (1, 4), "2025-03": (1, 1), "2025-04": (1, 1)}
    assert _by_command("subtype", measure="quantity") == {"cocaine": (2, 52), "khat": (1, 1), "heroin": (2, 2)}
    _token, text = make_token(officer=people.analyst, scope="read", by=people.analyst)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    (row,) = program.get("/api/v1/statistics?by=commodity&measure=seizures").json()
    assert (row["cases"], row["seizures"]) == (4, 55)
    (row,) = program.get("/api/v1/statistics?by=subtype&where=subtype%3Dcocaine").json()
    assert (row["cases"], row["seizures"]) == (2, 52)


def test_the_pages_say_as_many(people: SimpleNamespace) -> None:
    _made(people)
    client = _client(people.analyst)
    address = "/statistics/table/?by=subtype&since=2025-01&until=2025-12&format=csv"
    for measure, said in (
        ("seizures", {"cocaine": "52", "heroin": "2", "khat": "1"}),
        ("cases", {"cocaine": "2", "heroin": "2", "khat": "1"}),
    ):
        answer = client.get(f"{address}&measure={measure}")
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        rows = list(csv.reader(text.decode("utf-8-sig").splitlines()))
        words = {row[0].split()[0].lower(): row[1] for row in rows[1:]}
        assert {name: words.get(name) for name in said} == said, measure
    found = figures(YEAR, people.analyst, goods=True)
    assert (found.cases.now, found.seizures.now) == (4, 55)
    assert {one.subtype: one.seizures for one in found.amounts} == {"cocaine": 52, "heroin": 2, "khat": 1}
    page = unindented(client.get("/statistics/?since=2025-01&until=2025-12").content.decode())
    assert ">55<" in page


def test_a_row_that_sums_several_says_nothing_of_the_size_of_one(people: SimpleNamespace) -> None:
    _made(people)
    found = figures(YEAR, people.analyst)
    assert [(one.power, one.seizures, one.quantity) for one in found.bands] == [(0, 3, "14")]
    assert [way[1:] for way in overview(YEAR, people.analyst).ways] == [(4, 3, 0)]


def test_a_data_set_holds_them_and_an_older_one_counts_lines(people: SimpleNamespace) -> None:
    _made(people)
    made = freeze(name="", since="2025-01", until="2025-12", audience="members", by=people.analyst)
    assert figures(YEAR, None, files=file_of(made)).seizures.now == 55
    old = pq.read_table(file_of(made))
    path = file_of(made).with_suffix(".older")
    try:
        pq.write_table(old.drop_columns(["events"]), path)
        amounts = figures(YEAR, None, files=path, goods=True).amounts
    finally:
        path.unlink(missing_ok=True)
    assert {one.subtype: one.seizures for one in amounts} == {"cocaine": 2, "heroin": 2, "khat": 1}


def test_a_form_without_events_of_its_own_counts_them_too(people: SimpleNamespace) -> None:
    """Every form's line may say how many seizures it sums; drugs had the field before the others."""
    assert form_named("WPN").by_path["events"].scope == "line"
    assert [one.path for one in form_named("DRG").columns].count("events") == 1
    assert form_named("DRG").by_path["events"].scope == "fields"
    row = {"subtype": "pistol", "quantity": "120", "unit": "H87", "events": "7"}
    line, problems = CaseReader(form_named("WPN")).line(row, "2025-01-10")
    assert (problems, line["events"]) == ([], "7")
    lines = [line, {"subtype": "rifle", "quantity": "2", "unit": "H87"}]
    made = case_in(national_ref="KE-W1", form="WPN", place="", date="2025-01-10", route=[], lines=lines)
    draft(cases=[made], by=people.contact, channel="csv")
    submit(cases=Case.objects.all(), by=people.contact)
    validate(cases=Case.objects.all(), by=people.secretariat, unopened="test")
    assert _by_command("commodity") == {"WPN": (1, 8)}
