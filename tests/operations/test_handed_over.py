"""A seizure message of a room goes to its owner's own node by their act, and becomes a case there."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.exchange.conftest import bring, keys, own_card, signed  # noqa: F401 -- a fixture
from tests.exchange.foreign_node import ForeignNode
from tests.operations.conftest import program_of
from tests.operations.messages import SEIZURE, send_as
from tidewaiter.exchange.models import Incoming, Outgoing
from tidewaiter.foundation.actors import NODE
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db
AGREEMENT = """
code = "OCU-ES"
title = "The unit and Spain: seizures come home"
parties = ["{own}", "{other}"]
basis = "nairobi_1977"
epoch = 1
from = 2026-01-01
until = 2099-12-31
handling = "AMBER"
purposes = ["joint operation"]

[[kinds]]
kind = "operation_message"
names = {names}
"""
ANNEX = [{"name": "Diego Markov", "role": "courier", "birth_date": "1980-02-03"}]


def joined(own: str, other: ForeignNode, names: str = "true") -> SimpleNamespace:
    from tidewaiter.exchange.actions.agreeing import agree
    from tidewaiter.exchange.actions.peers import add_peer, make_node_keys

    make_node_keys(by=NODE, names={"administration": "INT" if own == "ocu" else "ES", "name": own})
    add_peer(text=other.card(), by=NODE)
    agree(text=signed(AGREEMENT.format(own=own, other=other.name, names=names), other), by=NODE)
    return SimpleNamespace(foreign=other, card=own_card())


@pytest.mark.parametrize("names", ["true", "false"])
def test_a_message_leaves_for_its_owners_node_alone_once_they_hand_it_over(
    room: Callable[..., Any],
    staff: SimpleNamespace,
    settings: Any,
    keys: None,  # noqa: F811
    names: str,
) -> None:
    from tidewaiter.exchange.actions.filling import fill_outbox

    settings.TIDEWAITER_SHAPE = "operation"
    send_as(room, staff.spain, "seizure", SEIZURE | {"annex": ANNEX})
    send_as(room, staff.spain, "seizure", SEIZURE | {"annex": ANNEX})
    ref = room(staff.spain).ref
    address = f"/api/v1/operations/{ref}/messages"
    assert program_of(staff.spain).post(f"{address}/1/record?names=true").json()["code"] == "elsewhere"
    two = joined("ocu", ForeignNode("madrid", "ES"), names)
    fill_outbox()
    assert program_of(staff.jordan).post(f"{address}/1/record?names=true").status_code == 403
    made = program_of(staff.spain).post(f"{address}/1/record?names=true")
    assert made.status_code == 200, made.content
    assert made.json() == {"ref": f"{ref}-1"}
    assert program_of(staff.spain).post(f"{address}/1/record").json()["code"] == "recorded"
    assert program_of(staff.spain).post(f"{address}/2/record").status_code == 200
    fill_outbox()
    found = [two.foreign.opened(one, two.card) for one in bring(two)["envelopes"]]
    said, without = (one for one in found if one["kind"] == "operation_message")
    assert (said["record"], said["body"]["number"], said["body"]["title"]) == (f"{ref}-1", 1, "Grey Heron")
    assert said["body"]["record"]["country"] == "ES"
    assert said["body"].get("annex") == (ANNEX if names == "true" else None)
    assert "annex" not in without["body"], "its owner did not say that names go"
    held = Outgoing.objects.get(record=f"{ref}-1").held
    assert held == ([] if names == "true" else [{"path": "annex", "rule": "nominal"}])
    deed = Entry.objects.filter(deed="operations.handed_over", ref=ref).order_by("seq")
    assert [one.version for one in deed] == [1, 2]


def put(two: SimpleNamespace, body: dict[str, Any], **changes: Any) -> Incoming:
    said = {"agreement": "OCU-ES", "purpose": "joint operation", "record": "OP-9-4", **changes}
    envelope = two.foreign.envelope(two.card, two.foreign.said(two.card, "operation_message", body, **said))
    bring(two, envelope)
    return Incoming.objects.latest("pk")


def message() -> dict[str, Any]:
    from tests.making import record

    return {
        "operation": "OP-9",
        "number": 4,
        "title": "Grey Heron",
        "at": "2026-11-23T04:00:00+00:00",
        "record": {**record(country="ES", place="ESALG", route=[]), "national_ref": "ES-77"},
        "annex": ANNEX,
    }


@pytest.mark.skipif(os.environ["TIDEWAITER_SHAPE"] != "national", reason="cases outlive a room on national nodes alone")
def test_a_message_that_comes_home_is_a_draft_its_names_are_entered_and_looked_for_here(
    staff: SimpleNamespace,
    keys: None,  # noqa: F811
) -> None:
    from tidewaiter.cases.models import Case
    from tidewaiter.foundation.moments import now
    from tidewaiter.notices.models import Notice
    from tidewaiter.people.models import Grant
    from tidewaiter.registry.actions.entering import enter
    from tidewaiter.registry.models import CaseTie
    from tidewaiter.registry.reading.said import SaidThing

    for role in ("officer", "investigator"):
        Grant.objects.create(officer=staff.spain, role=role, granted_by="node", granted_at=now())
    thing = SaidThing(key="", kind="person", values=[("name", "Diego Markov")], source="file 7")
    enter(said=thing, by=staff.spain)
    two = joined("madrid", ForeignNode("ocu", "INT", "operation"))
    row = put(two, message())
    assert (row.status, row.reason) == ("processed", "")
    case = Case.objects.get(ref=row.kept_as)
    assert (case.status, case.channel, case.administration, case.reference) == ("draft", "operation", "ES", "ES-77")
    assert not case.node.startswith("NODE-"), "it is this node's own, and goes on to the centre when it is submitted"
    assert [tie.role for tie in CaseTie.objects.filter(case=case.ref)] == ["courier"]
    told = set(Notice.objects.filter(to=staff.spain.username).values_list("deed", flat=True))
    assert {"operations.came_home", "operations.known_here"} <= told
    found = [two.foreign.opened(one, two.card) for one in bring(two)["envelopes"]]
    [receipt] = [one["body"]["receipt"] for one in found if one["kind"] == "receipt"]
    assert "known" not in str(two.foreign.verified(receipt, two.card)), "the list never leaves it"
    assert put(two, {**message(), "suspect": "x"}, record="OP-9-5").reason == "over_field"
    kenya = {**message(), "record": {**message()["record"], "country": "FR", "place": "FRLEH", "national_ref": "F-1"}}
    assert put(two, kenya, record="OP-9-6").reason == "not_your_country"
    for annex in ("x", [1], [{"name": 5}], [{"name": "A B", "iban": "x"}]):
        assert put(two, {**message(), "annex": annex}, record=f"OP-9-7{len(str(annex))}").reason == "annex"
    back = {"op": "recall", "agreement": "", "epoch": 0, "purpose": "", "seq": 2}
    assert put(two, {"reason": "x"}, **back).reason == "handed_over"
    assert Case.objects.filter(ref=case.ref).exists()
