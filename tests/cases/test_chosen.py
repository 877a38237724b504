"""Cases are chosen in the list and submitted, validated or taken away together; how close rows stand is remembered."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from lxml import html

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, open_case, submit
from tidewaiter.cases.models import Case
from tidewaiter.ledger.models import Entry
from tidewaiter.people.models import Officer

pytestmark = pytest.mark.django_db


def _signed_in(person: Officer) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _drafts(people: SimpleNamespace, *references: str) -> list[Case]:
    made = draft(cases=[case_in(national_ref=one) for one in references], by=people.officer, channel="page")
    return [Case.objects.get(ref=ref) for ref in made.refs]


def _boxes(client: Client, address: str = "/cases/") -> dict[str, str]:
    """The boxes of the list: the label's last word, and what is sent for it."""
    tree = html.fromstring(client.get(address).content)
    return {one.get("aria-label").split()[-1]: one.get("value") for one in tree.xpath("//input[@name='case']")}


def _bytes(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def _told(client: Client, address: str) -> str:
    return " ".join(html.fromstring(client.get(address).content).xpath("string(//main)").split())


def test_the_chosen_drafts_are_submitted_and_no_other(people: SimpleNamespace) -> None:
    _drafts(people, "KE-1", "KE-2", "KE-3")
    client = _signed_in(people.officer)
    boxes = _boxes(client)
    assert set(boxes) == {"KE-1", "KE-2", "KE-3"}
    answer = client.post(
        "/cases/chosen/", {"deed": "submit", "case": [boxes["KE-1"], boxes["KE-3"]], "query": "form=WPN"}
    )
    assert answer.headers["Location"] == "/cases/?form=WPN"
    assert "2 cases submitted." in _told(client, "/cases/?form=WPN")
    assert dict(Case.objects.values_list("national_ref", "status")) == {
        "KE-1": "submitted",
        "KE-2": "draft",
        "KE-3": "submitted",
    }
    assert Entry.objects.filter(deed="cases.submitted").count() == 2


def test_a_case_that_changed_since_the_list_was_drawn_is_left_and_said(people: SimpleNamespace) -> None:
    first, _second = _drafts(people, "KE-1", "KE-2")
    client = _signed_in(people.officer)
    boxes = _boxes(client)
    Case.objects.filter(pk=first.pk).update(digest="0" * 64)
    client.post("/cases/chosen/", {"deed": "submit", "case": list(boxes.values())})
    said = _told(client, "/cases/")
    assert "1 case submitted." in said
    assert "1 was changed since the list was drawn" in said
    assert Case.objects.get(national_ref="KE-1").status == "draft"


def test_a_reviewer_validates_what_was_opened_and_hears_of_the_rest(people: SimpleNamespace) -> None:
    opened, _other = _drafts(people, "KE-1", "KE-2")
    submit(cases=Case.objects.all(), by=people.officer)
    opened.refresh_from_db()
    open_case(case=opened, by=people.reviewer)
    client = _signed_in(people.reviewer)
    client.post("/cases/chosen/", {"deed": "validate", "case": list(_boxes(client).values())})
    said = _told(client, "/cases/")
    assert "1 case validated." in said
    assert "1 was opened by no reviewer yet: open it before you validate it." in said
    assert dict(Case.objects.values_list("national_ref", "status")) == {"KE-1": "validated", "KE-2": "submitted"}


def test_somebody_of_another_country_submits_nothing_and_sees_no_more(people: SimpleNamespace) -> None:
    _drafts(people, "KE-1")
    (box,) = _boxes(_signed_in(people.officer)).values()
    client = _signed_in(people.american)
    client.post("/cases/chosen/", {"deed": "submit", "case": box})
    assert "0 cases submitted." in _told(client, "/cases/")
    taken = _bytes(client.post("/cases/chosen/", {"deed": "export", "case": box}))
    assert b"KE-1" not in taken
    assert Case.objects.get().status == "draft"


def test_nothing_chosen_is_said_so(people: SimpleNamespace) -> None:
    client = _signed_in(people.officer)
    assert client.post("/cases/chosen/", {"deed": "submit"}).headers["Location"] == "/cases/"
    assert "Choose cases first" in _told(client, "/cases/")


def test_a_chosen_case_is_taken_away_with_the_reference_that_people_use(people: SimpleNamespace) -> None:
    nameless = case_in(national_ref="AUTO-0123456789ABCDEF0123")
    draft(cases=[nameless, case_in(national_ref="KE-7")], by=people.officer, channel="csv")
    client = _signed_in(people.officer)
    boxes = _boxes(client)
    assert set(boxes) == {"KE/2026/0001", "KE-7"}
    answer = client.post("/cases/chosen/", {"deed": "export", "format": "csv", "case": boxes["KE/2026/0001"]})
    rows = list(csv.DictReader(io.StringIO(_bytes(answer).decode("utf-8-sig"))))
    assert {(row["national_ref"], row["reference"]) for row in rows} == {("AUTO-0123456789ABCDEF0123", "KE/2026/0001")}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "ndjson", "xml"])
def test_what_goes_out_with_its_reference_comes_in_as_the_same_case(
    people: SimpleNamespace, tmp_path: Path, kind: str
) -> None:
    draft(cases=[case_in(national_ref="AUTO-0123456789ABCDEF0123")], by=people.officer, channel="csv")
    path = tmp_path / f"cases.{kind}"
    call_command("export_cases", by=people.officer.username, output=path)
    out = io.StringIO()
    call_command("import_cases", path, by=people.officer.username, format="json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["unchanged"], answer["rejected"], answer["changed"]) == (answer["rows"], 0, 0)
    assert Case.objects.count() == 1


def test_how_close_rows_stand_is_remembered_for_the_person(people: SimpleNamespace) -> None:
    _drafts(people, "KE-1")
    client = _signed_in(people.officer)
    assert 'class="t rows"' in client.get("/cases/").content.decode()
    answer = client.post("/you/density/", {"compact": "1", "next": "/cases/?form=WPN"})
    assert answer.headers["Location"] == "/cases/?form=WPN"
    assert 'class="t rows compact"' in _signed_in(people.officer).get("/cases/").content.decode()
    away = client.post("/you/density/", {"compact": "0", "next": "https://elsewhere.example/"})
    assert away.headers["Location"] == "/you/"
    assert not Officer.objects.get(pk=people.officer.pk).compact
