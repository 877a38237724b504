"""Many envelopes at once: as each by itself, and what is bad among them stops none of the others."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.exchange.conftest import bring, joined, keys, told  # noqa: F401 -- fixtures
from tests.exchange.test_envelopes import body
from tidewaiter.cases.models import Case
from tidewaiter.exchange.models import Incoming, Outgoing
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db
MANY = 60


def many(joined: SimpleNamespace, number: int, **changes: Any) -> list[str]:  # noqa: F811
    found = []
    for at in range(number):
        content = body(national_ref=f"KE-{at}", date=f"2026-03-{1 + at % 28:02d}", **changes)
        said = joined.foreign.said(joined.card, "case", content, record=f"TW-F-{at}", id=f"XE-{at}")
        found.append(joined.foreign.envelope(joined.card, said))
    return found


def test_many_are_done_as_each_by_itself_in_few_looks_at_the_tables(
    joined: SimpleNamespace,  # noqa: F811
) -> None:
    from tests.making import case_in
    from tidewaiter.cases.actions import draft, submit
    from tidewaiter.exchange.actions.receiving import process_pending
    from tidewaiter.exchange.peers import PeerActor

    envelopes = many(joined, MANY)
    bring(joined, *envelopes[:1])  # what is read once is read
    with CaptureQueriesContext(
        connection,
    ) as asked:
        began = time.process_time()
        bring(joined, *envelopes[1:])
        took = time.process_time() - began
        queries = len(asked)
    assert process_pending() == 0
    assert Case.objects.filter(status="submitted", channel="national").count() == MANY
    assert Incoming.objects.filter(status="processed").count() == MANY
    assert Entry.objects.filter(deed="cases.drafted").count() == MANY
    assert Entry.objects.filter(deed="exchange.received").count() == MANY
    assert queries < 16 * MANY, queries
    receipts = told(joined)
    assert sorted(one["of"] for one in receipts) == sorted(f"XE-{at}" for at in range(MANY))
    assert {one["outcome"] for one in receipts} == {"processed"}
    began = time.process_time()
    others = [case_in(national_ref=f"KE-I-{at}", date=f"2026-04-{1 + at % 28:02d}") for at in range(MANY - 1)]
    by = PeerActor(joined.peer)
    outcome = draft(cases=others, by=by, channel="json")
    submit(cases=Case.objects.filter(ref__in=outcome.refs), by=by)
    imported = time.process_time() - began
    print(f"{MANY - 1} envelopes {took:.2f} s of processor, {queries} queries; filed here {imported:.2f} s")


def test_what_is_bad_among_many_is_set_aside_and_stops_none_of_the_others(
    joined: SimpleNamespace,  # noqa: F811
) -> None:
    envelopes = many(joined, 10)
    over = body(national_ref="KE-OVER", who="Yusuf Kassarani")
    abroad = body(national_ref="KE-ABROAD", country="UG", place="UGKLA", route=[])
    bad = [
        joined.foreign.said(joined.card, "case", over, record="TW-OVER", id="XE-OVER"),
        joined.foreign.said(joined.card, "case", abroad, record="TW-ABROAD", id="XE-ABROAD"),
        joined.foreign.said(joined.card, "case", body(), record="TW-EPOCH", id="XE-EPOCH", epoch=7),
    ]
    newer = joined.foreign.said(
        joined.card, "case", body(national_ref="KE-3", direction="transit"), record="TW-F-3", id="XE-3B", seq=2
    )
    back = joined.foreign.said(joined.card, "case", {"reason": "x"}, record="TW-F-4", id="XE-4B", seq=2, op="recall")
    sealed = [joined.foreign.envelope(joined.card, said) for said in (*bad, newer, back)]
    bring(joined, *sealed[:2], *envelopes, *sealed[2:])
    told_ = {one["of"]: one["outcome"] for one in told(joined)}
    assert {told_[name] for name in ("XE-OVER", "XE-ABROAD", "XE-EPOCH")} == {"refused"}
    assert [told_[f"XE-{at}"] for at in range(10)] == ["processed"] * 10
    assert Case.objects.get(ref="TW-F-3", latest=True).direction == "transit"
    assert not Case.objects.filter(ref="TW-F-4").exists()
    assert Case.objects.filter(channel="national", latest=True).count() == 9
    assert Incoming.objects.filter(status="quarantined").count() == 3


def test_a_node_that_takes_many_receipts_in_one_note_is_sent_one_and_a_copy_is_answered_by_itself(
    joined: SimpleNamespace,  # noqa: F811
) -> None:
    from tidewaiter.exchange.models import Peer

    card = {**joined.peer.card, "kinds": {"case": 1, "receipts": 1}}
    Peer.objects.filter(pk=joined.peer.pk).update(card=card)
    envelopes = many(joined, 12)
    bring(joined, *envelopes)
    notes = [joined.foreign.opened(one, joined.card) for one in bring(joined)["envelopes"]]
    [note] = [one for one in notes if one["kind"] == "receipts"]
    told_ = [joined.foreign.verified(one["receipt"], joined.card) for one in note["body"]["receipts"]]
    assert sorted(one["of"] for one in told_) == sorted(f"XE-{at}" for at in range(12))
    bring(joined, have=[[one["from"], one["id"]] for one in notes])
    bring(joined, envelopes[5])
    [again] = told(joined)
    assert again == next(one for one in told_ if one["of"] == "XE-5")


def test_many_receipts_in_one_note_close_what_was_sent_and_a_false_one_closes_nothing(
    joined: SimpleNamespace,  # noqa: F811
) -> None:
    rows = [
        Outgoing.objects.create(
            ref=f"XE-OUT-{at}",
            peer=joined.peer,
            agreement="KE-CEN",
            epoch=1,
            kind="decision",
            op="put",
            record=f"TW-{at}",
            version=1,
            revision=1,
            digest="ab" * 32,
            body={"decision": "validated"},
            status="on_the_way",
            made_at=joined.peer.added_at,
        )
        for at in range(5)
    ]

    def note(number: int, digest: str) -> str:
        said = [{"receipt": 1, "of": row.ref, "by": joined.foreign.node, "digest": digest} for row in rows]
        tokens = [joined.foreign.jws({**one, "outcome": "processed", "reason": ""}, "tw-receipt") for one in said]
        content = {"receipts": [{"receipt": token, "said": ""} for token in tokens]}
        more = {"op": "note", "agreement": "", "epoch": 0, "record": "XE-OUT-0", "id": f"XE-N-{number}"}
        return str(joined.foreign.envelope(joined.card, joined.foreign.said(joined.card, "receipts", content, **more)))

    bring(joined, note(1, "cd" * 32))
    assert {row.status for row in Outgoing.objects.filter(kind="decision")} == {"on_the_way"}
    assert Incoming.objects.get(ref="XE-N-1").reason == "digest"
    bring(joined, note(2, "ab" * 32))
    assert {row.status for row in Outgoing.objects.filter(kind="decision")} == {"received"}
    assert Entry.objects.filter(deed="exchange.confirmed").count() == 5


def test_a_case_of_eighty_thousand_bytes_and_a_call_of_a_million_come_through(
    joined: SimpleNamespace,  # noqa: F811
) -> None:
    words = "cartons behind brooms and sacks of tea " * 90
    lines = [{"subtype": "magazine", "quantity": str(at), "unit": "H87"} for at in range(1, 900)]
    content = body(national_ref="KE-LARGE", narrative=words, lines=lines)
    said = joined.foreign.said(joined.card, "case", content, record="TW-LARGE", id="XE-LARGE")
    envelope = joined.foreign.envelope(joined.card, said)
    assert len(envelope) > 80_000, "beyond what the library would open by itself"
    bring(joined, envelope)
    assert Case.objects.get(ref="TW-LARGE").status == "submitted"
    padded = [joined.foreign.envelope(joined.card, {**said, "id": f"XE-L-{at}"}) for at in range(12)]
    assert sum(map(len, padded)) > 1_000_000
    assert len(bring(joined, *padded)["taken"]) == 12
