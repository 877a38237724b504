"""Two days of a joint operation by five people in three languages: from a warning to a certificate."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import PASSWORD, PROJECT, prepared_for
from tests.journeys.conftest import PICTURES, Person, RunningNode, serving

pytestmark = [pytest.mark.browser, pytest.mark.long]
A_DAY_LATER = """
import django; django.setup()
from datetime import timedelta
from django.db.models import F
from tidewaiter.operations.models import Message, Owed
day = timedelta(days=1)
print(Message.objects.update(at=F("at") - day), Owed.objects.filter(met_at=None).update(due_at=F("due_at") - day))
"""


@pytest.fixture
def node(tmp_path: Path) -> Iterator[RunningNode]:
    """An operation node with people of four administrations, serving."""
    shutil.copytree(prepared_for("operation"), tmp_path / "home")
    made = RunningNode(tmp_path / "home", "operation")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for username, home, role in (
        ("o.lindqvist", "INT", "coordinator"),
        ("r.adeyemi", "INT", "coordinator"),
        ("a.wanjiru", "KE", "participant"),
        ("h.haddad", "JO", "participant"),
        ("m.ortega", "ES", "participant"),
    ):
        made.person(username, home, role)
    with serving(made):
        yield made


def _speaks(person: Person, language: str) -> None:
    person.page.click("details.menu:has(form[action='/language/']) summary")
    person.page.get_by_role("button", name=language).click()
    person.page.wait_for_load_state("networkidle")


def _sends(page: Page) -> None:
    page.click("form[enctype] footer [data-main]")
    page.wait_for_url("**/operations/OP-*/#m*")


def _still_them(page: Page) -> None:
    """Answers the question for the password where signing in was too long ago."""
    page.wait_for_load_state("networkidle")
    if "/accounts/again/" in page.url:
        page.fill("input[type=password]", PASSWORD)
        page.click("[data-main]")
        page.wait_for_load_state("networkidle")


def test_two_days_of_an_operation(browser: Browser, node: RunningNode, tmp_path: Path) -> None:
    unit = Person(browser, node, "o.lindqvist")
    ref = _opened(unit, node)
    room = f"/operations/{ref}/"
    kenya, spain = Person(browser, node, "a.wanjiru"), Person(browser, node, "m.ortega")
    jordan = Person(browser, node, "h.haddad")
    kenya.go("/operations/")
    kenya.page.get_by_role("button", name="Join").click()
    _speaks(jordan, "العربية")
    _speaks(spain, "Español")
    kenya.go(room)
    _day_one(unit, kenya, jordan, spain, room)
    done = subprocess.run(
        [sys.executable, "-c", A_DAY_LATER],
        env={**node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["3", "0"], done.stdout
    _day_two(unit, kenya, spain, room)
    _removed(unit, jordan, room)
    second = Person(browser, node, "r.adeyemi")
    _the_end(unit, second, kenya, ref, tmp_path)
    checked = node.json("verify_certificate", str(tmp_path / "certificate.json"))
    assert checked["valid"] is True


def _opened(unit: Person, node: RunningNode) -> str:
    unit.go("/operations/new/")
    page = unit.page
    page.fill("#title", "Grey Heron")
    page.fill("#type", "Sea containers")
    page.fill("#unit", "Mombasa")
    page.select_option("#countries", ["KE", "JO", "ES"])
    page.select_option("#languages", ["en", "ar", "es"])
    page.fill("#waiting_days", "0")
    page.check("[name=test]")
    unit.looks_right("operation-new")
    page.click("form.sheet [data-main]")
    page.wait_for_url("**/operations/OP-*/")
    ref = page.url.rstrip("/").rsplit("/", 1)[1]
    for name, part in (("r.adeyemi", "coordinator"), ("h.haddad", "participant"), ("m.ortega", "participant")):
        node.json("admit", ref, name, "--as", part, "--by", "o.lindqvist")
    unit.go(f"/operations/{ref}/members/")
    page.fill("#username", "a.wanjiru")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("a.wanjiru").first).to_be_visible()
    unit.looks_right("operation-members")
    unit.go(f"/operations/{ref}/closing/")
    page.click("button[name=phase][value=live]")
    unit.go(f"/operations/{ref}/")
    return ref


def _day_one(unit: Person, kenya: Person, jordan: Person, spain: Person, room: str) -> None:
    """A warning in Arabic, feedback to it, a seizure in Spanish; each reads it in their own language."""
    jordan.go(f"{room}write/warning/")
    page = jordan.page
    page.select_option("#to", ["KE"])
    page.check("[name=urgent]")
    page.fill("#f-goods", "قطع غيار آلات")
    page.fill("#f-from_place", "JOAQJ")
    page.fill("#f-to_place", "KEMBA")
    page.fill("#f-eta", "2030-01-02")
    page.fill("#text", "الختم معاد التثبيت")
    page.set_input_files(
        "#files", files=[{"name": "seal.txt", "mimeType": "text/plain", "buffer": "ختم 4711".encode()}]
    )
    jordan.looks_right("operation-warning-ar")
    _sends(page)
    jordan.looks_right("operation-room-ar")
    expect(kenya.page.locator("li.msg")).to_have_count(1, timeout=60_000)  # by the stream: nobody loaded it again
    kenya.go(room)
    expect(kenya.page.get_by_text("You owe 1 answer")).to_be_visible()
    kenya.looks_right("operation-room")
    kenya.page.locator("li.msg").get_by_role("link", name="Answer").click()
    kenya.page.select_option("#f-controlled", "yes")
    kenya.page.select_option("#f-result", "seized")
    kenya.page.fill("#text", "Opened at berth 12.")
    kenya.looks_right("operation-feedback")
    _sends(kenya.page)
    expect(kenya.page.get_by_text("Nothing is asked of you")).to_be_visible()
    spain.go(f"{room}write/seizure/")
    page = spain.page
    page.select_option("#form", "DRG")
    page.fill("#date", "2026-11-26")
    page.fill("#place", "ESALG")
    for at, goods, quantity in ((1, "cocaine", "318"), (2, "heroin", "2.5")):
        page.fill(f"[name='lines.{at}.subtype']", goods)
        page.fill(f"[name='lines.{at}.quantity']", quantity)
        page.fill(f"[name='lines.{at}.unit']", "KGM")
    page.click("details:has([name='annex.1.name']) > summary")
    page.fill("[name='annex.1.name']", "Diego Markov")
    spain.looks_right("operation-seizure-es")
    _sends(page)
    unit.go(room)
    expect(unit.page.locator("li.msg")).to_have_count(3)
    spain.go(f"{room}write/seizure/?correct=3")
    spain.page.fill("[name='lines.1.quantity']", "319")
    spain.page.click("form[enctype] footer [data-main]")
    spain.page.wait_for_url("**/messages/3/")
    expect(unit.page.locator("li.msg", has_text="319")).to_be_visible(timeout=60_000)  # nobody loaded the page anew


def _day_two(unit: Person, kenya: Person, spain: Person, room: str) -> None:
    """A raid, a request and its reply, the situation report, the board and its paper."""
    kenya.go(f"{room}write/raid/")
    for name, number in (("places_searched", "3"), ("arrests", "5"), ("victims", "2")):
        kenya.page.fill(f"#f-{name}", number)
    _sends(kenya.page)
    unit.go(f"{room}write/request/")
    unit.page.select_option("#to", ["ES"])
    unit.page.fill("#f-about", "Which seal number had the container?")
    _sends(unit.page)
    spain.go(room)
    spain.page.locator("li.msg", has_text="Which seal number").locator("a[href*='/write/reply/']").click()
    spain.page.fill("#text", "El precinto 4711.")
    _sends(spain.page)
    spain.looks_right("operation-room-es")
    unit.go(f"{room}write/situation/")
    unit.page.fill("#f-day", "2026-11-27")
    unit.page.fill("#text", "Two hits, five arrests, two victims in safety.")
    _sends(unit.page)
    unit.go(f"{room}?q=4711")
    expect(unit.page.locator("li.msg", has_text="4711").first).to_be_visible()
    unit.go(f"{room}board/")
    unit.looks_right("operation-board")
    with unit.page.expect_download() as taken:
        unit.page.locator("a[href*='situation.pdf']").first.click()
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF")


def _removed(unit: Person, jordan: Person, room: str) -> None:
    """Whoever is taken out of the room loses the page that stands open, at once."""
    jordan.go(room)
    expect(jordan.page.locator("li.msg").first).to_be_visible()
    unit.go(f"{room}members/")
    unit.page.locator("tr", has_text="h.haddad").get_by_role("button").click()
    expect(jordan.page.locator("li.msg")).to_have_count(0, timeout=60_000)
    jordan.complaints.clear()  # the browser says in the console that the room is not there for them
    jordan.context.close()


def _the_end(unit: Person, second: Person, kenya: Person, ref: str, tmp_path: Path) -> None:
    kenya.go(f"/operations/{ref}/closing/")
    with kenya.page.expect_download() as taken:
        kenya.page.get_by_role("button", name="Take our data").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"PK")
    unit.go(f"/operations/{ref}/closing/")
    page = unit.page
    page.get_by_text("Seal the room…").click()
    page.fill("#sure", "Grey Heron")
    unit.looks_right("operation-closing")
    page.get_by_role("button", name="Seal the room").click()
    expect(page.locator("code.share-code")).to_be_visible()
    unit.looks_right("operation-sealed")
    second.go(f"/operations/{ref}/closing/")
    second.page.get_by_role("button", name="Take your share").click()
    expect(second.page.locator("code.share-code")).to_be_visible()
    unit.go(f"/operations/{ref}/closing/")
    page.get_by_role("button", name="Ask for its destruction").click()
    _still_them(page)
    second.go(f"/operations/{ref}/closing/")
    second.page.get_by_role("button", name="Confirm: destroy the room").click()
    _still_them(second.page)
    second.go(f"/operations/{ref}/closing/")
    expect(second.page.get_by_role("heading", level=1)).to_contain_text("is destroyed")
    second.looks_right("operation-destroyed")
    with second.page.expect_download() as paper:
        second.page.locator("a[href*='paper/certificate']").first.click()
    said = Path(paper.value.path()).read_bytes()
    (tmp_path / "certificate.json").write_bytes(said)
    assert json.loads(said)
