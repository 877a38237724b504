"""The rights matrix asked with tokens: programs see and do what their person may."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.house.matrix import (
    FILERS,
    TABLE,
    Who,
    asked_for,
    expected_of_case,
    named,
    posted,
    program_of,
    signed_in,
)
from tests.making import record
from tidewaiter.people.actions import make_token
from tidewaiter.review.actions import ask

pytestmark = pytest.mark.django_db


def _about_case(client: Client, who: Who, administration: str, state: str, ref: str) -> int:
    """Every operation on one case; gives how many answers were held against the table."""
    asked = 0
    if state in ("submitted", "validated_red"):
        status = asked_for(client, "get", f"/api/v1/cases/{ref}/similar")
        expected = expected_of_case(who, "", administration, state, program=True)
        assert status in expected, (who.officer.username, "similar", state, status)
    for deed in ("dismiss", "assign"):
        status = posted(client, f"/api/v1/cases/{ref}/{deed}", {"code": "none", "to": "reviewer.int", **named(ref)})
        expected = expected_of_case(who, "validate", administration, state, program=True)
        if 200 in expected and deed == "dismiss":
            expected = {404}  # the case has no such finding
        assert status in expected, (who.officer.username, deed, administration, state, status, expected)
    for deed in ("", "submit", "validate", "return_case", "withdraw"):
        address = f"/api/v1/cases/{ref}" + (f"/{deed}" if deed else "")
        status = posted(client, address, {"reason": "why", **named(ref)}) if deed else asked_for(client, "get", address)
        expected = expected_of_case(who, deed, administration, state, program=True)
        assert status in expected, (who.officer.username, deed or "see", administration, state, status, expected)
        asked += 1
    return asked


READ = {
    "list_jobs": "jobs",
    "cites": "statistics/cites/KE/2026",
    "list_cases": "cases",
    "export_file": "cases/export",
    "figures": "statistics?by=year",
    "list_codelists": "codelists",
    "get_codelist": "codelists/direction",
    "list_forms": "forms",
    "get_form": "forms/CIT",
    "all_photos": "photos",
    "own_watches": "watches",
    "review_queue": "review/queue",
    "list_requests": "review/requests",
    "listed_items": "library",
    "list_warnings": "advisories",
    "list_collections": "advisories/collections",
    "list_ringing": "ringing",
    "program_feed": "library/feed.atom",
    "rising": "statistics/signals",
    "questions": "statistics/questions",
    "monthly_figures": "review/monthly?month=2026-03",
}


def test_every_person_and_every_case_by_program(world: SimpleNamespace) -> None:
    asked = 0
    for who in world.whos:
        client = program_of(who)
        for (administration, state), ref in world.cases.items():
            asked += _about_case(client, who, administration, state, ref)
        for name, rule in TABLE["programs"].items():
            if rule != "reader" or name == "like_photo":  # it takes a picture: tests/search asks it
                continue
            if name in ("figures", "get_form") and who.home != "KE":
                continue
            seen = who.opens(f"/api/v1/{READ[name]}") and (
                who.customs or name != "cites"
            )  # no nil return for strangers
            expected = 200 if seen else 404
            assert asked_for(client, "get", f"/api/v1/{READ[name]}") == expected, (who.officer.username, name)
            asked += 1
        for country, place in (("KE", "KEMBA"), ("US", "USJFK")):
            status = posted(client, "/api/v1/cases", record(national_ref="M-1", country=country, place=place))
            files = who.role in FILERS and who.home in (country, "INT")
            assert status == (201 if files else 403), (who.officer.username, country, status)
            asked += 1
    print(f"rights: {asked} answers by program")


def test_a_batch_of_foreign_cases_brings_none(world: SimpleNamespace) -> None:
    officer = world.officers["contact.ke"]
    _token, text = make_token(officer=officer, scope="write", by=officer)
    body = "\n".join(
        json.dumps(record(national_ref=f"N-{country}", country=country, place="")) for country in ("KE", "US")
    )
    answer = (
        Client(headers={"Authorization": f"Bearer {text}"})
        .post("/api/v1/cases/batch", body, content_type="application/x-ndjson")
        .json()
    )
    assert (answer["accepted"], answer["rejected"]) == (1, 1)
    assert answer["errors"][0]["code"] == "not_your_country"


def test_questions_are_for_those_who_asked_and_the_office_that_answers(world: SimpleNamespace) -> None:
    asked = ask(subject="Pumps", question="What of pumps?", by=world.officers["contact.ke"])
    count = 0
    for who in world.whos:
        client = signed_in(who)
        office = who.role == "reviewer" and who.home in ("UG", "KE")
        sees = who.customs and (who.home in ("KE", "INT") or office)
        answers = office or (who.home == "INT" and who.role in ("reviewer", "analyst"))
        asks = who.home in ("KE", "US", "UG") and who.role in ("contact", "analyst", "investigator")
        assert asked_for(client, "get", f"/review/requests/{asked.ref}/") == (200 if sees else 404), (
            who.officer.username
        )
        wanted = {"take": answers, "close": asks and who.home == "KE"}
        for deed, may in wanted.items():
            status = asked_for(client, "post", f"/review/requests/{asked.ref}/{deed}/")
            assert status == (302 if may else 403 if sees else 404), (who.officer.username, deed, status)
        for deed in ("answer", "hand_back", "ask_again"):
            status = asked_for(client, "post", f"/review/requests/{asked.ref}/{deed}/", data={"text": "x"})
            assert status in ({403, 422} if sees else {404}), (who.officer.username, deed, status)
        program = program_of(who)
        assert asked_for(program, "get", f"/api/v1/review/requests/{asked.ref}") == (200 if sees else 404)
        said = {"subject": "x", "question": "y", "text": "z", "refs": []}
        assert posted(program, "/api/v1/review/requests", said) == (201 if asks else 403), who.officer.username
        status = posted(program, f"/api/v1/review/requests/{asked.ref}/answer", said)
        assert status == (200 if answers else 403 if sees else 404), (who.officer.username, status)
        assert posted(program, "/api/v1/review/validate", said) == 200
        expected = 200 if who.role == "reviewer" else 404
        assert asked_for(program, "get", "/api/v1/review/checks") == expected, who.officer.username
        count += 11
    print(f"rights: {count} answers about questions")
