"""What is seized gets a number, and stays where its events say: by program."""

from __future__ import annotations

import hashlib
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.evidence.conftest import SHOES, Program
from tidewaiter.evidence.chain import event_content, first_break
from tidewaiter.evidence.models import CustodyEvent, Exhibit
from tidewaiter.evidence.queries import events_of
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db


def test_an_exhibit_is_seized_by_a_program_and_read_again(staff: SimpleNamespace, case: Any) -> None:
    officer = Program(staff.officer)
    said = {"case": case.ref, "description": "62 pistol barrels", "place": "KEMBA", "quantity": 62, "unit": "H87"}
    made = officer.post("exhibits", said)
    assert made.status_code == 201, made.content
    ref = made.json()["ref"]
    assert re.fullmatch(r"EX-[0-9A-Z]{26}", ref)
    assert re.fullmatch(r"EX-KE-\d\d-0001", made.json()["reference"])
    one = officer.get(f"exhibits/{ref}").json()
    assert (one["quantity"], one["unit"], one["state"], one["case"]) == ("62", "H87", "seized", case.ref)
    assert one["holder"]["name"] == "officer.ke"
    [event] = officer.get(f"exhibits/{ref}/events").json()
    assert (event["kind"], event["sequence"], event["taker"], event["stands"]) == ("seize", 1, "officer.ke", True)
    assert event["detail"]["quantity"] == "62"
    assert [row["ref"] for row in officer.get("exhibits", data={"case": case.ref}).json()] == [ref]
    entry = Entry.objects.get(deed="evidence.seized", ref=ref)
    assert json.loads(entry.detail)["digest"] == event["digest"]


def test_what_is_not_understood_is_named_field_by_field(staff: SimpleNamespace, case: Any) -> None:
    said = {"case": case.ref, "description": " ", "quantity": "about 5", "unit": "boxfuls", "at": "2026-02-30T10:00"}
    answer = Program(staff.officer).post("exhibits", said)
    assert answer.status_code == 422
    assert "no quantity" in answer.content.decode()
    assert not Exhibit.objects.exists()


def test_a_case_that_one_does_not_see_is_missing(staff: SimpleNamespace) -> None:
    said = {"case": "KE-01ARZ3NDEKTSV4RRFFQ69G5FAV", "description": "x", "quantity": 1, "unit": "H87"}
    assert Program(staff.officer).post("exhibits", said).status_code == 404


def test_whoever_is_of_another_administration_or_has_no_part_in_evidence_finds_nothing(
    staff: SimpleNamespace, shoes: Any
) -> None:
    seen = {
        key: Program(getattr(staff, key)).get(f"exhibits/{shoes.ref}").status_code
        for key in ("officer", "other", "custodian", "investigator", "contact", "foreign", "steward", "analyst")
    }
    assert seen == {
        **dict.fromkeys(("officer", "other", "custodian", "investigator", "contact"), 200),
        **dict.fromkeys(("foreign", "steward", "analyst"), 404),
    }
    Exhibit.objects.filter(pk=shoes.pk).update(handling="RED")
    assert Program(staff.other).get(f"exhibits/{shoes.ref}").status_code == 404
    assert Program(staff.officer).get(f"exhibits/{shoes.ref}").status_code == 200
    assert Program(staff.custodian).get(f"exhibits/{shoes.ref}").status_code == 200


def test_a_program_says_for_what_it_reads_and_the_ledger_keeps_it(staff: SimpleNamespace, shoes: Any) -> None:
    Program(staff.investigator).get(f"exhibits/{shoes.ref}", headers={"X-Purpose": "case KE-2026-0233"})
    entry = Entry.objects.get(deed="evidence.read", ref=shoes.ref)
    assert json.loads(entry.detail)["purpose"] == "case KE-2026-0233"


def test_numbers_follow_each_other_within_office_and_year(staff: SimpleNamespace, case: Any) -> None:
    refs = [Program(staff.officer).post("exhibits", {**SHOES, "case": case.ref}).json() for _n in range(3)]
    assert [one["reference"][-4:] for one in refs] == ["0001", "0002", "0003"]


def test_no_event_is_changed_or_removed_not_even_in_the_database(shoes: Any) -> None:
    event = CustodyEvent.objects.get(exhibit=shoes)
    for statement in ("UPDATE evidence_event SET note = 'another'", "DELETE FROM evidence_event"):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert CustodyEvent.objects.get(pk=event.pk).note == SHOES["description"]


def test_the_digest_is_sha_256_of_plain_json_that_anybody_can_make(shoes: Any) -> None:
    event = CustodyEvent.objects.get(exhibit=shoes)
    text = json.dumps(event_content(event), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == event.digest
    assert first_break(events_of(shoes), shoes.head, shoes.events_count) is None
    event.note = "another"
    found = first_break([event], shoes.head, shoes.events_count)
    assert found is not None
    assert (found.sequence, found.what) == (1, "digest")
