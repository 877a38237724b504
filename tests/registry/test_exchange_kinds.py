"""Between two nations: links, requests in words, alerts, back-fill, erasure, and the end of an agreement."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from tests.exchange.conftest import bring, keys, own_card, signed, told  # noqa: F401 -- a fixture
from tests.exchange.foreign_node import ForeignNode
from tests.making import case_in
from tests.registry.test_exchange import as_peer, fetched
from tidewaiter.exchange.models import Agreement, Incoming, Inquiry, Outgoing
from tidewaiter.foundation.actors import NODE
from tidewaiter.library.models import Item
from tidewaiter.registry.models import Entity, Link
from tidewaiter.registry.reading.said import SaidThing

pytestmark = pytest.mark.django_db

WIDE = """
code = "KE-MU"
title = "Kenya and Mauritius, all kinds"
parties = ["kenya", "mauritius"]
basis = "nairobi_1977"
epoch = {epoch}
from = 2026-01-01
until = 2099-12-31
handling = "AMBER"
purposes = ["investigation"]
backfill = true
{more}
[[kinds]]
kind = "company"
names = true

[[kinds]]
kind = "link"
names = true

[[kinds]]
kind = "request"
names = true

[[kinds]]
kind = "alert"

[[kinds]]
kind = "case"
names = true
"""


@pytest.fixture
def two(keys: None, staff: SimpleNamespace) -> SimpleNamespace:  # noqa: F811
    """This node of Kenya and one of Mauritius; nothing is agreed yet."""
    from tidewaiter.exchange.actions.peers import add_peer, make_node_keys

    make_node_keys(by=NODE, names={"administration": "KE", "name": "kenya"})
    mauritius = ForeignNode("mauritius", "MU")
    add_peer(text=mauritius.card(), by=NODE)
    return SimpleNamespace(mauritius=mauritius, card=own_card(), staff=staff)


def agreed(two: SimpleNamespace, *, epoch: int = 1, more: str = "") -> None:
    from tidewaiter.exchange.actions.agreeing import agree

    agree(text=signed(WIDE.format(epoch=epoch, more=more), two.mauritius), by=NODE)


def put(two: SimpleNamespace, kind: str, body: dict[str, Any], **changes: Any) -> None:
    said = {"agreement": "KE-MU", "purpose": "investigation", **changes}
    envelope = two.mauritius.envelope(two.card, two.mauritius.said(two.card, kind, body, **said))
    bring(as_peer(two, two.mauritius), envelope)


def came(two: SimpleNamespace, *kinds: str) -> list[dict[str, Any]]:
    """What lies here for Mauritius, of these kinds; it is fetched, and confirmed as processed."""
    found = fetched(two, two.mauritius)
    bring(as_peer(two, two.mauritius), have=[[one["from"], one["id"]] for one in found])
    for one in found:
        if one["op"] != "note":
            said = {"receipt": 1, "of": one["id"], "by": two.mauritius.node, "digest": one["digest"]}
            token = two.mauritius.jws({**said, "outcome": "processed", "reason": ""}, "tw-receipt")
            note = {"op": "note", "agreement": "", "epoch": 0, "record": one["id"]}
            put(two, "receipt", {"receipt": token, "said": ""}, **note)
    return [one for one in found if one["kind"] in kinds]


def firm(two: SimpleNamespace, name: str) -> Entity:
    from tidewaiter.registry.actions.entering import enter

    said = SaidThing(key="", kind="company", values=[("name", name), ("country", "KE")], source="file 7")
    return enter(said=said, by=two.staff.investigator)


def own_link(two: SimpleNamespace, one: Entity, other: Entity) -> Link:
    from tidewaiter.registry.actions.entering import link

    return link(subject=one, target=other, schema="Ownership", by=two.staff.investigator, role="owner", source="f 7")


def test_a_new_member_gets_what_was_there_before_and_a_link_once_it_has_both_its_ends(two: SimpleNamespace) -> None:
    one, other = firm(two, "Kilindini Quill Trading Ltd"), firm(two, "Harrow Tide Holdings")
    tie = own_link(two, one, other)
    assert came(two, "company", "link") == []
    agreed(two)
    firms = came(two, "company", "link")
    assert sorted(said["record"] for said in firms) == sorted([one.ref, other.ref])
    [said] = came(two, "link")
    assert said["record"] == tie.ref
    assert (said["body"]["subject"], said["body"]["object"]) == (one.ref, other.ref)
    assert (said["body"]["schema"], said["body"]["role"]) == ("Ownership", "owner")
    assert "source" not in said["body"]
    assert came(two, "company", "link") == [], "once"


def test_what_is_erased_here_is_called_back_there(two: SimpleNamespace) -> None:
    from tidewaiter.registry.actions.erasing import erase

    agreed(two)
    one = firm(two, "Kilindini Quill Trading Ltd")
    assert len(came(two, "company")) == 1
    erase(ref=one.ref, reason="entered by mistake", by=two.staff.investigator)
    [said] = came(two, "company")
    assert (said["op"], said["record"]) == ("recall", one.ref)


def test_a_link_that_comes_ties_what_came_before_and_is_untied_again(two: SimpleNamespace) -> None:
    agreed(two)
    for number, name in enumerate(("Harrow Tide Holdings", "Grand Port Brokers")):
        body = {"kind": "company", "handling": "AMBER", "statements": [{"prop": "name", "value": name}]}
        put(two, "company", body, record=f"RG-MU-{number}")
    said = {"subject": "RG-MU-0", "object": "RG-MU-1", "schema": "Directorship", "role": "director"}
    put(two, "link", said, record="RL-MU-1")
    tie = Link.objects.get()
    assert (tie.subject.caption, tie.object.caption) == ("Harrow Tide Holdings", "Grand Port Brokers")
    assert (tie.schema, tie.listed, tie.administration) == ("Directorship", "exchange mauritius", "MU")
    put(two, "link", {**said, "schema": "Ownership"}, record="RL-MU-1", seq=2)
    assert Link.objects.get().schema == "Ownership"
    put(two, "link", {**said, "object": "RG-MU-9"}, record="RL-MU-2")
    assert Incoming.objects.get(record="RL-MU-2").reason == "no_ends"
    put(two, "link", {"reason": "wrong"}, record="RL-MU-1", seq=3, op="recall", agreement="", epoch=0, purpose="")
    assert not Link.objects.exists()


def test_a_request_in_words_is_replied_to_corrected_and_called_back(two: SimpleNamespace, client: Any) -> None:
    agreed(two)
    body = {"subject": "Firm in Port Louis", "text": "Who directs Harrow Tide?", "concerns": "KE-1", "due": ""}
    put(two, "request", body, record="XI-MU-1")
    client.force_login(two.staff.investigator)
    page = client.get("/exchange/requests/").content.decode()
    assert "Who directs Harrow Tide?" in page
    answer = client.post("/exchange/requests/XI-MU-1/reply/", {"text": "J. Harrow, since 2019."})
    assert answer.status_code == 302
    [said] = came(two, "reply")
    assert (said["record"], said["body"]) == ("XI-MU-1", {"text": "J. Harrow, since 2019.", "of": 1})
    client.post("/exchange/requests/XI-MU-1/reply/", {"text": "J. Harrow, since 2018."})
    [said] = came(two, "reply")
    assert (said["body"]["text"], said["seq"]) == ("J. Harrow, since 2018.", 2)
    put(two, "request", {"reason": "solved"}, record="XI-MU-1", seq=2, op="recall", agreement="", epoch=0, purpose="")
    assert not Inquiry.objects.exists()
    put(two, "request", {**body, "who": "x"}, record="XI-MU-2")
    assert Incoming.objects.get(record="XI-MU-2").reason == "over_field"
    client.force_login(two.staff.steward)
    assert client.get("/exchange/requests/").status_code == 404


def test_a_request_of_ones_own_leaves_and_its_reply_comes(two: SimpleNamespace, client: Any) -> None:
    agreed(two)
    client.force_login(two.staff.contact)
    asked = {"to": "mauritius", "subject": "Quill", "text": "Has it imported since March?", "due": "2026-12-24"}
    assert client.post("/exchange/requests/", {**asked, "due": "soon"}).status_code == 400
    assert client.post("/exchange/requests/", asked).status_code == 302
    [said] = came(two, "request")
    assert said["body"] == {**{name: asked[name] for name in ("subject", "text", "due")}, "concerns": ""}
    put(two, "reply", {"text": "Twice.", "of": 1}, record=said["record"])
    assert "Twice." in client.get("/exchange/requests/").content.decode()
    put(two, "reply", {"text": "Never asked.", "of": 1}, record="XI-NOT-OURS")
    assert Incoming.objects.get(record="XI-NOT-OURS").reason == "not_asked"


ALERT = {
    "kind": "alert",
    "topic": "new_substance",
    "commodity": "DRG",
    "countries": ["MU"],
    "handling": "GREEN",
    "texts": {"en": {"title": "Tablets in tea", "body": "Seen twice in Port Louis."}},
}


def test_an_alert_of_another_nation_is_read_here_withdrawn_and_erased(two: SimpleNamespace) -> None:
    from tidewaiter.codelists.queries import list_view
    from tidewaiter.library.queries import visible_items

    agreed(two)
    body = {**ALERT, "topic": next(iter(list_view("alert_topic").codes))}
    put(two, "alert", body, record="LB-MU-1")
    item = visible_items(two.staff.analyst).get()
    assert (item.ref, item.status, item.administration) == ("LB-MU-1", "published", "MU")
    assert [one.title for one in item.texts.all()] == ["Tablets in tea"]
    put(two, "alert", {"reason": "withdrawn"}, record="LB-MU-1", seq=2, op="withdraw")
    assert Item.objects.get().status == "withdrawn"
    put(two, "alert", {"reason": "x"}, record="LB-MU-1", seq=3, op="recall", agreement="", epoch=0, purpose="")
    assert not Item.objects.exists()
    put(two, "alert", {**body, "kind": "bulletin", "topic": ""}, record="LB-MU-2")
    assert Incoming.objects.get(record="LB-MU-2").status == "quarantined"


def test_a_case_between_nations_carries_what_was_agreed_and_is_nobodys_to_write_over(two: SimpleNamespace) -> None:
    from tidewaiter.cases.actions import draft, move_one
    from tidewaiter.cases.models import Case

    document = case_in(national_ref="KE-77", narrative="Driver Yusuf Kassarani was met before.")
    draft(cases=[document], by=two.staff.officer, channel="page")
    move_one(deed="submit", case=Case.objects.get(), by=two.staff.officer)
    agreed(two)
    [said] = came(two, "case")
    assert said["body"]["narrative"] == "Driver Yusuf Kassarani was met before.", "names were agreed"
    put(two, "case", said["body"], record=said["record"])
    assert Incoming.objects.get(record=said["record"]).reason == "not_theirs"


def test_who_ends_an_agreement_stops_erases_and_says_so_and_so_does_the_other(
    two: SimpleNamespace, client: Any
) -> None:
    from tidewaiter.exchange.running import take_turn

    agreed(two)
    own = firm(two, "Kilindini Quill Trading Ltd")
    assert len(came(two, "company")) == 1
    body = {"kind": "company", "handling": "AMBER", "statements": [{"prop": "name", "value": "Harrow Tide"}]}
    put(two, "company", body, record="RG-MU-1")
    client.force_login(two.staff.contact)
    assert client.post("/exchange/agreements/end/", {"code": "KE-MU"}).status_code == 403
    client.force_login(two.staff.steward)
    assert client.post("/exchange/agreements/end/", {"code": "KE-MU"}).status_code == 302
    take_turn()
    assert not Entity.objects.filter(listed="exchange mauritius").exists()
    assert Entity.objects.filter(pk=own.pk).exists()
    notes = [one["body"] for one in came(two, "ended")]
    assert [one.get("erased") for one in notes] == [None, 1]
    assert "not confirmed" in client.get("/exchange/nodes/").content.decode()
    note = {"op": "note", "agreement": "", "epoch": 0, "record": "KE-MU"}
    put(two, "ended", {"code": "KE-MU", "epoch": 1, "erased": 1, "at": "2026-12-01T05:00:00Z"}, **note)
    assert "not confirmed" not in client.get("/exchange/nodes/").content.decode()
    put(two, "company", body, record="RG-MU-2")
    assert Incoming.objects.get(record="RG-MU-2").reason == "agreement"
    agreed(two, epoch=2)
    assert [said["record"] for said in came(two, "company")] == [own.ref], "agreed anew, it is sent anew"
    assert Agreement.objects.get().status == "agreed"


def test_a_steward_sees_references_and_kinds_and_no_names(two: SimpleNamespace, client: Any) -> None:
    from tidewaiter.exchange.actions.filling import fill_outbox
    from tidewaiter.exchange.actions.sending import hold

    agreed(two)
    own = firm(two, "Kilindini Quill Trading Ltd")
    fill_outbox()
    hold(ref=own.ref, by=two.staff.contact)
    client.force_login(two.staff.steward)
    page = client.get("/exchange/").content.decode()
    assert "Kilindini" not in page
    assert own.ref in page
    assert "Name" in page
    client.force_login(two.staff.contact)
    page = client.get("/exchange/").content.decode()
    assert "Kilindini Quill Trading Ltd" in page
    assert "v1, " in page
    assert "prop" not in page
    from tidewaiter.ledger.models import Entry

    read = Entry.objects.filter(deed="exchange.names_read", by=two.staff.contact.username)
    assert [(one.ref, json.loads(one.detail)["purpose"]) for one in read] == [(own.ref, "investigation")]
    assert not Entry.objects.filter(deed="exchange.names_read", by=two.staff.steward.username).exists()
    assert Outgoing.objects.get(record=own.ref).status == "held"
