"""The demo network seen whole: a centre and two nations as real processes, and people of each at their browsers.

A seizure entered in Kenya stands without names in the reviewer's queue at the centre within seconds; returned, it is on
the officer's screen; Mauritius asks about a company, Kenya answers under the agreement, and a recall empties Mauritius.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, expect

from tests import prepared
from tests.conftest import PROJECT
from tests.journeys.conftest import PICTURES, Person
from tests.served import free_port
from tidewaiter.site import demo_network
from tidewaiter.site.demo_network import COMPANY, DemoNode

pytestmark = [pytest.mark.browser, pytest.mark.long]
LONG = 240_000
"""Milliseconds that a busy machine may need for what takes seconds on a free one."""
NAMED = ("Kassarani", "Kilindini", "722 418 377")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The three nodes, serving on free ports, with the story's beginning told."""
    folder = tmp_path_factory.mktemp("network") / "network"
    os.environ["TIDEWAITER_ENCRYPTION"] = "off"
    made = Path(os.environ.get("TIDEWAITER_NETWORK") or prepared.FOLDER / f"{prepared.digest()}-open-network")
    if not made.exists():
        demo_network.prepare(demo_network.nodes_in(made, 8000), print)
    shutil.copytree(made, folder)
    nodes = demo_network.nodes_in(folder, 0)
    for node in nodes:
        node.port = free_port()
    centre, *nations = nodes
    centre.run("exchange", "key", "--url", centre.address, "-o", str(folder / "centre.card"))
    for node in nations:
        node.run("exchange", "add_peer", str(folder / "centre.card"))
    demo_network.tell_story(nodes)
    passwords = json.loads((folder / "passwords.json").read_text())
    PICTURES.mkdir(parents=True, exist_ok=True)
    with ExitStack() as served:
        for node in nodes:
            served.enter_context(_serving(node))
        yield SimpleNamespace(centre=centre, kenya=nations[0], mauritius=nations[1], passwords=passwords)
    os.environ.pop("TIDEWAITER_ENCRYPTION")


class _serving:
    """A node of the network that serves."""

    def __init__(self, node: DemoNode) -> None:
        self.node = node

    def __enter__(self) -> DemoNode:
        words = [sys.executable, "-m", "tidewaiter", "serve", "--port", str(self.node.port), "--workers", "1"]
        self.process = subprocess.Popen(words, env=self.node.environment, cwd=PROJECT)
        for _ in range(1200):
            with suppress(OSError), urllib.request.urlopen(f"{self.node.address}/healthz", timeout=1) as answer:
                if answer.status == 200:
                    return self.node
            time.sleep(0.3)
        raise AssertionError(f"{self.node.name} does not serve")

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        if self.process.poll() is None:
            self.process.kill()


def _at(browser: Browser, network: SimpleNamespace, node: DemoNode, username: str, **options: object) -> Person:
    """Somebody of that node at a browser, signed in."""
    who = Person(browser, node, "", **options)  # type: ignore[arg-type] -- it has an address
    who.page.set_default_timeout(LONG)
    who.page.set_default_navigation_timeout(LONG)
    who.go("/accounts/login/")
    who.page.fill("#id_login", username)
    who.page.fill("#id_password", network.passwords[username])
    who.page.click("[data-main]")
    who.page.wait_for_url(node.address + "/")
    return who


def _until(who: Person, address: str, words: str) -> float:
    """Looks again and again until words stand there; gives after how many seconds."""
    began = time.monotonic()
    while time.monotonic() - began < LONG / 1000:
        who.go(address)
        if words in who.page.locator("main").inner_text():
            return time.monotonic() - began
        time.sleep(1)
    raise AssertionError(f"«{words}» never stood at {address}")


def test_a_seizure_goes_from_nation_to_centre_and_back_and_a_company_from_nation_to_nation(
    browser: Browser, network: SimpleNamespace, tmp_path: Path
) -> None:
    reviewer = _at(browser, network, network.centre, "n.achieng")
    took = _until(reviewer, "/review/", "KE-2026-0418")
    print(f"in the reviewer's queue {took:.0f} s after all three served")
    reviewer.looks_right("network-1-queue")
    reviewer.page.get_by_text("KE-2026-0418").first.click()
    said = reviewer.page.locator("main").inner_text()
    assert not [name for name in NAMED if name in said]
    reviewer.looks_right("network-2-case-at-the-centre")
    _returned(reviewer)
    officer = _at(browser, network, network.kenya, "t.kiplagat")
    _until(officer, "/", "KE-2026-0418")
    officer.go("/cases/?q=KE-2026-0418")
    officer.page.get_by_role("link", name="KE-2026-0418", exact=True).click()
    expect(officer.page.locator("main")).to_contain_text("Count the cartons again.")
    expect(officer.page.locator("main")).to_contain_text("Kassarani")
    officer.looks_right("network-3-returned-at-home")
    _question_and_answer(browser, network)
    _recalled(browser, network)


def _returned(reviewer: Person) -> None:
    page = reviewer.page
    page.wait_for_load_state()
    page.keyboard.press("t")
    page.keyboard.press("H")
    page.keyboard.press("Tab")
    page.keyboard.type("Count the cartons again.")
    page.keyboard.press("Enter")
    expect(page.locator("main [role=status]").first).to_be_visible()


def _question_and_answer(browser: Browser, network: SimpleNamespace) -> None:
    asker = _at(browser, network, network.mauritius, "c.ramgoolam")
    _until(asker, "/exchange/questions/", "1 hit")
    asker.looks_right("network-4-one-hit")
    contact = _at(browser, network, network.kenya, "a.wanjiru")
    contact.go("/exchange/questions/")
    contact.page.get_by_role("button", name="Send what was hit").click()
    contact.go("/exchange/")
    expect(contact.page.locator("main")).to_contain_text(COMPANY["name"])
    contact.looks_right("network-5-outbox")
    steward = _at(browser, network, network.kenya, "s.otieno", viewport={"width": 390, "height": 844})
    steward.go("/exchange/")
    assert "Kilindini" not in steward.page.locator("main").inner_text()
    steward.looks_right("network-5-outbox-steward-phone")
    for language, word in (("Français", "Échange"), ("Español", "Intercambio")):
        steward.page.goto(network.kenya.address + "/exchange/")
        steward.page.evaluate(
            """(word) => [...document.querySelectorAll("form[action='/language/'] button")]
            .find(one => one.textContent.trim() === word).click()""",
            language,
        )
        steward.page.wait_for_load_state("networkidle")
        steward.go("/exchange/")
        expect(steward.page.locator("main")).to_contain_text(word)
    asker.go("/registry/")
    asker.page.fill("main [name=purpose]", "declaration at Port Louis")
    asker.page.click("main [data-main]")
    _until(asker, "/registry/", COMPANY["name"])
    asker.looks_right("network-6-company-at-mauritius")


def _recalled(browser: Browser, network: SimpleNamespace) -> None:
    contact = _at(browser, network, network.kenya, "a.wanjiru")
    contact.go("/exchange/")
    page = contact.page
    row = page.locator("tr, .find").filter(has_text=COMPANY["name"]).first
    expect(row).to_be_visible()
    sent = network.kenya.run("exchange", "status")
    assert sent["unconfirmed"] == []
    found = network.kenya.run("screen", COMPANY["name"], "--by", "d.kamau", "--purpose", "recall of a company")
    ref = re.search(r"RE-[0-9A-Z-]+|[A-Z]{2}-[0-9A-HJKMNP-TV-Z]{20,}", json.dumps(found))
    assert ref is not None
    page.fill("#recall-ref", ref.group(0))
    page.fill("#recall-reason", "another firm of that name")
    page.locator("button[value=recall]").click()
    _until(contact, "/exchange/", "1 of 1 confirmed")
    contact.looks_right("network-7-recalled")
    asker = _at(browser, network, network.mauritius, "c.ramgoolam")
    asker.go("/registry/")
    asker.page.fill("main [name=purpose]", "declaration at Port Louis")
    asker.page.click("main [data-main]")
    asker.go("/registry/")
    assert COMPANY["name"] not in asker.page.locator("main").inner_text()
    asker.looks_right("network-8-empty-at-mauritius")
    for node in (network.centre, network.kenya, network.mauritius):
        assert node.run("verify_ledger")["intact"] is True
