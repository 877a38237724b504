"""What came between a backup and its restore is fetched again: a node asks, its peers send as much as it has lost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.exchange.conftest import bring, keys, signed  # noqa: F401 -- a fixture
from tests.registry.test_exchange import as_peer, fetched
from tests.registry.test_exchange_kinds import WIDE, firm, put, two  # noqa: F401 -- a fixture
from tidewaiter.exchange.models import Agreement, Outgoing
from tidewaiter.foundation.actors import NODE

pytestmark = pytest.mark.django_db
NOTE = {"op": "note", "agreement": "", "epoch": 0, "purpose": ""}


def confirmed(two: SimpleNamespace, place: int) -> list[dict[str, Any]]:  # noqa: F811
    """What lies here for Mauritius is fetched, and confirmed when its ledger stood at that place."""
    found = [one for one in fetched(two, two.mauritius) if one["op"] != "note"]
    bring(as_peer(two, two.mauritius), have=[[one["from"], one["id"]] for one in found])
    for one in found:
        said = {"receipt": 1, "of": one["id"], "by": two.mauritius.node, "digest": one["digest"], "reason": ""}
        said |= {"outcome": "processed", "ledger": {"seq": place, "hash": "00" * 32}}
        body = {"receipt": two.mauritius.jws(said, "tw-receipt"), "said": ""}
        put(two, "receipt", body, record=one["id"], **NOTE)
    return found


@pytest.mark.parametrize("backfill", [True, False])
@pytest.mark.parametrize("release", ["automatic", "contact"])
def test_what_was_confirmed_behind_the_backup_is_sent_once_more_and_nothing_else(
    two: SimpleNamespace,  # noqa: F811
    backfill: bool,
    release: str,
) -> None:
    from tidewaiter.exchange.actions.agreeing import agree
    from tidewaiter.exchange.actions.sending import recall
    from tidewaiter.exchange.actions.sending import release as let_go

    never = firm(two, "Never Sent Ltd")
    assert fetched(two, two.mauritius) == [], "nothing is agreed yet"
    text = WIDE if backfill else WIDE.replace("backfill = true", "")
    text = text.replace('kind = "company"', f'kind = "company"\nrelease = "{release}"')
    agree(text=signed(text.format(epoch=1, more=""), two.mauritius), by=NODE)
    old, gone = firm(two, "Old Quill Ltd"), firm(two, "Gone Quill Ltd")

    def sent(*firms: Any, place: int) -> list[str]:
        fetched(two, two.mauritius)
        if release == "contact":
            for one in firms:
                if Outgoing.objects.filter(record=one.ref, status="waits").exists():
                    let_go(ref=one.ref, by=two.staff.contact)
        return sorted(one["record"] for one in confirmed(two, place))

    first = [old, gone, *([never] if backfill else [])]
    assert sent(*first, place=40) == sorted(one.ref for one in first)
    lost = firm(two, "Lost Quill Ltd")
    assert sent(lost, place=90) == [lost.ref]
    recall(ref=gone.ref, reason="wrong firm", by=two.staff.contact)
    assert sent(place=95) == [gone.ref]
    put(two, "again", {"after": 60}, record=two.mauritius.node, **NOTE)
    after = fetched(two, two.mauritius)
    assert sorted((one["op"], one["record"]) for one in after if one["op"] != "note") == sorted(
        [("put", lost.ref), ("recall", gone.ref)]
    )
    notes = {one["kind"]: one["body"] for one in after if one["op"] == "note"}
    assert set(notes) == {"agreement", "card"}
    held = Agreement.objects.get()
    from tidewaiter.exchange.agreements import read_agreement

    terms, signatures = read_agreement(notes["agreement"]["toml"])
    assert (terms.document, signatures) == (held.document, held.signatures)
    confirmed(two, 120)
    assert [one for one in fetched(two, two.mauritius) if one["op"] != "note"] == [], "once"


def test_a_node_that_was_restored_asks_each_of_its_peers(two: SimpleNamespace) -> None:  # noqa: F811
    from django.db import transaction

    from tidewaiter.ledger.actions import record
    from tidewaiter.ledger.models import ChainEnd

    fetched(two, two.mauritius)
    with transaction.atomic():
        record(by=NODE, deed="site.restored", ref="node", detail={"entries": 7})
    place = ChainEnd.objects.get().seq
    [note] = [one for one in fetched(two, two.mauritius) if one["kind"] == "again"]
    assert place - 10 <= note["body"]["after"] < place


@pytest.mark.parametrize("after", [None, -1, "9", True, []])
def test_a_place_that_is_none_is_refused(two: SimpleNamespace, after: Any) -> None:  # noqa: F811
    from tidewaiter.exchange.models import Incoming

    put(two, "again", {"after": after}, record=two.mauritius.node, **NOTE)
    assert Incoming.objects.get().reason == "content"
