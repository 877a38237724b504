"""Nodes of two neighbouring releases talk: what one does not know yet is borne, or waits sealed and is done later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.exchange.conftest import AGREEMENT, bring, signed, told
from tests.exchange.test_envelopes import body
from tidewaiter.cases.models import Case
from tidewaiter.exchange.models import Incoming, Outgoing
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.wire_kinds import Arriving, Taken
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db
BACK = {"op": "recall", "agreement": "", "epoch": 0, "purpose": ""}


@pytest.fixture
def newer(joined: SimpleNamespace) -> SimpleNamespace:
    """A peer of a later release: it sends `satellite_image`, of which this one has never heard, under epoch 2."""
    from tidewaiter.exchange.actions.agreeing import agree

    text = AGREEMENT.format(own="here", epoch=2) + '\n[[kinds]]\nkind = "satellite_image"\nfrom = "kenya"\n'
    agree(text=signed(text, joined.foreign), by=NODE)
    return joined


def put(joined: SimpleNamespace, kind: str = "satellite_image", **changes: Any) -> str:
    said = joined.foreign.said(joined.card, kind, changes.pop("body", {"pixels": 9}), **{"epoch": 2, **changes})
    bring(joined, joined.foreign.envelope(joined.card, said))
    return str(said["id"])


@pytest.fixture
def learn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Arriving]]:
    """Lets this node be upgraded to a release that knows a kind; gives the list of what that then takes."""
    from tidewaiter.exchange import agreements
    from tidewaiter.exchange.actions import receiving, trying_again

    def upgrade(name: str, version: int = 1) -> list[Arriving]:
        kinds = agreements.kinds_of_node()
        taken: list[Arriving] = []

        def take(came: Arriving) -> Taken:
            taken.append(came)
            return Taken(came.ref)

        known = {
            **kinds,
            name: replace(kinds["case"], name=name, version=version, take=take, over=lambda _b, _t: (), schema={}),
        }
        for module in (agreements, receiving, trying_again):
            monkeypatch.setattr(module, "kinds_of_node", lambda: known)
        return taken

    return upgrade


def after_a_while() -> int:
    from tidewaiter.exchange.actions.trying_again import try_what_is_known_by_now

    Incoming.objects.filter(status="quarantined").update(done_at=now() - timedelta(minutes=11))
    return try_what_is_known_by_now()


def test_fields_that_this_release_does_not_know_are_borne(joined: SimpleNamespace) -> None:
    from tidewaiter.exchange.actions.peers import add_peer

    said = joined.foreign.said(joined.card, "case", body(), weather="rain", priority=3)
    answer = bring(joined, joined.foreign.envelope(joined.card, said, colour="blue"), telemetry={"load": 0.3}, hops=2)
    assert answer["taken"] == [said["id"]]
    assert Case.objects.get().status == "submitted"
    [receipt] = told(joined)
    assert receipt["outcome"] == "processed"
    peer = add_peer(text=joined.foreign.card(languages=["sw"]), by=NODE)
    assert peer.card["languages"] == ["sw"], "what a card says beside is kept with it"


def test_a_kind_that_this_release_does_not_know_waits_sealed_and_is_done_after_the_upgrade(
    newer: SimpleNamespace, learn: Callable[..., list[Arriving]]
) -> None:
    first = put(newer, record="TW-SAT-1")
    put(newer, record="TW-SAT-1", seq=2, body={"pixels": 10})
    row = Incoming.objects.get(ref=first)
    assert (row.status, row.reason, bool(row.sealed)) == ("quarantined", "unknown_kind", True)
    assert [(one["outcome"], one["reason"]) for one in told(newer)] == [("refused", "unknown_kind")] * 2
    assert after_a_while() == 0
    told_before = Entry.objects.count()
    assert after_a_while() == 0
    assert Entry.objects.count() == told_before, "trying in vain is no deed"
    taken = learn("satellite_image")
    assert after_a_while() == 2
    assert [one.body["pixels"] for one in taken] == [9, 10]
    row.refresh_from_db()
    assert (row.status, row.sealed) == ("processed", "")
    assert [one["outcome"] for one in told(newer)] == ["processed", "processed"]


def test_a_kind_of_a_later_version_waits_too(newer: SimpleNamespace, learn: Callable[..., list[Arriving]]) -> None:
    put(newer, "case", kv=2, body={"quite": "other"})
    assert Incoming.objects.get(kind="case").reason == "unknown_kind"
    assert after_a_while() == 0
    taken = learn("case", 2)
    assert after_a_while() == 1
    assert taken[0].body == {"quite": "other"}


@pytest.mark.parametrize("kind", ["satellite_image", "case"])
def test_what_waits_sealed_is_gone_once_its_owner_calls_it_back(
    newer: SimpleNamespace, learn: Callable[..., list[Arriving]], kind: str
) -> None:
    put(newer, kind, kv=2, record="TW-SAT-1")
    told(newer)
    put(newer, kind, record="TW-SAT-1", seq=2, body={"reason": "wrong place"}, **BACK)
    assert [(one["outcome"], one["op"]) for one in told(newer)] == [("erased", "recall")]
    assert not Incoming.objects.exclude(sealed="").exists()
    taken = learn(kind, 2)
    assert after_a_while() == 0
    assert taken == []


def test_what_waits_sealed_is_gone_with_its_agreement_and_with_its_peer(newer: SimpleNamespace) -> None:
    from tidewaiter.exchange.actions.ending import end_agreement
    from tidewaiter.exchange.actions.peers import revoke_peer

    put(newer, record="TW-SAT-1")
    end_agreement(code="KE-CEN", by=NODE)
    assert not Incoming.objects.exclude(sealed="").exists()
    Incoming.objects.update(status="quarantined", sealed="x.y")
    revoke_peer(name="kenya", by=NODE)
    assert not Incoming.objects.exclude(sealed="").exists()


def test_the_sender_hears_that_what_waited_was_done_and_calls_back_what_waits(
    joined: SimpleNamespace, people: Any
) -> None:
    from tidewaiter.cases.actions import return_case
    from tidewaiter.exchange.actions.filling import fill_outbox
    from tidewaiter.exchange.actions.queueing import recalled

    bring(joined, joined.foreign.envelope(joined.card, joined.foreign.said(joined.card, "case", body())))
    told(joined)
    return_case(case=Case.objects.get(), reason="Which lines?", by=people.secretariat)
    fill_outbox()
    row = Outgoing.objects.get(kind="decision")

    def answer(outcome: str, reason: str = "") -> None:
        said = {"receipt": 1, "of": row.ref, "by": joined.foreign.node, "digest": row.digest, "outcome": outcome}
        token = joined.foreign.jws({**said, "reason": reason}, "tw-receipt")
        note = {"op": "note", "agreement": "", "epoch": 0, "record": row.ref}
        inside = joined.foreign.said(joined.card, "receipt", {"receipt": token, "said": ""}, **note)
        bring(joined, joined.foreign.envelope(joined.card, inside))
        row.refresh_from_db()

    answer("refused", "unknown_kind")
    assert (row.status, row.reason) == ("refused", "unknown_kind")
    Outgoing.objects.filter(pk=row.pk).update(kind="case")  # a decision is nothing that one calls back
    assert [one.op for one in recalled(refs=[row.record], reason="x")] == ["recall"]
    answer("processed")
    assert (row.status, row.reason) == ("received", "processed")
    answer("refused", "form")
    assert row.status == "received", "what was done stays done"
