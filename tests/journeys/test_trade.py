"""An analyst at the browser: from files to ranked rows, a distribution, a pair by years, a trained
selection; the same on a phone in the dark.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Person, RunningNode

pytestmark = pytest.mark.browser
type MakePerson = Callable[..., Person]


def _opened(path: Path) -> Path:
    """Declarations of a year: shoes of two origins, some far too dear; two consignees whose shoes are often illicit."""
    chance = random.Random(8)
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            ("declaration id", "date", "office", "hs", "origin", "net weight", "value", "declarant", "found", "penalty")
        )
        for at in range(3000):
            agent, weight = chance.randrange(25), chance.randint(1, 400)
            price = 9 * chance.uniform(0.8, 1.25) * (30 if at % 97 == 3 else 1)
            found = int(chance.random() < (0.75 if agent < 2 else 0.03))
            out.writerow(
                (
                    f"D{at}",
                    f"2025-{1 + at // 250:02d}-{1 + at % 28:02d}",
                    f"O{at % 3}",
                    "640411",
                    ("CN", "VN")[at % 2],
                    weight,
                    round(weight * price, 2),
                    f"A{agent}",
                    found,
                    found * 200,
                )
            )
    return path


def _reported(path: Path) -> Path:
    """Trade of Kenya with China and Germany over six years; the exporters say less and less."""
    lines = ["reporterISO,partnerISO,flowCode,cmdCode,refYear,primaryValue,netWgt"]
    for year in range(2018, 2024):
        for who, share in (("CHN", 0.9 - 0.13 * (year - 2018)), ("DEU", 0.93)):
            lines += [
                f"KEN,{who},M,640411,{year},{100000 + 5000 * (year - 2018)},4000",
                f"{who},KEN,X,640411,{year},{(100000 + 5000 * (year - 2018)) * share:.0f},{4000 * share:.0f}",
            ]
    path.write_text("\n".join(lines) + "\n")
    return path


def _bring(page: Page, path: Path) -> None:
    page.set_input_files("#t-new", path)
    page.get_by_role("button", name="Bring", exact=True).click()
    expect(page.locator("#t-file option[selected]")).to_contain_text(path.name)


def _run(page: Page) -> None:
    page.locator("[data-main]").click()
    page.wait_for_selector("dl.facts, .tw-callout", timeout=90_000)
    page.wait_for_load_state("networkidle")


def _trained(analyst: Person) -> str:
    """A model of the first file, once its giveaway column is the revenue; the address of its page."""
    page = analyst.page
    analyst.go("/trade/")
    page.select_option("#t-file", index=1)
    page.get_by_role("button", name="Train a selection").click()
    page.select_option("#s-label", "found")
    _run(page)
    expect(page.locator(".tw-callout")).to_contain_text("«penalty»")
    page.get_by_role("link", name="Again with other settings").click()
    page.select_option("#s-label", "found")
    page.select_option("#s-revenue", "penalty")
    _run(page)
    expect(page.locator("main")).to_contain_text("decides nothing by itself")
    expect(page.locator("main")).to_contain_text("If what a find is expected to be worth chose")
    analyst.looks_right("trade-model")
    return page.url


def test_from_files_to_lists_charts_and_a_selection(person: MakePerson, running: RunningNode, tmp_path: Path) -> None:
    running.person("t.analyst", "INT", "analyst")
    analyst = person("t.analyst")
    page = analyst.page
    analyst.go("/trade/")
    analyst.looks_right("trade-empty")
    _bring(page, _opened(tmp_path / "opened.csv"))
    page.get_by_role("button", name="Unit prices").click()
    expect(page.locator("#c-value")).to_have_value("value")
    analyst.looks_right("trade-settings")
    _run(page)
    expect(page.locator("main")).to_contain_text("3,000, of which 3,000 had enough like ones")
    analyst.looks_right("trade-prices")
    page.locator("td a.ref").first.click()
    expect(page.locator("#one svg.chart .mark")).to_be_attached()
    analyst.looks_right("trade-one-price")
    prices = page.url
    with page.expect_download() as taken:
        page.get_by_role("link", name="Excel").click()
    assert taken.value.path().read_bytes()[:2] == b"PK"

    analyst.go("/trade/")
    _bring(page, _reported(tmp_path / "comtrade.csv"))
    page.get_by_role("button", name="Mirror data").click()
    _run(page)
    page.locator("td a", has_text="China → Kenya").first.click()
    expect(page.locator("#pair svg.chart")).to_be_visible()
    analyst.looks_right("trade-pair")
    pair = page.url

    model = _trained(analyst)
    analyst.go("/trade/")
    page.select_option("#t-file", index=1)
    page.get_by_role("button", name="Select consignments").click()
    _run(page)
    expect(page.locator("main")).to_contain_text("135 by score")
    analyst.looks_right("trade-selected")

    phone = person("t.analyst", viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")
    for name, address in (
        ("index", "/trade/"),
        ("price", prices),
        ("pair", pair),
        ("model", model),
        ("selected", page.url),
    ):
        phone.go(address.removeprefix(running.address))
        phone.looks_right(f"trade-{name}-phone-dark")


def test_two_runs_side_by_side_and_outcomes_fed_back(person: MakePerson, running: RunningNode, tmp_path: Path) -> None:
    running.person("t.second", "INT", "analyst")
    analyst = person("t.second")
    page = analyst.page
    analyst.go("/trade/")
    _bring(page, _opened(tmp_path / "weighed.csv"))
    page.get_by_role("button", name="Unit prices").click()
    _run(page)
    page.get_by_role("link", name="Again with other settings").click()
    page.fill("#s-low", "0.05")
    page.fill("#s-high", "0.95")
    _run(page)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("h1")).to_have_text("Side by side")
    expect(page.locator("main")).to_contain_text("Lower quantile")
    analyst.looks_right("trade-beside")
    beside = page.url

    chance, done = random.Random(2), tmp_path / "inspected.csv"
    lines = ["declaration,date,score,probability,selected,found"]
    for at in range(600):
        score = chance.random()
        why = "score" if score > 0.85 else "chance" if at % 15 == 0 else ""
        found = int(chance.random() < score * score) if why else ""
        lines.append(f"D{at},2025-06-{1 + at % 28:02d},{score:.3f},{score * score:.3f},{why},{found}")
    done.write_text("\n".join(lines))
    analyst.go("/trade/")
    _bring(page, done)
    page.get_by_role("button", name="Feed back outcomes").click()
    page.select_option("#s-label", "found")
    _run(page)
    expect(page.locator("main")).to_contain_text("By what it was chosen")
    analyst.looks_right("trade-outcomes")
    phone = person("t.second", viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")
    for name, address in (("beside", beside), ("outcomes", page.url)):
        phone.go(address.removeprefix(running.address))
        phone.looks_right(f"trade-{name}-phone-dark")
