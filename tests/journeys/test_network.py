"""The demo network seen whole: a centre and two nations as real processes, and people of each at their browsers.

A seizure entered in Kenya stands without names in the reviewer's queue at the centre within seconds; returned, it is on
the officer's screen; Mauritius asks about a company, Kenya answers under the agreement, and a recall empties Mauritius.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Person
from tests.journeys.network import at, network, until
from tidewaiter.site.demo_network import COMPANY

__all__ = ["network"]
pytestmark = [pytest.mark.browser, pytest.mark.long]
NAMED = ("Kassarani", "Kilindini", "722 418 377")


def test_a_seizure_goes_from_nation_to_centre_and_back_and_a_company_from_nation_to_nation(
    browser: Browser, network: SimpleNamespace, tmp_path: Path
) -> None:
    reviewer = at(browser, network, network.centre, "n.achieng")
    took = until(reviewer, "/review/", "KE-2026-0418")
    print(f"in the reviewer's queue {took:.0f} s after all three served")
    reviewer.looks_right("network-1-queue")
    reviewer.page.get_by_text("KE-2026-0418").first.click()
    said = reviewer.page.locator("main").inner_text()
    assert not [name for name in NAMED if name in said]
    reviewer.looks_right("network-2-case-at-the-centre")
    _returned(reviewer)
    officer = at(browser, network, network.kenya, "t.kiplagat")
    until(officer, "/", "KE-2026-0418")
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
    page.fill("#why-r", "Count the cartons again.")
    page.get_by_role("button", name="Return", exact=True).click()
    expect(page.locator("main")).to_contain_text("Returned.")


def _question_and_answer(browser: Browser, network: SimpleNamespace) -> None:
    asker = at(browser, network, network.mauritius, "c.ramgoolam")
    until(asker, "/exchange/questions/", "1 hit")
    asker.looks_right("network-4-one-hit")
    contact = at(browser, network, network.kenya, "a.wanjiru")
    contact.go("/exchange/questions/")
    contact.page.get_by_role("button", name="Send what was hit").click()
    contact.go("/exchange/")
    expect(contact.page.locator("main")).to_contain_text(COMPANY["name"])
    contact.looks_right("network-5-outbox")
    steward = at(browser, network, network.kenya, "s.otieno", viewport={"width": 390, "height": 844})
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
    until(asker, "/registry/", COMPANY["name"])
    asker.looks_right("network-6-company-at-mauritius")


def _recalled(browser: Browser, network: SimpleNamespace) -> None:
    contact = at(browser, network, network.kenya, "a.wanjiru")
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
    until(contact, "/exchange/", "1 of 1 confirmed")
    contact.looks_right("network-7-recalled")
    asker = at(browser, network, network.mauritius, "c.ramgoolam")
    asker.go("/registry/")
    asker.page.fill("main [name=purpose]", "declaration at Port Louis")
    asker.page.click("main [data-main]")
    asker.go("/registry/")
    assert COMPANY["name"] not in asker.page.locator("main").inner_text()
    asker.looks_right("network-8-empty-at-mauritius")
    for node in (network.centre, network.kenya, network.mauritius):
        assert node.run("verify_ledger")["intact"] is True
