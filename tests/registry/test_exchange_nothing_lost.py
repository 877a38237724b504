"""What leaves arrives in the end, and what may no longer stay is called back: whatever changed on the way."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.exchange.conftest import bring, keys  # noqa: F401 -- a fixture
from tests.exchange.foreign_node import ForeignNode
from tests.registry.test_exchange import as_peer, fetched
from tests.registry.test_exchange_kinds import agreed, came, firm, put, two  # noqa: F401 -- a fixture
from tidewaiter.exchange.models import Outgoing, Peer, Question
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.registry.models import Entity

pytestmark = pytest.mark.django_db
FIRM = {"kind": "company", "handling": "AMBER", "statements": [{"prop": "name", "value": "Harrow Tide"}]}
BACK = {"op": "recall", "agreement": "", "epoch": 0, "purpose": ""}


def refused(two: SimpleNamespace, said: dict[str, Any], reason: str) -> None:  # noqa: F811
    """Mauritius answers an envelope with a signed refusal."""
    told = {"receipt": 1, "of": said["id"], "by": two.mauritius.node, "digest": said["digest"], "outcome": "refused"}
    token = two.mauritius.jws({**told, "reason": reason}, "tw-receipt")
    note = {"op": "note", "agreement": "", "epoch": 0, "record": said["id"]}
    bring(as_peer(two, two.mauritius), have=[[said["from"], said["id"]]])
    put(two, "receipt", {"receipt": token, "said": "no"}, **note)


def of_firms(two: SimpleNamespace) -> list[dict[str, Any]]:  # noqa: F811
    return [one for one in fetched(two, two.mauritius) if one["kind"] == "company"]


def test_what_waited_under_a_former_epoch_leaves_under_the_next(two: SimpleNamespace) -> None:  # noqa: F811
    from tests.exchange.conftest import signed
    from tests.registry.test_exchange_kinds import WIDE
    from tidewaiter.exchange.actions.agreeing import agree

    text = WIDE.replace("backfill = true", "")
    agree(text=signed(text.format(epoch=1, more=""), two.mauritius), by=NODE)
    own = firm(two, "Kilindini Quill Trading Ltd")
    [first] = of_firms(two)
    assert first["epoch"] == 1
    agree(text=signed(text.format(epoch=2, more=""), two.mauritius), by=NODE)
    [second] = of_firms(two)
    assert (second["record"], second["epoch"], second["seq"]) == (own.ref, 2, 2)


def test_what_was_refused_for_a_former_epoch_or_its_age_is_sent_anew(two: SimpleNamespace) -> None:  # noqa: F811
    agreed(two)
    own = firm(two, "Kilindini Quill Trading Ltd")
    [first] = of_firms(two)
    Outgoing.objects.filter(ref=first["id"]).update(made_at=now() - timedelta(days=31))
    refused(two, first, "expired")
    [second] = of_firms(two)
    assert (second["record"], second["seq"]) == (own.ref, 2)
    assert second["id"] != first["id"]
    refused(two, second, "form")
    assert of_firms(two) == [], "what is wrong with its content is not sent again by itself"


def test_a_receiver_or_relay_that_has_not_heard_of_the_agreement_yet_is_asked_again(
    two: SimpleNamespace,  # noqa: F811
) -> None:
    agreed(two)
    own = firm(two, "Kilindini Quill Trading Ltd")
    [first] = of_firms(two)
    for reason in ("agreement", "epoch"):
        refused(two, first, reason)
        row = Outgoing.objects.get(ref=first["id"])
        assert (row.status, row.reason) == ("ready", reason)
        assert row.body
        Outgoing.objects.filter(pk=row.pk).update(sent_at=now() - timedelta(minutes=2))
        [again] = of_firms(two)
        assert (again["id"], again["record"]) == (first["id"], own.ref)


def test_a_relay_that_knows_a_former_epoch_loses_nothing(
    two: SimpleNamespace,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tidewaiter.exchange.actions import carrying
    from tidewaiter.exchange.actions.filling import fill_outbox

    centre = ForeignNode("centre", "INT", "central")
    agreed(two)
    from tidewaiter.exchange.actions.peers import add_peer

    add_peer(text=centre.card().replace('"url": ""', '"url": ""'), by=NODE)
    Peer.objects.filter(name="centre").update(url="https://centre.example")
    firm(two, "Kilindini Quill Trading Ltd")
    fill_outbox()
    row = Outgoing.objects.get(kind="company")
    calls: list[dict[str, Any]] = []

    def post(_url: str, token: str) -> str:
        call = centre.verified(token, two.card)
        calls.append(call)
        answer = {"v": 1, "from": centre.node, "to": two.card["node"], "nonce": call["nonce"], "head": centre.head}
        from datetime import UTC, datetime

        return centre.jws({**answer, "at": datetime.now(UTC).isoformat(), "refused": {row.ref: "epoch"}}, "tw-answer")

    monkeypatch.setattr(carrying, "post", post)
    assert carrying.call_all() == {}
    assert len(calls) < 4
    row.refresh_from_db()
    assert (row.status, row.reason, bool(row.body)) == ("ready", "epoch", True)


def test_a_mark_that_is_narrowed_calls_back_the_copy_that_may_not_stay(two: SimpleNamespace) -> None:  # noqa: F811
    from tidewaiter.exchange.actions.sending import release

    agreed(two)
    own = firm(two, "Kilindini Quill Trading Ltd")
    assert [one["op"] for one in came(two, "company")] == ["put"]
    Entity.objects.filter(ref=own.ref).update(handling="RED")
    _touched(two, own)
    [said] = came(two, "company")
    assert (said["op"], said["record"], said["seq"]) == ("recall", own.ref, 3)
    Entity.objects.filter(ref=own.ref).update(handling="AMBER")
    _touched(two, own)
    assert came(two, "company") == [], "what was called back does not come again by itself"
    row = Outgoing.objects.get(kind="company", revision=4)
    assert (row.status, row.reason) == ("waits", "recalled")
    release(ref=row.ref, by=two.staff.contact)
    [said] = came(two, "company")
    assert (said["op"], said["seq"]) == ("put", 4), "its owner lifts it"


def _touched(two: SimpleNamespace, own: Entity) -> None:  # noqa: F811
    from django.db import transaction

    from tidewaiter.ledger.actions import record

    with transaction.atomic():
        record(by=two.staff.investigator, deed="registry.amended", ref=own.ref)


def test_a_question_is_called_back_by_its_own_node_alone_and_written_over_by_nobody(
    two: SimpleNamespace,  # noqa: F811
) -> None:
    from tests.exchange.conftest import signed
    from tests.registry.test_exchange_kinds import WIDE
    from tidewaiter.exchange.actions.agreeing import agree
    from tidewaiter.exchange.actions.peers import add_peer
    from tidewaiter.exchange.models import Incoming

    kind = '[[kinds]]\nkind = "question"\nnames = true\n'
    text = WIDE.format(epoch=1, more="") + kind
    agree(text=signed(text, two.mauritius), by=NODE)
    uganda = ForeignNode("uganda", "UG")
    add_peer(text=uganda.card(), by=NODE)
    theirs = text.replace("KE-MU", "KE-UG").replace("mauritius", "uganda")
    agree(text=signed(theirs, uganda), by=NODE)
    body = {"sought": "company", "secret": "a" * 64, "digests": ["b" * 64], "text": "why"}
    put(two, "question", body, record="XQ-MU")
    assert Question.objects.get(ref="XQ-MU").peer.name == "mauritius"
    other = SimpleNamespace(foreign=uganda, card=two.card)
    for changes in (
        {**BACK},
        {"agreement": "KE-UG", "purpose": "investigation", "seq": 2},
    ):
        said = uganda.said(two.card, "question", body, record="XQ-MU", **changes)
        bring(other, uganda.envelope(two.card, said))
        assert Question.objects.get(ref="XQ-MU").peer.name == "mauritius", changes
    assert Incoming.objects.filter(peer__name="uganda").latest("pk").reason == "not_theirs"
    put(two, "question", body, record="XQ-MU", seq=2)
    assert Incoming.objects.latest("pk").status == "quarantined", "a question is asked once"
    put(two, "question", {"reason": "x"}, record="XQ-MU", seq=3, **BACK)
    assert not Question.objects.exists()


def test_a_peer_that_calls_itself_otherwise_is_still_the_one_that_sent(two: SimpleNamespace) -> None:  # noqa: F811
    from tidewaiter.exchange.actions.peers import add_peer

    agreed(two)
    put(two, "company", FIRM, record="RG-MU-1")
    assert Entity.objects.filter(listed="exchange mauritius").count() == 1
    two.mauritius.name = "port-louis"
    add_peer(text=two.mauritius.card(), by=NODE)
    assert Peer.objects.get().name == "mauritius", "what this node calls it stays"
    put(two, "company", {"reason": "x"}, record="RG-MU-1", seq=2, **BACK)
    assert not Entity.objects.filter(source_key="RG-MU-1").exists()
