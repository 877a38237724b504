"""A warning from its first line to its end: written by one country, answered by another, proposed by a bank."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import prepared_for
from tests.journeys.conftest import PICTURES, Person, RunningNode, serving

pytestmark = [pytest.mark.browser, pytest.mark.long]
TITLE = "False customs-duty pages take card data"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[RunningNode]:
    """A central node with experts of two countries, a bank that reads up to AMBER, and a steward, serving."""
    shutil.copytree(prepared_for("central"), tmp_path / "home")
    node = RunningNode(tmp_path / "home", "central")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for username, home, role in (
        ("h.maina", "KE", "expert"),
        ("a.mensah", "GH", "expert"),
        ("fraud.desk", "INT", "partner"),
        ("p.duval", "INT", "steward"),
    ):
        node.person(username, home, role)
    node.json("collection", "let", "experts", "--person", "fraud.desk", "--ceiling", "AMBER", "--by", "p.duval")
    with serving(node):
        yield node


def test_a_warning_from_its_first_line_to_its_end(browser: Browser, centre: RunningNode) -> None:
    author = Person(browser, centre, "h.maina")
    page = author.page
    author.go("/advisories/")
    author.looks_right("warnings-empty")
    page.keyboard.press("w")
    page.fill("#f-title", TITLE)
    page.fill("#f-summary", "A text message says that a parcel is held for duty and gives a short link.")
    page.select_option("#f-kind", "fraud_scheme")
    page.fill("#f-indicators", "hxxps://parcel-duty[.]example/ke/pay high\nparcel-duty[.]example\nnot an indicator")
    page.fill("#f-countermeasures", "Block the domain at the gateways")
    page.fill("#f-countries", "Kenya, Ghana")
    author.looks_right("warning-new")
    page.get_by_role("button", name="Publish it now").click()
    expect(page.get_by_role("alert")).to_contain_text("not an indicator")
    author.complaints.clear()  # the browser tells of the refusal, which was wanted
    page.fill("#f-indicators", "hxxps://parcel-duty[.]example/ke/pay high\nparcel-duty[.]example")
    page.get_by_role("button", name="Publish it now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator(".ioc").first).to_have_text("hxxps://parcel-duty[.]example/ke/pay")
    author.looks_right("warning")
    address = page.url.removeprefix(centre.address)

    other = Person(browser, centre, "a.mensah", color_scheme="dark")
    page = other.page
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_text("You say whether it concerns you")).to_be_visible()
    page.wait_for_load_state("load")  # keys are heard once the scripts are there
    page.keyboard.press("c")
    expect(page.get_by_text("It concerns you", exact=True)).to_be_visible()
    page.locator("summary", has_text="Tell a sighting").click()
    page.select_option("#s-indicator", "2")
    page.fill("#s-times", "2,140")
    page.get_by_role("button", name="Tell it").click()
    expect(page.locator("[aria-labelledby=h-sightings]")).to_contain_text("2,140")
    page.keyboard.press("h")
    expect(page.locator("[aria-labelledby=h-reach]")).to_contain_text("Handled")
    other.looks_right("warning-dark")

    bank = Person(browser, centre, "fraud.desk", viewport={"width": 390, "height": 844})
    page = bank.page
    bank.go(address)
    bank.looks_right("warning-phone")
    bank.go("/advisories/new/")
    expect(page.get_by_role("button", name="Publish it now")).to_have_count(0)
    page.fill("#f-title", "A mule account takes many small sums")
    page.fill("#f-summary", "Small sums from many cards come to one account and leave within the hour.")
    page.get_by_role("button", name="Hand it in as a draft").click()
    expect(page.get_by_text("Those who publish look at it")).to_be_visible()

    _end(author, bank, address)


def _end(author: Person, bank: Person, address: str) -> None:
    """The bank's draft is published, the first warning is taken back, and the bank sees so."""
    author.go("/advisories/?box=drafts")
    page = author.page
    page.get_by_role("link", name="A mule account").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".tw-step")).to_contain_text("Published")
    author.go(address)
    page.locator("summary", has_text="Revoke").click()
    page.get_by_role("textbox", name="Why").fill("The pages were a test of the post.")
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.locator(".tw-callout.stop")).to_contain_text("a test of the post")
    author.looks_right("warning-revoked")
    bank.go(address)
    expect(bank.page.locator(".tw-callout.stop")).to_contain_text("a test of the post")
