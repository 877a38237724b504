"""The rights matrix: every door × every role × administrations × own and foreign things
answers as the cards of the rooms says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

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
from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.intake.models import Receipt
from tidewaiter.jobs.models import Job
from tidewaiter.jobs.results import path_of_result
from tidewaiter.people.actions import make_token
from tidewaiter.people.models import Officer, Shift

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
    rows = {(name, False) for name in TABLE["pages"]} | {(name, True) for name in TABLE["programs"]}
    assert names == rows


ADDRESSES = {
    "clock": "/clock/",
    "clock_deed": "/clock/retry_all/",
    "start": "/",
    "you": "/you/",
    "your_session": "/you/session/",
    "people": "/people/",
    "people_statistics": "/people/statistics/",
    "people_duty": "/people/duty/",
    "duty_calendar": "/people/duty.ics",
    "contact_points": "/people/contacts/",
    "sign_ins": "/people/sign-ins/",
    "proposals": "/people/confirm/",
    "decide_proposal": "/people/confirm/FE-1/confirm/",
    "invite_person": "/people/invite/",
    "people_places": "/people/places/",
    "people_administration": "/people/places/administration/KE/",
    "case_list": "/cases/",
    "case_export": "/cases/export/",
    "cases_chosen": "/cases/chosen/",
    "new_case": "/cases/new/",
    "new_case_of": "/cases/new/WPN/",
    "codelists": "/codelists/",
    "codelist": "/codelists/direction/",
    "suggest": "/codelists/direction/suggest?q=im",
    "load_list": "/codelists/load/",
    "ledger": "/ledger/",
    "check_ledger": "/ledger/check/",
    "take_ledger": "/ledger/take-away/",
    "own_stored": "/stored/",
    "all_stored": "/stored/all/",
    "job_list": "/jobs/",
    "all_jobs": "/jobs/all/",
    "form_list": "/forms/",
    "load_form": "/forms/load/",
    "retire_form": "/forms/CIT/retire/",
    "form_template": "/forms/CIT/template.xlsx",
    "form_schema": "/forms/CIT/schema.json",
    "openapi": "/api/openapi.json",
    "api_docs": "/api/docs",
    "intake": "/intake/",
    "map_file": "/intake/map/",
    "forget_mapping": "/intake/map/drop/",
    "statistics": "/statistics/",
    "statistics_map": "/statistics/map/",
    "statistics_table": "/statistics/table/",
    "statistics_signals": "/statistics/signals/",
    "statistics_cases": "/statistics/cases/",
    "reports": "/statistics/reports/",
    "advisories": "/advisories/",
    "new_advisory": "/advisories/new/",
    "bring_advisories": "/advisories/bring/",
    "advisories_collections": "/advisories/collections/",
    "library": "/library/",
    "library_feed": "/library/feed.atom",
    "library_digest": "/library/digest.txt",
    "new_item": "/library/new/",
    "propensity": "/statistics/counterfeits/",
    "wildlife": "/statistics/wildlife/",
    "bring_table": "/statistics/bring/imports/",
    "cites_report": "/statistics/cites/?party=KE&year=2025",
    "choose_language": "/language/",
    "place_deed": "/people/places/name_region/",
    "notices": "/notices/",
    "ringing": "/notices/ringing/",
    "review": "/review/",
    "review_together": "/review/together/",
    "review_returned": "/review/returned/",
    "review_checks": "/review/checks/",
    "review_office": "/review/office/",
    "office_deed": "/review/office/clock/",
    "monthly_check": "/review/monthly/?month=2026-03",
    "monthly_letter": "/review/monthly/KE/letter/?month=2026-03",
    "analysis_requests": "/review/requests/",
    "trade": "/trade/",
    "bring_trade_file": "/trade/bring/",
    "referrals": "/trade/referrals/",
    "new_analysis": "/trade/new/mirror/",
    "photo_wall": "/cases/photos/",
    "exchange": "/exchange/",
    "exchange_nodes": "/exchange/nodes/",
    "exchange_set_aside": "/exchange/set-aside/",
    "search": "/search/?q=pistol",
}
SLOW = ("form_template", "openapi", "api_docs", "statistics", "form_schema")


def test_doors_without_a_thing(world: SimpleNamespace) -> None:
    asked = 0
    whos = [who for who in world.whos if who.home != "US"]
    for who in whos:
        client = signed_in(who)
        for name, rule in TABLE["pages"].items():
            method, _, rule = rule.rpartition(" ")
            if name not in ADDRESSES or (name in SLOW and who.home != "KE"):
                continue
            expected = {
                "signed": {200, 302},
                "filer": {200} if who.role in FILERS else {403},
                "filer_missing": {404} if who.role in FILERS else {403},
                "manager": {200} if who.role in ("contact", "steward") else {403},
                "manager_missing": {200} if who.role in ("contact", "steward") else {404},
                "steward": {200, 302} if who.role == "steward" else {403},
                "hidden": {200, 302} if who.role == "steward" else {404},
                "reviewing": {200, 302} if who.role in ("reviewer", "steward") else {404},
                "reviewing_deed": {400} if who.role == "reviewer" else {403} if who.role == "steward" else {404},
                "monthly": {200} if who.checks_months else {404},
                "monthly_of": {200} if who.checks_months_of("KE") else {404},
                "customs": {200} if who.customs else {404},
                "warned": {200} if who.warned else {404},
                "colleague": {404} if who.role in ("partner", "expert") else {200},
                "writer_of_tables": {302} if who.customs else {404},  # without a file nothing is done
                "analysing": {200} if who.analyses else {404},
                "referring": {200} if who.analyses or who.role == "contact" else {404},
                "analysing_deed": {302} if who.analyses else {404},  # without a file nothing is done
                "library_writer": {200} if who.role in ("contact", "editor", "analyst", "reviewer") else {403},
            }[rule]
            if not method and not who.opens(ADDRESSES[name]):
                expected = {404}
            days = {"region": "ESA", "review_days": "5", "mend_days": "9", "answer_days": "9"}
            said = {"data": {"code": "NEWREG", "name": "x", **days}} if method else {}
            status = asked_for(client, method or "get", ADDRESSES[name], **said)
            assert status in expected, (name, who.officer.username, status)
            asked += 1
    stranger = Client()
    for name, rule in TABLE["pages"].items():
        if name in ADDRESSES:
            status = asked_for(stranger, "post" if " " in rule else "get", ADDRESSES[name])
            assert status == (401 if name == "openapi" else 302), (name, status)
    print(f"rights: {asked} answers of doors without a thing")


@pytest.mark.parametrize("home", ["KE", "US"])
def test_every_person_and_every_case_by_page(world: SimpleNamespace, home: str) -> None:
    asked = 0
    for who in world.whos:
        client = signed_in(who)
        for (administration, state), ref in world.cases.items():
            if administration != home:
                continue
            tries = [("", "get", ""), ("amend", "get", "edit/")] + [
                (deed, "post", f"{deed}/") for deed in ("submit", "validate", "return_case", "withdraw")
            ]
            for deed, method, rest in tries:
                status = asked_for(
                    client,
                    method,
                    f"/cases/{ref}/{rest}",
                    **({"data": {"reason": "why", **named(ref)}} if method == "post" else {}),
                )
                expected = expected_of_case(who, deed, administration, state, program=False)
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
        assert asked_for(client, "get", "/cases/TW-00000000000000000000000000/") == 404
    print(f"rights: {asked} answers about cases of {home} by page")


def _thread_door(client: Client, who: Who, administration: str, state: str, ref: str) -> int:
    sees = any(who.of_case(word, administration, state) for word in TABLE["sees"]["case"][state])
    close = sees and any(who.of_case(word, administration, state) for word in TABLE["talks"]["case"])
    status = asked_for(client, "post", f"/cases/{ref}/say/", data={"text": "x"})
    assert status == (302 if close else 403 if sees else 404), (who.officer.username, "say", state, status)
    return 1


def _office_doors(client: Client, who: Who, administration: str, state: str, ref: str) -> int:
    """The thread of a case and its place in the queue; gives how many doors were asked."""
    sees = any(who.of_case(word, administration, state) for word in TABLE["sees"]["case"][state])
    telling = state in ("submitted", "validated_red")  # the states in which who sees a case differs most
    if not telling:
        return _thread_door(client, who, administration, state, ref)
    assert asked_for(client, "get", f"/search/similar/{ref}/") == (200 if sees else 404), (
        who.officer.username,
        "similar",
        state,
    )
    assert asked_for(client, "get", f"/search/compare/?one={ref}&other={ref}") == (200 if sees else 404), (
        who.officer.username,
        state,
    )
    asked = _thread_door(client, who, administration, state, ref)
    judges = who.of_case("judge", administration, state)
    waits = judges and state == "submitted"
    assert asked_for(client, "get", f"/review/case/{ref}/") == (200 if waits else 404), (
        who.officer.username,
        "queue",
        state,
    )
    for deed in ("validate", "return_case", "assign", "dismiss"):
        status = asked_for(
            client, "post", f"/review/case/{ref}/{deed}/", data={"reason": "why", "to": "reviewer.int", **named(ref)}
        )
        if who.role not in ("reviewer", "steward") or not sees:
            expected = {404}
        elif not judges:
            expected = {403}
        else:
            expected = {422} if state != "submitted" else {404} if deed == "dismiss" else {302}
        assert status in expected, (who.officer.username, deed, administration, state, status, expected)
    return 7 + asked


def test_every_person_and_every_account(world: SimpleNamespace) -> None:
    asked = 0
    targets = [
        (world.officers[name], {name.split(".")[0]})
        for name in (
            "officer.ke",
            "contact.ke",
            "reviewer.ke",
            "editor.ke",
            "steward.ke",
            "officer.us",
            "steward.int",
            "partner.int",
        )
    ]
    for who in world.whos:
        client = signed_in(who)
        for officer, roles in targets:
            sees = any(who.of_officer(word, officer, roles) for word in TABLE["sees"]["officer"]["any"])
            status = asked_for(client, "get", f"/people/of/{officer.username}/")
            assert status == (200 if sees else 404), (who.officer.username, officer.username, status)
            for deed, rule in TABLE["does"]["officer"].items():
                may = any(who.of_officer(word, officer, roles) for word in rule["who"])
                status = asked_for(
                    client,
                    "post",
                    f"/people/of/{officer.username}/{deed}/",
                    data={"role": "analyst", "token": "TK-foreign"},
                )
                expected = (
                    {404}
                    if not sees
                    else ({404, 302} if rule.get("missing") else {200, 302})  # who it is may be asked again first
                    if may
                    else {403} | ({404} if rule.get("missing") else set())
                )
                if deed == "grant" and may and officer.username.startswith("partner."):
                    expected = {422}  # no customs role for a partner, whoever asks
                assert status in expected, (who.officer.username, deed, officer.username, status, expected)
                asked += 1
    print(f"rights: {asked} answers about accounts")


def _result_and_receipt(american: Officer, moment: datetime) -> None:
    """A file that a piece of work made, and a receipt, both of the American officer."""
    done = Job.objects.create(
        ref="JB-2",
        key="l",
        kind="take_cases",
        subject="cases",
        asked_by=american.username,
        asked_at=moment,
        state="done",
        result_name="cases.csv",
        result_type="text/csv",
        result_until=moment + timedelta(hours=1),
        sight={"administration": "US", "roles": ["officer"], "regions": []},
    )
    path_of_result(done).parent.mkdir(exist_ok=True)
    path_of_result(done).write_text("a,b")
    Receipt.objects.create(
        ref="RC-1",
        key="k",
        file_name="a",
        file_sha256="",
        file_path="",
        mapping_name="",
        mapping_text="",
        options={},
        brought_by=american.username,
        administration="US",
        brought_at=moment,
    )


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
    _result_and_receipt(american, moment)
    for who in world.whos:
        client = signed_in(who)
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
            ("get", "/jobs/JB-1/", {}, {200} if own or who.role == "steward" else {404}),
            ("get", "/jobs/JB-2/result/", {}, {200} if own else {404}),
            ("post", "/jobs/JB-1/cancel/", {}, {302} if own or who.role == "steward" else {404}),
            ("get", "/intake/RC-1/", {}, {200} if home and who.customs else {404}),
            ("get", "/intake/RC-1/mend", {}, {404}),
        ]
        for method, address, data, expected in tries:
            status = asked_for(client, method, address, **({"data": data} if method == "post" else {}))
            assert status in expected, (who.officer.username, address, status, expected)
        program = program_of(who)
        for address in ("/api/v1/jobs/JB-1", "/api/v1/jobs/JB-2/result"):
            assert asked_for(program, "get", address) == (200 if own else 404), (who.officer.username, address)
        assert posted(program, "/api/v1/jobs/JB-1/cancel", {}) == (200 if own else 404), who.officer.username


def test_the_shell_is_named_beside_the_person_it_speaks_for(world: SimpleNamespace) -> None:
    from tidewaiter.ledger.models import Entry
    from tidewaiter.people.queries import officer_at_shell

    by = officer_at_shell("contact.ke")
    draft(cases=[case_in(national_ref="SH-1")], by=by, channel="csv")
    entry = Entry.objects.latest("seq")
    assert entry.by == "contact.ke"
    assert json.loads(entry.detail)["door"].startswith("shell:")
    assert NODE.door == "node"
