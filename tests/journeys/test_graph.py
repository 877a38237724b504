"""An investigator goes from a record to its neighbours, along a path, keeps the graph and finds it as it stood."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import prepared_for
from tests.journeys.conftest import PICTURES, Person, RunningNode, serving

pytestmark = [pytest.mark.browser, pytest.mark.long]
PLACES = """Object.fromEntries(document.getElementById('graph').graph.nodes().map(
    (one) => [one.id(), [one.position('x').toFixed(0), one.position('y').toFixed(0)]]))"""


def _entity(schema: str, key: str, **properties: str) -> dict[str, Any]:
    return {"id": key, "schema": schema, "properties": {name: [value] for name, value in properties.items()}}


def _story() -> list[dict[str, Any]]:
    """A firm of 214 clerks, whose owner's owner is directed by somebody who shares a telephone."""
    made = [
        _entity("Company", "gate", name="Harbour Gate Clearing Agents Ltd"),
        _entity("Company", "quill", name="Kilindini Quill Ltd"),
        _entity("Person", "yusuf", name="Yusuf Kassarani", phone="+254700000900"),
        _entity("Person", "ines", name="Ines Calderuela", phone="+254700000900"),
        _entity("Ownership", "o1", owner="quill", asset="gate", startDate="2025-02-01"),
        _entity("Directorship", "d1", director="yusuf", organization="quill", startDate="2025-06-01"),
    ]
    for at in range(214):
        made.append(_entity("Person", f"c{at}", name=f"Clerk {at} Odhiambo"))
        year = "2026" if at < 9 else "2024"
        made.append(
            _entity("Employment", f"e{at}", employee=f"c{at}", employer="gate", startDate=f"{year}-03-01", role="clerk")
        )
    return made


@pytest.fixture
def national(tmp_path: Path) -> Iterator[RunningNode]:
    """A national node with the story in it, serving."""
    shutil.copytree(prepared_for("national"), tmp_path / "home")
    node = RunningNode(tmp_path / "home", "national")
    node.person("w.barasa", "KE", "investigator")
    path = tmp_path / "story.ftm.json"
    path.write_text("\n".join(json.dumps(line) for line in _story()))
    assert node.json("import_entities", str(path), "--by", "w.barasa")["accepted"] == 434
    with serving(node):
        yield node


def _expand(page: Page, kind: str) -> None:
    page.click(f".nb[data-group={kind}] summary")
    page.click(f".nb[data-group={kind}] form button")


def _found(who: Person, name: str) -> str:
    """The address of a record found by its name."""
    who.go("/registry/")
    who.page.fill("main [name=q]", name)
    who.page.click("main [role=search] button")
    return who.page.get_by_role("link", name=name).get_attribute("href") or ""


def test_from_a_record_to_a_kept_graph(browser: Browser, national: RunningNode) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    who = Person(browser, national, "w.barasa")
    page = who.page
    who.go("/registry/")
    page.fill("main [name=purpose]", "case KE-2026-0418, investigation")
    page.click("main form button")
    yusuf = _found(who, "Yusuf Kassarani").strip("/").split("/")[-1]
    who.go(_found(who, "Harbour Gate Clearing Agents Ltd"))
    page.keyboard.press("g")
    expect(page.locator("[data-count]")).to_have_text("1 thing, 0 ties")
    expect(page.locator(".nb[data-group=persons] summary b")).to_have_text("214")
    who.looks_right("graph-alone")
    page.click(".nb[data-group=persons] summary")
    expect(page.locator(".nb[data-group=persons]")).to_contain_text("All 214 are too many to draw")
    page.check(".nb[data-group=persons] input[value='days:365']")
    page.click(".nb[data-group=persons] form button")
    expect(page.locator("[data-count]")).to_have_text("10 things, 9 ties")
    page.fill("#to", yusuf)
    page.click("[data-path] button")
    expect(page.locator("[data-path-words]")).to_have_text(
        "Path in 2 steps: Harbour Gate Clearing Agents Ltd to Yusuf Kassarani"
    )
    expect(page.locator("[data-count]")).to_have_text("12 things, 11 ties")
    page.fill("#find-drawn", "Kassarani")
    page.press("#find-drawn", "Enter")
    expect(page.locator("#around h2")).to_have_text("Yusuf Kassarani")
    _expand(page, "phones")
    expect(page.locator("[data-count]")).to_have_text("14 things, 13 ties")
    page.evaluate(
        "(() => { const end = document.getElementById('since'); end.value = 8; "
        "end.dispatchEvent(new Event('input')) })()"
    )
    expect(page.locator("[data-time-count]")).to_contain_text("of 13 ties")
    where = page.evaluate(PLACES)
    who.looks_right("graph-drawn")
    page.fill("[name=title]", "Pump housings")
    page.click("[data-keep] button")
    expect(page.locator("[data-said]")).to_have_text("Kept: everything stands where it stood.")
    page.reload()
    expect(page.locator("h1")).to_have_text("Pump housings")
    expect(page.locator("[data-count]")).to_have_text("14 things, 13 ties")
    again = page.evaluate(PLACES)
    assert {one: [float(at) for at in place] for one, place in again.items()} == {
        one: pytest.approx([float(at) for at in place], abs=1.1) for one, place in where.items()
    }
    page.keyboard.press("t")
    expect(page.locator("#things tbody tr")).to_have_count(14)
    who.looks_right("graph-table")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(page.locator("#things tbody tr")).to_have_count(14)
    expect(page.locator("#graph")).to_be_hidden()
    who.looks_right("graph-phone")
    who.context.close()
