"""Requests to freeze and to keep data go from node to node: the other node is one of another make."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.exchange.conftest import bring, own_card, signed
from tests.exchange.foreign_node import ForeignNode
from tests.response.conftest import page_of, program_of
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.models import Ringing
from tidewaiter.response.models import Alarm, Leg, Preservation, Request

pytestmark = pytest.mark.django_db
AGREEMENT = """
code = "A-B"
title = "Stop-payment and preservation"
parties = ["abroad", "here"]
basis = "nairobi_1977"
epoch = 1
from = 2026-01-01
until = 2099-12-31
handling = "AMBER"
purposes = ["stop-payment"]

[[kinds]]
kind = "freeze_request"
names = true

[[kinds]]
kind = "preservation_request"
names = true
"""
ASKED: dict[str, Any] = {
    "to": "UG",
    "alarm": "AL-ABROAD-1",
    "year": 2026,
    "number": 93,
    "currency": "USD",
    "amount": "1240000",
    "kind": "payment_diversion",
    "reported_at": "2026-11-26T17:34:00+00:00",
    "transferred_at": "2026-11-26T16:12:00+00:00",
    "zone": "Africa/Nairobi",
    "scheme": "i_grip",
    "language": "en",
    "text": "Please freeze at once.",
    "legs": [
        {
            "number": 1,
            "to_account": "LT121000011101001000",
            "to_bank": "Amber Bank",
            "to_name": "Baltic Trade Escrow UAB",
            "currency": "USD",
            "amount": "1240000",
        }
    ],
}


@pytest.fixture
def joined(staff: SimpleNamespace, settings: Any, tmp_path: Path) -> Callable[[str, str], SimpleNamespace]:
    """Joins this node, of one administration, with a foreign one of another."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    for name in Path(settings.TIDEWAITER_KEYS).iterdir():
        (folder / name.name).write_bytes(name.read_bytes())
    settings.TIDEWAITER_KEYS = folder

    def join(own: str, abroad: str) -> SimpleNamespace:
        from tidewaiter.exchange.actions.agreeing import agree
        from tidewaiter.exchange.actions.peers import add_peer, make_node_keys
        from tidewaiter.foundation.actors import NODE

        make_node_keys(by=NODE, names={"administration": own, "name": "here"})
        foreign = ForeignNode("abroad", abroad)
        add_peer(text=foreign.card(), by=NODE)
        assert agree(text=signed(AGREEMENT, foreign), by=NODE).agreement.status == "agreed"
        return SimpleNamespace(foreign=foreign, card=own_card())

    return join


def said(here: SimpleNamespace, kind: str, body: dict[str, Any], **changes: Any) -> str:
    """An envelope of the foreign node."""
    terms = {"agreement": "A-B", "purpose": "stop-payment", "record": "FR-ABROAD-1"}
    made: str = here.foreign.envelope(here.card, here.foreign.said(here.card, kind, body, **{**terms, **changes}))
    return made


def sent(here: SimpleNamespace) -> list[dict[str, Any]]:
    """What lies at this node's door for the foreign one, receipts aside; it is fetched."""
    from tidewaiter.exchange.actions.filling import fill_outbox

    fill_outbox()
    answer = bring(here)
    found = [here.foreign.opened(one, here.card) for one in answer["envelopes"]]
    bring(here, have=[[one["from"], one["id"]] for one in found])
    return [one for one in found if one["op"] != "note"]


def outcome(here: SimpleNamespace) -> tuple[str, str]:
    """What became of the last envelope that came."""
    from tidewaiter.exchange.models import Incoming

    row = Incoming.objects.order_by("-pk")[0]
    return row.status, row.reason


def test_a_request_of_another_node_rings_the_desk_which_answers_in_two_clicks(
    staff: SimpleNamespace, joined: Callable[[str, str], SimpleNamespace]
) -> None:
    here = joined("UG", "KE")
    bring(here, said(here, "freeze_request", ASKED))
    asked = Request.objects.get(pk="FR-ABROAD-1")
    assert (asked.to, asked.to_kind, asked.alarm.reference) == ("UG", "administration", "KE/AL/2026/0093")
    assert Ringing.objects.get(about=asked.ref, deed="response.asked", ended_at=None).administration == "UG"
    desk = page_of(staff.foreign)
    assert "KE/AL/2026/0093" in desk.get("/response/").content.decode()
    page = desk.get(f"/response/requests/{asked.ref}/").content.decode()
    assert "Please freeze at once." in page
    assert page_of(staff.desk).get(f"/response/requests/{asked.ref}/").status_code == 404
    assert desk.get(f"/response/{asked.alarm_id}/").status_code == 404
    desk.post(f"/response/requests/{asked.ref}/", {"deed": "answer", "leg": "1", "kind": "frozen_full"})
    [back] = sent(here)
    assert (back["kind"], back["record"], back["body"]["of"]) == ("freeze_answer", asked.ref, 1)
    [answer] = back["body"]["answers"]
    assert (answer["leg"], answer["kind"], answer["amount"]) == (1, "frozen_full", "1240000")
    assert not Ringing.objects.filter(about=asked.ref, ended_at=None).exists()


def test_a_bank_here_answers_the_other_node_by_its_own_link(
    staff: SimpleNamespace, joined: Callable[[str, str], SimpleNamespace]
) -> None:
    here = joined("UG", "KE")
    bring(here, said(here, "freeze_request", ASKED))
    program = program_of(staff.foreign)
    made = program.post(
        "/api/v1/response/requests/FR-ABROAD-1/pass_on", {"bank": "Amber Bank"}, content_type="application/json"
    )
    assert made.status_code == 201, made.content
    told = made.json()
    bank = Client()
    bank.post(told["link"], {"code": told["code"], "desk": "Amber Bank, fraud desk"})
    shown = bank.get(told["link"]).content.decode()
    assert "LT121000011101001000" in shown
    onward = {"onward_to_account": "GE29NB0000000101904917", "onward_to_bank": "Kolkhi Bank"}
    bank.post(told["link"], {"leg": "1", "kind": "frozen_part", "amount": "820000"})
    bank.post(told["link"], {"leg": "1", "kind": "credited_onward", "amount": "360000", **onward})
    [back] = sent(here)
    assert back["body"]["acknowledged"] is True
    first, second = back["body"]["answers"]
    assert (first["kind"], first["amount"], first["by"]) == ("frozen_part", "820000", "Amber Bank, fraud desk")
    assert second["onward"]["to_account"] == "GE29NB0000000101904917"
    assert second["onward"]["amount"] == "360000"
    assert Ringing.objects.get(about="FR-ABROAD-1", deed="response.bank_answered", ended_at=None)
    # the next request names as its payment 2 what the bank has named: it is that payment here
    next_leg = {"number": 2, "to_account": "GE29NB0000000101904917", "currency": "USD", "amount": "360000"}
    bring(here, said(here, "freeze_request", {**ASKED, "legs": [next_leg]}, record="FR-ABROAD-2"))
    assert Leg.objects.filter(alarm_id="AL-ABROAD-1").count() == 2
    assert Leg.objects.get(number_there=2).after is not None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"victim": "Northlight Pumps Ltd"}, "over_field"),
        ({"to": "XX"}, "no_desk"),
        ({"legs": [{**ASKED["legs"][0], "from_account": "01104470417"}]}, "shape"),
        ({"legs": [{**ASKED["legs"][0], "to_account": "LT131000011101001000"}]}, "to_account"),
        ({"legs": []}, "content"),
        ({"number": "93"}, "shape"),
        ({"amount": "-1"}, "amount"),
    ],
)
def test_what_is_no_request_is_set_aside_and_its_sender_told_why(
    staff: SimpleNamespace, joined: Callable[[str, str], SimpleNamespace], changes: dict[str, Any], why: str
) -> None:
    here = joined("UG", "KE")
    bring(here, said(here, "freeze_request", {**ASKED, **changes}))
    assert outcome(here) == ("quarantined", why)
    assert not Request.objects.exists()


def test_a_request_is_withdrawn_and_called_back(
    staff: SimpleNamespace, joined: Callable[[str, str], SimpleNamespace]
) -> None:
    here = joined("UG", "KE")
    bring(here, said(here, "freeze_request", ASKED))
    bring(here, said(here, "freeze_request", {"reason": "withdrawn"}, op="withdraw", seq=2))
    assert Request.objects.get().state == "request_withdrawn"
    assert not Ringing.objects.filter(ended_at=None, deed="response.asked").exists()
    recall = {"agreement": "", "epoch": 0, "purpose": "stop-payment"}
    bring(here, said(here, "freeze_request", {"reason": "erased"}, op="recall", seq=3, **recall))
    assert not Request.objects.exists()
    assert not Alarm.objects.exists()
    assert Entry.objects.filter(deed="response.request_erased", ref="FR-ABROAD-1").exists()


def test_an_alarm_here_asks_another_node_and_moves_with_its_answers(
    staff: SimpleNamespace, alarm: Alarm, joined: Callable[[str, str], SimpleNamespace]
) -> None:
    here = joined("KE", "UG")
    desk = page_of(staff.desk)
    assert "Abroad, by the exchange" in desk.get(f"/response/{alarm.ref}/").content.decode()
    done = desk.post(f"/response/{alarm.ref}/request/", {"leg": "1", "to": "node:UG", "scheme": "i_grip"})
    assert done.status_code == 302, done.content.decode()
    [asked] = sent(here)
    assert (asked["kind"], asked["body"]["to"], asked["body"]["legs"][0]["to_account"]) == (
        "freeze_request",
        "UG",
        "LT121000011101001000",
    )
    assert "Northlight" not in json.dumps(asked["body"])
    assert "01104470417" not in json.dumps(asked["body"])
    answers: list[dict[str, Any]] = [
        {"leg": 1, "kind": "frozen_part", "amount": "820000", "by": "Amber Bank, fraud desk"},
    ]
    body = {"acknowledged": True, "acknowledged_by": "R. Petrauskas", "answers": answers, "of": asked["seq"]}
    bring(here, said(here, "freeze_answer", body, record=asked["record"]))
    onward = {"to_account": "GE29NB0000000101904917", "to_bank": "Kolkhi Bank", "amount": "360000"}
    answers.append({"leg": 1, "kind": "credited_onward", "amount": "360000", "by": "Amber Bank", "onward": onward})
    bring(here, said(here, "freeze_answer", body, record=asked["record"], seq=2))
    bring(here, said(here, "freeze_answer", body, record=asked["record"], seq=2))
    leg = Leg.objects.get(alarm=alarm, number=1)
    assert (leg.frozen, leg.moved, leg.rest) == (Decimal(820000), Decimal(360000), Decimal(60000))
    second = Leg.objects.get(alarm=alarm, number=2)
    assert (second.after, second.to_country, second.amount) == (leg, "GE", Decimal(360000))
    alarm.refresh_from_db()
    assert alarm.state == "recovery"
    assert Request.objects.get().acknowledged_by == "R. Petrauskas"
    assert Ringing.objects.get(about=alarm.ref, deed="response.answered", ended_at=None)
    page = desk.get(f"/response/{alarm.ref}/").content.decode()
    assert "Payment 2: send the request" in page


def test_more_than_is_open_is_reckoned_as_what_is_open(
    staff: SimpleNamespace, alarm: Alarm, joined: Callable[[str, str], SimpleNamespace]
) -> None:
    here = joined("KE", "UG")
    program = program_of(staff.desk)
    body = {"legs": [1], "scheme": "i_grip", "to_kind": "node", "to": "UG"}
    made = program.post(f"/api/v1/response/alarms/{alarm.ref}/requests", body, content_type="application/json")
    assert made.status_code == 201, made.content
    [asked] = sent(here)
    answers = [{"leg": 1, "kind": "frozen_full", "amount": "9999999"}]
    told = {"acknowledged": True, "answers": answers, "of": asked["seq"]}
    bring(here, said(here, "freeze_answer", told, record=asked["record"]))
    assert Leg.objects.get(alarm=alarm, number=1).frozen == Decimal(1240000)


def test_no_answer_counts_but_that_of_the_node_that_was_asked(
    staff: SimpleNamespace, alarm: Alarm, joined: Callable[[str, str], SimpleNamespace]
) -> None:
    here = joined("KE", "UG")
    told = {"acknowledged": True, "answers": [{"leg": 1, "kind": "frozen_full"}], "of": 1}
    bring(here, said(here, "freeze_answer", told, record="FR-1"))
    assert outcome(here) == ("quarantined", "not_asked")
    no_node = {"leg": "1", "to": "node:ES", "scheme": "i_grip"}
    assert page_of(staff.desk).post(f"/response/{alarm.ref}/request/", no_node).status_code == 400


KEPT = {
    "to": "UG",
    "reference": "KE/PR/2026/0007",
    "basis": "budapest_29",
    "authority": "Stop-payment desk, Nairobi",
    "offence": "A false law-firm mail.",
    "data": "Log-in addresses since 1 November.",
    "custodian": "Mailhaven, Kampala",
    "necessity": "Log files there are deleted after thirty days.",
    "mla_intended": True,
    "confidential": True,
    "urgent": True,
    "days": "60",
    "ordered_on": "2026-11-26",
    "expires_on": "2099-01-25",
}


def test_a_preservation_comes_is_answered_and_learns_of_mutual_assistance(
    staff: SimpleNamespace, joined: Callable[[str, str], SimpleNamespace]
) -> None:
    here = joined("UG", "KE")
    bring(here, said(here, "preservation_request", KEPT, record="PR-ABROAD-1"))
    one = Preservation.objects.get(pk="PR-ABROAD-1")
    assert (one.administration, one.incoming, one.state) == ("UG", True, "preservation_asked")
    assert Ringing.objects.get(about=one.ref, ended_at=None).administration == "UG"
    desk = page_of(staff.foreign)
    assert "Mailhaven, Kampala" in desk.get(f"/response/preservations/{one.ref}/").content.decode()
    desk.post(f"/response/preservations/{one.ref}/do/answer/", {"kind": "preserved", "text": "Until January."})
    [back] = sent(here)
    assert (back["kind"], back["body"]) == (
        "preservation_answer",
        {"kind": "preserved", "text": "Until January.", "of": 1},
    )
    told = {**KEPT, "mla_reference": "MLA-KE-44"}
    bring(here, said(here, "preservation_request", told, record="PR-ABROAD-1", seq=2, version=2))
    one.refresh_from_db()
    assert (one.mla_reference, one.state) == ("MLA-KE-44", "preserved")
    bring(here, said(here, "preservation_request", {"reason": "ended"}, record="PR-ABROAD-1", seq=3, op="withdraw"))
    one.refresh_from_db()
    assert one.state == "preservation_ended"


def test_a_preservation_goes_to_the_node_of_its_country_and_its_answer_comes_back(
    staff: SimpleNamespace, joined: Callable[[str, str], SimpleNamespace]
) -> None:
    here = joined("KE", "UG")
    program = program_of(staff.desk)
    draft = {name: value for name, value in KEPT.items() if name not in ("to", "reference", "ordered_on", "expires_on")}
    made = program.post(
        "/api/v1/response/preservations", {**draft, "to_country": "UG"}, content_type="application/json"
    ).json()
    page = page_of(staff.desk).get(f"/response/preservations/{made['ref']}/").content.decode()
    assert "Send to Abroad" in page
    deeds = f"/api/v1/response/preservations/{made['ref']}"
    done = program.post(deeds, {"deed": "send_by_node"}, content_type="application/json")
    assert done.status_code == 200, done.content
    [asked] = sent(here)
    assert (asked["kind"], asked["body"]["custodian"], asked["body"]["days"]) == (
        "preservation_request",
        "Mailhaven, Kampala",
        "60",
    )
    told = {"kind": "path_disclosed", "text": "It came from a provider in Lisbon.", "of": asked["seq"]}
    bring(here, said(here, "preservation_answer", told, record=asked["record"]))
    one = Preservation.objects.get(pk=made["ref"])
    assert (one.state, one.answer) == ("path_disclosed", "It came from a provider in Lisbon.")
    assistance = {"deed": "assistance", "text": "MLA-KE-44"}
    program.post(deeds, assistance, content_type="application/json")
    [later] = sent(here)
    assert (later["version"], later["body"]["mla_reference"]) == (2, "MLA-KE-44")
    program.post(deeds, {"deed": "end"}, content_type="application/json")
    assert [one["op"] for one in sent(here)] == ["withdraw"]


def test_the_command_asks_a_node_too(
    staff: SimpleNamespace, alarm: Alarm, joined: Callable[[str, str], SimpleNamespace], capsys: Any
) -> None:
    from django.core.management import call_command

    here = joined("KE", "UG")
    words = ["ask", alarm.ref, "--by", staff.desk.username, "--to", "node:UG", "--scheme", "i_grip"]
    call_command("alarm", *words, "--format", "json")
    assert json.loads(capsys.readouterr().out)["ref"]
    assert [one["kind"] for one in sent(here)] == ["freeze_request"]


def test_it_runs_on_a_national_node() -> None:
    assert os.environ["TIDEWAITER_SHAPE"] == "national"
