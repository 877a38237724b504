"""Photos and search at the browser: faces are hidden, pictures found again, a search is
watched, similar cases stand beside a case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Person, RunningNode
from tests.making import record
from tests.search.scenes import CHANGES, as_jpeg, scene

pytestmark = pytest.mark.browser
type MakePerson = Callable[..., Person]


def _brought(running: RunningNode, tmp_path: Path) -> tuple[list[dict[str, Any]], list[Path]]:
    """Four cases of Kenya that are alike, and five pictures."""
    hidden = {"place": "cargo", "method": "hidden_in_goods", "note": "soldered behind a bulkhead"}
    cover = {"description": "pump housings", "hs": "841391"}
    path = tmp_path / "two.json"
    cases = [
        record(
            national_ref=f"KE-P-{n}",
            date=f"2026-0{n + 1}-15",
            concealment=hidden,
            cover_load=cover,
            lines=[{"subtype": "slide_barrel", "quantity": str(5 + n), "unit": "H87"}],
        )
        for n in range(4)
    ]
    path.write_text(json.dumps(cases))
    running.json("import_cases", str(path), "--by", "a.wanjiru")
    pictures = []
    for n in range(1, 6):
        pictures.append(tmp_path / f"crate {n}.jpg")
        pictures[-1].write_bytes(as_jpeg(scene(n)))
    return cases, pictures


def _hide_faces(officer: Person) -> None:
    """Boxes are drawn with the mouse."""
    page = officer.page
    page.get_by_role("link", name="hide faces, plates").first.click()
    page.wait_for_load_state("networkidle")
    area = page.locator("[data-blur-on]").bounding_box()
    assert area is not None
    for left, top in ((0.2, 0.2), (0.6, 0.5)):
        page.mouse.move(area["x"] + left * area["width"], area["y"] + top * area["height"])
        page.mouse.down()
        page.mouse.move(area["x"] + (left + 0.2) * area["width"], area["y"] + (top + 0.25) * area["height"], steps=4)
        page.mouse.up()
    assert page.locator("[name=box]").first.input_value() == "20.0 20.0 20.0 25.0"
    officer.looks_right("blur")
    page.get_by_role("button", name="Hide", exact=True).click()
    expect(page.locator("main")).to_contain_text("others see it with parts hidden")


def _find_by_picture(officer: Person, tmp_path: Path) -> None:
    """The wall, and a picture found again by a turned copy."""
    page = officer.page
    officer.go("/cases/photos/")
    expect(page.locator(".wall figure")).to_have_count(5)
    officer.looks_right("wall")
    asked = tmp_path / "asked.jpg"
    asked.write_bytes(as_jpeg(CHANGES["turned by 270"](scene(3)), 50))
    officer.go("/search/")
    officer.looks_right("search-empty")
    page.set_input_files("#picture", str(asked))
    page.get_by_role("button", name="Find similar").click()
    expect(page.locator(".wall figure")).to_have_count(1)
    officer.looks_right("photos-like")


def _watch_a_search(officer: Person, running: RunningNode, case: dict[str, Any], tmp_path: Path) -> None:
    """A search in Spanish words is watched."""
    page = officer.page
    officer.go("/search/?q=bulkhead")
    expect(page.locator("h1")).to_contain_text("4 cases")
    page.click("details.menu:has-text('Watch this search') summary")
    page.fill("input[name=name]", "Bulkheads")
    page.locator("details[open] button", has_text="Watch").click()
    expect(page.locator("main")).to_contain_text("You will be told")
    officer.looks_right("search")
    path = tmp_path / "another.json"
    path.write_text(json.dumps([{**case, "national_ref": "KE-P-9", "date": "2026-09-02"}]))
    running.json("import_cases", str(path), "--by", "a.wanjiru")
    running.json("watch_search", "--by", "t.kiplagat")
    officer.go("/notices/")
    page.get_by_role("link", name="A new case matches what you watch").first.click()
    page.wait_for_load_state("networkidle")


def _compare_similar(officer: Person) -> None:
    """Similar cases come to stand beside the case."""
    page = officer.page
    expect(page.locator(".alike li").first).to_be_visible()
    expect(page.locator(".alike")).to_contain_text(re.compile("Cover load|pump|Hidden in goods"))
    page.locator(".alike").scroll_into_view_if_needed()
    officer.looks_right("similar-panel")
    page.locator(".alike a", has_text="compare").first.click()
    page.wait_for_load_state("networkidle")
    officer.looks_right("compare")


def test_faces_are_hidden_pictures_found_again_and_a_search_is_watched(
    person: MakePerson, running: RunningNode, tmp_path: Path
) -> None:
    cases, pictures = _brought(running, tmp_path)
    officer = person("t.kiplagat")
    page = officer.page
    officer.go("/search/?q=KE-P-0")
    expect(page.locator("main")).to_contain_text("KE-P-0")
    page.locator("a.row-link").first.click()
    page.wait_for_load_state("networkidle")
    page.set_input_files("#photos", [str(one) for one in pictures])
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".strip figure")).to_have_count(5)
    officer.looks_right("photos-case")
    _hide_faces(officer)
    _find_by_picture(officer, tmp_path)
    _watch_a_search(officer, running, cases[0], tmp_path)
    _compare_similar(officer)
    for name, options in (("phone", {"viewport": {"width": 390, "height": 844}}), ("dark", {})):
        other = person("a.wanjiru", **options)
        if name == "dark":
            other.page.emulate_media(color_scheme="dark")
            other.page.click("[data-theme-switch]")
        for place, address in (
            ("search", "/search/?q=bulkhead"),
            ("wall", "/cases/photos/"),
            ("requests", "/review/requests/"),
            ("monthly", "/review/monthly/"),
        ):
            other.go(address)
            other.looks_right(f"{place}-{name}")
