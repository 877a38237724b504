"""A complete cocaine case by keyboard alone: how long it takes, and how many keys beside the words themselves."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.long]
type MakePerson = Callable[..., Person]
PACE = 100
"""Milliseconds between two keys: an office worker types some two hundred signs a minute, which is three times that."""
MOST_KEYS, MOST_SECONDS = 20, 120


class Hand:
    """Somebody at a keyboard: types words, and counts every key that is no part of one."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.signs, self.began = page, 0, 0, time.monotonic()

    def types(self, words: str) -> None:
        """Words into whatever has the cursor; in a list they choose by their first letters."""
        self.signs += len(words)
        self.page.keyboard.type(words, delay=PACE)

    def presses(self, *keys: str) -> None:
        """Keys that are no words."""
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(PACE)

    def is_at(self, field: str) -> None:
        """The cursor is where it is thought to be."""
        expect(self.page.locator(f"[id='{field}']")).to_be_focused()


def test_a_complete_cocaine_case_takes_two_minutes_and_twenty_keys(person: MakePerson) -> None:
    officer = person("t.kiplagat")
    officer.go("/cases/new/DRG/")
    page, hand = officer.page, Hand(officer.page)
    hand.is_at("date")
    hand.types("2026-11-16")
    hand.presses("Tab")
    hand.types("Mombasa")
    hand.presses("Tab")
    hand.types("seap")
    hand.presses("Tab")
    hand.types("imp")
    hand.presses("Alt+b")
    hand.is_at("lines.1.subtype")
    hand.types("cocaine")
    hand.presses("Tab")
    hand.types("37,5 kg")
    hand.presses("Alt+b", "Alt+b")
    hand.is_at("detection.method")
    hand.types("ris")
    hand.presses("Alt+b")
    hand.is_at("conveyance.mode")
    hand.types("mar")
    hand.presses("Alt+b")
    hand.is_at("route.departure.place")
    hand.types("Guayaquil")
    hand.presses("Alt+t")
    hand.is_at("route.transit.1.place")
    hand.types("Antwerp")
    expect(page.get_by_role("button", name="Antwerpen, Belgium")).to_be_visible()
    hand.presses("Tab", "Enter", "Tab", "Tab", "Tab")
    hand.is_at("route.destination.place")
    hand.types("Mombasa")
    hand.presses("Alt+b")
    hand.is_at("concealment.place")
    hand.types("cont")
    hand.presses("Tab")
    hand.types("rip")
    page.wait_for_load_state("networkidle")
    hand.presses("Control+Enter")
    expect(page.locator("h1")).to_contain_text("Check your answers")
    for words in ("Monday 16 November 2026", "Mombasa", "Seaport", "Import", "37.5 kilogram", "Guayaquil, Ecuador"):
        expect(page.locator("main")).to_contain_text(words)
    expect(page.locator("main")).to_contain_text("Antwerpen, Belgium")
    hand.presses("Control+Enter")
    expect(page.locator(".tw-step .st")).to_contain_text("Submitted")
    seconds = time.monotonic() - hand.began
    print(f"{hand.keys} keys beside {hand.signs} signs of words, {seconds:.0f} seconds")
    assert hand.keys <= MOST_KEYS, hand.keys
    assert seconds <= MOST_SECONDS, seconds
