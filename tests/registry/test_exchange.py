"""A national node: names stay where no agreement lets them go; between nations, questions and companies."""

from __future__ import annotations

import hashlib
import hmac
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.conftest import bring, keys, own_card, signed, told  # noqa: F401 -- a fixture
from tests.exchange.foreign_node import ForeignNode
from tests.making import case_in
from tidewaiter.exchange.models import Outgoing, Question
from tidewaiter.foundation.actors import NODE
from tidewaiter.registry.models import Entity
from tidewaiter.registry.reading.said import SaidThing

pytestmark = pytest.mark.django_db

TO_CENTRE = """
code = "KE-CEN"
title = "Kenya to the centre"
parties = ["{own}", "centre"]
basis = "wco_cen"
epoch = 1
from = 2026-01-01
until = 2099-12-31
handling = "AMBER"
purposes = ["global seizure statistics"]

[[kinds]]
kind = "case"
from = "{own}"
"""
BETWEEN = """
code = "KE-MU"
title = "Kenya and Mauritius"
parties = ["{own}", "mauritius"]
basis = "nairobi_1977"
epoch = 1
from = 2026-01-01
until = 2099-12-31
handling = "AMBER"
purposes = ["investigation"]

[[kinds]]
kind = "question"
names = true

[[kinds]]
kind = "company"
names = true
release = "contact"
fields = ["name", "country"]
"""


@pytest.fixture
def abroad(keys: None, staff: SimpleNamespace) -> SimpleNamespace:  # noqa: F811
    """This node of Kenya, a centre and a node of Mauritius, with an agreement each."""
    from tidewaiter.exchange.actions.agreeing import agree
    from tidewaiter.exchange.actions.filling import fill_outbox
    from tidewaiter.exchange.actions.peers import add_peer, make_node_keys

    make_node_keys(by=NODE, names={"administration": "KE", "name": "kenya"})
    centre, mauritius = ForeignNode("centre", "INT", "central"), ForeignNode("mauritius", "MU")
    for node in (centre, mauritius):
        add_peer(text=node.card(), by=NODE)
    agree(text=signed(TO_CENTRE.format(own="kenya"), centre), by=NODE)
    agree(text=signed(BETWEEN.format(own="kenya"), mauritius), by=NODE)
    fill_outbox()
    return SimpleNamespace(centre=centre, mauritius=mauritius, card=own_card(), staff=staff)


def as_peer(abroad: SimpleNamespace, node: ForeignNode) -> SimpleNamespace:
    return SimpleNamespace(foreign=node, card=abroad.card)


def put(abroad: SimpleNamespace, kind: str, body: dict[str, Any], **changes: Any) -> None:
    node = abroad.mauritius
    said = node.said(
        abroad.card, kind, body, **{"agreement": "KE-MU", "purpose": "investigation", "record": "XQ-1", **changes}
    )
    bring(as_peer(abroad, node), node.envelope(abroad.card, said))


def fetched(abroad: SimpleNamespace, node: ForeignNode) -> list[dict[str, Any]]:
    from tidewaiter.exchange.actions.filling import fill_outbox

    fill_outbox()
    envelopes = bring(as_peer(abroad, node))["envelopes"]
    return [said for said in (node.opened(one, abroad.card) for one in envelopes) if said["kind"] != "receipt"]


def firm(abroad: SimpleNamespace, name: str = "Kilindini Quill Trading Ltd") -> Entity:
    from tidewaiter.registry.actions.entering import enter

    values = [("name", name), ("country", "KE"), ("phone", "+254722418377")]
    return enter(said=SaidThing(key="", kind="company", values=values, source="file 7"), by=abroad.staff.investigator)


NAMES = st.sampled_from(
    ["Yusuf Kassarani", "Wanjiku Odhiambo", "Zubeda Mwinyi", "Bakari Nyirenda", "Ikram Hussein-Abdi", "Otieno Were"]
)
AROUND = st.sampled_from(
    [
        "{} drove the lorry.",
        "Said by {}, who was met before",
        "the consignee {} paid in cash",
        "driver:{}; passport NB0418377",
        "Handed over to {} (phone +254 722 418 377).",
        "Statement of {} of 12 March",
    ]
)


@given(name=NAMES, around=AROUND, turned=st.booleans(), upper=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_that_the_registry_ties_to_a_case_leaves_for_the_centre(
    abroad: SimpleNamespace, name: str, around: str, turned: bool, upper: bool
) -> None:
    from tidewaiter.cases.actions import draft
    from tidewaiter.cases.wire import leaving_case
    from tidewaiter.exchange.agreements import names_of
    from tidewaiter.foundation.wire_kinds import Terms
    from tidewaiter.registry.actions.annexing import add_to_case

    said = " ".join(reversed(name.split())) if turned else name
    text = around.format(said.upper() if upper else said)
    document = case_in(national_ref=f"KE-{hashlib.sha256((text).encode()).hexdigest()[:12]}", narrative=text)
    [ref] = draft(cases=[document], by=abroad.staff.officer, channel="page").refs
    thing = SaidThing(key="", kind="person", values=[("name", name), ("passportNumber", "NB0418377")])
    add_to_case(case=ref, said=thing, role="courier", by=abroad.staff.officer, purpose="the case")
    from tidewaiter.cases.models import Case

    Case.objects.filter(ref=ref).update(status="submitted")
    leaving = leaving_case(ref, Terms(names=names_of(ref)))
    assert leaving is not None
    gone = json.dumps(leaving.body, ensure_ascii=False).casefold()
    for part in (*name.casefold().replace("-", " ").split(), "nb0418377", "418 377"):
        assert part not in gone, (part, gone)
    assert any(one.path == "narrative" and one.rule == "masked" for one in leaving.held)


@pytest.mark.parametrize(
    ("kind", "name", "text", "gone", "stays"),
    [
        ("company", "Kilindini Quill Trading Ltd", "Brooms of Kilindini Quill Trading, seized.", "Quill", "Brooms"),
        (
            "company",
            "Mombasa Trading Ltd",
            "Cartons at Mombasa, of Mombasa Trading Limited.",
            "of Mombasa",
            "at Mombasa",
        ),
        ("person", "Zawadi Kassarandi", "Said to be of KASSARANDI, Zawadi; brooms.", "kassarandi", "brooms"),
        ("person", "Kassarandi", "The carton of Wekesa Kassarandi was wet.", "kassarandi", "carton"),
        ("person", "Amber", "Beads of amber in a box.", "nothing at all", "amber"),
    ],
)
def test_no_name_that_the_registry_holds_leaves_for_the_centre(
    abroad: SimpleNamespace, kind: str, name: str, text: str, gone: str, stays: str
) -> None:
    from tidewaiter.cases.actions import draft, move_one
    from tidewaiter.cases.models import Case
    from tidewaiter.registry.actions.entering import enter

    said = SaidThing(key="", kind=kind, values=[("name", name)], source="file 7")
    enter(said=said, by=abroad.staff.investigator)
    draft(cases=[case_in(narrative=text)], by=abroad.staff.officer, channel="page")
    move_one(deed="submit", case=Case.objects.get(), by=abroad.staff.officer)
    [left] = [one for one in fetched(abroad, abroad.centre) if one["kind"] == "case"]
    assert gone.casefold() not in left["body"]["narrative"].casefold(), left["body"]["narrative"]
    assert stays in left["body"]["narrative"]


def test_a_case_is_projected_and_what_stays_is_named_with_its_rule(abroad: SimpleNamespace) -> None:
    from tidewaiter.cases.actions import draft, move_one
    from tidewaiter.cases.models import Case

    document = case_in(narrative="Driver Yusuf Kassarani, phone +254 722 418 377.")
    draft(cases=[document], by=abroad.staff.officer, channel="page")
    move_one(deed="submit", case=Case.objects.get(), by=abroad.staff.officer)
    [said] = [one for one in fetched(abroad, abroad.centre) if one["kind"] == "case"]
    assert "Kassarani" not in json.dumps(said)
    assert said["body"]["lines"][0]["subtype"] == "magazine"
    row = Outgoing.objects.get(kind="case")
    assert {"path": "narrative", "rule": "masked"} in row.held
    assert [one for one in fetched(abroad, abroad.mauritius) if one["kind"] == "case"] == []


def test_a_question_is_answered_hit_or_no_hit_and_a_hit_is_sent_by_release(abroad: SimpleNamespace) -> None:
    from tidewaiter.exchange.actions.asking import reply

    held = firm(abroad)
    Outgoing.objects.all().delete()
    secret = "ab" * 32

    def digest(words: str) -> str:
        return hmac.new(bytes.fromhex(secret), words.encode(), hashlib.sha256).hexdigest()

    body = {"sought": "company", "secret": secret, "text": "Named in a declaration."}
    put(abroad, "question", {**body, "digests": [digest("kilindini ltd quill trading")]}, record="XQ-1")
    put(abroad, "question", {**body, "digests": [digest("another firm")]}, record="XQ-2")
    answers = {one["record"]: one["body"]["hits"] for one in fetched(abroad, abroad.mauritius)}
    assert answers == {"XQ-1": 1, "XQ-2": 0}
    assert Question.objects.get(ref="XQ-1").matched == [held.ref]
    reply(ref="XQ-1", by=abroad.staff.contact)
    [said] = [one for one in fetched(abroad, abroad.mauritius) if one["kind"] == "company"]
    assert [(one["prop"], one["value"]) for one in said["body"]["statements"]] == [
        ("name", "Kilindini Quill Trading Ltd"),
        ("country", "KE"),
    ]
    assert "418377" not in json.dumps(said)
    row = Outgoing.objects.get(kind="company")
    assert {"path": "phone", "rule": "agreement"} in row.held


def test_a_peer_that_asks_too_often_is_told_so(abroad: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_QUESTIONS_HOUR", "1")
    from tidewaiter.exchange.models import Incoming

    body = {"sought": "company", "secret": "ab" * 32, "digests": ["0" * 64], "text": "Why."}
    Question.objects.create(
        ref="XQ-0",
        peer_id=abroad.mauritius.node,
        came=True,
        sought="company",
        secret="",
        by="x",
        at="2099-01-01T00:00Z",
    )
    for number in range(61):
        if Question.objects.filter(came=True).count() < 60:
            Question.objects.create(
                ref=f"XQ-P{number}",
                peer_id=abroad.mauritius.node,
                came=True,
                sought="company",
                secret="",
                by="x",
                at="2099-01-01T00:00Z",
            )
    put(abroad, "question", body, record="XQ-9")
    assert Incoming.objects.get(record="XQ-9").reason == "too_often"


def test_a_company_that_comes_is_its_nodes_word_and_a_recall_erases_it(abroad: SimpleNamespace) -> None:
    from tidewaiter.registry.queries import visible_entities

    body = {
        "kind": "company",
        "handling": "AMBER",
        "statements": [{"prop": "name", "value": "Harrow Tide Holdings"}, {"prop": "country", "value": "MU"}],
    }
    put(abroad, "company", body, record="RG-MU-1")
    entity = visible_entities(abroad.staff.investigator).get(listed="exchange mauritius")
    assert (entity.caption, entity.administration) == ("Harrow Tide Holdings", "MU")
    body["statements"][0]["value"] = "Harrow Tide Holdings Ltd"
    put(abroad, "company", body, record="RG-MU-1", seq=2, version=2)
    entity.refresh_from_db()
    assert entity.caption == "Harrow Tide Holdings Ltd"
    put(abroad, "company", {"reason": "wrong firm"}, record="RG-MU-1", seq=3, op="recall")
    assert not Entity.objects.filter(listed="exchange mauritius").exists()
    body["statements"].append({"prop": "phone", "value": "+230 5712 3456"})
    put(abroad, "company", body, record="RG-MU-2")
    assert not Entity.objects.filter(listed="exchange mauritius").exists()


def test_a_recall_is_shown_until_its_receiver_has_confirmed(abroad: SimpleNamespace) -> None:
    from tidewaiter.exchange.actions.asking import reply
    from tidewaiter.exchange.actions.sending import recall
    from tidewaiter.exchange.queries import status

    held = firm(abroad)
    secret = "cd" * 32
    words = hmac.new(bytes.fromhex(secret), b"kilindini ltd quill trading", hashlib.sha256).hexdigest()
    put(abroad, "question", {"sought": "company", "secret": secret, "text": "Why.", "digests": [words]})
    reply(ref="XQ-1", by=abroad.staff.contact)
    [sent] = [one for one in fetched(abroad, abroad.mauritius) if one["kind"] == "company"]
    bring(as_peer(abroad, abroad.mauritius), have=[[sent["from"], sent["id"]]])
    recall(ref=held.ref, reason="wrong firm", by=abroad.staff.contact)
    [said] = [one for one in fetched(abroad, abroad.mauritius) if one["op"] == "recall"]
    assert [one["peer"] for one in status()["unconfirmed"]] == ["mauritius"]
    bring(as_peer(abroad, abroad.mauritius), have=[[said["from"], said["id"]]])
    row = Outgoing.objects.get(op="recall")
    receipt = {
        "receipt": 1,
        "of": row.ref,
        "by": abroad.mauritius.node,
        "digest": row.digest,
        "outcome": "erased",
        "reason": "",
    }
    token = abroad.mauritius.jws(receipt, "tw-receipt")
    put(abroad, "receipt", {"receipt": token, "said": ""}, op="note", agreement="", epoch=0, record=row.ref)
    assert status()["unconfirmed"] == []


def test_pages_show_what_leaves_and_what_stays(abroad: SimpleNamespace, client: Any) -> None:
    from tidewaiter.people.models import Officer

    firm(abroad)
    from tidewaiter.exchange.actions.filling import fill_outbox

    fill_outbox()
    client.force_login(Officer.objects.get(pk=abroad.staff.contact.pk))
    page = client.get("/exchange/").content.decode()
    assert "1 waits for your release" in page
    assert "Kilindini Quill Trading Ltd" in page
    assert "not in the agreement" in page
    row = Outgoing.objects.get(kind="company")
    assert client.post("/exchange/deed/", {"deed": "release", "ref": [row.ref]}).status_code == 302
    row.refresh_from_db()
    assert row.status == "ready"
    assert client.get("/exchange/nodes/").content.decode().count("KE-MU") >= 1
    assert client.get("/exchange/set-aside/").status_code == 200
    asked = {"to": "mauritius", "kind": "company", "name": "Harrow Tide", "text": "Named in a case."}
    assert client.post("/exchange/questions/", asked).status_code == 302
    assert "Harrow Tide" in client.get("/exchange/questions/").content.decode()
    [said] = [one for one in fetched(abroad, abroad.mauritius) if one["kind"] == "question"]
    assert "Harrow" not in json.dumps(said)
    client.force_login(Officer.objects.get(pk=abroad.staff.analyst.pk))
    assert client.get("/exchange/").status_code == 404


def test_what_the_pages_do_programs_do(abroad: SimpleNamespace) -> None:
    from tidewaiter.people.actions import make_token

    def program(person: Any) -> Client:
        _token, text = make_token(officer=person, scope="write", by=person)
        return Client(headers={"Authorization": f"Bearer {text}"})

    contact, investigator = program(abroad.staff.contact), program(abroad.staff.investigator)
    steward, outsider = program(abroad.staff.steward), program(abroad.staff.officer)
    question = {"to": "mauritius", "kind": "company", "name": "Kilindini Quill Trading", "text": "Seen at Port Louis."}
    asked = investigator.post("/api/v1/exchange/questions", question, content_type="application/json")
    assert asked.status_code == 201, asked.content
    assert asked.json()["hits"] is None
    [left] = [one for one in fetched(abroad, abroad.mauritius) if one["kind"] == "question"]
    assert "Kilindini" not in json.dumps(left["body"])
    listed = investigator.get("/api/v1/exchange/questions").json()
    assert [one["ref"] for one in listed] == [asked.json()["ref"]]
    assert outsider.get("/api/v1/exchange/questions").status_code == 404
    assert outsider.get("/api/v1/exchange/outbox").status_code == 404
    assert steward.get("/api/v1/exchange/outbox").status_code == 404
    entity = firm(abroad)
    fetched(abroad, abroad.mauritius)
    [row] = [one for one in contact.get("/api/v1/exchange/outbox").json() if one["kind"] == "company"]
    assert (row["to"], row["status"], row["record"]) == ("mauritius", "waits", entity.ref)
    assert "Kilindini" not in json.dumps(row)
    held = contact.post(f"/api/v1/exchange/outbox/{row['ref']}/hold").json()
    assert held[0]["status"] == "held"
    released = contact.post(f"/api/v1/exchange/outbox/{row['ref']}/release").json()
    assert released[0]["status"] == "ready"
    assert [one["kind"] for one in fetched(abroad, abroad.mauritius)][-1] == "company"
    state = contact.get("/api/v1/exchange/status").json()
    assert state["peers"][0]["name"] == "centre"
    nothing = contact.post("/api/v1/exchange/records/NONE/recall", {"reason": "why"}, content_type="application/json")
    assert nothing.status_code == 404
    assert investigator.post(f"/api/v1/exchange/outbox/{row['ref']}/hold").status_code == 404
    request = {"to": "mauritius", "subject": "A firm", "text": "Who is behind it?"}
    made = investigator.post("/api/v1/exchange/requests", request, content_type="application/json")
    assert made.status_code == 201, made.content
    assert contact.get("/api/v1/exchange/requests").json()[0]["subject"] == "A firm"
