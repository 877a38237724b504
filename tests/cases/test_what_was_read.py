"""Every decision names the version and the digest of the case that was read, and holds for no other (CONTRACT.md)."""

from __future__ import annotations

import hashlib
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import as_read, as_shown, case_in, record
from tidewaiter.cases.actions import draft, return_case, submit, withdraw
from tidewaiter.cases.models import Case, FindingOutcome, Return
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.queries import history
from tidewaiter.people.actions import make_token
from tidewaiter.people.models import Officer
from tidewaiter.review.actions import validate_together
from tidewaiter.site.api import document

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NINETEEN = [{"subtype": "magazine", "quantity": "19", "unit": "H87"}]


def _program(person: Officer) -> Client:
    _token, text = make_token(officer=person, scope="write", by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def _page(person: Officer) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _waits(people: SimpleNamespace, **changes: Any) -> str:
    ref = draft(cases=[case_in(**changes)], by=people.contact, channel="page").refs[0]
    submit(cases=Case.objects.filter(ref=ref, latest=True), by=people.contact)
    return ref


def _amend(people: SimpleNamespace) -> None:
    assert draft(cases=[case_in(lines=NINETEEN)], by=people.officer, channel="page").words == ["changed"]


def _states(ref: str) -> list[tuple[int, str]]:
    return list(Case.objects.filter(ref=ref).order_by("version").values_list("version", "status"))


def _asked(client: Client, ref: str, deed: str, **said: Any) -> Any:
    return client.post(f"/api/v1/cases/{ref}/{deed}", json.dumps(said), content_type="application/json")


def test_a_program_validates_no_version_that_it_has_not_read(people: SimpleNamespace) -> None:
    ref = _waits(people)
    office = _program(people.reviewer)
    read = as_read(office, ref)
    assert read["version"] == 1
    assert re.fullmatch("[0-9a-f]{64}", read["digest"])
    _amend(people)
    answer = _asked(office, ref, "validate", **read)
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert (said["status"], said["code"], said["version"]) == (409, "another_version", 2)
    assert re.match(r"officer\.ke, Kenya changed this case at \d{4}-\d\d-\d\d \d\d:\d\d\b", said["detail"])
    assert "version 2" in said["detail"]
    assert "again" in said["detail"]
    assert "digest" not in said, "it must be read again, not copied"
    assert _states(ref) == [(1, "submitted"), (2, "submitted")]
    assert not [entry for entry in history(ref) if entry.deed == "cases.validated"]
    again = as_read(office, ref)
    assert again["version"] == 2
    assert again["digest"] != read["digest"]
    assert _asked(office, ref, "validate", **again).json()["status"] == "validated"
    assert _asked(office, ref, "validate", **again).json()["code"] == "state", "asked again it says what it always said"


@pytest.mark.parametrize("deed", ["validate", "return_case", "dismiss", "withdraw"])
def test_a_decision_names_the_version_and_the_digest_and_both_must_be_right(people: SimpleNamespace, deed: str) -> None:
    ref = _waits(people)
    client = _program(people.contact if deed == "withdraw" else people.reviewer)
    read = as_read(client, ref)
    said = {"reason": "why", "code": "check_digit", "path": "place"} if deed == "dismiss" else {"reason": "why"}
    for missing in ({}, {"version": 1}, {"digest": read["digest"]}):
        answer = _asked(client, ref, deed, **said, **missing)
        assert answer.status_code == 422, missing
        wrong = {error["field"].split(".")[-1] for error in answer.json()["errors"]}
        assert wrong == {"version", "digest"} - set(missing), missing
    for wrong_pair in (
        {"version": 1, "digest": "0" * 64},
        {"version": 2, "digest": read["digest"]},
        {"version": 1, "digest": "none"},
        {"version": 1, "digest": read["digest"][:16]},
    ):
        answer = _asked(client, ref, deed, **said, **wrong_pair)
        assert (answer.status_code, answer.json()["code"], answer.json()["version"]) == (409, "another_version", 1)
    assert _states(ref) == [(1, "submitted")]
    assert not Return.objects.exists()
    assert not FindingOutcome.objects.exists()
    answer = _asked(client, ref, deed, **said, **read)
    assert answer.status_code == (404 if deed == "dismiss" else 200), "there is no such finding"


def test_who_may_not_see_or_not_decide_is_told_of_no_version(people: SimpleNamespace) -> None:
    ref = _waits(people)
    read = as_read(_program(people.reviewer), ref)
    _amend(people)
    for deed in ("validate", "return_case", "withdraw"):
        answer = _asked(_program(people.chilean), ref, deed, reason="why", **read)
        assert (answer.status_code, answer.json().get("version")) == (404, None)
    answer = _asked(_program(people.officer), ref, "validate", **read)
    assert (answer.status_code, answer.json().get("version")) == (403, None)


def test_a_draft_that_was_mended_in_its_place_is_another_one(people: SimpleNamespace) -> None:
    ref = draft(cases=[case_in()], by=people.contact, channel="page").refs[0]
    home = _program(people.contact)
    read = as_read(home, ref)
    _amend(people)
    assert as_read(home, ref)["version"] == 1
    answer = _asked(home, ref, "withdraw", reason="entered twice", **read)
    assert (answer.status_code, answer.json()["code"]) == (409, "another_version")
    answer = _asked(home, ref, "submit", **read)
    assert (answer.status_code, answer.json()["code"]) == (409, "another_version"), "where it is named it must be right"
    assert _asked(home, ref, "submit", version=1).status_code == 422
    assert _states(ref) == [(1, "draft")]
    assert _asked(home, ref, "submit", **as_read(home, ref)).json()["status"] == "submitted"


def test_what_a_case_is_read_as_may_be_sent_in_again_and_deeds_tell_it_too(people: SimpleNamespace) -> None:
    home = _program(people.contact)
    made = home.post("/api/v1/cases", json.dumps(record()), content_type="application/json").json()
    found = home.get(f"/api/v1/cases/{made['ref']}").json()
    assert found["digest"] == made["digest"]
    listed = home.get("/api/v1/cases").json()["cases"][0]
    assert (listed["version"], listed["digest"]) == (1, made["digest"])
    again = home.post("/api/v1/cases", json.dumps(found), content_type="application/json")
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    moved = _asked(home, made["ref"], "submit").json()
    assert (moved["version"], moved["digest"]) == (1, made["digest"])


def test_the_digest_is_of_what_the_case_says_on_every_database(people: SimpleNamespace) -> None:
    """Of the record as it is kept: whoever works it out on another node or database gets this one."""
    home = _program(people.contact)
    ref = draft(cases=[case_in(place="", route=[])], by=people.contact, channel="page").refs[0]
    said = (
        b'[{"conveyance":{"mode":"1"},"country":"KE","date":"2026-03-04","date_precision":"day","direction":"import",'
        b'"form":"WPN","kind":"seizure","location_type":"seaport"},[{"quantity":"9","subtype":"magazine","unit":"H87"},'
        b'{"quantity":"2","subtype":"pistol","unit":"H87"}]]'
    )
    assert as_read(home, ref)["digest"] == hashlib.sha256(said).hexdigest()
    photo = [{"file": "a" * 64}]
    seen = {as_read(home, ref)["digest"]}
    for change in ({"lines": NINETEEN}, {"direction": "export"}, {"narrative": "Under the floor"}, {"photos": photo}):
        draft(cases=[case_in(place="", route=[], **change)], by=people.contact, channel="page")
        seen.add(as_read(home, ref)["digest"])
    assert len(seen) == 5, "goods, header, words and photos are all of it"


@pytest.mark.parametrize("room", ["cases", "review/case"])
def test_a_page_validates_nothing_that_it_has_not_shown(people: SimpleNamespace, room: str) -> None:
    ref = _waits(people)
    office = _page(people.reviewer)
    shown = as_shown(office, f"/{room}/{ref}/")
    _amend(people)
    answer = office.post(f"/{room}/{ref}/validate/", shown)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert re.search(r"officer\.ke, Kenya changed this case at \d{4}-\d\d-\d\d \d\d:\d\d", page)
    assert 'name="version" value="2"' in page, "the page shows the case as it is now, and decides about that"
    assert ">19<" in page or "19" in re.sub(r"<[^>]+>", " ", page)
    assert _states(ref) == [(1, "submitted"), (2, "submitted")]
    fresh = as_shown(office, f"/{room}/{ref}/")
    assert office.post(f"/{room}/{ref}/validate/", fresh).status_code == 302
    assert _states(ref)[1] == (2, "validated")


@pytest.mark.parametrize("room", ["cases", "review/case"])
def test_what_was_typed_is_kept_when_the_case_has_changed(people: SimpleNamespace, room: str) -> None:
    ref = _waits(people)
    office = _page(people.reviewer)
    shown = as_shown(office, f"/{room}/{ref}/")
    _amend(people)
    said = {
        "path": ["lines.1.quantity", "lines.2.quantity"],
        "code": ["implausible", "wrong"],
        "say": ["Nine or <ninety>?", "Two?"],
        "reason": "The packing list says otherwise.",
    }
    answer = office.post(f"/{room}/{ref}/return_case/", {**shown, **said})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "The packing list says otherwise.</textarea>" in page
    assert 'value="Nine or &lt;ninety&gt;?"' in page
    assert 'value="Two?"' in page, "also where the field is gone"
    assert '<option value="implausible" selected>' in page
    assert not Return.objects.exists()
    assert _states(ref) == [(1, "submitted"), (2, "submitted")]


def test_why_a_case_is_withdrawn_is_kept_when_it_has_changed(people: SimpleNamespace) -> None:
    ref = _waits(people)
    home = _page(people.contact)
    shown = as_shown(home, f"/cases/{ref}/")
    _amend(people)
    answer = home.post(f"/cases/{ref}/withdraw/", {**shown, "reason": "Entered twice by mistake"})
    assert answer.status_code == 409
    assert "Entered twice by mistake</textarea>" in answer.content.decode()
    assert _states(ref) == [(1, "submitted"), (2, "submitted")]


def test_why_a_finding_is_none_is_kept_when_the_case_has_changed(people: SimpleNamespace) -> None:
    from tidewaiter.cases.validate_record import with_findings
    from tidewaiter.forms.queries import form_named

    def found(quantity: str) -> None:
        lines = [{"subtype": "magazine", "quantity": quantity, "unit": "H87"}]
        case = case_in(conveyance={"mode": "1", "container": "MSCU1234567"}, lines=lines)
        draft(cases=[with_findings(form_named("WPN"), case)], by=people.contact, channel="page")

    found("9")
    ref = Case.objects.get().ref
    submit(cases=Case.objects.filter(ref=ref), by=people.contact)
    finding = Case.objects.get(ref=ref).findings.get(code="check_digit")
    office = _page(people.reviewer)
    shown = as_shown(office, f"/review/case/{ref}/")
    found("19")
    said = {"code": "check_digit", "path": finding.path, "reason": "Read on the door itself"}
    answer = office.post(f"/review/case/{ref}/dismiss/", {**shown, **said})
    assert answer.status_code == 409
    assert 'value="Read on the door itself"' in answer.content.decode()
    assert not FindingOutcome.objects.exists()
    assert office.post(f"/review/case/{ref}/dismiss/", said).status_code == 422
    assert not FindingOutcome.objects.exists()


def test_a_form_that_does_not_say_what_it_is_about_is_refused_in_words(people: SimpleNamespace) -> None:
    ref = _waits(people)
    office, home = _page(people.reviewer), _page(people.contact)
    shown = as_shown(office, f"/cases/{ref}/")
    for said in ({}, {"version": "1"}, {"digest": shown["digest"]}, {**shown, "version": "one"}, {"seen": "1-x"}):
        for client, address in (
            (office, f"/cases/{ref}/validate/"),
            (office, f"/cases/{ref}/return_case/"),
            (office, f"/review/case/{ref}/validate/"),
            (office, f"/review/case/{ref}/return_case/"),
            (home, f"/cases/{ref}/withdraw/"),
        ):
            answer = client.post(address, {"reason": "why", **said})
            assert answer.status_code == 422, (address, said)
            assert "does not say which version of the case" in answer.content.decode()
    assert _states(ref) == [(1, "submitted")]
    other = draft(cases=[case_in(national_ref="KE-2")], by=people.contact, channel="page").refs[0]
    assert home.post(f"/cases/{other}/submit/").status_code == 422
    assert home.post(f"/cases/{other}/submit/", as_shown(home, f"/cases/{other}/")).status_code == 302


def test_a_deed_holds_what_it_was_given_to_what_stands_under_its_lock(people: SimpleNamespace) -> None:
    """Between the door's look and the deed's lock somebody amends: the deed itself finds out."""
    ref = _waits(people)
    read = Case.objects.get(ref=ref, latest=True)
    _amend(people)
    with pytest.raises(Refusal) as refused:
        return_case(case=read, reason="why", by=people.reviewer)
    assert refused.value.code == "another_version"
    with pytest.raises(Refusal) as refused:
        withdraw(case=read, reason="why", by=people.contact)
    assert refused.value.code == "another_version"
    assert _states(ref) == [(1, "submitted"), (2, "submitted")]


def test_together_and_by_command_what_is_current_is_taken(people: SimpleNamespace, capsys: Any) -> None:
    ref = _waits(people)
    office = _page(people.reviewer)
    office.get(f"/review/case/{ref}/")
    _amend(people)
    assert validate_together(cases=[ref], by=people.reviewer) == (0, {"unopened": 1}), "version 2 was not opened"
    office.get(f"/review/case/{ref}/")
    call_command("validate_cases", by=people.reviewer.username, format="json")
    assert json.loads(capsys.readouterr().out) == {"cases": 1, "refused": {}}
    assert _states(ref) == [(1, "submitted"), (2, "validated")]


DECIDE = {"validate_case", "return_case", "take_back", "withdraw_case", "dismiss_finding"}
NOT_ABOUT_A_VERSION = {
    "submit_case": "hands on what the office will read; what is named must be right",
    "add_photo": "adds to the case",
    "assign_case": "says who looks, not what of it",
    "link_cases": "speaks of two cases, whatever they say",
    "unlink_cases": "the same",
}


def test_every_operation_on_a_case_names_what_it_is_about_or_stands_here_with_why() -> None:
    schema = document()
    parts = schema["components"]["schemas"]
    about = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if method != "get" and path.startswith("/api/v1/cases/{ref}"):
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
                named = parts.get(body.get("$ref", "").rpartition("/")[2], {}).get("required", [])
                about[operation["operationId"]] = {"version", "digest"} <= set(named)
    assert {name for name, names in about.items() if names} == DECIDE
    assert set(about) - DECIDE == set(NOT_ABOUT_A_VERSION)
