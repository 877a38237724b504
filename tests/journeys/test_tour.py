"""The tour of README.md, step by step as it is written, on the demo as `make demo` loads it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import PROJECT
from tests.journeys.conftest import Person, RunningNode

pytestmark = pytest.mark.browser


def _at(browser: Browser, demo: RunningNode, username: str) -> Page:
    return Person(browser, demo, username).page


def _press(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


@pytest.mark.long
def test_the_tour_of_the_readme_goes_as_it_says(browser: Browser, demo: RunningNode) -> None:
    tour = " ".join((PROJECT / "README.md").read_text().split("## A tour")[1].split("What each of them")[0].split())

    assert "press **Review**. Three cases wait" in tour
    assert "*KE-2026-0402 is validated*" in tour
    page = _at(browser, demo, "n.achieng")
    _press(page, "Review")
    expect(page.locator("main")).to_contain_text("3 wait")
    page.keyboard.press("v")
    expect(page.get_by_role("status").first).to_contain_text("KE-2026-0402 is validated")
    expect(page.locator("main")).to_contain_text("2.4 kg heroin")
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="Return", exact=True)).to_be_in_viewport()

    assert "**Start** says that one case waits. Open *KE-2026-0391*, press **Mend**, write 421.5" in tour
    page = _at(browser, demo, "t.kiplagat")
    expect(page.locator("h1")).to_contain_text("One case waits for you")
    _press(page, "KE-2026-0391")
    _press(page, "Mend")
    page.fill("[name='lines.1.quantity']", "421.5")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("status").first).to_contain_text("Submitted")

    assert "press **Intake**, open *us_cbp_weapons_fy22_25.csv.gz*. 22,541 rows stand, 18 need mending" in tour
    page = _at(browser, demo, "j.miller")
    _press(page, "Intake")
    _press(page, "us_cbp_weapons_fy22_25.csv.gz")
    expect(page.locator("main")).to_contain_text("18 rows need you")
    expect(page.locator("main")).to_contain_text("22,541")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Error sheet").click()
    assert taken.value.path().stat().st_size > 1000

    assert "open **Period, commodity, region…**, begin in October 2021, press **Show**: over 15,000 cases" in tour
    page = _at(browser, demo, "l.okafor")
    _press(page, "Statistics")
    page.locator("summary", has_text="Period, commodity, region…").click()
    page.locator("input[name=since]").fill("2021-10")
    page.get_by_role("button", name="Show", exact=True).click()
    figure = page.get_by_role("link", name=re.compile(r"^15,\d\d\d$")).first
    expect(figure).to_be_visible()
    figure.click()
    expect(page.locator("main")).to_contain_text("Cases behind a figure")

    assert "press **Ledger**, then **Check the chain**: *The chain is intact*" in tour
    page = _at(browser, demo, "p.duval")
    _press(page, "Ledger")
    page.get_by_text("Check the chain").click()
    expect(page.locator("h1")).to_contain_text("The chain is intact")
