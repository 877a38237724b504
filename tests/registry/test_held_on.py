"""The right of access: what is held on somebody, from where, who read it; for the data-protection officer alone."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.registry.conftest import page_of
from tidewaiter.foundation.refusals import Missing
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import make_token
from tidewaiter.registry.actions.entering import enter, say_of_entity
from tidewaiter.registry.actions.erasing import erase
from tidewaiter.registry.actions.held_on import held_on
from tidewaiter.registry.actions.merging import merge
from tidewaiter.registry.actions.reading import export_entities, read_names
from tidewaiter.registry.actions.suspects import signal
from tidewaiter.registry.held_paper import html_of
from tidewaiter.registry.models import Entity
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ASKED = "request DP-2026-0017, access by the person herself"


def _kombozi(by: Any) -> Entity:
    one = enter(
        said=SaidThing(
            key="a",
            kind="person",
            values=[("name", "Lutfia Kombozi"), ("birthDate", "1989"), ("phone", "+254700000900")],
            source="seizure KE-2026-0291",
            scheme="4x4",
            grade="A1",
        ),
        by=by,
    )
    say_of_entity(entity=one, prop="notes", value="knows the driver", source="police", by=by, handling="RED")
    return one


def test_it_says_what_is_held_from_where_who_read_it_and_what_is_withheld(staff: SimpleNamespace) -> None:
    one = _kombozi(staff.investigator)
    for _time in range(3):
        read_names(refs=[one.ref], by=staff.officer, purpose="a control at Namanga")
    export_entities(to=io.StringIO(), by=staff.investigator, purpose="a letter to the police")
    found = held_on(by=staff.protection, purpose=ASKED, name="Lutfiya Kombozi")
    [record] = found.records
    said = {
        row["property"]: (row["value"], row["source"], row["grading"], row["withheld"]) for row in record["statements"]
    }
    assert said["name"] == ("Lutfia Kombozi", "seizure KE-2026-0291", "4x4 A1", "")
    assert said["notes"] == ("knows the driver", "police", "", "red")
    assert [(row.by, row.purpose, row.number) for row in found.reads] == [
        ("protection.ke", ASKED, 1),
        ("officer.ke", "a control at Namanga", 3),
    ]
    assert [(row.by, row.purpose) for row in found.copies] == [("investigator.ke", "a letter to the police")]
    assert found.looked == {"records": 1, "statements": 4, "links": 0, "cases": 0, "suspects": 0}


def test_all_that_is_read_as_one_is_in_the_answer_and_a_running_inquiry_withholds(staff: SimpleNamespace) -> None:
    one, other = (
        _kombozi(staff.investigator),
        enter(
            said=SaidThing(key="b", kind="person", values=[("name", "لطفية كمبوزي")], source="invoice"),
            by=staff.investigator,
        ),
    )
    merge(left=one.ref, right=other.ref, by=staff.investigator, reason="same telephone")
    found = held_on(by=staff.protection, purpose=ASKED, ref=other.ref)
    assert sorted(record["ref"] for record in found.records) == sorted([one.ref, other.ref])
    signal(entity=one, reason="grounds", by=staff.investigator)
    found = held_on(by=staff.protection, purpose=ASKED, ref=one.ref)
    marks = {row["withheld"] for record in found.records if record["ref"] == one.ref for row in record["statements"]}
    assert marks == {"inquiry", "red"}
    assert next(record["suspect"]["state"] for record in found.records if record["suspect"]) == "signalled"


def test_what_is_withheld_is_not_on_the_paper_but_that_it_is(staff: SimpleNamespace) -> None:
    one = _kombozi(staff.investigator)
    paper = html_of(held_on(by=staff.protection, purpose=ASKED, ref=one.ref), staff.protection, ASKED)
    assert "Lutfia Kombozi" in paper
    assert "knows the driver" not in paper
    assert "withheld: TLP:RED" in paper
    assert "4 statements are held: 3 told, 1 withheld." in paper


def test_what_was_erased_is_said_to_be(staff: SimpleNamespace) -> None:
    one = _kombozi(staff.investigator)
    erase(ref=one.ref, reason="she asked", by=staff.investigator)
    found = held_on(by=staff.protection, purpose=ASKED, ref=one.ref)
    assert (found.records, [ref for ref, _at in found.erased]) == ([], [one.ref])
    with pytest.raises(Missing):
        held_on(by=staff.protection, purpose=ASKED, ref="RG-nobody")
    assert held_on(by=staff.protection, purpose=ASKED, name="Lutfia Kombozi").records == []


@pytest.mark.parametrize("role", ["officer", "contact", "investigator", "steward", "analyst", "partner"])
def test_nobody_else_asks(staff: SimpleNamespace, role: str) -> None:
    one = _kombozi(staff.investigator)
    with pytest.raises(Missing):
        held_on(by=getattr(staff, role), purpose=ASKED, ref=one.ref)
    page = page_of(getattr(staff, role))
    assert page.get("/registry/held-on/").status_code == 404
    assert not Entry.objects.filter(deed="registry.held_on").exists()


def test_a_data_protection_officer_has_no_other_page_of_the_registry(staff: SimpleNamespace) -> None:
    one = _kombozi(staff.investigator)
    page = page_of(staff.protection)
    for address in ("", "persons/", "suspects/", "screening/", "doubles/", "new/", f"{one.ref}/"):
        assert page.get(f"/registry/{address}").status_code == 404, address
    assert page.post(f"/registry/{one.ref}/erase/", {"reason": "because"}).status_code == 404


def test_by_page_program_and_command(staff: SimpleNamespace, tmp_path: Path, capsys: Any) -> None:
    one = _kombozi(staff.investigator)
    page = page_of(staff.protection, purpose="")
    assert "For what do you read names?" in page.get("/registry/held-on/").content.decode()
    page.post("/registry/purpose/", {"purpose": ASKED, "next": "/registry/held-on/"})
    text = page.post("/registry/held-on/", {"name": "Lutfia Kombozi"}).content.decode()
    assert "knows the driver" in text
    assert "withheld: TLP:RED" in text
    assert "3 told, 1 withheld" in text
    paper = page.post("/registry/held-on/", {"ref": one.ref, "as": "pdf"})
    assert paper.content[:5] == b"%PDF-"
    assert page.post("/registry/held-on/", {}).status_code == 422
    token = make_token(officer=staff.protection, scope="write", by=staff.protection)[1]
    told = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_X_PURPOSE": ASKED}
    answer = Client().post(
        "/api/v1/registry/held-on", json.dumps({"ref": one.ref}), content_type="application/json", **told
    )
    assert [record["caption"] for record in answer.json()["records"]] == ["Lutfia Kombozi"]
    assert answer.json()["not_looked"] == ["backups", "photos", "files"]
    capsys.readouterr()
    file = tmp_path / "answer.json"
    call_command("held_on", name="Lutfia Kombozi", by="protection.ke", purpose=ASKED, output=str(file), format="json")
    assert json.loads(capsys.readouterr().out) == {"records": 1, "reads": 4}
    assert json.loads(file.read_text())["records"][0]["ref"] == one.ref
