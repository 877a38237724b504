"""A seizure is entered with its people by name: the names stay, and the officer sees what may leave before it goes."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import Client

from tests.registry.conftest import page_of
from tidewaiter.cases.models import Case
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import make_token
from tidewaiter.registry.actions.entering import enter
from tidewaiter.registry.models import CaseTie, Entity
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
CASE = {
    "kind": "seizure",
    "country": "KE",
    "date": "2026-03-04",
    "location_type": "seaport",
    "place": "KEMBA",
    "direction": "import",
    "conveyance.mode": "1",
    "route.departure.place": "CLSAI",
    "route.destination.place": "KE",
    "lines": "1",
    "lines.1.subtype": "pistol",
    "lines.1.quantity": "2",
    "lines.1.unit": "H87",
    "length": "simple",
    "narrative": "Driver Wanjala Okiring was paid by Mr Joseph Karanja, tel. +254 700 000 231.",
}
DRIVER = {
    "named.1.kind": "person",
    "named.1.role": "driver",
    "named.1.name": "Wanjala Okiring",
    "named.1.birth_date": "1988-07-19",
    "named.1.gender": "male",
    "named.1.nationality": "Kenya",
    "named.1.document": "AK0552184",
}


def _post(page: Client, deed: str, **more: str) -> tuple[int, str]:
    answer = page.post("/cases/new/WPN/", {**CASE, **DRIVER, **more, "deed": deed})
    return answer.status_code, answer.content.decode()


def test_names_are_typed_with_the_case_and_stay_while_the_rest_may_leave(staff: SimpleNamespace) -> None:
    page = page_of(staff.officer, purpose="")
    assert "Persons, firms, conveyances by name" in page.get("/cases/new/WPN/").content.decode()
    status, text = _post(page, "check")
    assert status == 200
    assert "Stays on this node" in text
    assert "AK0552184" in text
    assert "Driver [person 1] was paid by" in text
    assert "[person 1]" in text
    assert "█████" in text
    assert "35 to 44" in text
    assert "Kenya" in text
    status, _text = _post(page, "submit")
    case = Case.objects.get(latest=True)
    assert (status, case.status) == (302, "submitted")
    assert case.header["persons"] == [{"role": "driver", "nationality": "KE", "sex": "male", "age_band": "35-44"}]
    kept = json.dumps({**case.header, "narrative": ""}) + json.dumps([line.document for line in case.lines.all()])
    assert "Okiring" not in kept
    assert "AK0552184" not in kept
    tie = CaseTie.objects.get(case=case.ref)
    assert (tie.role, tie.entity.caption) == ("driver", "Wanjala Okiring")
    said = Entry.objects.filter(deed="registry.screened").latest("pk")
    assert json.loads(said.detail)["purpose"] == f"entering {case.reference}"


def test_a_part_that_is_missing_is_asked_for_and_nothing_is_lost(staff: SimpleNamespace) -> None:
    status, text = _post(page_of(staff.officer), "submit", **{"named.1.role": ""})
    assert status == 422
    assert "Say what part they have." in text
    assert 'value="Wanjala Okiring"' in text
    assert Case.objects.count() == 0
    assert Entity.objects.count() == 0


def test_rows_come_and_go_and_are_looked_up(staff: SimpleNamespace) -> None:
    enter(
        said=SaidThing(
            key="a", kind="person", values=[("name", "Okiring Wanjala"), ("birthDate", "1988")], source="list"
        ),
        by=staff.investigator,
    )
    page = page_of(staff.officer, purpose="")
    _status, text = _post(page, "named.add:company")
    assert 'name="named.2.registration_number"' in text
    _status, text = _post(page, "named.look")
    assert "Okiring Wanjala" in text
    _status, text = _post(page, "named.out:1")
    assert 'value="Wanjala Okiring"' not in text
    found = page.post("/registry/cases/look/", {**DRIVER, "row": "1", "national_ref": "KE-7"}).content.decode()
    assert "1 record that is known may be the same" in found
    said = Entry.objects.filter(deed="registry.screened").latest("pk").detail
    assert json.loads(said)["purpose"] == "entering KE-7"
    assert page.post("/registry/cases/look/", {"named.1.name": "Wa", "row": "1"}).content == b""


def test_a_case_amended_shows_whom_it_names_and_a_second_person_is_the_second(staff: SimpleNamespace) -> None:
    page = page_of(staff.officer, purpose="")
    _post(page, "keep")
    case = Case.objects.get(latest=True)
    text = page.get(f"/cases/{case.ref}/edit/").content.decode()
    assert "Wanjala Okiring" in text
    assert Entry.objects.filter(deed="registry.read", ref=Entity.objects.get().ref).exists()
    again = {
        **CASE,
        "persons.1.role": "driver",
        "version": str(case.version),
        "digest": case.digest,
        "named.1.kind": "person",
        "named.1.role": "passenger",
        "named.1.name": "Joseph Karanja",
        "deed": "keep",
    }
    assert page.post(f"/cases/{case.ref}/edit/", again).status_code == 302
    case = Case.objects.get(latest=True)
    assert [one["role"] for one in case.header["persons"]] == ["driver", "passenger"]
    assert CaseTie.objects.filter(case=case.ref).count() == 2


def test_what_may_leave_by_program_and_by_command(staff: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    _post(page_of(staff.officer, purpose=""), "submit")
    case = Case.objects.get(latest=True)
    token = make_token(officer=staff.officer, scope="read", by=staff.officer)[1]
    told = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    said = Client().get(f"/api/v1/registry/cases/{case.ref}/leaving", **told).json()
    assert said["stays"] == 1
    assert said["leaves"]["narrative"] == "Driver [person 1] was paid by Mr █████, tel. █████."
    assert said["leaves"]["lines"][0]["subtype"] == "pistol"
    assert "Okiring" not in json.dumps(said)
    capsys.readouterr()
    call_command("what_may_leave", case.ref, by="officer.ke", format="json")
    assert json.loads(capsys.readouterr().out) == said


def test_who_reads_no_names_finds_no_place_for_them(staff: SimpleNamespace) -> None:
    assert page_of(staff.steward).post("/registry/cases/look/", {**DRIVER, "row": "1"}).status_code == 404
