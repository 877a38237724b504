"""A page that is drawn anew under a person's hand: the click counts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.offline.test_full_device import CHROMIUM, served

BEGIN = """async () => {
  document.body.innerHTML = '<main id="main"></main>';
  window.moves = await import("/app/moves.js");
  window.clicks = 0;
  window.painted = 0;
  window.moves.drawnBy(async () => {
    const button = document.createElement("button");
    button.id = "send";
    button.textContent = "Send";
    button.addEventListener("click", () => { window.clicks += 1; });
    const field = document.createElement("input");
    field.id = "goods";
    field.addEventListener("change", () => { window.moves.draw(); });
    document.getElementById("main").replaceChildren(field, button);
    window.painted += 1;
  });
  await window.moves.draw();
}"""


@pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)")
def test_a_button_gets_its_click_though_leaving_the_field_before_it_draws_the_page_anew() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.route("**/*", served)
        page.goto("http://localhost:9/")
        page.evaluate(BEGIN)
        _press_while_it_is_drawn(page)
        assert page.evaluate("window.clicks") == 1
        assert page.evaluate("window.painted") == 2
        browser.close()


def _press_while_it_is_drawn(page: Page) -> None:
    """A field is filled, and the button pressed at once: the field is left, and the page asks to be drawn anew."""
    box = page.locator("#send").bounding_box()
    assert box
    page.type("#goods", "shells")
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.wait_for_timeout(200)
    page.mouse.up()
    page.wait_for_function("window.painted === 2")
