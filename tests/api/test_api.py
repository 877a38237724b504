"""The JSON door: tokens, cases, idempotency, visibility, problems."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from tests.conftest import PROJECT
from tests.making import as_read, case_in, record
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.queries import history
from tidewaiter.people.actions import make_token, revoke_token
from tidewaiter.people.models import Officer, Token
from tidewaiter.statistics.store import bring_up_to_date

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_counts_kept() -> None:
    cache.clear()


class Caller:
    """A program with a token."""

    def __init__(self, officer: Officer, scope: str = "write") -> None:
        self.token, self.text = make_token(officer=officer, scope=scope, by=officer)
        self.client = Client(headers={"Authorization": f"Bearer {self.text}"})

    def get(self, address: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{address}", query)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        content = body if isinstance(body, str) else json.dumps(body if body is not None else {})
        return self.client.post(f"/api/v1/{address}", content, content_type="application/json", headers=headers)


@pytest.mark.both_databases
def test_a_case_goes_in_once_and_comes_out_the_same(people: SimpleNamespace) -> None:
    program = Caller(people.contact)
    made = program.post("cases", record(), **{"Idempotency-Key": "k-1"})
    assert made.status_code == 201, made.content
    ref = made.json()["ref"]
    assert made["Location"] == f"/api/v1/cases/{ref}"
    again = program.post("cases", record(), **{"Idempotency-Key": "k-1"})
    assert (again.status_code, again.json()["ref"]) == (200, ref)
    other = program.post("cases", record(date="2026-01-01"), **{"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    same = program.post("cases", record())
    assert (same.status_code, same.json()["outcome"]) == (200, "unchanged")
    found = program.get(f"cases/{ref}").json()
    assert found["channel"] == "api"
    assert [line["quantity"] for line in found["lines"]] == ["9", "2"]
    entry = history(ref)[0]
    assert (entry.deed, entry.by) == ("cases.drafted", people.contact.username)
    assert json.loads(entry.detail)["door"] == f"token:{program.token.ref}"
    changed = program.post("cases", record(direction="export"))
    assert (changed.status_code, changed.json()["outcome"]) == (200, "changed")


def test_what_is_wrong_is_said_field_by_field_and_nothing_is_kept(people: SimpleNamespace) -> None:
    program = Caller(people.contact)
    bad = program.post(
        "cases", record(date="32.13.2026", lines=[{"subtype": "pistoll", "quantity": "two", "unit": "H87"}])
    )
    assert bad.status_code == 422
    assert bad["Content-Type"] == "application/problem+json"
    said = bad.json()
    assert {error["field"] for error in said["errors"]} == {"date", "lines.1.subtype", "lines.1.quantity"}
    assert "pistol" in next(error for error in said["errors"] if error["field"] == "lines.1.subtype")["proposals"]
    for body in (
        "{",
        "[]",
        "null",
        '"x"',
        "",
        "{}",
        '{"form": 3}',
        '{"form": "WPN", "lines": 5}',
        '{"form": "WPN", "lines": [[]]}',
    ):
        answer = program.post("cases", body)
        assert answer.status_code in (400, 422), body[:20]
        assert answer["Content-Type"] == "application/problem+json"
    answer = program.post("cases", "[" * 100_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer wrong", "Basic eDp5", "Bearer " + "x" * 5000],
    ids=["none", "empty", "wrong", "basic", "long"],
)
def test_without_a_valid_token_the_answer_is_401(people: SimpleNamespace, header: str) -> None:
    client = Client(headers={"Authorization": header} if header else {})
    for address in ("cases", "cases/TW-1", "statistics?by=year", "codelists", "forms"):
        answer = client.get(f"/api/v1/{address}")
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
    assert client.post("/api/v1/cases", "{}", content_type="application/json").status_code == 401


def test_a_token_with_a_sign_that_no_text_has_is_refused_in_words(db: None) -> None:
    answer = Client(headers={"Authorization": "bearer \x00"}).get("/api/v1/cases")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_cookie_is_no_token(people: SimpleNamespace) -> None:
    client = Client()
    client.force_login(people.contact)
    assert client.get("/api/v1/cases").status_code == 401
    assert client.post("/api/v1/cases", json.dumps(record()), content_type="application/json").status_code == 401


def test_a_token_ends_by_revocation_by_time_and_with_its_account(people: SimpleNamespace) -> None:
    one, two, three = Caller(people.contact), Caller(people.officer), Caller(people.american)
    assert one.get("cases").status_code == 200
    revoke_token(token=one.token, by=people.contact)
    assert one.get("cases").status_code == 401
    Token.objects.filter(pk=two.token.pk).update(expires_at=now() - timedelta(seconds=1))
    assert two.get("cases").status_code == 401
    Officer.objects.filter(pk=people.american.pk).update(is_active=False, closed_by="x", closed_at=now())
    assert three.get("cases").status_code == 401


def test_a_reading_token_writes_nothing(people: SimpleNamespace) -> None:
    reader = Caller(people.contact, "read")
    for address in ("cases", "cases/batch", "cases/TW-1/submit"):
        answer = reader.post(address, record())
        assert (answer.status_code, answer.json()["code"]) == (403, "scope"), address
    assert reader.get("cases").status_code == 200


def test_the_list_and_the_figures_keep_to_what_one_may_see(people: SimpleNamespace) -> None:
    cases = [case_in(national_ref=f"KE-{n}") for n in range(7)]
    refs = draft(cases=cases, by=people.contact, channel="csv").refs
    submit(cases=Case.objects.filter(ref__in=refs[2:]), by=people.contact)
    validate(cases=Case.objects.filter(ref__in=refs[4:]), by=people.reviewer, unopened="x")
    expected = {"contact": 7, "reviewer": 5, "american": 3, "chilean": 3, "analyst": 7}
    bring_up_to_date()
    for name, number in expected.items():
        program = Caller(getattr(people, name), "read")
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = program.get("cases", limit=2, cursor=cursor).json()
            seen += [case["ref"] for case in page["cases"]]
            cursor = page["next_cursor"]
        assert len(seen) == len(set(seen)) == number, name
        figures = program.get("statistics", by="country", status="all").json()
        assert sum(figure["cases"] for figure in figures) == number, name
        hidden = program.get(f"cases/{refs[0]}")
        assert hidden.status_code == (200 if name in ("contact", "analyst") else 404)
    partner = Caller(people.partner, "read")
    assert [partner.get(address).status_code for address in ("cases", "statistics", f"cases/{refs[-1]}")] == [404] * 3
    assert program.get("cases", where="x").status_code == 422
    assert program.get("cases", cursor="nonsense").status_code == 422
    assert program.get("cases", limit=100000).status_code == 422


def test_the_course_of_a_case_by_program(people: SimpleNamespace) -> None:
    home, office = Caller(people.contact), Caller(people.reviewer)
    ref = home.post("cases?submit=true", record()).json()["ref"]
    read = as_read(office.client, ref)
    assert home.post(f"cases/{ref}/validate", read).status_code == 403
    assert office.post(f"cases/{ref}/return_case", read).status_code == 422
    back = {"reason": "Which is right?", **read}
    assert office.post(f"cases/{ref}/return_case", back).json()["status"] == "returned"
    assert office.get(f"cases/{ref}").status_code == 404
    assert home.post(f"cases/{ref}/submit").json()["status"] == "submitted"
    assert home.post(f"cases/{ref}/submit").status_code == 409
    assert office.post(f"cases/{ref}/validate", read).json()["status"] == "validated"
    assert home.post(f"cases/{ref}/withdraw", {"reason": "entered twice", **read}).json()["status"] == "withdrawn"
    assert home.post("cases", record(direction="export")).status_code == 409


def test_a_batch_takes_the_good_and_tells_the_bad(people: SimpleNamespace) -> None:
    program = Caller(people.contact)
    lines = [json.dumps(record(national_ref=f"B-{n}")) for n in range(5)] + [
        json.dumps(record(national_ref="B-x", date="never"))
    ]
    answer = program.client.post(
        "/api/v1/cases/batch?submit=true", "\n".join(lines), content_type="application/x-ndjson"
    )
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["cases"], said["accepted"], said["submitted"]) == (5, 5, 5)
    assert said["rejected"] == 1
    assert said["errors"][0]["column"] == "date"
    again = program.client.post(
        "/api/v1/cases/batch?submit=true", "\n".join(lines), content_type="application/x-ndjson"
    ).json()
    assert (again["unchanged"], again["accepted"]) == (5, 0)
    assert (
        program.client.post("/api/v1/cases/batch", "not json at all", content_type="application/x-ndjson").status_code
        == 422
    )


def test_a_stewards_token_does_no_stewards_deed(people: SimpleNamespace) -> None:
    program = Caller(people.steward)
    assert program.post("cases", record()).status_code == 201
    for address in ("/people/", "/ledger/", "/codelists/load/"):
        assert program.client.get(address).status_code == 302, "pages do not know tokens"


def test_too_many_requests_are_told_to_wait(people: SimpleNamespace) -> None:
    program = Caller(people.contact)
    with override_settings(API_REQUESTS_A_MINUTE=3):
        answers = [program.get("codelists") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_lists_and_forms_by_program(people: SimpleNamespace) -> None:
    program = Caller(people.contact, "read")
    assert "country" in {one["name"] for one in program.get("codelists").json()}
    page = program.get("codelists/country", limit=2).json()
    assert (len(page["page"]), page["next_after"]) == (2, page["page"][1]["code"])
    assert program.get("codelists/nothing").status_code == 404
    assert program.get("forms/WPN").json()["properties"]["form"] == {"const": "WPN"}
    assert "DRG" in {one["code"] for one in program.get("forms").json()}
    document = program.client.get("/api/openapi.json").json()
    assert "Case_WPN" in document["components"]["schemas"]
    assert Client().get("/api/openapi.json").status_code == 401
    person = Client()
    person.force_login(people.contact)
    assert "Idempotency-Key" in person.get("/api/docs").content.decode()


def test_the_record_of_the_contract_goes_in_as_it_stands(people: SimpleNamespace) -> None:
    document = json.loads((PROJECT / "tests" / "data" / "contract_record.json").read_text())
    program = Caller(people.american)
    made = program.post("cases", document)
    assert made.status_code == 201, made.content
    found = program.get(f"cases/{made.json()['ref']}").json()
    assert found["conveyance"]["mode"] == document["conveyance"]["mode"]
    assert [leg["role"] for leg in found["route"]] == [leg["role"] for leg in document["route"]]
