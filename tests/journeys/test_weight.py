"""What pages weigh on the line, and how long one waits for them where it carries 50 kbit/s."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.conftest import PASSWORD
from tests.journeys.conftest import RunningNode

pytestmark = [pytest.mark.browser, pytest.mark.long]
KBIT = 50
FIRST, LATER = 150_000, 30_000


class Line:
    """The wire between a page and its node: what came over it."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.came = 0
        self.session.send("Network.enable")
        self.session.on("Network.loadingFinished", self._count)

    def _count(self, said: dict[str, Any]) -> None:
        self.came += int(said["encodedDataLength"])

    def thin(self, kbit: int) -> None:
        """From here on it carries no more than that."""
        bytes_a_second = kbit * 1000 / 8
        self.session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 300,
                "downloadThroughput": bytes_a_second,
                "uploadThroughput": bytes_a_second,
            },
        )


def _signed_in(page: Page, address: str) -> None:
    page.fill("#id_login", "n.achieng")
    page.fill("#id_password", PASSWORD)
    page.click("[data-main]")
    page.wait_for_url(f"{address}/", wait_until="domcontentloaded")


def test_the_first_pages_weigh_150_kb_together_and_later_ones_30(browser: Browser, running: RunningNode) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    line = Line(page)
    page.goto(f"{running.address}/accounts/login/", wait_until="networkidle")
    assert line.came > 20_000
    _signed_in(page, running.address)
    page.goto(f"{running.address}/cases/", wait_until="networkidle")
    first = line.came
    page.goto(f"{running.address}/statistics/map/", wait_until="networkidle")  # brings the outlines of countries, once
    weighed = {}
    for address in ("/", "/cases/", "/review/", "/library/", "/statistics/", "/statistics/map/", "/search/?q=a"):
        line.came = 0
        page.goto(f"{running.address}{address}", wait_until="networkidle")
        weighed[address] = line.came
    context.close()
    assert first <= FIRST
    assert {address: came for address, came in weighed.items() if came > LATER} == {}


def test_what_is_named_by_its_content_is_kept_for_a_year(browser: Browser, running: RunningNode) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    kept: dict[str, str] = {}
    page.on(
        "response",
        lambda answer: (
            kept.__setitem__(answer.url.rsplit("/", 1)[-1], answer.headers.get("cache-control", ""))
            if "/static/" in answer.url
            else None
        ),
    )
    page.goto(f"{running.address}/accounts/login/", wait_until="networkidle")
    context.close()
    assert {name.split(".")[0] for name in kept} >= {"tabler", "tidewaiter", "app", "ibm-plex-sans-latin-400-normal"}
    assert set(kept.values()) == {"max-age=31536000, public, immutable"}


def test_one_signs_in_and_reads_the_list_at_50_kbit_a_second(browser: Browser, running: RunningNode) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.set_default_timeout(120_000)
    Line(page).thin(KBIT)
    begun = time.monotonic()
    page.goto(f"{running.address}/accounts/login/", wait_until="domcontentloaded")
    form = time.monotonic() - begun
    _signed_in(page, running.address)
    start = time.monotonic() - begun
    page.goto(f"{running.address}/cases/", wait_until="domcontentloaded")
    whole = time.monotonic() - begun
    context.close()
    assert form < 15
    assert start < 45
    assert whole < 60
