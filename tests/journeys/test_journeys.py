"""What people do in a day, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Person, RunningNode

pytestmark = pytest.mark.browser
type MakePerson = Callable[..., Person]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def test_a_wrong_password_is_answered_in_words_and_a_right_one_opens_the_start_page(person: MakePerson) -> None:
    somebody = person("")
    somebody.go("/")
    somebody.looks_right("sign-in")
    somebody.page.fill("#id_login", "t.kiplagat")
    somebody.page.fill("#id_password", "not the password")
    somebody.page.click("[data-main]")
    expect(somebody.page.get_by_role("alert")).to_contain_text("do not go together")
    assert somebody.page.input_value("#id_login") == "t.kiplagat", "what was typed stays"
    officer = person("t.kiplagat")
    expect(officer.page.locator("h1")).to_contain_text("waits")
    officer.looks_right("start")
    officer.page.click("details.menu:last-of-type summary")
    officer.page.get_by_role("button", name="Sign out").click()
    expect(officer.page.locator("#id_login")).to_be_visible()


def _fill_the_first_line(page: Page) -> None:
    """A weapons case as an officer types it, with a quantity that has to be mended."""
    page.keyboard.press("n")
    page.get_by_role("link", name=re.compile("Weapons")).click()
    page.fill("#date", "2026-11-16")
    page.fill("#national_ref", "KE-2026-0418")
    page.select_option("#location_type", "seaport")
    page.select_option("#direction", "import")
    page.locator("#place").press_sequentially("momb", delay=60)
    expect(page.locator("datalist option[value=KEMBA]")).to_have_count(1)
    page.fill("#place", "Mombasa")
    page.locator("#block-detection > summary").click()
    page.select_option("[name='detection.method']", "risk_profile")
    page.check("input[name='detection.techniques'][value=xray]")
    page.locator("#block-conveyance > summary").click()
    page.select_option("[name='conveyance.mode']", "1")
    page.select_option("[name='lines.1.subtype']", "slide_barrel")
    page.fill("[name='lines.1.quantity']", "6 2")


def test_a_seizure_is_entered_mended_submitted_and_validated(person: MakePerson) -> None:
    officer = person("t.kiplagat")
    page = officer.page
    _fill_the_first_line(page)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("alert")).to_contain_text("One field needs mending")
    expect(page.locator("[name='lines.1.quantity']")).to_have_attribute("aria-invalid", "true")
    officer.complaints.clear()  # the browser itself notes the answer 422
    officer.looks_right("entry-with-an-error")
    page.fill("[name='lines.1.quantity']", "62")
    page.get_by_role("button", name="Another line").click()
    page.select_option("[name='lines.2.unit']", "LTR")  # before the goods are chosen every unit is offered
    page.select_option("[name='lines.2.subtype']", "ammunition")
    page.fill("[name='lines.2.quantity']", "100")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status").first).to_contain_text("Must be settled")
    expect(page.locator(".find.stop")).to_contain_text("not used for")
    expect(page.get_by_role("button", name="Submit")).to_have_count(0)
    officer.complaints.clear()  # the picture itself leaves a style behind
    officer.looks_right("answers-with-a-finding")
    page.locator(".find.stop").get_by_role("button", name="Edit").click()
    expect(page.locator("[name='lines.2.unit']")).to_be_focused()
    page.select_option("[name='lines.2.unit']", "H87")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status").first).to_contain_text("All checks passed")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".tw-step .st")).to_contain_text("Submitted")
    reviewer = person("n.achieng")
    expect(reviewer.page.locator("h1")).to_contain_text("One case waits for you")
    reviewer.looks_right("start-reviewer")
    reviewer.page.click("a.row-link >> nth=0")
    expect(reviewer.page.locator("h1")).to_contain_text("62 slides or barrels and 100 rounds")
    reviewer.looks_right("case")
    reviewer.page.keyboard.press("t")
    reviewer.page.fill("#why-r", "Are the barrels finished or blanks?")
    reviewer.page.get_by_role("button", name="Return", exact=True).click()
    officer.go("/")
    expect(page.locator("h1")).to_contain_text("One case waits for you")
    page.click("a.row-link >> nth=0")
    expect(page.locator("main")).to_contain_text("finished or blanks")
    page.get_by_role("link", name="Mend", exact=True).click()
    page.locator("#block-more > summary").click()
    page.fill("[name=narrative]", "All 62 are finished barrels.")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".tw-step .st")).to_contain_text("Submitted")
    reviewer.go("/cases/?status=submitted")
    reviewer.page.click("a.row-link >> nth=0")
    expect(reviewer.page.locator("h1")).to_contain_text("62 slides or barrels")
    reviewer.page.wait_for_load_state("networkidle")
    reviewer.page.keyboard.press("v")
    expect(reviewer.page.locator(".tw-step .st")).to_contain_text("Validated")
    american = person("j.miller")
    american.go("/cases/")
    expect(american.page.get_by_role("link", name="KE-2026-0418")).to_be_visible()
    american.go("/statistics/")
    expect(american.page.locator("svg.map")).to_be_visible()
    american.go("/statistics/table/?by=subtype&measure=seizures&since=2024-01&until=2026-12")
    expect(american.page.locator("table.cross")).to_contain_text("Slide or barrel")
    american.looks_right("statistics")


def test_a_file_is_brought_watched_mended_and_brought_again(
    person: MakePerson, running: RunningNode, tmp_path: Path
) -> None:
    rows = [
        f"WPN,F-{n},2026-0{1 + n % 9}-11,Kenya,Mombasa,{('pistol', 'magazine')[n % 2]},{n + 1},pieces"
        for n in range(400)
    ]
    rows[7] = rows[7].replace("Mombasa", "Mombassa port")
    rows[9] = "WPN,F-9,03/04/2026,Kenya,Mombasa,magazine,10,pieces"
    file = tmp_path / "weapons.csv"
    file.write_text("form,national_ref,date,country,place,subtype,quantity,unit\n" + "\n".join(rows) + "\n")
    contact = person("a.wanjiru")
    contact.go("/intake/")
    contact.looks_right("intake")
    contact.page.set_input_files("#file", str(file))
    contact.page.check("input[name=submit]")
    contact.page.get_by_role("button", name="Bring it").click()
    expect(contact.page.locator(".outcomes")).to_be_visible(timeout=60_000)
    expect(contact.page.locator("table.t").first).to_contain_text("Mombassa port")
    expect(contact.page.locator(".tw-step")).to_contain_text("2 rows need you")
    contact.looks_right("intake-receipt")
    with contact.page.expect_download() as download:
        contact.page.get_by_role("link", name="Error sheet").click()
    sheet = tmp_path / "mend.xlsx"
    download.value.save_as(sheet)
    book = openpyxl.load_workbook(sheet)
    data = book["Data"]
    heads = [cell.value for cell in data[1]]
    for row in data.iter_rows(min_row=2):
        if row[heads.index("place")].value == "Mombassa port":
            row[heads.index("place")].value = "KEMBA"
        if row[heads.index("date")].value == "03/04/2026":
            row[heads.index("date")].value = "2026-04-03"
    book.save(sheet)
    contact.go("/intake/")
    contact.page.set_input_files("#file", str(sheet))
    contact.page.get_by_role("button", name="Bring it").click()
    expect(contact.page.locator(".tw-step .st")).to_contain_text("Done", timeout=60_000)
    contact.go("/intake/")
    (tmp_path / "note.csv").write_text("a,b\n1,2\n")
    contact.page.set_input_files("#file", str(tmp_path / "note.csv"))
    contact.page.get_by_role("button", name="Bring it").click()
    expect(contact.page.get_by_role("alert")).to_contain_text("Nothing was changed", timeout=60_000)
    assert list((running.home / "incoming").iterdir()) == [], "uploads are deleted when they have been read"
    contact.looks_right("intake-unreadable")


def test_the_list_is_narrowed_by_facets_and_taken_away(
    person: MakePerson, running: RunningNode, tmp_path: Path
) -> None:
    rows = [
        f"{form},L-{n},2026-0{1 + n % 9}-11,KE,{goods},{n + 1},{unit}"
        for n in range(60)
        for form, goods, unit in [(("WPN", "pistol", "H87"), ("DRG", "cocaine", "KGM"))[n % 2]]
    ]
    file = tmp_path / "list.csv"
    file.write_text("form,national_ref,date,country,subtype,quantity,unit\n" + "\n".join(rows) + "\n")
    assert running.json("import_cases", str(file), "--by", "a.wanjiru")["accepted"] == 60
    contact = person("a.wanjiru")
    contact.go("/cases/?q=L-")
    expect(contact.page.locator("section.sheet h2")).to_contain_text("60 cases")
    contact.looks_right("cases")
    contact.page.get_by_role("link", name=re.compile("Drugs")).click()
    expect(contact.page.locator("section.sheet h2")).to_contain_text("30 cases")
    expect(contact.page.locator(".filt")).to_have_count(2)
    with contact.page.expect_download() as download:
        contact.page.locator("summary", has_text="Export").click()
        contact.page.get_by_role("link", name="CSV").click()
    assert Path(download.value.path()).read_text(encoding="utf-8-sig").count("\n") == 31
    contact.page.get_by_role("link", name="Remove Drugs").click()
    expect(contact.page.locator("section.sheet h2")).to_contain_text("60 cases")
    contact.page.get_by_role("link", name="Next").click()
    expect(contact.page.locator("tbody tr")).to_have_count(10)
    contact.go("/cases/?q=L-&form=CIT")
    expect(contact.page.locator(".empty")).to_contain_text("No case fits all conditions")
    expect(contact.page.locator(".empty a").first).to_be_visible()
    contact.looks_right("cases-empty")


def _one_case(running: RunningNode, tmp_path: Path) -> None:
    """A case that the list has, whichever journeys went before."""
    file = tmp_path / "one.csv"
    file.write_text(
        "form,national_ref,date,country,place,subtype,quantity,unit,narrative\n"
        "DRG,V-1,2026-02-11,KE,KEMBA,heroin,2.5,KGM,Two packets\n"
    )
    running.json("import_cases", str(file), "--by", "a.wanjiru")


PAGES = {
    "start": "/",
    "cases": "/cases/",
    "entry": "/cases/new/DRG/",
    "choose": "/cases/new/",
    "intake": "/intake/",
    "map": "/intake/map/",
    "statistics": "/statistics/",
    "figures-map": "/statistics/map/?layer=density",
    "figures-signals": "/statistics/signals/",
    "figures-counterfeits": "/statistics/counterfeits/",
    "figures-wildlife": "/statistics/wildlife/",
    "reports": "/statistics/reports/",
    "library": "/library/",
    "library-write": "/library/new/",
    "figures-table": "/statistics/table/?by=year&and=mode",
    "lists": "/codelists/",
    "list": "/codelists/country/?q=Кения",
    "forms": "/forms/",
    "work": "/jobs/",
    "people": "/people/",
    "invite": "/people/invite/",
    "duty": "/people/duty/",
    "people-figures": "/people/statistics/",
    "you": "/you/",
    "notices": "/notices/",
    "api": "/api/docs",
}


@pytest.mark.parametrize(
    ("view", "options"),
    [
        ("dark", {"color_scheme": "dark"}),
        ("phone", PHONE),
        ("phone-dark", {**PHONE, "color_scheme": "dark"}),
        ("laptop", {}),
    ],
)
def test_every_page_holds_on_phone_and_laptop_in_light_and_dark(
    person: MakePerson, running: RunningNode, view: str, options: dict[str, object], tmp_path: Path
) -> None:
    _one_case(running, tmp_path)
    contact = person("a.wanjiru", **options)
    for name, address in PAGES.items():
        contact.go(address)
        contact.looks_right(f"{name}-{view}")
    contact.go("/cases/?q=V-1")
    contact.page.click("a.row-link >> nth=0")
    contact.page.wait_for_load_state("networkidle")
    contact.looks_right(f"case-{view}")


def test_arabic_is_read_from_right_to_left(person: MakePerson, running: RunningNode, tmp_path: Path) -> None:
    _one_case(running, tmp_path)
    contact = person("a.wanjiru")
    contact.page.click("details.menu:has(form[action='/language/']) summary")
    contact.page.get_by_role("button", name="العربية").click()
    expect(contact.page.locator("html")).to_have_attribute("dir", "rtl")
    for name, address in PAGES.items():
        contact.go(address)
        contact.looks_right(f"{name}-arabic")
    contact.go("/cases/")
    expect(contact.page.locator("table")).to_contain_text("كينيا")
    contact.page.click("details.menu:has(form[action='/language/']) summary")
    contact.page.get_by_role("button", name="English").click()
