"""Counterfeit shoes and a telephone from a scene on a phone through seals, store, laboratory, the telephone's image and
the court bundle to the shoes' destruction before two witnesses, each by own sign-in, with axe at every stop, in three
languages.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import prepared_for
from tests.journeys.conftest import PICTURES, Person, RunningNode, serving
from tests.making import record

pytestmark = [pytest.mark.browser, pytest.mark.long]
LONG = 240_000
"""Milliseconds that a busy machine may need for what takes seconds on a free one."""
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


class Named(Person):
    """Somebody who knows their own account's name, and whose browser asks for a language."""

    def __init__(self, browser: Browser, node: RunningNode, username: str, language: str, **options: object) -> None:
        super().__init__(browser, node, username, locale=language, **options)
        self.page.set_default_timeout(LONG)
        self.page.set_default_navigation_timeout(LONG)
        self.username, self.language = username, language


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


def _do(page: Page, deed: str) -> None:
    """Presses the button of a form by the deed that it is, whatever it is called in the reader's language."""
    page.locator(f"form[action$='/do/{deed}/'] button.btn:not([data-clears])").last.click()


def _done(page: Page) -> None:
    """The step of a scene is done."""
    page.locator("form[action*='/do/'] .btn-primary").last.click()


def _at_the_scene(finder: Named, photo: Path, case: str) -> tuple[str, str]:
    """By the checklist on a phone: secured, photographed, searched, two things numbered, one sealed, receipted. Gives
    their numbers.
    """
    page = finder.page
    finder.go("/evidence/scenes/")
    page.fill("[name=place]", "Container yard 4, Mombasa")
    page.fill("[name=case]", case)
    page.click("main .btn-primary")
    finder.looks_right(f"evidence-scene-{finder.language}")
    page.fill("[name=said]", "Two guards; the reefer runs.")
    _done(page)
    page.set_input_files("[name=files]", str(photo))
    _done(page)
    page.fill("[name=said]", "Left wall, behind cartons.")
    _done(page)
    page.fill("[name=description]", "Sports shoes with the mark Wave Line")
    page.fill("[name=quantity]", "4812")
    page.fill("[name=unit]", "PR")
    page.select_option("[name=material]", "textile")
    page.click("form[action*='/do/'] [name=more]")
    page.fill("[name=description]", "A telephone, black")
    page.select_option("[name=material]", "data")
    _done(page)
    found = [one for one in page.locator("main a").all_inner_texts() if re.fullmatch(r"EX-[\w.-]+", one.strip())]
    shoes, phone = sorted({one.strip() for one in found})
    page.fill("[name=exhibit]", shoes)
    page.fill("[name=seal]", "440703")
    _done(page)
    page.fill("[name=name]", "J. Otieno")
    page.select_option("select[name=language]", "sw")
    _sign(page)
    finder.looks_right(f"evidence-receipt-{finder.language}")
    _done(page)
    page.locator("form[action$='/leave/'] button").click()
    page.wait_for_load_state("networkidle")
    return shoes, phone


def _handed(giver: Named, taker: Named, numbers: list[str], to: str, purpose: str, name: str) -> None:
    """Scanned into the batch, given, and taken by the taker's own sign-in."""
    giver.go("/evidence/hand-over/")
    for number in numbers:
        giver.page.fill("#scan", number)
        giver.page.keyboard.press("Enter")
        expect(giver.page.locator(".scanned").filter(has_text=number).first).to_be_visible()
    giver.page.fill("[name=to]", to)
    giver.page.select_option("[name=purpose]", purpose)
    giver.looks_right(f"evidence-give-{name}-{giver.language}")
    giver.page.click("button[name=deed][value=give]")
    giver.page.wait_for_load_state("networkidle")
    taker.go("/evidence/taking/")
    for number in numbers:
        taker.page.fill("#scan", number)
        taker.page.keyboard.press("Enter")
        expect(taker.page.locator(f"[name=code][value='{number}']")).to_be_checked()
    taker.page.check("[name=seal_whole][value=yes]")
    taker.looks_right(f"evidence-take-{name}-{taker.language}")
    taker.page.click("button[name=deed][value=take]")
    taker.page.wait_for_load_state("networkidle")


def _tested_and_read_out(examiner: Named, shoes: str, phone: str, image: Path) -> None:
    """The laboratory writes a test down, and the image of the telephone with its tool and how writing was prevented."""
    page = examiner.page
    examiner.go(f"/evidence/{shoes}/")
    page.locator("details:has([name=method]) summary").first.click()
    page.fill("[name=method]", "stitching under magnification")
    page.fill("#t-result", "not made by the right holder")
    _do(page, "test")
    expect(page.locator("main")).to_contain_text("not made by the right holder")
    examiner.looks_right(f"evidence-exhibit-{examiner.language}")
    examiner.go(f"/evidence/{phone}/acquire/")
    for name, said in (("tool", "dd"), ("version", "9.4"), ("write_protection", "USB write blocker, TB-7")):
        page.fill(f"[name={name}]", said)
    page.set_input_files("[name=image]", str(image))
    examiner.looks_right(f"evidence-acquire-{examiner.language}")
    page.click("main [data-main]")
    expect(page.locator("main")).to_contain_text("USB write blocker, TB-7")


def _exported(leader: Named, case: str, folder: Path) -> Path:
    """The bundle for the court, made by the worker and downloaded."""
    page = leader.page
    leader.go(f"/evidence/export/{case}/")
    page.fill("[name=purpose]", "Hearing of 12 January")
    leader.looks_right(f"evidence-export-{leader.language}")
    page.click("main [data-main]")
    result = page.locator("main a.btn").filter(has_text=re.compile(r"\.zip$"))
    expect(result.first).to_be_visible(timeout=LONG)
    with page.expect_download() as made:
        result.first.click()
    path = folder / f"case-{leader.language}.zip"
    made.value.save_as(path)
    return path


def _destroyed(keeper: Named, leader: Named, witnesses: list[Named], number: str) -> None:
    """Ordered, a method chosen that is allowed, counted at the gate, done, witnessed twice, certified."""
    page = leader.page
    leader.go("/evidence/disposals/new/")
    page.fill("#scan", number)
    page.keyboard.press("Enter")
    page.fill("[name=order]", "MC-198/26")
    page.fill("[name=ordered_by]", "Law court, Mombasa")
    page.click("button[name=deed][value=order]")
    page.wait_for_load_state("networkidle")
    leader.looks_right(f"evidence-disposal-{leader.language}")
    page.click("button[name=method][value=recycle]")
    _do(page, "fix")
    page.wait_for_load_state("networkidle")
    address = page.url.removeprefix(leader.node.address)
    keeper.go(address)
    keeper.page.fill("[name^='count:']", "4812")
    _do(keeper.page, "count")
    for n, witness in enumerate(witnesses, 1):
        keeper.page.fill(f"[name=witness{n}]", witness.username)
    keeper.looks_right(f"evidence-gate-{keeper.language}")
    _do(keeper.page, "carry_out")
    keeper.page.wait_for_load_state("networkidle")
    for witness in witnesses:
        witness.go(address)
        _do(witness.page, "witness")
        witness.page.wait_for_load_state("networkidle")
    keeper.go(address)
    paper_of = keeper.page.locator("a.btn-primary[href$='certificate.pdf']")
    expect(paper_of).to_be_visible()
    keeper.looks_right(f"evidence-certified-{keeper.language}")
    with keeper.page.expect_download() as paper:
        paper_of.click()
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("number", "language", "word"), [(1, "en", "Evidence"), (2, "fr", "Preuves"), (3, "es", "Pruebas")]
)
def test_counterfeit_shoes_from_the_scene_to_the_furnace(
    browser: Browser, exhibit_room: RunningNode, tmp_path: Path, number: int, language: str, word: str
) -> None:
    from PIL import Image

    PICTURES.mkdir(parents=True, exist_ok=True)
    photo, image, cases = tmp_path / "yard.jpg", tmp_path / "phone.dd", tmp_path / "cases.json"
    Image.new("RGB", (640, 480), "teal").save(photo)
    image.write_bytes(b"\0" * 4096 + language.encode())
    cases.write_text(json.dumps([record(national_ref=f"KE-2026-077{number}")]))
    exhibit_room.json("import_cases", str(cases), "--by", "f.finder")
    finder = Named(browser, exhibit_room, "f.finder", language, **PHONE)
    keeper, examiner, leader, witness = (
        Named(browser, exhibit_room, name, language) for name in ("k.keeper", "e.examiner", "l.leader", "w.witness")
    )
    keeper.go("/evidence/stores/")
    keeper.page.fill("[name=code]", f"MBA-{number}")
    keeper.page.fill("[name=name]", "Evidence store, Mombasa")
    keeper.page.locator("form:has([name=code]) .btn-primary").last.click()
    expect(keeper.page.locator("main")).to_contain_text("Evidence store, Mombasa")
    case = _case_of(exhibit_room, f"KE-2026-077{number}", tmp_path)
    shoes, phone = _at_the_scene(finder, photo, case)
    finder.go("/evidence/")
    expect(finder.page.locator("main h1")).to_contain_text(word)
    finder.looks_right(f"evidence-list-{language}")
    _handed(finder, keeper, [shoes, phone], f"MBA-{number}", "store", "store")
    _handed(keeper, examiner, [shoes, phone], "e.examiner", "test", "laboratory")
    _tested_and_read_out(examiner, shoes, phone, image)
    _handed(examiner, keeper, [shoes, phone], "k.keeper", "store", "back")
    export = _exported(leader, case, tmp_path)
    assert "bundle.pdf" in zipfile.ZipFile(export).namelist()
    found = exhibit_room.json("verify_evidence", str(export))
    assert (found["intact"], found["exhibits"]) == (True, 2)
    _destroyed(keeper, leader, [leader, witness], shoes)
    assert _custody(exhibit_room, shoes) == [
        *("seize", "seal", "hand_over", "take", "hand_over", "take", "test", "hand_over", "take", "export"),
        *("dispose", "witness", "witness"),
    ]
    assert [one for one in _custody(exhibit_room, phone) if one != "verify"] == [
        *("seize", "hand_over", "take", "hand_over", "take", "acquire", "hand_over", "take", "export"),
    ]
    assert exhibit_room.json("exhibit", "show", shoes, "--by", "l.leader")["state"] == "disposed_of"
    assert exhibit_room.json("verify_ledger")["intact"] is True


def _custody(node: RunningNode, number: str) -> list[str]:
    found = node.json("exhibit", "custody", number, "--by", "l.leader", "--purpose", "the judgement")
    return [str(one["kind"]) for one in found]


def _case_of(node: RunningNode, national_ref: str, folder: Path) -> str:
    out = folder / "found.ndjson"
    node.json("export_cases", "--by", "f.finder", "-o", str(out))
    found = [json.loads(line) for line in out.read_text().splitlines()]
    return str(next(one["ref"] for one in found if one.get("national_ref") == national_ref))
