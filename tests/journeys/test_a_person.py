"""An officer is asked «A person?» and answers by keyboard; what was hidden of a
file is taken once, without a script too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Person, RunningNode

pytestmark = [pytest.mark.browser, pytest.mark.long]
type MakePerson = Callable[..., Person]
SHIP = "Wanjiru Kamau"
TEXT = (
    f"Officers found {SHIP} at Mombasa. The driver, Mr Juan Carlos Perez Gomez, was alone. A lorry with plate KDB 921L "
    "stood by. Signed by J. Harrow of Leeds."
)
HEAD = "form,national_ref,date,country,place,subtype,quantity,unit,narrative\n"


def _typed(page: Page, ref: str) -> None:
    for name, text in {
        "date": "2026-03-04",
        "place": "KEMBA",
        "national_ref": ref,
        "narrative": TEXT,
        "lines.1.quantity": "2",
    }.items():
        page.fill(f"[name='{name}']", text)
    for name, code in {
        "location_type": "seaport",
        "direction": "import",
        "detection.method": "routine",
        "conveyance.mode": "1",
        "lines.1.subtype": "pistol",
        "lines.1.unit": "H87",
    }.items():
        page.select_option(f"[name='{name}']", code)


def test_a_person_is_asked_stretch_by_stretch_and_answered_by_keyboard(person: MakePerson) -> None:
    officer = person("a.wanjiru")
    page = officer.page
    officer.go("/cases/new/WPN/?long=1")
    _typed(page, "KE-ASKED-1")
    page.get_by_role("button", name="Save draft", exact=True).click()
    asked = page.locator("#persons")
    expect(asked).to_contain_text("2 to answer")
    expect(page.get_by_role("group", name=SHIP).get_by_role("radio").first).to_be_focused()
    page.wait_for_load_state("networkidle")
    officer.complaints.clear()  # the browser tells of the 422
    officer.looks_right("a-person-en")
    sure = page.get_by_role("group", name="Juan Carlos Perez Gomez")
    expect(sure.get_by_role("radio", name="Yes: hide it")).to_be_checked()
    expect(page.get_by_role("group", name="KDB 921L")).to_contain_text("It is always hidden.")
    page.keyboard.press("ArrowRight")  # on the first question: no
    page.get_by_role("group", name="J. Harrow").get_by_role("radio", name="Yes: hide it").press("Space")
    page.get_by_role("button", name="Answered: save").press("Enter")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("body")).to_contain_text(f"Officers found {SHIP} at Mombasa. The driver, Mr █████, was alone.")
    expect(page.locator("body")).not_to_contain_text("KDB 921L")
    expect(page.locator("body")).to_contain_text("Words judged to be no person")


@pytest.mark.parametrize(
    ("language", "asked", "hidden", "options"),
    [
        ("Français", "Une personne", "Toujours masqué", {}),
        ("Español", "¿Una persona?", "Siempre se oculta", {"color_scheme": "dark"}),
    ],
)
def test_in_french_and_spanish_it_is_asked_likewise(
    person: MakePerson, language: str, asked: str, hidden: str, options: dict[str, str]
) -> None:
    officer = person("a.wanjiru", viewport={"width": 1100, "height": 1100}, **options)
    officer.page.click("details.menu:has(form[action='/language/']) summary")
    officer.page.get_by_role("button", name=language).click()
    officer.go("/cases/new/WPN/?long=1")
    _typed(officer.page, f"KE-ASKED-{language[:2]}")
    officer.page.locator("button[name=deed][value=keep]").click()
    persons = officer.page.locator("#persons")
    expect(persons).to_be_visible()
    officer.page.wait_for_load_state("networkidle")
    officer.complaints.clear()  # the browser tells of the 422
    persons.scroll_into_view_if_needed()
    officer.looks_right(f"a-person-{language[:2].lower()}")
    expect(persons).to_contain_text(asked)
    expect(persons).to_contain_text(hidden)
    officer.page.click("details.menu:has(form[action='/language/']) summary")
    officer.page.get_by_role("button", name="English").click()


def test_of_a_caption_it_is_asked_too(person: MakePerson, tmp_path: Path, running: RunningNode) -> None:
    officer = person("a.wanjiru")
    page = officer.page
    officer.go("/cases/new/WPN/?long=1")
    _typed(page, "KE-CAPTION")
    page.fill("[name=narrative]", "In a pump.")
    page.locator("button[name=deed][value=keep]").click()
    picture = tmp_path / "stern.jpg"
    Image.new("RGB", (640, 480), "teal").save(picture)
    page.set_input_files("#photos", str(picture))
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("Describe").click()
    page.get_by_label("Caption").fill(f"Stern of {SHIP}, beside plate KDB 921L")
    page.locator("figcaption button[value=keep]").click()
    expect(page.locator("#persons")).to_contain_text("The caption is not kept yet.")
    officer.looks_right("a-person-caption")
    page.get_by_role("group", name=SHIP).get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Answered: save").click()
    expect(page.locator("figcaption")).to_contain_text(f"Stern of {SHIP}, beside plate █████")
    expect(page.locator("body")).to_contain_text("Hidden in the caption: KDB 921L")


def test_on_a_phone_and_without_a_script_it_is_the_same(person: MakePerson) -> None:
    officer = person("a.wanjiru", viewport={"width": 390, "height": 844})
    officer.go("/cases/new/WPN/?long=1")
    _typed(officer.page, "KE-ASKED-2")
    officer.page.locator("button[name=deed][value=keep]").click()
    expect(officer.page.locator("#persons")).to_be_visible()
    officer.page.wait_for_load_state("networkidle")
    officer.complaints.clear()
    officer.page.locator("#persons").scroll_into_view_if_needed()
    officer.looks_right("a-person-phone")
    state = officer.context.storage_state()
    plain = person("", java_script_enabled=False, storage_state=state)
    plain.go("/cases/new/WPN/?long=1")
    _typed(plain.page, "KE-ASKED-3")
    plain.page.locator("button[name=deed][value=keep]").click()
    for group in (SHIP, "J. Harrow"):
        plain.page.get_by_role("group", name=group).get_by_role("radio").nth(1).check()
    plain.page.get_by_role("button", name="Answered: save").click()
    expect(plain.page.locator("body")).to_contain_text("Signed by J. Harrow of Leeds.")
    expect(plain.page.locator("body")).not_to_contain_text("Perez")


def test_the_sheet_of_what_was_hidden_is_taken_once(person: MakePerson, tmp_path: Path, running: RunningNode) -> None:
    source = tmp_path / "march.csv"
    source.write_text(f'{HEAD}WPN,KE-FILE-1,2026-03-04,KE,KEMBA,pistol,2,H87,"{TEXT}"\n')
    ref = running.json("import_cases", str(source), "--by", "a.wanjiru")["receipt"]
    officer = person("a.wanjiru")
    page = officer.page
    officer.go(f"/intake/{ref}/")
    told = page.locator(".hidden-told")
    expect(told).to_contain_text("4 stretches were hidden")
    expect(told).to_contain_text("It can be taken once, until")
    officer.looks_right("hidden-sheet")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Take the sheet").click()
    kept = tmp_path / "hidden.xlsx"
    taken.value.save_as(kept)
    rows = list(load_workbook(kept).worksheets[0].iter_rows(values_only=True))
    assert [row[3] for row in rows[1:]] == [SHIP, "Juan Carlos Perez Gomez", "KDB 921L", "J. Harrow"]
    officer.go(f"/intake/{ref}/")
    expect(told).to_contain_text("a.wanjiru, Kenya took the sheet of them")
    expect(page.get_by_role("button", name="Take the sheet")).to_have_count(0)
    officer.looks_right("hidden-sheet-taken")
