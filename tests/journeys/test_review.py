"""A reviewer works through a region's hundred cases with the keyboard alone; an
officer mends a returned one on a phone.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PICTURES, Person, RunningNode
from tests.making import record

pytestmark = pytest.mark.browser
type MakePerson = Callable[..., Person]


def _brought(running: RunningNode, tmp_path: Path, number: int) -> None:
    """Submitted cases of Tanzania, some with a container number that fails its check digit."""
    subtypes = ("pistol", "magazine", "knife", "silencer", "rifle")
    records = [
        record(
            national_ref=f"TZ-R-{n:03d}",
            country="TZ",
            place="TZDAR",
            route=[{"role": "departure", "country": "CL", "place": "CLSAI"}, {"role": "destination", "country": "TZ"}],
            date=f"2026-{1 + n % 9:02d}-{1 + n % 27:02d}",
            conveyance={"mode": "1", **({"container": "MSCU1234567"} if n % 9 == 4 else {})},
            lines=[{"subtype": subtypes[n % 5], "quantity": str(3 + 7 * n), "unit": "H87"}],
        )
        for n in range(number)
    ]
    running.person("m.juma", "TZ", "contact")
    running.person("h.said", "TZ", "officer")
    path = tmp_path / "region.json"
    path.write_text(json.dumps(records))
    answer = running.json("import_cases", str(path), "--by", "m.juma", "--submit")
    assert answer["accepted"] == number, answer


def _return_by_keys(page: Page, *, picture: bool) -> None:
    """Sends the case back: a reason from the list, a sentence, all by the keyboard."""
    keys = page.keyboard
    keys.press("t")
    focused = page.evaluate("document.activeElement.name")
    assert focused == "path", focused
    keys.type("Container number")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.name") == "code"
    keys.press("H")  # the letter that «Hardly possible» begins with
    keys.press("Tab")
    keys.type("Read the number on the door again.")
    if picture:
        page.screenshot(path=str(PICTURES / "review-return.png"))
    keys.press("Enter")


def test_a_reviewer_works_through_a_hundred_cases_with_the_keyboard_alone(
    person: MakePerson, running: RunningNode, tmp_path: Path
) -> None:
    _brought(running, tmp_path, 100)
    reviewer = person("n.achieng")
    page, keys = reviewer.page, reviewer.page.keyboard
    reviewer.go("/review/?order=oldest&administration=TZ")
    expect(page.locator(".queue li").first).to_be_visible()
    reviewer.looks_right("review-queue")
    keys.press("j")
    page.wait_for_load_state()
    keys.press("k")
    page.wait_for_load_state()
    for n in range(100):
        page.wait_for_load_state()  # keys are heard once the page has its scripts
        ref = page.locator(".tw-crumb .ref").inner_text()
        if page.locator("main .find.warn").count() and n % 2:
            _return_by_keys(page, picture=n < 20)
        else:
            keys.press("v")
        expect(page.locator("main [role=status]").first).to_contain_text(ref)
    expect(page.locator("main")).to_contain_text("Nothing waits")
    reviewer.looks_right("review-done")
    with sqlite3.connect(running.home / "tidewaiter.sqlite3") as base:
        rows = dict(
            base.execute(
                "SELECT status, count(*) FROM cases_case WHERE national_ref LIKE 'TZ-R-%' GROUP BY 1"
            ).fetchall()
        )
        opened = base.execute("SELECT count(*) FROM ledger_entry WHERE deed = 'cases.opened'").fetchone()[0]
    assert sum(rows.values()) == 100
    assert rows["returned"] > 3
    assert rows["validated"] == 100 - rows["returned"]
    assert opened >= 100, "every case was opened"
    _mended_on_a_phone(person)

    # the reviewer sees what changed, and what was said
    reviewer.go("/review/?administration=TZ")
    expect(page.locator("main")).to_contain_text("CSQU3054383")
    expect(page.locator("main s")).to_contain_text("MSCU1234567")
    expect(page.locator("main")).to_contain_text("The last digit was smudged.")
    reviewer.looks_right("review-changed")
    for name, address in (
        ("checks", "/review/checks/"),
        ("office", "/review/office/"),
        ("monthly", "/review/monthly/"),
        ("requests", "/review/requests/"),
    ):
        reviewer.go(address)
        reviewer.looks_right(f"review-{name}")


def _mended_on_a_phone(person: MakePerson) -> None:
    """The officer, on a phone: sees which field, mends it, says something, sends it again."""
    officer = person("h.said", viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True)
    officer.go("/cases/?status=returned&country=TZ&q=TZ-R")
    officer.page.locator("a.row-link").first.click()
    officer.page.wait_for_load_state("networkidle")
    expect(officer.page.locator("main")).to_contain_text("Read the number on the door again.")
    officer.looks_right("returned-phone")
    officer.page.get_by_role("link", name="Mend", exact=True).click()
    officer.page.wait_for_load_state("networkidle")
    expect(officer.page.locator("[id='conveyance.container']")).to_be_focused()
    officer.looks_right("mend-phone")
    officer.page.fill("[id='conveyance.container']", "CSQU3054383")
    officer.page.get_by_role("button", name=re.compile("^Check")).click()
    officer.looks_right("answers-phone")
    officer.page.get_by_role("button", name=re.compile("^Submit")).click()
    expect(officer.page.locator(".tw-step .st")).to_contain_text("Submitted")
    officer.page.fill("#said", "The last digit was smudged.")
    officer.page.get_by_role("button", name="Reply", exact=True).click()
    officer.page.wait_for_load_state("networkidle")
    officer.looks_right("submitted-again-phone")
