"""Evidence between two running nodes, over the real line: an exhibit made known, custody handed over with its chain and
its receipt, a request and its answer.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import prepared
from tests.evidence.conftest import SHOES
from tests.served import free_port
from tidewaiter.site import demo_network
from tidewaiter.site.demo_network import DemoNode

pytestmark = pytest.mark.long
WAITED = 300.0
AGREEMENT = """
code = "KE-MU-EV"
title = "Kenya and Mauritius: evidence"
parties = ["kenya", "mauritius"]
basis = "nairobi_1977"
epoch = 1
from = 2026-01-01
until = 2035-12-31
handling = "AMBER"
purposes = ["evidence in a criminal proceeding"]

[[kinds]]
kind = "exhibit"

[[kinds]]
kind = "custody_transfer"
names = true

[[kinds]]
kind = "evidence_request"
names = true
"""


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A centre and two nations, serving, with an agreement on evidence between the nations."""
    from tests.journeys.network import Serving

    monkeypatch.setenv("TIDEWAITER_ENCRYPTION", "off")
    made = Path(os.environ.get("TIDEWAITER_NETWORK") or prepared.FOLDER / f"{prepared.digest()}-open-network")
    if not made.exists():
        demo_network.prepare(demo_network.nodes_in(made, 8000), print)
    shutil.copytree(made, tmp_path / "network")
    centre, kenya, mauritius = nodes = demo_network.nodes_in(tmp_path / "network", 0)
    for node in nodes:
        node.port = free_port()
    centre.run("exchange", "key", "--url", centre.address, "-o", str(tmp_path / "centre.card"))
    text = tmp_path / "evidence.toml"
    text.write_text(AGREEMENT)
    for node in (kenya, mauritius):
        node.run("exchange", "add_peer", str(tmp_path / "centre.card"))
    for node in (kenya, mauritius, kenya, centre):
        node.run("exchange", "agree", str(text))
    with ExitStack() as served:
        for node in nodes:
            served.enter_context(Serving(node))
        yield SimpleNamespace(kenya=kenya, mauritius=mauritius)


def _until(node: DemoNode, by: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What came or went at a node, as soon as it is there."""
    began = time.monotonic()
    while time.monotonic() - began < WAITED:
        found = [one for one in node.run("evidence_abroad", "list", "--by", by) if wanted(one)]
        if found:
            return dict(found[0])
        time.sleep(1)
    raise AssertionError((node.run("evidence_abroad", "list", "--by", by), node.run("exchange", "status")["outbox"]))


def _said(**fields: str) -> list[str]:
    return [f"--set={name}={value}" for name, value in fields.items()]


def test_custody_and_requests_go_from_one_running_node_to_another_and_back(
    network: SimpleNamespace, tmp_path: Path
) -> None:
    kenya, mauritius = network.kenya, network.mauritius
    (tmp_path / "shoes.json").write_text(json.dumps(SHOES))
    shoes = kenya.run("exhibit", "seize", "--data", str(tmp_path / "shoes.json"), "--by", "t.kiplagat")["reference"]
    terms = {"exhibit": shoes, "country": "MU", "authority": "MC-221/26"}
    kenya.run("evidence_abroad", "send", *_said(**terms, kind="exhibit"), "--by", "d.kamau")
    known = _until(mauritius, "c.ramgoolam", lambda one: one["kind"] == "exhibit" and one["came"])
    assert shoes in json.dumps(known)
    kenya.run("evidence_abroad", "send", *_said(**terms, kind="custody_transfer"), "--by", "d.kamau")
    came = _until(mauritius, "c.ramgoolam", lambda one: one["kind"] == "custody_transfer" and one["came"])
    accepted = mauritius.run("evidence_abroad", "accept", *_said(ref=came["ref"]), "--by", "c.ramgoolam")
    assert accepted["exhibit"].startswith("EX-MU")
    _until(kenya, "d.kamau", lambda one: one["kind"] == "custody_receipt" and one["came"])
    events = kenya.run("exhibit", "custody", shoes, "--by", "d.kamau", "--purpose", "the hand-over abroad")
    assert [one["kind"] for one in events] == ["seize", "export", "export", "take"]
    assert events[-1]["detail"]["their_reference"] == accepted["exhibit"]
    there = mauritius.run("exhibit", "custody", accepted["exhibit"], "--by", "c.ramgoolam", "--purpose", "taken over")
    assert there[-1]["detail"]["their_reference"] == shoes
    asked = {"country": "KE", "subject": "Container MSKU1234565", "text": "Please send the laboratory's report."}
    asked["legal_basis"] = "Nairobi Convention, annex II"
    mauritius.run("evidence_abroad", "ask", *_said(**asked), "--by", "c.ramgoolam")
    request = _until(kenya, "d.kamau", lambda one: one["kind"] == "evidence_request" and one["came"])
    answer = {"ref": request["ref"], "decision": "in_part", "text": "One report.", "exhibits": shoes}
    kenya.run("evidence_abroad", "answer", *_said(**answer), "--by", "d.kamau")
    back = _until(mauritius, "c.ramgoolam", lambda one: one["kind"] == "evidence_answer" and one["came"])
    assert "One report." in json.dumps(back)
    for node in (kenya, mauritius):
        assert node.run("verify_ledger")["intact"] is True
