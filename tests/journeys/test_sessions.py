"""Who goes away from the desk is warned and then signed out; what was typed waits for them; signing out forgets it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import PASSWORD
from tests.journeys.conftest import Person, RunningNode, serving

pytestmark = pytest.mark.browser
DRAFTS = "Object.keys(localStorage).filter(key => key.startsWith('tw-draft:')).length"


@pytest.fixture
def hasty(prepared_home: Path, tmp_path: Path) -> Iterator[RunningNode]:
    """A node that signs people out after a minute without a deed."""
    home = tmp_path / "home"
    shutil.copytree(prepared_home, home)
    node = RunningNode(home)
    node.environment["TIDEWAITER_IDLE_MINUTES"] = "1"
    node.person("k.otieno", "KE", "officer")
    with serving(node):
        yield node


def test_an_idle_session_warns_ends_and_keeps_what_was_typed(browser: Browser, hasty: RunningNode) -> None:
    somebody = Person(browser, hasty, "k.otieno")
    page = somebody.page
    somebody.go("/cases/new/WPN/?simple=1")
    page.fill("#national_ref", "KE-2026-9")
    page.wait_for_timeout(700)
    expect(page.locator("dialog#idle")).to_be_visible(timeout=60_000)
    somebody.looks_right("session-idle")
    page.get_by_role("button", name="I am still here").click()
    expect(page.locator("dialog#idle")).to_be_hidden()
    assert page.input_value("#national_ref") == "KE-2026-9"
    page.on("dialog", lambda box: box.accept())
    page.wait_for_url("**/accounts/login/?**", timeout=120_000)
    expect(page.locator("main")).to_contain_text("nothing was done for a while")
    page.fill("#id_login", "k.otieno")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("[data-recover]")).to_be_visible()
    page.get_by_role("button", name="Take it back").or_(page.locator("[data-recover-take]")).first.click()
    expect(page.locator("[data-recover]")).to_be_hidden()
    expect(page.locator("#national_ref")).to_have_value("KE-2026-9")
    assert page.evaluate(DRAFTS) == 1
    page.click("summary.tw-me")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate(DRAFTS) == 0
    page.go_back()
    page.wait_for_load_state("networkidle")
    assert "KE-2026-9" not in page.content(), "nothing of it is left behind the back button"
    somebody.context.close()
