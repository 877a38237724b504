"""Rows of the rights matrix that are about a thing: every person asks the door itself, and the answer is the one of
the cards of the rooms.

A row that no asking below belongs to fails the build, as does an asking that goes to another door than it says.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from tests.cases.test_photos import picture
from tests.house.askings import GAP, KE, Asking, askings_of
from tests.house.matrix import TABLE, program_of, signed_in
from tests.house.test_rights import _routes
from tests.intake.test_intake import HEAD, bring, write
from tidewaiter.cases.models import Case
from tidewaiter.library.actions import Written, move
from tidewaiter.library.actions import write as write_item
from tidewaiter.library.models import Item
from tidewaiter.library.pictures import attach_picture
from tidewaiter.review.actions import ask
from tidewaiter.search.actions import watch
from tidewaiter.search.linking import link
from tidewaiter.search.models import Watch
from tidewaiter.statistics.actions import keep_table
from tidewaiter.statistics.models import KeptTable
from tidewaiter.statistics.report.frozen_data import freeze
from tidewaiter.trade.actions import Agency, refer
from tidewaiter.trade.files.sources import bring_file
from tidewaiter.trade.runs import perform, start

pytestmark = pytest.mark.django_db
TRADE = (
    b"reporterISO,partnerISO,flowCode,cmdCode,refYear,primaryValue,netWgt,motCode,partner2Code,customsCode\n"
    b"CHN,KEN,X,010121,2023,1000,1000,0,0,C00\nKEN,CHN,M,010121,2023,9000,1000,0,0,C00\n"
)
ELSEWHERE = {
    "person_page": "test_every_person_and_every_account",
    "person_deed": "test_every_person_and_every_account",
    "duty_deed": "test_things_inside_things",
    "your_deed": "test_things_inside_things",
    "ringing_page": "test_who_hears_what_rings",
    "acknowledge_ringing": "test_who_hears_what_rings",
    "acknowledge_one": "test_who_hears_what_rings",
    "item_file": "test_files_go_with_an_item",
    "attached_file": "test_files_go_with_an_item",
    "program_item_file": "test_files_go_with_an_item",
    "cancel_job": "test_things_inside_things",
    "job_page": "test_things_inside_things",
    "job_result": "test_things_inside_things",
    "get_job": "test_things_inside_things",
    "stop_job": "test_things_inside_things",
    "result_file": "test_things_inside_things",
    "monthly_letter": "test_doors_without_a_thing",
    "case_page": "test_every_person_and_every_case_by_page",
    "case_deed": "test_every_person_and_every_case_by_page",
    "edit_case": "test_every_person_and_every_case_by_page",
    "say_of_case": "test_every_person_and_every_case_by_page",
    "review_case": "test_every_person_and_every_case_by_page",
    "review_deed": "test_every_person_and_every_case_by_page",
    "similar": "test_every_person_and_every_case_by_page",
    "compare": "test_every_person_and_every_case_by_page",
    "keep_filter": "test_what_is_ones_own_is_dropped_by_nobody_else",
    "drop_filter": "test_what_is_ones_own_is_dropped_by_nobody_else",
    "watch_deed": "test_what_is_ones_own_is_dropped_by_nobody_else",
    "table_deed": "test_what_is_ones_own_is_dropped_by_nobody_else",
    "new_watch": "test_what_is_ones_own_is_dropped_by_nobody_else",
    "end_watch": "test_what_is_ones_own_is_dropped_by_nobody_else",
    "get_case": "test_every_person_and_every_case_by_program",
    "submit_case": "test_every_person_and_every_case_by_program",
    "validate_case": "test_every_person_and_every_case_by_program",
    "return_one_case": "test_every_person_and_every_case_by_program",
    "withdraw_case": "test_every_person_and_every_case_by_program",
    "dismiss_finding": "test_every_person_and_every_case_by_program",
    "assign_case": "test_every_person_and_every_case_by_program",
    "alike_cases": "test_every_person_and_every_case_by_program",
    "get_request": "test_questions_are_for_those_who_asked",
    "answer_request": "test_questions_are_for_those_who_asked",
    "notices_seen": "test_what_is_ones_own_is_dropped_by_nobody_else",
}
"""Rows about a thing whose doors another test asks as every person, and which."""


@pytest.fixture
def things(world: SimpleNamespace, tmp_path: Path) -> SimpleNamespace:
    """Of Kenya: cases with photos, items in their states, a file that was read, a question, a
    frozen data set, an analysis, a link.
    """
    officers = world.officers
    contact, reviewer = officers["contact.ke"], officers["reviewer.int"]
    drafted = world.cases[KE, "draft"]
    client = Client()
    client.force_login(contact)
    client.post(f"/cases/{drafted}/photos/", {"photos": [SimpleUploadedFile("x.jpg", picture())]})
    photo = Case.objects.get(ref=drafted, latest=True).header["photos"][0]["file"]
    drawn = tmp_path / "x.jpg"
    drawn.write_bytes(picture(colour="red"))

    def item(state: str, **said: Any) -> Item:
        texts = {"en": ("Pumps", "Look twice.")}
        made = write_item(said=Written(kind="alert", topic="modus_operandi", texts=texts, **said), by=contact)
        attach_picture(item=made, path=drawn, caption="A pump", by=contact)
        made.refresh_from_db()
        for deed, by in (("submit", contact), ("publish", reviewer))[: {"draft": 0, "submitted": 1}.get(state, 2)]:
            made = move(item=made, deed=deed, by=by)
        return made

    items = {state: item(state) for state in ("draft", "submitted", "published")}
    items["published_red"] = item("published", handling="RED")
    items["published_partners"] = item("published", audience="partners")
    analyst = officers["analyst.ke"]
    source = bring_file(name="trade.csv", chunks=[TRADE], by=analyst)
    runs = []
    for name in ("one", "other", "forgotten by page", "forgotten by program"):
        run = start(analysis="mirror", source=source.ref, name=name, mapping={}, parameters={}, by=analyst)
        perform(run, analyst, lambda _step, _share: None)
        runs.append(run.ref)
    cases = [Case.objects.get(ref=world.cases[KE, state], latest=True) for state in ("draft", "submitted")]
    link(one=cases[0], other=cases[1], kind="same_network", reason="", by=contact)
    receipt = bring(contact, write(tmp_path, HEAD + "WPN,A,never,KE,KEMBA,pistol,1,H87\n"))["receipt"]
    return SimpleNamespace(
        photo=photo,
        items=items,
        runs=runs,
        receipt=receipt,
        draft=drafted,
        submitted=world.cases[KE, "submitted"],
        referral=refer(run=runs[0], finding=GAP, to=Agency("fiu", "FRC"), by=analyst).ref,
        request=ask(subject="Pumps", question="What of pumps?", by=contact).ref,
        snapshot=freeze(name="", since="2026-01", until="2026-12", audience="members", by=officers["analyst.int"]).ref,
    )


def _about_things(rows: dict[str, str]) -> set[str]:
    words = ("see", "do", "own", "monthly_of", "case", "notices", "you", "duty")
    return {name for name, rule in rows.items() if rule.split()[-1].split(".")[0] in words}


def test_every_person_asks_every_door_of_a_thing(world: SimpleNamespace, things: SimpleNamespace) -> None:
    askings = askings_of(things)
    routes: dict[tuple[str, bool], list[str]] = {}
    for route, name in _routes(get_resolver().url_patterns):
        routes.setdefault((name, route.startswith("api/v1/")), []).append(re.sub(r"<[^>]*>", "[^/]+", route))
    for one in askings:
        path = one.address.split("?")[0].lstrip("/")
        assert any(re.fullmatch(route, path) for route in routes[one.door, one.program]), one.door
    wrong, drawn, asked = [], set[tuple[str, str]](), 0
    for who in world.whos:
        page, program = signed_in(who), program_of(who)
        for one in askings:
            expected = one.expected(who)
            if one.costly and 200 in expected:
                if (one.address, who.home) in drawn:
                    continue
                drawn.add((one.address, who.home))
            status = one.answer(program if one.program else page)
            asked += 1
            if status not in expected:
                wrong.append((who.officer.username, one.method, one.address, status, expected))
    assert not wrong, wrong[:20]
    print(f"rights: {asked} answers about things")
    claimed = {one.door for one in askings} | set(ELSEWHERE) | {"end_link"}
    assert _about_things(TABLE["pages"]) | _about_things(TABLE["programs"]) == claimed


@pytest.mark.long
def test_a_link_is_taken_away_by_who_drew_it_or_a_steward(world: SimpleNamespace, things: SimpleNamespace) -> None:
    for who in world.whos:
        address = f"/api/v1/cases/{things.draft}/links/{things.submitted}/same_network"
        status = Asking("end_link", address, [], None, "delete", program=True).answer(program_of(who))
        sees = who.customs and who.home in (KE, "INT")
        expected = 204 if who.officer.username == "contact.ke" else 403 if sees else 404
        assert status == expected, (who.officer.username, status)
        said = {"one": things.draft, "other": things.submitted, "kind": "same_network", "deed": "drop"}
        status = Asking("link_deed", "/search/link/", [], None, "post", said).answer(signed_in(who))
        drops = who.officer.username == "contact.ke" or who.role == "steward"
        assert status == (404 if not sees else 302 if drops else 403), (who.officer.username, status)


def test_what_is_ones_own_is_dropped_by_nobody_else(world: SimpleNamespace) -> None:
    owner = world.officers["contact.ke"]
    keep_table(name="Mine", query="by=mode", shared=True, by=owner)
    watch(name="Mine", query="form=WPN", by=owner)
    own = Client()
    own.force_login(owner)
    own.post("/cases/filters/keep/", {"name": "Mine", "query": "form=WPN"})
    assert "Mine" in own.get("/cases/").content.decode()
    for who in world.whos:
        if who.officer.pk == owner.pk:
            continue
        page, program = signed_in(who), program_of(who)
        assert page.post("/statistics/table/keep/", {"name": "Mine", "deed": "drop"}).status_code == 302
        assert page.post("/search/watch/", {"name": "Mine", "deed": "drop"}).status_code == 302
        assert page.post("/cases/filters/drop/", {"name": "Mine"}).status_code in (302, 404)
        assert page.post("/notices/seen/").status_code == 302
        assert program.delete("/api/v1/watches/Mine").status_code in (204, 404)
        said = {"name": "Theirs", "query": "form=WPN"}
        made = program.post("/api/v1/watches", json.dumps(said), content_type="application/json").status_code
        assert made == (201 if who.customs else 422), (who.officer.username, made)
        assert KeptTable.objects.filter(username=owner.username, name="Mine").exists(), who.officer.username
        assert Watch.objects.filter(username=owner.username, name="Mine").exists(), who.officer.username
    assert "Mine" in own.get("/cases/").content.decode()
