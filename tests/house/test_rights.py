"""The rights matrix: every door × every role × administrations × own and foreign things answers as rights.toml says."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.making import case_in, record
from tidewaiter.cases.actions import draft, return_case, submit, validate, withdraw
from tidewaiter.cases.models import Case
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.intake.models import Receipt
from tidewaiter.jobs.models import Job
from tidewaiter.people.actions import make_token
from tidewaiter.people.models import Grant, Officer, Shift
from tidewaiter.people.policy import ROLES
from tidewaiter.review.actions import ask

TABLE = tomllib.loads((Path(__file__).parent / "rights.toml").read_text())
CUSTOMS = {"officer", "contact", "investigator", "reviewer", "analyst", "editor", "steward"}
FILERS = {"officer", "contact", "investigator", "steward"}
REGION = {"KE": "ESA", "UG": "ESA"}
STATES = tuple(TABLE["sees"]["case"])
pytestmark = pytest.mark.django_db


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route, str(pattern.name)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    names = {(name, route.startswith("api/v1/")) for route, name in _routes(get_resolver().url_patterns)}
    rows = {(name, False) for name in TABLE["doors"]} | {(name, True) for name in TABLE["programs"]}
    assert names == rows


@dataclass(frozen=True)
class Who:
    """A person of the matrix, in the words of the table."""

    officer: Officer
    role: str
    home: str

    @property
    def customs(self) -> bool:
        return self.role in CUSTOMS

    @property
    def checks_months(self) -> bool:
        """Whether the person reads the monthly check of any country."""
        return self.role in ("reviewer", "steward", "contact", "analyst") or (self.home == "INT" and self.customs)

    def checks_months_of(self, country: str) -> bool:
        """Of one country: its own people, the reviewers of its region, stewards, the secretariat."""
        if self.role == "steward" or (self.home == "INT" and self.customs):
            return True
        own = self.home == country and self.role in ("contact", "analyst", "reviewer")
        return own or (self.role == "reviewer" and REGION.get(self.home) == REGION.get(country, "-"))

    def of_case(self, word: str, administration: str, state: str, *, program: bool = False) -> bool:
        role = "officer" if program and self.role == "steward" else self.role
        mine = self.home in (administration, "INT")
        return {
            "home": self.customs and self.home == administration,
            "int": self.customs and self.home == "INT",
            "customs": self.customs,
            "region": role == "reviewer" and self.home != administration and REGION.get(self.home) == REGION.get(administration, "-"),
            "filer": role in FILERS and mine,
            "filer_of_draft": role in FILERS and mine and state == "draft",
            "withdrawer": role in ("contact", "steward") and mine,
            "judge": role == "reviewer" and self.home != administration and (self.home == "INT" or REGION.get(self.home) == REGION.get(administration, "-")),
        }[word]  # fmt: skip

    def of_officer(self, word: str, officer: Officer, roles: set[str]) -> bool:
        own = officer.pk == self.officer.pk
        return {
            "self": own,
            "colleague": self.customs and officer.administration_id == self.home,
            "steward": self.role == "steward",
            "steward_of": self.role == "steward" and not own,
            "looks_after": not own and (self.role == "steward" or (self.role == "contact" and officer.administration_id == self.home and not roles & {"contact", "steward"})),
        }[word]  # fmt: skip


@pytest.fixture
def world() -> SimpleNamespace:
    """Every role in Kenya, the United States and the secretariat, a reviewer of Uganda, and things of each kind."""
    cache.clear()
    moment = now()
    wanted = [(role, home) for home in ("KE", "US", "INT") for role in ROLES] + [("reviewer", "UG")]
    Officer.objects.bulk_create(
        [
            Officer(
                username=f"{role}.{home.lower()}",
                administration_id=home,
                date_joined=moment,
                used_at=moment,
                password="!",
            )
            for role, home in wanted
        ]
    )
    officers = {officer.username: officer for officer in Officer.objects.select_related("administration")}
    Grant.objects.bulk_create(
        [
            Grant(officer=officers[f"{role}.{home.lower()}"], role=role, granted_by="test", granted_at=moment)
            for role, home in wanted
        ]
    )
    whos = [Who(officers[f"{role}.{home.lower()}"], role, home) for role, home in wanted]
    cases: dict[tuple[str, str], str] = {}
    judge = officers["reviewer.int"]
    for home, filer in (("KE", officers["contact.ke"]), ("US", officers["contact.us"])):
        for state in STATES:
            mark = {"handling": "RED"} if state == "validated_red" else {}
            ref = draft(
                cases=[
                    case_in(
                        national_ref=f"{home}-{state}", country=home, place={"KE": "KEMBA", "US": "USJFK"}[home], **mark
                    )
                ],
                by=filer,
                channel="csv",
            ).refs[0]
            one = Case.objects.filter(ref=ref, latest=True)
            if state not in ("draft", "withdrawn"):
                assert submit(cases=one, by=filer)[0] == 1
            if state.startswith("validated"):
                assert validate(cases=one, by=judge, unopened="x")[0] == 1
            if state == "returned":
                return_case(case=one.get(), reason="why", by=judge)
            if state == "withdrawn":
                withdraw(case=one.get(), reason="why", by=filer)
            cases[(home, state)] = ref
    return SimpleNamespace(whos=whos, officers=officers, cases=cases)


def _ask(client: Client, method: str, address: str, **said: Any) -> int:
    """The status of an answer; whatever it changed is taken back."""
    with transaction.atomic():
        status = int((client.get if method == "get" else client.post)(address, **said).status_code)
        transaction.set_rollback(True)
    return status


def _signed(who: Who) -> Client:
    client = Client()
    client.force_login(Officer.objects.get(pk=who.officer.pk))
    return client


ADDRESSES = {
    "start": "/", "you": "/you/", "people": "/people/", "people_statistics": "/people/statistics/", "people_duty": "/people/duty/",
    "invite_person": "/people/invite/", "people_places": "/people/places/", "people_administration": "/people/places/administration/KE/",
    "case_list": "/cases/", "case_export": "/cases/export/", "new_case": "/cases/new/", "new_case_of": "/cases/new/WPN/", "codelists": "/codelists/",
    "codelist": "/codelists/direction/", "suggest": "/codelists/direction/suggest?q=im", "load_list": "/codelists/load/", "ledger": "/ledger/",
    "check_ledger": "/ledger/check/", "take_ledger": "/ledger/take-away/", "job_list": "/jobs/", "form_list": "/forms/", "load_form": "/forms/load/",
    "retire_form": "/forms/CIT/retire/", "form_template": "/forms/CIT/template.xlsx", "form_schema": "/forms/CIT/schema.json",
    "openapi": "/api/openapi.json", "api_docs": "/api/docs", "intake": "/intake/", "map_file": "/intake/map/", "forget_mapping": "/intake/map/drop/", "statistics": "/statistics/", "choose_language": "/language/",
    "place_deed": "/people/places/name_region/", "notices": "/notices/", "review": "/review/", "review_together": "/review/together/",
    "review_checks": "/review/checks/", "review_office": "/review/office/", "office_deed": "/review/office/clock/",
    "monthly_check": "/review/monthly/?month=2026-03", "monthly_letter": "/review/monthly/KE/letter/?month=2026-03", "analysis_requests": "/review/requests/",
    "photo_wall": "/cases/photos/", "search": "/search/?q=pistol",
}  # fmt: skip
SLOW = ("form_template", "openapi", "api_docs", "statistics", "form_schema")


def test_doors_without_a_thing(world: SimpleNamespace) -> None:
    asked = 0
    whos = [who for who in world.whos if who.home != "US"]
    for who in whos:
        client = _signed(who)
        for name, rule in TABLE["doors"].items():
            method, _, rule = rule.rpartition(" ")
            if name not in ADDRESSES or (name in SLOW and who.home != "KE"):
                continue
            expected = {
                "signed": {200, 302},
                "filer": {200} if who.role in FILERS else {403},
                "filer_missing": {404} if who.role in FILERS else {403},
                "manager": {200} if who.role in ("contact", "steward") else {403},
                "steward": {200, 302} if who.role == "steward" else {403},
                "hidden": {200, 302} if who.role == "steward" else {404},
                "reviewing": {200, 302} if who.role in ("reviewer", "steward") else {404},
                "reviewing_deed": {400} if who.role == "reviewer" else {403} if who.role == "steward" else {404},
                "monthly": {200} if who.checks_months else {404},
                "monthly_of": {200} if who.checks_months_of("KE") else {404},
                "customs": {200} if who.customs else {404},
            }[rule]
            days = {"region": "ESA", "review_days": "5", "mend_days": "9", "answer_days": "9"}
            said = {"data": {"code": "NEWREG", "name": "x", **days}} if method else {}
            status = _ask(client, method or "get", ADDRESSES[name], **said)
            assert status in expected, (name, who.officer.username, status)
            asked += 1
    stranger = Client()
    for name, rule in TABLE["doors"].items():
        if name in ADDRESSES:
            status = _ask(stranger, "post" if " " in rule else "get", ADDRESSES[name])
            assert status == (401 if name == "openapi" else 302), (name, status)
    print(f"rights: {asked} answers of doors without a thing")


def _expected_of_case(who: Who, deed: str, administration: str, state: str, *, program: bool) -> set[int]:
    sees = any(who.of_case(word, administration, state, program=program) for word in TABLE["sees"]["case"][state])
    if not sees:
        return {404}
    if not deed:
        return {200}
    rule = TABLE["deed"]["case"][deed]
    if not any(who.of_case(word, administration, state, program=program) for word in rule["who"]):
        # one who may neither do it nor do it now is told either
        return {403} if state in rule["from"] else {403, 409, 422}
    return {200, 302} if state in rule["from"] else {409, 422} | ({403} if deed == "withdraw" else set())


@pytest.mark.parametrize("home", ["KE", "US"])
def test_every_person_and_every_case_by_page(world: SimpleNamespace, home: str) -> None:
    asked = 0
    for who in world.whos:
        client = _signed(who)
        for (administration, state), ref in world.cases.items():
            if administration != home:
                continue
            tries = [("", "get", ""), ("amend", "get", "edit/")] + [
                (deed, "post", f"{deed}/") for deed in ("submit", "validate", "return_case", "withdraw")
            ]
            for deed, method, rest in tries:
                status = _ask(
                    client, method, f"/cases/{ref}/{rest}", **({"data": {"reason": "why"}} if method == "post" else {})
                )
                expected = _expected_of_case(who, deed, administration, state, program=False)
                assert status in expected, (
                    who.officer.username,
                    deed or "see",
                    administration,
                    state,
                    status,
                    expected,
                )
                asked += 1
            asked += _office_doors(client, who, administration, state, ref)
        assert _ask(client, "get", "/cases/TW-00000000000000000000000000/") == 404
    print(f"rights: {asked} answers about cases of {home} by page")


def _thread_door(client: Client, who: Who, administration: str, state: str, ref: str) -> int:
    sees = any(who.of_case(word, administration, state) for word in TABLE["sees"]["case"][state])
    close = sees and any(who.of_case(word, administration, state) for word in TABLE["close"]["case"])
    status = _ask(client, "post", f"/cases/{ref}/say/", data={"text": "x"})
    assert status == (302 if close else 403 if sees else 404), (who.officer.username, "say", state, status)
    return 1


def _office_doors(client: Client, who: Who, administration: str, state: str, ref: str) -> int:
    """The thread of a case and its place in the queue; gives how many doors were asked."""
    sees = any(who.of_case(word, administration, state) for word in TABLE["sees"]["case"][state])
    telling = state in ("submitted", "validated_red")  # the states in which who sees a case differs most
    if not telling:
        return _thread_door(client, who, administration, state, ref)
    assert _ask(client, "get", f"/search/similar/{ref}/") == (200 if sees else 404), (
        who.officer.username,
        "similar",
        state,
    )
    assert _ask(client, "get", f"/search/compare/?one={ref}&other={ref}") == (200 if sees else 404), (
        who.officer.username,
        state,
    )
    asked = _thread_door(client, who, administration, state, ref)
    judges = who.of_case("judge", administration, state)
    waits = judges and state == "submitted"
    assert _ask(client, "get", f"/review/case/{ref}/") == (200 if waits else 404), (
        who.officer.username,
        "queue",
        state,
    )
    for deed in ("validate", "return_case", "assign", "dismiss"):
        status = _ask(client, "post", f"/review/case/{ref}/{deed}/", data={"reason": "why", "to": "reviewer.int"})
        if who.role not in ("reviewer", "steward") or not sees:
            expected = {404}
        elif not judges:
            expected = {403}
        else:
            expected = {422} if state != "submitted" else {404} if deed == "dismiss" else {302}
        assert status in expected, (who.officer.username, deed, administration, state, status, expected)
    return 7 + asked


def test_every_person_and_every_case_by_program(world: SimpleNamespace) -> None:
    asked = 0
    for who in world.whos:
        _token, text = make_token(
            officer=Officer.objects.get(pk=who.officer.pk), scope="write", by=Officer.objects.get(pk=who.officer.pk)
        )
        client = Client(headers={"Authorization": f"Bearer {text}"})
        for (administration, state), ref in world.cases.items():
            if state in ("submitted", "validated_red"):
                status = _ask(client, "get", f"/api/v1/cases/{ref}/similar")
                assert status in _expected_of_case(who, "", administration, state, program=True), (
                    who.officer.username,
                    "similar",
                    state,
                    status,
                )
            for deed in ("dismiss", "assign"):
                said = {"code": "none", "to": "reviewer.int"}
                status = _ask(
                    client,
                    "post",
                    f"/api/v1/cases/{ref}/{deed}",
                    data=json.dumps(said),
                    content_type="application/json",
                )
                expected = _expected_of_case(who, "validate", administration, state, program=True)
                if 200 in expected and deed == "dismiss":
                    expected = {404}  # the case has no such finding
                assert status in expected, (who.officer.username, deed, administration, state, status, expected)
            for deed in ("", "submit", "validate", "return_case", "withdraw"):
                address = f"/api/v1/cases/{ref}" + (f"/{deed}" if deed else "")
                said = {"data": json.dumps({"reason": "why"}), "content_type": "application/json"} if deed else {}
                status = _ask(client, "post" if deed else "get", address, **said)
                expected = _expected_of_case(who, deed, administration, state, program=True)
                assert status in expected, (
                    who.officer.username,
                    deed or "see",
                    administration,
                    state,
                    status,
                    expected,
                )
                asked += 1
        for name, rule in TABLE["programs"].items():
            if rule == "reader" and name != "like_photo":  # it takes a picture: tests/search asks it
                address = {
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
                    "monthly_figures": "review/monthly?month=2026-03",
                }[name]
                if name in ("figures", "get_form") and who.home != "KE":
                    continue
                assert _ask(client, "get", f"/api/v1/{address}") == 200, name
                asked += 1
        for country in ("KE", "US"):
            body = json.dumps(
                record(national_ref="M-1", country=country, place={"KE": "KEMBA", "US": "USJFK"}[country])
            )
            status = _ask(client, "post", "/api/v1/cases", data=body, content_type="application/json")
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


def test_every_person_and_every_account(world: SimpleNamespace) -> None:
    asked = 0
    targets = [
        (world.officers[name], {name.split(".")[0]})
        for name in ("officer.ke", "contact.ke", "steward.ke", "officer.us", "steward.int", "partner.int")
    ]
    for who in world.whos:
        client = _signed(who)
        for officer, roles in targets:
            sees = any(who.of_officer(word, officer, roles) for word in TABLE["sees"]["officer"]["any"])
            status = _ask(client, "get", f"/people/of/{officer.username}/")
            assert status == (200 if sees else 404), (who.officer.username, officer.username, status)
            for deed, rule in TABLE["deed"]["officer"].items():
                may = any(who.of_officer(word, officer, roles) for word in rule["who"])
                status = _ask(
                    client,
                    "post",
                    f"/people/of/{officer.username}/{deed}/",
                    data={"role": "analyst", "token": "TK-foreign"},
                )
                expected = (
                    {404}
                    if not sees
                    else ({404} if rule.get("missing") else {200, 302})
                    if may
                    else {403} | ({404} if rule.get("missing") else set())
                )
                assert status in expected, (who.officer.username, deed, officer.username, status, expected)
                asked += 1
    print(f"rights: {asked} answers about accounts")


def test_questions_are_for_those_who_asked_and_the_office_that_answers(world: SimpleNamespace) -> None:
    asked = ask(subject="Pumps", question="What of pumps?", by=world.officers["contact.ke"])
    count = 0
    for who in world.whos:
        client = _signed(who)
        office = who.role == "reviewer" and who.home in ("UG", "KE")
        sees = who.customs and (who.home in ("KE", "INT") or office)
        answers = office or (who.home == "INT" and who.role in ("reviewer", "analyst"))
        asks = who.home in ("KE", "US", "UG") and who.role in ("contact", "analyst", "investigator")
        assert _ask(client, "get", f"/review/requests/{asked.ref}/") == (200 if sees else 404), who.officer.username
        wanted = {"take": answers, "close": asks and who.home == "KE"}
        for deed, may in wanted.items():
            status = _ask(client, "post", f"/review/requests/{asked.ref}/{deed}/")
            assert status == (302 if may else 403 if sees else 404), (who.officer.username, deed, status)
        for deed in ("answer", "hand_back", "ask_again"):
            status = _ask(client, "post", f"/review/requests/{asked.ref}/{deed}/", data={"text": "x"})
            assert status in ({403, 422} if sees else {404}), (who.officer.username, deed, status)
        officer = Officer.objects.get(pk=who.officer.pk)
        _token, text = make_token(officer=officer, scope="write", by=officer)
        program = Client(headers={"Authorization": f"Bearer {text}"})
        assert _ask(program, "get", f"/api/v1/review/requests/{asked.ref}") == (200 if sees else 404)
        body = json.dumps({"subject": "x", "question": "y", "text": "z", "refs": []})
        said = {"data": body, "content_type": "application/json"}
        assert _ask(program, "post", "/api/v1/review/requests", **said) == (201 if asks else 403), who.officer.username
        status = _ask(program, "post", f"/api/v1/review/requests/{asked.ref}/answer", **said)
        assert status == (200 if answers else 403 if sees else 404), (who.officer.username, status)
        assert _ask(program, "post", "/api/v1/review/validate", **said) == 200
        expected = 200 if who.role == "reviewer" else 404
        assert _ask(program, "get", "/api/v1/review/checks") == expected, who.officer.username
        count += 11
    print(f"rights: {count} answers about questions")


def test_things_inside_things_keep_their_owner(world: SimpleNamespace) -> None:
    moment = now()
    american, kenyan = world.officers["officer.us"], world.officers["officer.ke"]
    token, _text = make_token(officer=american, scope="read", by=american)
    shift = Shift.objects.create(
        administration_id="US", officer=american, weekday=1, starts="08:00", ends="12:00", time_zone="UTC"
    )
    Job.objects.create(
        ref="JB-1", key="k", kind="run_intake", subject="RC-1", asked_by=american.username, asked_at=moment
    )
    Receipt.objects.create(
        ref="RC-1", key="k", file_name="a", file_sha256="", file_path="", mapping_name="", mapping_text="", options={}, brought_by=american.username,
        administration="US", brought_at=moment,
    )  # fmt: skip
    for who in world.whos:
        client = _signed(who)
        own, home = who.officer.pk == american.pk, who.home == "US"
        tries: list[tuple[str, str, dict[str, Any], set[int]]] = [
            ("post", "/you/revoke_token/", {"token": token.ref}, {302} if own else {404}),
            ("post", f"/people/of/{kenyan.username}/revoke_token/", {"token": token.ref}, {404}),
            (
                "post",
                "/people/duty/end/",
                {"shift": shift.pk},
                {302} if who.role == "steward" or (home and who.role == "contact") else {403, 404},
            ),
            ("post", "/jobs/JB-1/cancel/", {}, {302} if own else {404}),
            ("get", "/intake/RC-1/", {}, {200} if home and who.customs else {404}),
            ("get", "/intake/RC-1/mend", {}, {404}),
        ]
        for method, address, data, expected in tries:
            status = _ask(client, method, address, **({"data": data} if method == "post" else {}))
            assert status in expected, (who.officer.username, address, status, expected)


def test_the_shell_is_named_beside_the_person_it_speaks_for(world: SimpleNamespace) -> None:
    from tidewaiter.ledger.models import Entry
    from tidewaiter.people.queries import officer_at_shell

    by = officer_at_shell("contact.ke")
    draft(cases=[case_in(national_ref="SH-1")], by=by, channel="csv")
    entry = Entry.objects.latest("seq")
    assert entry.by == "contact.ke"
    assert json.loads(entry.detail)["door"].startswith("shell:")
    assert NODE.door == "node"
