"""Counterfeit shoes from a scene on a phone through seals, store, laboratory and back to their destruction before two
witnesses, each by own sign-in, with axe at every stop.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import prepared_for
from tests.journeys.conftest import PICTURES, Person, RunningNode, serving

pytestmark = [pytest.mark.browser, pytest.mark.long]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture(scope="module")
def exhibit_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """A national node, serving, with the people who have to do with exhibits, and a store."""
    home = tmp_path_factory.mktemp("evidence") / "home"
    shutil.copytree(prepared_for("national"), home)
    node = RunningNode(home, "national")
    for username, role in (
        ("f.finder", "officer"),
        ("w.witness", "officer"),
        ("k.keeper", "custodian"),
        ("e.examiner", "custodian"),
        ("l.leader", "investigator"),
    ):
        node.person(username, "KE", role)
    with serving(node):
        yield node


def _sign(page: Page) -> None:
    """Draws a line into the field of the signature."""
    field = page.locator("canvas.sigbox").first
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 70, steps=4)
    page.mouse.up()


def _at_the_scene(finder: Person, photo: Path) -> str:
    """By the checklist on a phone: secured, photographed, searched, numbered, sealed, receipted. Gives the number."""
    page = finder.page
    finder.go("/evidence/scenes/")
    page.fill("[name=place]", "Container yard 4, Mombasa")
    page.click("main .btn-primary")
    finder.looks_right("evidence-scene")
    page.fill("[name=said]", "Two guards; the reefer runs.")
    page.click("main form .btn-primary >> nth=-1")
    page.set_input_files("[name=files]", str(photo))
    page.click("main form .btn-primary >> nth=-1")
    page.fill("[name=said]", "Left wall, behind cartons.")
    page.click("main form .btn-primary >> nth=-1")
    page.fill("[name=description]", "Sports shoes with the mark Wave Line")
    page.fill("[name=quantity]", "4812")
    page.fill("[name=unit]", "pairs")
    page.select_option("[name=material]", "textile")
    page.click("main form .btn-primary >> nth=-1")
    number = page.locator("a", has_text="EX-").first.inner_text()
    page.fill("[name=exhibit]", number)
    page.fill("[name=seal]", "440703")
    page.click("main form .btn-primary >> nth=-1")
    page.fill("[name=name]", "J. Otieno")
    page.select_option("select[name=language]", "sw")
    _sign(page)
    finder.looks_right("evidence-receipt")
    page.click("main form .btn-primary >> nth=-1")
    expect(page.locator("main")).to_contain_text("Receipt")
    page.get_by_role("button", name="Leave the scene").click()
    return number


def _handed(giver: Person, taker: Person, number: str, to: str, purpose: str, name: str) -> None:
    """Scanned into the batch, given, and taken by the taker's own sign-in."""
    giver.go("/evidence/hand-over/")
    giver.page.fill("#scan", number)
    giver.page.keyboard.press("Enter")
    expect(giver.page.locator(".scanned")).to_contain_text(number)
    giver.page.fill("[name=to]", to)
    giver.page.select_option("[name=purpose]", purpose)
    giver.looks_right(f"evidence-give-{name}")
    giver.page.get_by_role("button", name="I give it").click()
    taker.go("/evidence/taking/")
    taker.page.fill("#scan", number)
    taker.page.keyboard.press("Enter")
    expect(taker.page.locator("[name=code]").first).to_be_checked()
    taker.page.check("[name=seal_whole][value=yes]")
    taker.looks_right(f"evidence-take-{name}")
    taker.page.get_by_role("button", name="I have them").click()


def _destroyed(keeper: Person, leader: Person, witnesses: list[Person], number: str) -> None:
    """Ordered, a method chosen that is allowed, counted at the gate, done, witnessed twice, certified."""
    page = leader.page
    leader.go("/evidence/disposals/new/")
    page.fill("#scan", number)
    page.keyboard.press("Enter")
    page.fill("[name=order]", "MC-198/26")
    page.fill("[name=ordered_by]", "Law court, Mombasa")
    page.get_by_role("button", name="Write the order").click()
    expect(page.locator("main")).to_contain_text("Choose a method")
    leader.looks_right("evidence-disposal")
    page.get_by_role("button", name="Shred to fibre").click()
    page.get_by_role("button", name="Fix the method").click()
    address = page.url.removeprefix(leader.node.address)
    keeper.go(address)
    keeper.page.fill("[name^='count:']", "4812")
    keeper.page.get_by_role("button", name="Counted").click()
    for n, witness in enumerate(witnesses, 1):
        keeper.page.fill(f"[name=witness{n}]", witness.username)
    keeper.looks_right("evidence-gate")
    keeper.page.get_by_role("button", name="It was done").click()
    for witness in witnesses:
        witness.go(address)
        witness.page.get_by_role("button", name="I was there: it was done so").click()
    keeper.go(address)
    expect(keeper.page.locator("main")).to_contain_text("The certificate is ready")
    with keeper.page.expect_download() as paper:
        keeper.page.get_by_role("link", name="Certificate", exact=True).click()
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF-")


class Named(Person):
    """Somebody who knows their own account's name."""

    def __init__(self, browser: Browser, node: RunningNode, username: str, **options: object) -> None:
        super().__init__(browser, node, username, **options)
        self.username = username


def test_counterfeit_shoes_from_the_scene_to_the_furnace(
    browser: Browser, exhibit_room: RunningNode, tmp_path: Path
) -> None:
    from PIL import Image

    PICTURES.mkdir(parents=True, exist_ok=True)
    photo = tmp_path / "yard.jpg"
    Image.new("RGB", (640, 480), "teal").save(photo)
    finder = Named(browser, exhibit_room, "f.finder", **PHONE)
    keeper, examiner, leader, witness = (
        Named(browser, exhibit_room, name) for name in ("k.keeper", "e.examiner", "l.leader", "w.witness")
    )
    keeper.go("/evidence/stores/")
    keeper.page.fill("[name=code]", "MBA-B")
    keeper.page.fill("[name=name]", "Evidence store, Mombasa")
    keeper.page.get_by_role("button", name="Open the store").click()
    number = _at_the_scene(finder, photo)
    _handed(finder, keeper, number, "MBA-B", "store", "store")
    _handed(keeper, examiner, number, "e.examiner", "test", "laboratory")
    examiner.go("/evidence/?box=mine")
    examiner.page.get_by_role("link", name="Sports shoes").click()
    examiner.page.get_by_text("Add a test").click()
    examiner.page.fill("[name=method]", "stitching under magnification")
    examiner.page.fill("#t-result", "not made by the right holder")
    examiner.page.get_by_role("button", name="Write the test down").click()
    expect(examiner.page.locator("main")).to_contain_text("not made by the right holder")
    examiner.looks_right("evidence-exhibit")
    _handed(examiner, keeper, number, "k.keeper", "store", "back")
    _destroyed(keeper, leader, [leader, witness], number)
    custody = exhibit_room.json("exhibit", "custody", number, "--by", "l.leader", "--purpose", "the judgement")
    assert [one["kind"] for one in custody] == [
        *("seize", "seal", "hand_over", "take", "hand_over", "take", "test", "hand_over", "take"),
        *("dispose", "witness", "witness"),
    ], json.dumps(custody)
    assert exhibit_room.json("exhibit", "show", number, "--by", "l.leader")["state"] == "disposed_of"
    assert exhibit_room.json("verify_ledger")["intact"] is True
