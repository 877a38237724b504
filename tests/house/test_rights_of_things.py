"""Rows of the rights matrix that are about a thing: every person asks the door itself, and the answer is the one of
the cards of the rooms.

A row that no asking below belongs to fails the build, as does an asking that goes to another door than it says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from tests.cases.test_photos import picture
from tests.house.matrix import FILERS, REGION, TABLE, Who, program_of, signed_in
from tests.house.test_rights import _routes
from tests.intake.test_intake import HEAD, bring, write
from tidewaiter.cases.models import Case
from tidewaiter.library.actions import Written, move
from tidewaiter.library.actions import write as write_item
from tidewaiter.library.as_read import digest_of
from tidewaiter.library.models import Item
from tidewaiter.library.pictures import attach_picture
from tidewaiter.review.actions import ask
from tidewaiter.search.actions import watch
from tidewaiter.search.linking import link
from tidewaiter.search.models import Watch
from tidewaiter.statistics.actions import keep_table
from tidewaiter.statistics.freezing import freeze
from tidewaiter.statistics.models import KeptTable
from tidewaiter.trade.actions import Agency, refer
from tidewaiter.trade.files import bring_file
from tidewaiter.trade.runs import perform, start

pytestmark = pytest.mark.django_db
KE = "KE"
TRADE = (
    b"reporterISO,partnerISO,flowCode,cmdCode,refYear,primaryValue,netWgt,motCode,partner2Code,customsCode\n"
    b"CHN,KEN,X,010121,2023,1000,1000,0,0,C00\nKEN,CHN,M,010121,2023,9000,1000,0,0,C00\n"
)
GAP = "CN-KE-010121-2023"
ELSEWHERE = {
    "person_page": "test_every_person_and_every_account",
    "person_deed": "test_every_person_and_every_account",
    "duty_deed": "test_things_inside_things",
    "your_deed": "test_things_inside_things",
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


def _is(who: Who, word: str, *, program: bool) -> bool:
    """Whether a word of the table fits a person and a thing of Kenya."""
    role = "officer" if program and who.role == "steward" else who.role
    near = role == "reviewer" and who.home != KE and REGION.get(who.home) == "ESA"
    return {
        "customs": who.customs,
        "home": who.customs and who.home == KE,
        "int": who.customs and who.home == "INT",
        "partner": role == "partner",
        "region": near,
        "office": role == "reviewer" and who.home in ("KE", "UG"),
        "int_office": who.home == "INT" and role in ("reviewer", "analyst"),
        "item_writer": role in ("contact", "editor", "analyst", "reviewer") and who.home in (KE, "INT"),
        "item_writer_at_home": role in ("contact", "editor", "analyst", "reviewer") and who.home == KE,
        "item_approver": near or (who.home == "INT" and role in ("reviewer", "editor")),
        "report_writer": role in ("analyst", "editor", "steward") and who.home == "INT",
        "analyst_at_home": role in ("analyst", "investigator") and who.home == KE,
        "referrer_at_home": role in ("analyst", "investigator", "contact") and who.home == KE,
        "filer": role in FILERS and who.home in (KE, "INT"),
        "bringer": role == "contact" and who.home == KE,
        "steward": role == "steward",
    }[word]


@dataclass(frozen=True)
class Asking:
    """One door asked about one thing."""

    door: str
    address: str
    sees: list[str]
    does: list[str] | None = None
    """Who of those that see it may; nothing where seeing is all."""
    method: str = "get"
    data: dict[str, Any] = field(default_factory=dict)
    program: bool = False
    costly: bool = False
    """A picture is drawn afresh in a process of its own: of those who may, one for each administration is asked."""

    def expected(self, who: Who) -> set[int]:
        """What the table says."""
        if not any(_is(who, word, program=self.program) for word in self.sees):
            return {404}
        if self.does is not None and not any(_is(who, word, program=self.program) for word in self.does):
            return {403}
        return {410} if "hidden" in self.address else {200, 201, 204, 302}  # the sheet of what was hidden is taken

    def answer(self, client: Client) -> int:
        """The status; whatever it changed is taken back."""
        with transaction.atomic():
            if self.method == "delete":
                answer = client.delete(self.address)
            elif self.method == "get":
                answer = client.get(self.address)
            elif self.program and "pictures" not in self.data and "photo" not in self.data:
                answer = client.post(self.address, json.dumps(self.data), content_type="application/json")
            elif self.program:
                answer = client.post(self.address, next(iter(self.data.values())), content_type="image/jpeg")
            else:
                answer = client.post(self.address, {name: _fresh(value) for name, value in self.data.items()})
            transaction.set_rollback(True)
        return int(answer.status_code)


def _fresh(value: Any) -> Any:
    return SimpleUploadedFile("x.jpg", value) if isinstance(value, bytes) else value


def _sees(thing: str, state: str = "any") -> list[str]:
    return list(TABLE["sees"][thing][state])


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


def _of_items(items: dict[str, Item]) -> Iterator[Asking]:
    does = TABLE["does"]["item"]
    for state, item in items.items():
        sees, ref = _sees("item", state), item.ref
        digest = item.pictures[0]["file"]
        yield Asking("library_item", f"/library/{ref}/", sees)
        if state in ("submitted", "published_partners"):
            yield Asking("item_picture", f"/library/{ref}/picture/{digest}/", sees)
            yield Asking("program_picture", f"/api/v1/library/{ref}/pictures/{digest}", sees, program=True)
        yield Asking("one_item", f"/api/v1/library/{ref}", sees, program=True)
    pairs = (("draft", "submit"), ("submitted", "publish"), ("submitted", "send_back"), ("published", "withdraw"))
    names = {
        "submit": "submit_item",
        "publish": "publish_item",
        "send_back": "send_item_back",
        "withdraw": "withdraw_item",
    }
    for state, deed in pairs:
        sees, ref, why = _sees("item", state), items[state].ref, {"reason": "why", "digest": digest_of(items[state])}
        yield Asking("item_deed", f"/library/{ref}/{deed}/", sees, does[deed], "post", why)
        yield Asking(names[deed], f"/api/v1/library/{ref}/{deed}", sees, does[deed], "post", why, program=True)
    draft, public = items["draft"].ref, items["published_partners"].ref
    sees, reads = _sees("item", "draft"), _sees("item", "published_partners")
    yield Asking("edit_item", f"/library/{draft}/edit/", sees, does["amend"])
    upload = {"picture": picture(), "caption": "x"}
    yield Asking("item_deed", f"/library/{draft}/picture/", sees, does["amend"], "post", upload, costly=True)
    address = f"/api/v1/library/{draft}/pictures?caption=x"
    yield Asking(
        "attached_picture", address, sees, does["amend"], "post", {"pictures": picture()}, program=True, costly=True
    )
    yield Asking("item_deed", f"/library/{public}/read/", reads, does["read"], "post")
    yield Asking("item_deed", f"/library/{public}/say/", reads, does["say"], "post", {"text": "x"})
    yield Asking("has_read", f"/api/v1/library/{public}/read", reads, does["read"], "post", program=True)


def _of_figures_and_trade(things: SimpleNamespace) -> Iterator[Asking]:
    sees, ref = _sees("snapshot"), things.snapshot
    yield Asking("report", f"/statistics/reports/{ref}/", sees)
    yield Asking(
        "report",
        f"/statistics/reports/{ref}/",
        sees,
        TABLE["does"]["snapshot"]["write"],
        "post",
        {"lang": "en", "read": "0"},
    )
    yield Asking("take_report", f"/statistics/reports/{ref}/take/parquet/", sees)
    yield Asking("report_file", f"/api/v1/statistics/snapshots/{ref}/report.parquet", sees, program=True)
    sees, (one, other, by_page, by_program) = _sees("run"), things.runs
    yield Asking("trade_run", f"/trade/{one}/", sees)
    yield Asking("analyses_beside", f"/trade/{one}/beside/?other={other}", sees)
    yield Asking("take_analysis", f"/trade/{one}/take/csv/", sees)
    yield Asking("forget_analysis", f"/trade/{by_page}/forget/", sees, None, "post")
    yield Asking("one_trade_run", f"/api/v1/trade/runs/{one}", sees, program=True)
    yield Asking("two_trade_runs", f"/api/v1/trade/runs/{one}/beside/{other}", sees, program=True)
    yield Asking("trade_rows", f"/api/v1/trade/runs/{one}/rows", sees, program=True)
    yield Asking("trade_rows_file", f"/api/v1/trade/runs/{one}/file/csv", sees, program=True)
    yield Asking("end_trade_run", f"/api/v1/trade/runs/{by_program}", sees, None, "delete", program=True)
    said = {"finding": GAP, "agency": "tax", "agency_name": "KRA"}
    yield Asking("refer_finding", f"/trade/{one}/refer/?finding={GAP}", sees)
    yield Asking("refer_finding", f"/trade/{one}/refer/", sees, None, "post", said)
    yield Asking("new_referral", f"/api/v1/trade/runs/{one}/referrals", sees, None, "post", said, program=True)
    sees, ref = _sees("referral"), things.referral
    yield Asking("referral", f"/trade/referrals/{ref}/", sees)
    yield Asking("referral_evidence", f"/trade/referrals/{ref}/evidence/", sees)
    yield Asking("referral_deed", f"/trade/referrals/{ref}/send/", sees, None, "post")
    yield Asking("one_referral", f"/api/v1/trade/referrals/{ref}", sees, program=True)
    yield Asking("referral_evidence", f"/api/v1/trade/referrals/{ref}/evidence", sees, program=True)
    yield Asking("move_referral", f"/api/v1/trade/referrals/{ref}/send", sees, None, "post", program=True)


def _of_cases(things: SimpleNamespace) -> Iterator[Asking]:
    drafted, other, photo = things.draft, things.submitted, things.photo
    sees, amends = list(TABLE["sees"]["case"]["draft"]), ["filer"]
    yield Asking("photo_file", f"/cases/{drafted}/photos/{photo}.jpg?small=1", sees)
    yield Asking(
        "photos_deed",
        f"/cases/{drafted}/photos/",
        sees,
        amends,
        "post",
        {"photos": picture(colour="blue")},
        costly=True,
    )
    yield Asking(
        "photo_deed",
        f"/cases/{drafted}/photos/{photo}/",
        sees,
        amends,
        "post",
        {"deed": "describe", "caption": "A pump"},
    )
    yield Asking("blur_photo", f"/cases/{drafted}/photos/{photo}/blur/", sees, amends)
    yield Asking("photos_like", f"/search/like/?photo={photo}", sees)
    yield Asking("get_photo", f"/api/v1/cases/{drafted}/photos/{photo}?small=1", sees, program=True)
    yield Asking(
        "add_photo",
        f"/api/v1/cases/{drafted}/photos",
        sees,
        amends,
        "post",
        {"photo": picture(colour="blue")},
        program=True,
        costly=True,
    )
    yield Asking("links_of", f"/api/v1/cases/{drafted}/links", sees, program=True)
    said = {"one": drafted, "other": other, "kind": "same_network", "reason": "x"}
    yield Asking("link_deed", "/search/link/", sees, None, "post", said)
    yield Asking(
        "new_link",
        f"/api/v1/cases/{drafted}/links",
        sees,
        None,
        "post",
        {"other": other, "kind": "same_event", "reason": "x"},
        program=True,
    )


def _of_others(things: SimpleNamespace) -> Iterator[Asking]:
    receipt = _sees("receipt")
    yield Asking("receipt", f"/intake/{things.receipt}/", receipt)
    yield Asking("mend_file", f"/intake/{things.receipt}/mend", receipt)
    yield Asking("get_receipt", f"/api/v1/receipts/{things.receipt}", receipt, program=True)
    yield Asking("get_rejected_file", f"/api/v1/receipts/{things.receipt}/rejected_file", receipt, program=True)
    fills, hidden = (TABLE["does"]["receipt"][deed] for deed in ("take", "hidden"))
    yield Asking("take_hidden", f"/intake/{things.receipt}/hidden", receipt, hidden, "post")
    yield Asking(
        "take_hidden_sheet", f"/api/v1/receipts/{things.receipt}/hidden", receipt, hidden, "post", program=True
    )
    yield Asking("take_proposals", f"/intake/{things.receipt}/take", receipt, fills, "post")
    yield Asking(
        "take_proposals_in", f"/api/v1/receipts/{things.receipt}/take_proposals", receipt, fills, "post", program=True
    )
    sees, takes = _sees("request"), TABLE["does"]["request"]["take"]
    yield Asking("analysis_request", f"/review/requests/{things.request}/", sees)
    yield Asking("request_deed", f"/review/requests/{things.request}/take/", sees, takes, "post")


def _askings(things: SimpleNamespace) -> list[Asking]:
    return [*_of_items(things.items), *_of_figures_and_trade(things), *_of_cases(things), *_of_others(things)]


def _about_things(rows: dict[str, str]) -> set[str]:
    words = ("see", "do", "own", "monthly_of", "case", "notices", "you", "duty")
    return {name for name, rule in rows.items() if rule.split()[-1].split(".")[0] in words}


def test_every_person_asks_every_door_of_a_thing(world: SimpleNamespace, things: SimpleNamespace) -> None:
    askings = _askings(things)
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
