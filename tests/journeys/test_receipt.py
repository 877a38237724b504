"""A contact brings a file with wrong cells, narrows by reason, takes proposals and opens the cases it made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Person, RunningNode

pytestmark = pytest.mark.browser
type MakePerson = Callable[..., Person]
HEAD = "Register No.;Day;Where;What;How many;In;Mode\n"
MAPPING = """form = "WPN"
[constants]
country = "CL"
[columns]
national_ref = "Register No."
date = "Day"
place = "Where"
subtype = "What"
quantity = "How many"
unit = "In"
"conveyance.mode" = "Mode"
[formats]
decimal = ","
"""


def _file(folder: Path) -> Path:
    """Sixty rows, of which nine are wrong in eleven cells."""
    rows = [f"CL-{n:03d};2026-11-{1 + n % 28:02d};CLSAI;pistol;{1 + n % 7};H87;1" for n in range(60)]
    for at, place, old, new in (
        (7, "Valparaiso puerto", "CLSAI", ""),
        (11, "x", ";pistol;", ";pistoll;"),
        (12, "x", ";pistol;", ";riffle;"),
        (19, "x", ";H87;", ";cajas;"),
        (20, "x", ";H87;", ";cajas;"),
        (33, "x", "2026-11-06", "2026-11-31"),
        (41, "x", ";1;H87", ";1.25,5,0;H87"),
        (52, "Valparaizo", "CLSAI", ""),
        (53, "Valparaizo", "CLSAI", ""),
    ):
        rows[at] = rows[at].replace(old, new or place)
    rows[53] = rows[53].replace(";H87;", ";bottles;")
    path = folder / "WPN_CL_2026-11.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n")
    return path


def test_a_receipt_is_mended_on_the_page_and_its_cases_are_opened(
    person: MakePerson, running: RunningNode, tmp_path: Path
) -> None:
    (tmp_path / "chile.toml").write_text(MAPPING)
    answer = running.json(
        "import_cases", str(_file(tmp_path)), "--by", "j.quiroga", "--mapping", str(tmp_path / "chile.toml"), code=1
    )
    ref = answer["receipt"]
    assert answer["accepted"] + answer["rejected"] == 60
    contact = person("j.quiroga")
    page = contact.page
    contact.go(f"/intake/{ref}/")
    expect(page.locator("svg.outcome")).to_be_visible()
    contact.looks_right("receipt-laptop")
    page.get_by_role("link", name="No such code.").click()
    expect(page.locator("#wrong")).to_contain_text("2 cells to mend")
    contact.looks_right("receipt-reason")
    contact.go(f"/intake/{ref}/")
    for name, options in (
        ("receipt-phone", {"viewport": {"width": 390, "height": 844}, "has_touch": True}),
        ("receipt-dark", {"color_scheme": "dark"}),
    ):
        other = person("j.quiroga", **options)
        other.go(f"/intake/{ref}/")
        other.looks_right(name)
        other.page.screenshot(path=str(Path("/tmp") / f"{name}-full.png"), full_page=True)
    page.get_by_role("button", name="Take all").click()
    expect(page.get_by_role("status").first).to_contain_text("filled in")
    contact.looks_right("receipt-filled")
    page.get_by_role("link", name="Open these").click()
    expect(page.locator("main h2").first).to_contain_text("cases")
    contact.looks_right("receipt-cases")


def test_two_colleagues_write_at_once_and_both_texts_stand_side_by_side(
    person: MakePerson, running: RunningNode, tmp_path: Path
) -> None:
    path = tmp_path / "one.csv"
    path.write_text("form,national_ref,date,country,subtype,quantity,unit\nWPN,KE-TWO-1,2026-11-02,KE,pistol,2,H87\n")
    running.json("import_cases", str(path), "--by", "a.wanjiru")
    ones, twos = person("a.wanjiru"), person("t.kiplagat")
    for who in (ones, twos):
        who.go("/cases/?national_ref=KE-TWO-1")
        who.page.locator("tbody a").first.click()
        who.page.get_by_role("link", name="Amend").click()
        who.page.locator("#block-more summary").click()
        who.page.locator("[name=narrative]").fill(f"What {who is ones} saw: behind the wheel arch.")
    ones.page.get_by_role("button", name="Save draft", exact=True).click()
    ones.page.wait_for_load_state()
    twos.page.get_by_role("button", name="Save draft", exact=True).click()
    expect(twos.page.locator("#h-overtaken")).to_be_visible()
    twos.complaints[:] = [said for said in twos.complaints if "409" not in said]  # the browser notes the answer
    twos.looks_right("entry-overtaken")
    twos.page.get_by_role("button", name="Take theirs").first.click()
    expect(twos.page.locator("[name=narrative]")).to_have_value("What True saw: behind the wheel arch.")
