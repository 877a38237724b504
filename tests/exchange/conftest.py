"""A centre in this process, and a national node of another make that speaks to it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.exchange.foreign_node import ForeignNode, unb64

AGREEMENT = """
code = "KE-CEN"
title = "Kenya to the centre, non-nominal"
parties = ["kenya", "{own}"]
basis = "wco_cen"
epoch = {epoch}
from = 2026-01-01
until = 2099-12-31
handling = "AMBER"
purposes = ["global seizure statistics"]

[[kinds]]
kind = "case"
from = "kenya"
"""


def own_card() -> dict[str, Any]:
    """What this node's card says."""
    from tidewaiter.exchange.cards import own_card as card

    said: dict[str, Any] = json.loads(unb64(json.loads(card())["card"].split(".")[1]))
    return said


def signed(text: str, *nodes: ForeignNode) -> str:
    """The agreement with the signatures of these nodes."""
    import tomllib

    said = {name: str(value) if name in ("from", "until") else value for name, value in tomllib.loads(text).items()}
    for node in nodes:
        text += f'\n[[signatures]]\nnode = "{node.node}"\njws = "{node.jws(said, "tw-agreement")}"\n'
    return text


@pytest.fixture
def keys(db: None, settings: Any, tmp_path: Path) -> None:
    """Keys of this test's own."""
    settings.TIDEWAITER_KEYS_BEFORE = settings.TIDEWAITER_KEYS
    folder = tmp_path / "keys"
    shutil.copytree(settings.TIDEWAITER_KEYS, folder)
    folder.chmod(0o700)
    settings.TIDEWAITER_KEYS = folder


@pytest.fixture
def joined(keys: None) -> Iterator[SimpleNamespace]:
    """This node with its keys, a foreign node that it knows, and an agreement in force between them."""
    from tidewaiter.exchange.actions.agreeing import agree
    from tidewaiter.exchange.actions.peers import add_peer, make_node_keys
    from tidewaiter.foundation.actors import NODE

    make_node_keys(by=NODE, names={"administration": "INT", "name": "here"})
    foreign = ForeignNode()
    peer = add_peer(text=foreign.card(), by=NODE)
    text = signed(AGREEMENT.format(own="here", epoch=1), foreign)
    agreed = agree(text=text, by=NODE)
    assert agreed.agreement.status == "agreed"
    return SimpleNamespace(foreign=foreign, peer=peer, card=own_card(), text=text)


def bring(joined: SimpleNamespace, *envelopes: str, **parts: Any) -> dict[str, Any]:
    """Brings envelopes to this node's door, lets it do them, and gives its answer."""
    from tidewaiter.exchange.actions.receiving import process_pending

    token = joined.foreign.call(joined.card, envelopes=list(envelopes), **parts)
    answer = Client().post("/exchange/v1/sync", token, content_type="application/jose")
    assert answer.status_code == 200, answer.content
    said: dict[str, Any] = joined.foreign.verified(answer.content.decode(), joined.card)
    process_pending()
    return said


def told(joined: SimpleNamespace) -> list[dict[str, Any]]:
    """The receipts that lie at this node's door for the foreign one, verified, the oldest first."""
    answer = bring(joined)
    found = [joined.foreign.opened(one, joined.card) for one in answer["envelopes"]]
    bring(joined, have=[[one["from"], one["id"]] for one in found])
    receipts = [one["body"]["receipt"] for one in found if one["kind"] == "receipt"]
    return [joined.foreign.verified(one, joined.card) for one in receipts]
