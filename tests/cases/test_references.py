"""What refers to another case inside a record that leaves: told to those who see that case too."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.conftest import PASSWORD
from tests.making import case_in, made_by_worker
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.export import records_of
from tidewaiter.cases.models import Case
from tidewaiter.people.actions import make_token

pytestmark = pytest.mark.django_db
KINDS = ("csv", "xlsx", "xml", "json", "ndjson", "parquet")


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _program(person: Any) -> Client:
    _token, text = make_token(officer=person, scope="write", by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def _filed(people: SimpleNamespace, name: str, *, counted: bool = True, **changes: Any) -> str:
    ref = draft(cases=[case_in(national_ref=name, **changes)], by=people.contact, channel="page").refs[0]
    if counted:
        one = Case.objects.filter(ref=ref, latest=True)
        submit(cases=one, by=people.contact)
        validate(cases=one, by=people.secretariat, unopened="test")
    return ref


@pytest.fixture
def world(people: SimpleNamespace) -> SimpleNamespace:
    """A wide case whose record names a wide one, a marked one and a draft, by their
    refs and by their country's own names.
    """
    wide = _filed(people, "KE-WIDE-1", date="2026-02-01")
    red = _filed(people, "KE-RED-1", date="2026-02-02", handling="RED")
    waiting = _filed(people, "KE-DRAFT-1", counted=False, date="2026-02-03")
    links = [wide, "KE-WIDE-1", red, "KE-RED-1", waiting, "KE-DRAFT-1", "KE-NOBODY"]
    people.wide, people.red, people.waiting = wide, red, waiting
    people.named = _filed(people, "KE-NAMES-1", links=links, date="2026-02-04")
    return people


def _said(content: bytes, kind: str) -> str:
    """All that a file says, as text."""
    if kind == "xlsx":
        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet is not None
        return "\n".join(str(row) for row in sheet.iter_rows(values_only=True))
    return str(pq.read_table(io.BytesIO(content)).to_pylist()) if kind == "parquet" else content.decode("utf-8-sig")


def _hidden(world: SimpleNamespace) -> tuple[str, ...]:
    return world.red, "KE-RED-1", world.waiting, "KE-DRAFT-1", "KE-NOBODY"


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_names_to_strangers_only_cases_that_they_see(world: SimpleNamespace, kind: str) -> None:
    address = f"/cases/export/?format={kind}&ref={world.named}"
    answer = _client(world.chilean).get(address)
    text = _said(b"".join(answer.streaming_content), kind)  # type: ignore[attr-defined]
    assert world.wide in text
    assert "KE-WIDE-1" in text
    assert [name for name in _hidden(world) if name in text] == []
    own = _said(b"".join(_client(world.officer).get(address).streaming_content), kind)  # type: ignore[attr-defined]
    assert [name for name in _hidden(world) if name not in own] == [], "its own country filed these very words"


def test_so_does_a_file_that_the_worker_makes(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_DIRECT_CASES", "1")
    lines = made_by_worker(_client(world.chilean), "/cases/export/?format=ndjson").splitlines()
    found = {record["ref"]: record.get("links") for record in map(json.loads, lines)}
    assert found == {world.wide: None, world.named: [world.wide, "KE-WIDE-1"]}


def test_so_does_the_json_door(world: SimpleNamespace) -> None:
    program = _program(world.chilean)
    assert program.get(f"/api/v1/cases/{world.red}").status_code == 404
    assert program.get(f"/api/v1/cases/{world.named}").json()["links"] == [world.wide, "KE-WIDE-1"]
    listed = program.get("/api/v1/cases?national_ref=KE-NAMES-1").json()["cases"]
    assert [one["links"] for one in listed] == [[world.wide, "KE-WIDE-1"]]
    assert len(_program(world.officer).get(f"/api/v1/cases/{world.named}").json()["links"]) == 7
    reviewer = _program(world.reviewer).get(f"/api/v1/cases/{world.named}").json()["links"]
    assert reviewer == [world.wide, "KE-WIDE-1", world.red, "KE-RED-1"], (
        "the regional office sees the marked one, no draft"
    )


def test_a_record_of_which_nothing_is_left_to_name_has_no_links(world: SimpleNamespace) -> None:
    ref = _filed(world, "KE-NAMES-2", links=["KE-RED-1", world.red])
    assert "links" not in _program(world.chilean).get(f"/api/v1/cases/{ref}").json()


def test_a_name_of_another_country_is_no_name_of_this_one(world: SimpleNamespace) -> None:
    """Two countries may use the same name: what Kenya's record means by it is Kenya's case."""
    draft(cases=[case_in(national_ref="KE-RED-1", country="CL", place="", route=[])], by=world.chilean, channel="page")
    assert _program(world.chilean).get(f"/api/v1/cases/{world.named}").json()["links"] == [world.wide, "KE-WIDE-1"]


def test_the_number_of_questions_does_not_grow_with_the_number_of_records(world: SimpleNamespace) -> None:
    for n in range(12):
        _filed(world, f"KE-MANY-{n}", links=[world.red, world.wide, "KE-RED-1"])

    def questions(number: int) -> int:
        keys = Case.objects.filter(counted=True).order_by("-pk").values_list("pk", flat=True)[:number]
        with CaptureQueriesContext(connection) as seen:
            assert len(list(records_of(Case.objects.filter(pk__in=list(keys)), world.chilean))) == number
        return len(seen)

    assert questions(1) <= 7, "the rights of the person are asked once, too"
    assert questions(12) == questions(1)


def test_the_node_itself_takes_records_whole(world: SimpleNamespace) -> None:
    (record,) = records_of(Case.objects.filter(ref=world.named, latest=True), None)
    assert len(record["links"]) == 7
