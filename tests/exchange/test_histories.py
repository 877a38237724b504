"""A node that shows two histories is found out by its peers; one that was restored from a backup counts on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.exchange.conftest import AGREEMENT, bring, signed, told
from tests.exchange.foreign_node import ForeignNode
from tests.exchange.test_envelopes import sent
from tidewaiter.cases.models import Case
from tidewaiter.exchange.models import Outgoing, Peer
from tidewaiter.foundation.actors import NODE
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def uganda(joined: SimpleNamespace) -> SimpleNamespace:
    """A second foreign node, which this one knows."""
    from tidewaiter.exchange.actions.agreeing import agree
    from tidewaiter.exchange.actions.peers import add_peer

    foreign = ForeignNode("uganda", "UG")
    peer = add_peer(text=foreign.card(), by=NODE)
    text = AGREEMENT.format(own="here", epoch=1).replace("KE-CEN", "UG-CEN").replace("kenya", "uganda")
    agree(text=signed(text, foreign), by=NODE)
    return SimpleNamespace(foreign=foreign, peer=peer, card=joined.card)


def history(joined: SimpleNamespace) -> str:
    return Peer.objects.get(pk=joined.peer.pk).history


def test_who_shows_another_history_to_another_node_is_found_out(
    joined: SimpleNamespace, uganda: SimpleNamespace
) -> None:
    joined.foreign.head = joined.foreign.signed_head(40, "aa" * 32)
    bring(joined)
    bring(uganda, seen=[joined.foreign.signed_head(40, "aa" * 32)])
    assert history(joined) != "rewritten"
    bring(uganda, seen=[joined.foreign.signed_head(40, "bb" * 32)])
    assert history(joined) == "rewritten"
    entry = Entry.objects.get(deed="exchange.rewritten")
    assert entry.ref == joined.foreign.node
    assert "uganda" in entry.detail
    token = joined.foreign.call(joined.card)
    assert Client().post("/exchange/v1/sync", token, content_type="application/jose").status_code == 409


def test_nobody_is_accused_by_a_head_that_its_own_ledger_has_not_signed(
    joined: SimpleNamespace, uganda: SimpleNamespace
) -> None:
    joined.foreign.head = joined.foreign.signed_head(40, "aa" * 32)
    bring(joined)
    forged = joined.foreign.signed_head(40, "bb" * 32)
    for changes in ({"signature": "00" * 64}, {"public_key": "11" * 32}, {"seq": "40"}, {"day": "2026-11-29"}):
        bring(uganda, seen=[{**forged, **changes}])
    bring(uganda, seen=[{"node": joined.foreign.node}, {"node": 7}])
    assert history(joined) != "rewritten"
    assert not Entry.objects.filter(deed="exchange.rewritten").exists()


def test_what_cannot_be_compared_at_once_is_asked_for_at_the_next_call(
    joined: SimpleNamespace, uganda: SimpleNamespace
) -> None:
    joined.foreign.head = joined.foreign.signed_head(40, "aa" * 32)
    bring(joined)
    bring(uganda, seen=[joined.foreign.signed_head(38, "cc" * 32)])
    joined.foreign.head = joined.foreign.signed_head(41, "dd" * 32)
    assert bring(joined, then={"seq": 40, "hash": "aa" * 32})["asks"] == 38
    joined.foreign.head = joined.foreign.signed_head(42, "ee" * 32)
    bring(joined, then={"seq": 38, "hash": "ff" * 32})
    assert history(joined) == "rewritten"


def test_signed_heads_of_others_are_told_to_each_peer(joined: SimpleNamespace, uganda: SimpleNamespace) -> None:
    joined.foreign.head = joined.foreign.signed_head(40, "aa" * 32)
    bring(joined)
    [seen] = bring(uganda)["seen"]
    assert (seen["node"], seen["seq"], seen["hash"]) == (joined.foreign.node, 40, "aa" * 32)
    assert bring(joined)["seen"] == []


def test_the_receipt_of_what_was_overtaken_says_by_which(joined: SimpleNamespace) -> None:
    bring(joined, sent(joined, seq=5)[1])
    bring(joined, sent(joined, seq=3)[1])
    first, second = told(joined)
    assert "last" not in first
    assert (second["outcome"], second["last"]) == ("overtaken", 5)


@pytest.mark.parametrize(("last", "revision"), [(7, 8), (0, None), (None, None), ("7", None)])
def test_a_restored_node_counts_on_from_what_its_peer_knows(
    joined: SimpleNamespace, people: Any, last: Any, revision: int | None
) -> None:
    from tidewaiter.cases.actions import move_one
    from tidewaiter.exchange.actions.filling import fill_outbox

    bring(joined, sent(joined)[1])
    told(joined)
    move_one(deed="validate", case=Case.objects.get(), by=people.secretariat)
    fill_outbox()
    row = Outgoing.objects.get(kind="decision")
    said = {"receipt": 1, "of": row.ref, "by": joined.foreign.node, "digest": row.digest, "outcome": "overtaken"}
    token = joined.foreign.jws({**said, "reason": ""} | ({} if last is None else {"last": last}), "tw-receipt")
    note = {"op": "note", "agreement": "", "epoch": 0, "record": row.ref}
    body = {"receipt": token, "said": ""}
    bring(joined, joined.foreign.envelope(joined.card, joined.foreign.said(joined.card, "receipt", body, **note)))
    again = Outgoing.objects.filter(kind="decision", status="ready").exclude(pk=row.pk).first()
    if revision is None:
        assert again is None
        return
    assert again is not None
    assert (again.revision, again.body, again.digest) == (revision, row.body, row.digest)
    assert again.ref != row.ref
