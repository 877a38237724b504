"""Pages and programs: who reads names, for what, and that the ledger has each."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.making import case_in
from tests.registry.conftest import page_of
from tidewaiter.cases.actions import draft
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import make_token
from tidewaiter.registry.actions.entering import enter, tie_to_case
from tidewaiter.registry.models import Entity
from tidewaiter.registry.reading.said import SaidThing

pytestmark = pytest.mark.django_db
PAGES = ("/registry/", "/registry/persons/", "/registry/companies/", "/registry/conveyances/", "/registry/screening/")
WRITERS_PAGES = ("/registry/doubles/", "/registry/new/", "/registry/bring/")


def _person(by: Any, name: str = "Yusuf Kassarani", **more: Any) -> Entity:
    values = [("name", name), ("birthDate", "1987-03-14"), ("nationality", "KM")]
    return enter(
        said=SaidThing(key="", kind="person", values=values, source="passport", scheme="4x4", grade="A1", **more), by=by
    )


def _program(person: Any, scope: str = "write", purpose: str = "a test") -> Client:
    _token, text = make_token(officer=person, scope=scope, by=person)
    headers = {"Authorization": f"Bearer {text}"} | ({"X-Purpose": purpose} if purpose else {})
    return Client(headers=headers)


def _deeds(ref: str) -> list[tuple[str, str, str]]:
    return [
        (entry.deed, entry.by, json.loads(entry.detail).get("purpose", "") if entry.detail else "")
        for entry in Entry.objects.filter(ref=ref).order_by("seq")
    ]


def test_names_are_shown_after_a_purpose_alone_and_each_is_written_down(staff: SimpleNamespace) -> None:
    one = _person(staff.investigator)
    browser = page_of(staff.officer, purpose="")
    for address in ("/registry/", f"/registry/{one.ref}/"):
        page = browser.get(address).content.decode()
        assert "For what do you read names?" in page
        assert "Kassarani" not in page
    assert [deed for deed, _by, _purpose in _deeds(one.ref)] == ["registry.entered"]
    assert browser.post("/registry/purpose/", {"purpose": "x", "next": "/registry/"}).status_code == 400
    assert (
        browser.post("/registry/purpose/", {"purpose": "flight TW 114", "next": f"/registry/{one.ref}/"})["Location"]
        == f"/registry/{one.ref}/"
    )
    page = browser.get(f"/registry/{one.ref}/").content.decode()
    for word in ("Yusuf Kassarani", "1987-03-14", "passport", "4x4", "A1", "flight TW 114"):
        assert word in page
    assert "Kassarani" in browser.get("/registry/persons/").content.decode()
    assert _deeds(one.ref)[1:] == [
        ("registry.read", "officer.ke", "flight TW 114"),
        ("registry.listed", "officer.ke", "flight TW 114"),
    ]


def test_a_purpose_leads_to_no_other_place(staff: SimpleNamespace) -> None:
    browser = page_of(staff.officer, purpose="")
    for to in ("https://example.org/", "//example.org", "/people/"):
        assert browser.post("/registry/purpose/", {"purpose": "a test", "next": to})["Location"] == "/registry/"


@pytest.mark.parametrize("role", ["investigator", "contact", "officer", "steward", "analyst", "partner", "foreign"])
def test_every_door_opens_for_those_who_read_names_alone(staff: SimpleNamespace, role: str) -> None:
    one = _person(staff.investigator)
    red = _person(staff.investigator, "Ines Calderuela", handling="RED")
    browser = page_of(getattr(staff, role), purpose="")
    reads = role in ("investigator", "contact", "officer", "foreign")
    if reads:
        browser.post("/registry/purpose/", {"purpose": "a test"})
    writes = role in ("investigator", "contact", "foreign")
    for address in PAGES:
        assert browser.get(address).status_code == (200 if reads else 404), address
    for address in WRITERS_PAGES:
        assert browser.get(address).status_code == (200 if writes else 403 if reads else 404), address
    home = role in ("investigator", "contact", "officer")
    assert browser.get(f"/registry/{one.ref}/").status_code == (200 if home else 404)
    assert browser.get(f"/registry/{red.ref}/").status_code == (200 if role == "investigator" else 404)
    said = browser.post(f"/registry/{one.ref}/say/", {"property": "alias", "value": "Joe", "source": "a call"})
    assert said.status_code == (302 if role in ("investigator", "contact") else 403 if home else 404)
    page = browser.get("/registry/").content.decode()
    assert ("Kassarani" in page) == home
    assert ("Calderuela" in page) == (role == "investigator")
    if role != "partner":
        program = _program(getattr(staff, role))
        assert program.get("/api/v1/registry/entities").status_code == (200 if reads else 404)
        assert program.get(f"/api/v1/registry/entities/{one.ref}").status_code == (200 if home else 404)
    assert Client().get("/registry/").status_code == 302
    assert Client().get("/api/v1/registry/entities").status_code == 401


def test_a_record_is_entered_found_by_another_spelling_and_screened_on_pages(staff: SimpleNamespace) -> None:
    browser = page_of(staff.investigator)
    said = {
        "kind": "person",
        "name": "Yusuf Kassarani",
        "alias": "يوسف كسراني",
        "birth_date": "14 Mar 1987",
        "source": "passport",
        "grading": "4x4 A1",
    }
    assert browser.post("/registry/new/", {**said, "source": ""}).status_code == 422
    made = browser.post("/registry/new/", said)
    assert made.status_code == 302
    for words in ("kassarani", "Кассарани Юсуф", "KASRANI"):
        page = browser.post("/registry/persons/", {"q": words}).content.decode()
        assert ("Yusuf Kassarani" in page) == (words != "KASRANI")
    page = browser.post("/registry/screening/", {"name": "KASRANI/YOUSSEF MR", "birth": "1987-03-14"}).content.decode()
    assert "Yusuf Kassarani" in page
    assert "Much agrees" in page
    assert (
        "Nobody of this name is known"
        in browser.post("/registry/screening/", {"name": "Zebedee Quux"}).content.decode()
    )
    assert "There is more" not in browser.get("/registry/").content.decode()


def test_a_file_is_brought_by_page(staff: SimpleNamespace) -> None:
    browser = page_of(staff.contact)
    file = SimpleUploadedFile("a.csv", b"kind,name,source\nperson,Anna Nemo,register\nghost,X,register\n")
    page = browser.post("/registry/bring/", {"file": file, "list": ""}).content.decode()
    assert "2 rows: 1 accepted, 0 changed, 0 unchanged, 1 rejected." in page
    assert Entity.objects.get().caption == "Anna Nemo"


def test_links_cases_and_merges_by_page(staff: SimpleNamespace) -> None:
    by = staff.investigator
    one, two, three = _person(by), _person(by, "Youssef Al-Kasrani"), _person(by, "Ines Calderuela")
    [case] = draft(cases=[case_in()], by=staff.officer, channel="page").refs
    browser = page_of(by)
    assert (
        browser.post(
            f"/registry/{one.ref}/link/", {"other": three.ref, "schema": "Associate", "role": "drives for"}
        ).status_code
        == 302
    )
    assert browser.post(f"/registry/{one.ref}/tie/", {"case": case, "role": "courier"}).status_code == 302
    assert browser.post(f"/registry/{one.ref}/tie/", {"case": "no-such-case", "role": "courier"}).status_code == 400
    page = browser.get(f"/registry/{one.ref}/").content.decode()
    for word in ("drives for", "Ines Calderuela", "courier", "KE-1"):
        assert word in page
    assert "Yusuf Kassarani" in browser.get(f"/cases/{case}/").content.decode()
    no_purpose = page_of(staff.officer, purpose="")
    shown = no_purpose.get(f"/cases/{case}/").content.decode()
    assert "Kassarani" not in shown
    assert "Say for what you read names" in shown
    merged = browser.post(f"/registry/{one.ref}/merge/", {"other": two.ref, "reason": "same telephone"})
    assert merged["Location"] == f"/registry/{one.ref}/"
    page = browser.get(f"/registry/{two.ref}/").content.decode()
    assert "2 records are read as one here" in page
    decision = one.decided_left.get()
    assert browser.post(f"/registry/decisions/{decision.ref}/undo/", {"reason": "two passports"}).status_code == 302
    assert "taken back by investigator.ke" in browser.get(f"/registry/{one.ref}/").content.decode()


def test_a_program_enters_reads_links_screens_and_merges(staff: SimpleNamespace) -> None:
    program = _program(staff.investigator)

    def sent(address: str, said: Any) -> Any:
        return program.post(f"/api/v1/registry/{address}", json.dumps(said), content_type="application/json")

    refs = []
    for name in ("Yusuf Kassarani", "Youssef Al-Kasrani"):
        made = sent(
            "entities",
            {
                "kind": "person",
                "values": [{"property": "name", "value": name}],
                "source": "passport",
                "grading": "4x4 A1",
            },
        )
        assert made.status_code == 201, made.content
        refs.append(made.json()["ref"])
    assert (
        sent(
            "entities", {"kind": "person", "values": [{"property": "imoNumber", "value": "1"}], "source": "x"}
        ).status_code
        == 422
    )
    assert (
        sent(
            f"entities/{refs[0]}/statements", {"property": "birthDate", "value": "1987-03-14", "source": "passport"}
        ).status_code
        == 201
    )
    assert (
        sent("links", {"subject": refs[0], "object": refs[1], "schema": "Family", "role": "brother"}).status_code == 201
    )
    [answer] = sent("screen", [{"name": "Кассарани Юсуф", "birth_date": "1987-03-14"}]).json()
    assert answer["state"] == "hits"
    assert answer["hits"][0]["ref"] == refs[0]
    assert answer["hits"][0]["score"] >= 0.9
    assert "Born on the same day." in answer["hits"][0]["why"]
    read = program.get(f"/api/v1/registry/entities/{refs[0]}").json()
    assert [one["role"] for one in read["links"]] == ["brother"]
    assert {one["scheme"] for one in read["statements"] if one["property"] == "name"} == {"4x4"}
    merged = sent("merge", {"left": refs[1], "right": refs[0], "reason": "a test"}).json()
    assert merged == {"canonical": refs[0], "members": sorted(refs)}
    assert program.get(f"/api/v1/registry/entities/{refs[1]}").json()["ref"] == refs[0]
    assert [one["ref"] for one in program.get("/api/v1/registry/entities").json()] == [refs[0]]
    assert sent("unmerge", {"ref": refs[0], "reason": "a test"}).json() == {"canonical": refs[0], "members": [refs[0]]}
    silent = _program(staff.investigator, purpose="")
    for address in ("entities", f"entities/{refs[0]}"):
        answer = silent.get(f"/api/v1/registry/{address}")
        assert answer.status_code == 422
        assert answer.json()["code"] == "purpose"


def test_who_is_tied_to_a_case_is_said_once(staff: SimpleNamespace) -> None:
    one = _person(staff.investigator)
    [case] = draft(cases=[case_in()], by=staff.officer, channel="page").refs
    for _turn in range(2):
        tie_to_case(entity=one, case=case, role="courier", by=staff.investigator)
    assert one.case_ties.count() == 1
    assert [deed for deed, _by, _purpose in _deeds(one.ref)].count("registry.tied") == 1


def test_no_name_of_a_screened_person_stands_in_the_ledger(staff: SimpleNamespace) -> None:
    _person(staff.investigator)
    page_of(staff.officer).post("/registry/screening/", {"name": "Zebedee Quux"})
    page_of(staff.officer).post("/registry/screening/", {"name": "Yusuf Kassarani"})
    told = " ".join(f"{entry.ref} {entry.detail}" for entry in Entry.objects.all())
    assert "Quux" not in told
    assert "Kassarani" not in told
    assert '"hits":1' in told
