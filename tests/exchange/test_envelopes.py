"""What a node takes of another, and all that it does not: the other one is written from docs/wire/ alone."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.exchange.conftest import AGREEMENT, bring, own_card, signed, told
from tests.exchange.foreign_node import ForeignNode, b64, canonical, unb64
from tests.making import record
from tidewaiter.cases.models import Case
from tidewaiter.exchange.models import Incoming, Outgoing
from tidewaiter.foundation.actors import NODE
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db


def body(**changes: Any) -> dict[str, Any]:
    return dict(record(**changes).items())


def sent(joined: SimpleNamespace, **changes: Any) -> tuple[dict[str, Any], str]:
    said = joined.foreign.said(joined.card, "case", changes.pop("body", None) or body(), **changes)
    return said, joined.foreign.envelope(joined.card, said)


def test_a_case_of_another_make_is_in_the_reviewers_queue_and_its_receipt_is_signed(joined: SimpleNamespace) -> None:
    said, envelope = sent(joined)
    assert bring(joined, envelope)["taken"] == [said["id"]]
    case = Case.objects.get(ref="TW-FOREIGN-1")
    assert (case.status, case.channel, case.administration, case.node) == (
        "submitted",
        "national",
        "KE",
        joined.foreign.node,
    )
    [receipt] = told(joined)
    assert receipt["of"] == said["id"]
    assert (receipt["outcome"], receipt["version"], receipt["digest"]) == ("processed", 1, said["digest"])
    assert (receipt["from"], receipt["by"]) == (joined.foreign.node, joined.card["node"])
    assert told(joined) == []


def test_a_second_copy_is_done_once_and_answered_with_the_same_receipt(joined: SimpleNamespace) -> None:
    said, envelope = sent(joined)
    bring(joined, envelope)
    [first] = told(joined)
    again = joined.foreign.envelope(joined.card, said)  # the same inside, sealed anew
    assert again != envelope
    assert bring(joined, again)["taken"] == [said["id"]]
    [second] = told(joined)
    assert second == first
    assert Case.objects.count() == 1
    assert Entry.objects.filter(deed="cases.drafted", ref="TW-FOREIGN-1").count() == 1


def test_an_older_envelope_that_comes_after_a_newer_one_changes_nothing(joined: SimpleNamespace) -> None:
    _new, newer = sent(joined, seq=2, body=body(place="KEMBA", direction="transit"))
    _old, older = sent(joined, seq=1)
    bring(joined, newer)
    bring(joined, older)
    assert Case.objects.get(ref="TW-FOREIGN-1").direction == "transit"
    assert [one["outcome"] for one in told(joined)] == ["processed", "overtaken"]


def test_what_a_reviewer_decides_goes_back_about_the_version_that_was_sent(
    joined: SimpleNamespace, people: Any
) -> None:
    from tidewaiter.cases.actions import return_case
    from tidewaiter.exchange.actions.filling import fill_outbox

    bring(joined, sent(joined, version=7, seq=3)[1])
    told(joined)
    return_case(case=Case.objects.get(ref="TW-FOREIGN-1"), reason="Which lines?", by=people.secretariat)
    fill_outbox()
    [envelope] = bring(joined)["envelopes"]
    said = joined.foreign.opened(envelope, joined.card)
    assert (said["kind"], said["record"], said["version"]) == ("decision", "TW-FOREIGN-1", 7)
    assert said["body"] == {"decision": "returned", "reason": "Which lines?", "fields": [], "of": 3}


def test_a_correction_a_withdrawal_and_a_recall_follow_the_copy(joined: SimpleNamespace, people: Any) -> None:
    bring(joined, sent(joined)[1])
    bring(joined, sent(joined, seq=2, version=2, body=body(direction="transit"))[1])
    case = Case.objects.get(ref="TW-FOREIGN-1", latest=True)
    assert (case.version, case.direction) == (2, "transit")
    bring(joined, sent(joined, seq=3, op="withdraw", body={"reason": "withdrawn"})[1])
    assert Case.objects.get(ref="TW-FOREIGN-1", latest=True).status == "withdrawn"
    bring(joined, sent(joined, seq=4, op="recall", body={"reason": "seized by mistake"})[1])
    assert not Case.objects.filter(ref="TW-FOREIGN-1").exists()
    assert [one["outcome"] for one in told(joined)] == ["processed", "processed", "withdrawn", "erased"]
    bring(joined, sent(joined, seq=2, version=2)[1])  # what was erased does not come back
    assert not Case.objects.filter(ref="TW-FOREIGN-1").exists()


REFUSED = {
    "epoch": {"epoch": 2},
    "agreement": {"agreement": "KE-XXX"},
    "kind_not_agreed": {"kind": "person"},
    "handling": {"handling": "RED"},
    "purpose": {"purpose": "curiosity"},
    "expired": {"iat": 1, "exp": 2},
    "clock": {"iat": int(time.time()) + 30 * 3600, "exp": int(time.time()) + 40 * 86400},
    "digest": {"digest": "0" * 64},
    "version": {"v": 2},
    "content": {"op": "burn"},
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_not_agreed_is_set_aside_and_its_sender_told_why(joined: SimpleNamespace, code: str) -> None:
    said, envelope = sent(joined, **REFUSED[code])
    bring(joined, envelope)
    row = Incoming.objects.get(ref=said["id"])
    assert (row.status, row.reason, row.sealed) == ("quarantined", code, "")
    assert not Case.objects.exists()
    [receipt] = told(joined)
    assert (receipt["outcome"], receipt["reason"], receipt["of"]) == ("refused", code, said["id"])
    assert Entry.objects.filter(deed="exchange.quarantined", ref=said["id"]).count() == 1


@pytest.mark.parametrize(
    "more",
    [
        {"suspect": "Yusuf Kassarani"},
        {"conveyance": {"mode": "1", "driver": "Yusuf Kassarani"}},
        {"photos": [{"sha256": "0" * 64, "jpeg": "/9j/"}]},
        {"links": ["KE-2"]},
        {"lines": [{"subtype": "pistol", "quantity": "2", "unit": "H87", "owner": "Yusuf Kassarani"}]},
        {"lines": [{"subtype": "pistol", "quantity": "2", "unit": "H87", "fields": {"owner": "Yusuf Kassarani"}}]},
    ],
    ids=lambda more: next(iter(more)),
)
def test_more_than_was_agreed_is_refused_whole(joined: SimpleNamespace, more: dict[str, Any]) -> None:
    said, envelope = sent(joined, body=body(**more))
    bring(joined, envelope)
    assert Incoming.objects.get(ref=said["id"]).reason == "over_field"
    assert not Case.objects.exists()


def test_a_case_of_a_third_country_or_of_another_node_is_refused(joined: SimpleNamespace, people: Any) -> None:
    said, envelope = sent(joined, body=body(country="UG", place="UGKLA", route=[]))
    bring(joined, envelope)
    assert Incoming.objects.get(ref=said["id"]).reason == "not_your_country"


def test_every_byte_of_an_envelope_that_is_another_is_refused(joined: SimpleNamespace) -> None:
    """Each part, at its beginning, in its middle and at its end, is made another byte, lost, or doubled."""
    _said, envelope = sent(joined)
    tried = 0
    parts = envelope.split(".")
    for number, part in enumerate(parts):
        for at in {0, 1, len(part) // 3, len(part) // 2, len(part) - 2, len(part) - 1} if part else {0}:
            at = max(at, 0)
            other = "A" if part[at : at + 1] != "A" else "B"
            for changed in (
                part[:at] + other + part[at + 1 :],
                part[:at] + part[at + 1 :],
                part[:at] + "=" + part[at:],
            ):
                if changed == part:
                    continue
                bring(joined, ".".join([*parts[:number], changed, *parts[number + 1 :]]))
                tried += 1
    for cut in (1, len(envelope) // 2, len(envelope) - 1):
        bring(joined, envelope[:cut])
        tried += 1
    assert tried > 50
    assert not Case.objects.exists()
    assert not Incoming.objects.filter(status="processed").exists()
    bring(joined, envelope)
    row = Incoming.objects.filter(kind="case").order_by("-pk").first()
    assert Case.objects.exists() or (row is not None and row.status == "quarantined")


@pytest.mark.parametrize(
    "name",
    [
        "v",
        "id",
        "from",
        "to",
        "kind",
        "kv",
        "op",
        "record",
        "version",
        "seq",
        "agreement",
        "epoch",
        "purpose",
        "handling",
        "iat",
        "exp",
        "digest",
        "body",
    ],
)
def test_an_inside_that_lacks_a_field_or_says_it_wrongly_is_refused(joined: SimpleNamespace, name: str) -> None:
    whole, _envelope = sent(joined)
    for wrong in ({}, {name: None}, {name: -1}, {name: True}, {name: ["x"]}, {name: "x" * 401}):
        said = {key: value for key, value in whole.items() if key != name} | wrong
        outside = {key: whole[key] for key in ("id", "from", "to", "agreement", "epoch", "exp")}
        outside["id"] = f"XE-{name}-{len(str(wrong))}-{abs(hash(str(wrong))) % 10**6}"
        if name != "id":
            said["id"] = outside["id"]
        bring(joined, joined.foreign.envelope(joined.card, said, **outside))
    assert not Case.objects.exists()


@pytest.mark.parametrize("name", ["id", "from", "to", "agreement", "epoch", "exp"])
def test_an_outside_that_says_another_thing_than_its_inside_is_refused(joined: SimpleNamespace, name: str) -> None:
    said, _envelope = sent(joined)
    other = said[name] + 1 if isinstance(said[name], int) else "other"
    bring(joined, joined.foreign.envelope(joined.card, said, **{name: other}))
    assert not Case.objects.exists()


def test_what_is_sealed_and_not_signed_or_signed_by_another_is_refused(joined: SimpleNamespace) -> None:
    said, _envelope = sent(joined)
    stranger = ForeignNode()
    stranger.node = joined.foreign.node
    for inside in (
        canonical(said),
        stranger.jws(said, "tw-said").encode(),
        joined.foreign.jws(said, "tw-call").encode(),
        joined.foreign.jws(said, "tw-said", alg="none").encode(),
        b"",
    ):
        bring(joined, joined.foreign.sealed(joined.card, inside, {**said, "id": f"XE-{len(inside)}"}))
    assert not Case.objects.exists()
    assert set(Incoming.objects.values_list("status", flat=True)) == {"quarantined"}


def test_strangers_replays_and_revoked_peers_find_the_door_closed(joined: SimpleNamespace) -> None:
    from tidewaiter.exchange.actions.peers import revoke_peer

    def knock(token: str) -> int:
        return Client().post("/exchange/v1/sync", token, content_type="application/jose").status_code

    assert knock("") == 401
    assert knock("{}") == 401
    assert knock(ForeignNode().call(joined.card)) == 401
    assert knock(joined.foreign.call({"node": "NODE-OTHER"})) == 401
    call = joined.foreign.call(joined.card)
    assert knock(call) == 200
    assert knock(call) == 401
    unsigned = f"{call.rsplit('.', 1)[0]}.{b64(b'0' * 64)}"
    assert knock(unsigned) == 401
    late = joined.foreign.call(joined.card, at="2020-01-01T00:00:00+00:00")
    assert knock(late) == 409
    revoke_peer(name="kenya", by=NODE)
    assert knock(joined.foreign.call(joined.card)) == 401
    assert Client().get("/exchange/v1/sync").status_code == 405


def test_a_clock_that_is_an_hour_wrong_stops_nothing_and_is_said(joined: SimpleNamespace) -> None:
    from datetime import UTC, datetime, timedelta

    said, envelope = sent(joined, iat=int(time.time()) + 3600)
    at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert bring(joined, envelope, at=at)["taken"] == [said["id"]]
    assert Case.objects.count() == 1
    joined.peer.refresh_from_db()
    assert 3500 < joined.peer.clock_ahead < 3700


def test_a_node_that_rewrites_its_history_is_found_out_and_heard_no_more(joined: SimpleNamespace) -> None:
    joined.foreign.head = {"seq": 40, "hash": "aa" * 32}
    bring(joined)
    joined.foreign.head = {"seq": 40, "hash": "bb" * 32}
    bring(joined)
    joined.peer.refresh_from_db()
    assert joined.peer.history == "rewritten"
    token = joined.foreign.call(joined.card)
    assert Client().post("/exchange/v1/sync", token, content_type="application/jose").status_code == 409


def test_a_new_epoch_stops_what_was_under_the_former_one(joined: SimpleNamespace) -> None:
    from tidewaiter.exchange.actions.agreeing import agree

    text = signed(AGREEMENT.format(own="here", epoch=2), joined.foreign)
    assert agree(text=text, by=NODE).agreement.epoch == 2
    said, envelope = sent(joined)
    bring(joined, envelope)
    assert Incoming.objects.get(ref=said["id"]).reason == "epoch"
    bring(joined, sent(joined, epoch=2)[1])
    assert Case.objects.count() == 1


def test_a_receipt_for_another_content_closes_nothing(joined: SimpleNamespace, people: Any) -> None:
    from tidewaiter.cases.actions import move_one
    from tidewaiter.exchange.actions.filling import fill_outbox

    bring(joined, sent(joined)[1])
    told(joined)
    move_one(deed="validate", case=Case.objects.get(), by=people.secretariat)
    fill_outbox()
    row = Outgoing.objects.get(kind="decision")
    receipt = {
        "receipt": 1,
        "of": row.ref,
        "by": joined.foreign.node,
        "digest": "1" * 64,
        "outcome": "processed",
        "reason": "",
    }

    def answer(**changes: Any) -> None:
        token = joined.foreign.jws({**receipt, **changes}, "tw-receipt")
        said = joined.foreign.said(
            joined.card, "receipt", {"receipt": token, "said": ""}, op="note", agreement="", epoch=0, record=row.ref
        )
        bring(joined, joined.foreign.envelope(joined.card, said))

    bring(joined)
    answer()
    row.refresh_from_db()
    assert row.status in ("ready", "on_the_way")
    answer(digest=row.digest)
    row.refresh_from_db()
    assert (row.status, row.reason) == ("received", "processed")
    assert row.body == {}


def test_the_card_of_this_node_is_read_without_its_code(joined: SimpleNamespace) -> None:
    answer = Client().get("/exchange/v1/card")
    token = json.loads(answer.content)["card"]
    assert ForeignNode.verified(token, own_card())["name"] == "here"
    assert json.loads(unb64(token.split(".")[0]))["alg"] == "Ed25519"
