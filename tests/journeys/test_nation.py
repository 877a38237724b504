"""An investigator goes from a seizure to its courier, to the firm behind the consignee, through a merge and back, to
the graph, a passenger list and a profile on paper: in English, French and Spanish, with axe at every stop.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import PROJECT, prepared_for
from tests.journeys.conftest import PICTURES, Person, RunningNode, serving

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """A national node with the demo, serving; an investigator, an officer and a steward of its country."""
    home = tmp_path_factory.mktemp("national") / "home"
    shutil.copytree(prepared_for("national"), home)
    node = RunningNode(home, "national")
    assert node.json("load_demo")["records"] == 64
    for username, role in (("v.karanja", "investigator"), ("b.musyoka", "officer"), ("d.koech", "steward")):
        node.person(username, "KE", role)
    with serving(node):
        yield node


def _speak(page: Page, language: str) -> None:
    page.click("details.menu:has(form[action='/language/']) summary")
    page.get_by_role("button", name=language).click()


def _purpose(page: Page) -> None:
    page.fill("main [name=purpose]", "case KE-2026-0418, investigation")
    page.click("main [data-main]")


def _record(who: Person, name: str) -> None:
    who.go("/registry/")
    who.page.fill("main [name=q]", name)
    who.page.click("main [role=search] button")
    who.page.get_by_role("link", name=name, exact=True).first.click()
    expect(who.page.locator("h1")).to_contain_text(name)


@pytest.mark.parametrize("language", ["English", "Français", "Español"])
def test_from_a_seizure_to_a_profile_on_paper(browser: Browser, national: RunningNode, language: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    short = language[:2].lower()
    who = Person(browser, national, "v.karanja")
    page = who.page
    _speak(page, language)
    who.go("/registry/")
    _purpose(page)
    who.go("/cases/?q=KE-2026-0416")
    page.get_by_role("link", name="KE-2026-0416", exact=True).click()
    page.get_by_role("link", name="Amina Wambui Njoroge").click()
    expect(page.locator("main")).to_contain_text("BK114590")
    who.looks_right(f"nation-courier-{short}")
    _record(who, "Kilindini Quill Trading Ltd")
    expect(page.locator(".owners").first).to_contain_text("Al Riyami Marine Holding LLC")
    expect(page.locator(".owners").first).to_contain_text("Omar Bin Said Al Riyami")
    who.looks_right(f"nation-firm-{short}")
    who.go("/registry/doubles/")
    page.click("main [data-main]")
    who.looks_right(f"nation-doubles-{short}")
    page.locator("td", has_text="CALDERUELA/INES").locator("xpath=..").locator("a.row-link").click()
    who.looks_right(f"nation-double-{short}")
    page.fill("[name=reason]", "same birth, same country")
    page.click("main [data-main]")
    expect(page.locator("main")).to_contain_text("CALDERUELA/INES MS")
    decision = page.locator("form[action*='/undo/']").first
    decision.locator("[name=reason]").fill("two passports")
    decision.locator("button").click()
    expect(page.locator("h1")).not_to_be_empty()
    _record(who, "Yusuf Kassarani")
    with page.expect_download() as paper:
        page.click("form[action$='/profile/'] button")
    assert Path(paper.value.path()).read_bytes()[:5] == b"%PDF-"
    page.keyboard.press("g")
    page.click(".nb[data-group=companies] summary")
    page.click(".nb[data-group=companies] form button")
    expect(page.locator("[data-count]")).to_contain_text("2")
    who.looks_right(f"nation-graph-{short}")
    who.go("/registry/screening/list/")
    page.set_input_files("[name=file]", PROJECT / "demo" / "invented_passengers.csv")
    page.click("main [data-main]")
    expect(page.locator("main")).to_contain_text("VOLOSHENKO/DMITRI MR")
    expect(page.locator("main")).to_contain_text("Moreno Vargas, Luz Marina".upper()[:14])
    who.looks_right(f"nation-list-{short}")
    who.context.close()


def test_an_officer_enters_names_with_a_seizure_and_a_steward_lets_an_agency_in(
    browser: Browser, national: RunningNode
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    who = Person(browser, national, "b.musyoka")
    page = who.page
    who.go("/cases/new/WPN/")
    page.click("button[value='named.add:person']")
    page.fill("[name='named.1.name']", "Okiring Wanjala")
    page.select_option("[name='named.1.role']", "driver")
    page.fill("[name='named.1.birth_date']", "1988-07-19")
    page.press("[name='named.1.birth_date']", "Tab")
    expect(page.locator(".looked").first).to_contain_text("Wanjala Okiring")
    who.looks_right("nation-entry")
    page.wait_for_timeout(600)
    assert "Okiring" not in page.evaluate("JSON.stringify(localStorage)")
    page.set_viewport_size({"width": 390, "height": 844})
    who.looks_right("nation-entry-phone")
    page.set_viewport_size({"width": 1440, "height": 900})
    for name, said in {"date": "2026-11-20", "place": "KEMBA", "lines.1.quantity": "2"}.items():
        page.fill(f"[name='{name}']", said)
    for name, said in {"location_type": "seaport", "direction": "import", "lines.1.subtype": "pistol"}.items():
        page.select_option(f"[name='{name}']", said)
    page.select_option("[name='lines.1.unit']", "H87")
    page.fill("[name='route.departure.place']", "San Antonio, CL")
    page.click("main [data-main]")
    expect(page.locator("#h-stays")).to_be_visible()
    who.looks_right("nation-answers")
    page.click("button[value=submit]")
    expect(page.locator("#h-registry")).to_be_visible()
    who.context.close()
    steward = Person(browser, national, "d.koech", color_scheme="dark")
    steward.go("/registry/agencies/")
    expect(steward.page.locator("main")).to_contain_text("Immigration, border control")
    steward.looks_right("nation-agencies-dark")
    steward.go("/registry/thresholds/")
    steward.looks_right("nation-thresholds-dark")
    _speak(steward.page, "العربية")
    steward.go("/registry/agencies/")
    steward.looks_right("nation-agencies-arabic")
    steward.context.close()
