"""A year of an expert group by four people of three sectors: admission, warning, sighting, revocation, survey round,
meeting, insight and annual report.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import prepared_for
from tests.journeys.conftest import PICTURES, Person, RunningNode, serving

pytestmark = [pytest.mark.browser, pytest.mark.long]
GROUP = "eceg"


@pytest.fixture
def node(tmp_path: Path) -> Iterator[RunningNode]:
    """A central node with the secretariat, experts of customs and police, and a bank, serving."""
    shutil.copytree(prepared_for("central"), tmp_path / "home")
    made = RunningNode(tmp_path / "home", "central")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for username, home, role in (
        ("r.lindgren", "INT", "editor"),
        ("k.boateng", "GH", "contact"),
        ("f.otieno", "KE", "expert"),
        ("q.tran", "VN", "expert"),
        ("bank.desk", "KE", "partner"),
    ):
        made.person(username, home, role)
    with serving(made):
        yield made


def _day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def _posted(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def test_a_year_of_a_group(browser: Browser, node: RunningNode) -> None:
    secretariat = Person(browser, node, "r.lindgren")
    _opened(secretariat)
    chair, kenya = Person(browser, node, "k.boateng"), Person(browser, node, "f.otieno")
    police, bank = Person(browser, node, "q.tran"), Person(browser, node, "bank.desk")
    for person in (chair, kenya, police, bank):
        person.go(f"/experts/{GROUP}/")
        expect(person.page.get_by_role("heading", name="What you promise")).to_be_visible()
        expect(person.page.get_by_text("Warn each other early")).to_have_count(0)
        person.page.click("[data-main]")
        expect(person.page.get_by_text("Warn each other early").first).to_be_visible()
    secretariat.go(f"/experts/{GROUP}/members/")
    secretariat.page.select_option("#appointed", "k.boateng")
    secretariat.page.fill("#f-appoint-ends_on", _day(360))
    secretariat.page.get_by_role("button", name="Appoint").click()
    expect(secretariat.page.get_by_text("Chair: k.boateng")).to_be_visible()
    secretariat.looks_right("experts-members")
    bank.go(f"/experts/{GROUP}/members/")
    expect(bank.page.get_by_text("f.otieno")).to_have_count(0)
    bank.looks_right("experts-private")
    _warned(kenya, police, bank)
    _asked(secretariat, chair, kenya, police)
    _met(chair, kenya, police)
    _reported(secretariat, chair, kenya, bank)
    kenya.go(f"/experts/{GROUP}/")
    kenya.looks_right("experts-group")
    small = Person(browser, node, "f.otieno", viewport={"width": 390, "height": 844})
    small.go(f"/experts/{GROUP}/")
    small.looks_right("experts-group-phone")


def _opened(secretariat: Person) -> None:
    """The group with its mandate, and four people of three sectors admitted to it."""
    secretariat.go("/experts/new/")
    page = secretariat.page
    page.fill("#f-new-title", "Electronic crime expert group")
    page.fill("#f-new-code", GROUP)
    page.fill("#f-new-reports_to", "Enforcement Committee")
    page.fill("#f-new-ends_on", _day(1000))
    page.fill("#f-new-paragraphs", "Warn each other early\nReport on single topics\nNeeds, training, equipment")
    secretariat.looks_right("experts-new")
    page.click("[data-main]")
    page.wait_for_url(f"**/experts/{GROUP}/")
    for username, sector, standing in (
        ("k.boateng", "customs", "expert"),
        ("f.otieno", "customs", "expert"),
        ("q.tran", "police", "expert"),
        ("bank.desk", "private", "private"),
    ):
        secretariat.go(f"/experts/{GROUP}/members/")
        page.fill("#f-admit-username", username)
        page.select_option("#f-admit-sector", sector)
        page.select_option("#f-admit-standing", standing)
        page.get_by_role("button", name="Admit").click()
        expect(page.get_by_role("cell", name=re.compile(re.escape(username)))).to_be_visible()


def _warned(kenya: Person, police: Person, bank: Person) -> None:
    """A warning is published, seen by the police and the bank, and revoked: all of them read that."""
    kenya.go("/advisories/new/")
    page = kenya.page
    page.select_option("#f-collection", GROUP)
    page.fill("#f-title", "False customs-duty pages")
    page.fill("#f-summary", "A message says that a parcel is held for duty; the page takes the card.")
    page.fill("#f-indicators", "parcel-duty.example high")
    page.get_by_role("button", name="Publish it now").click()
    page.wait_for_url(re.compile(r"/advisories/(?!new)[^/]+/$"))
    expect(page.get_by_text("parcel-duty[.]example").first).to_be_visible()
    address = "/" + page.url.split("/", 3)[3]
    for person in (police, bank):
        person.go(address)
        person.page.get_by_role("button", name="It concerns us").click()
        _posted(person.page)
        person.page.locator("summary", has_text="Tell a sighting").click()
        person.page.fill("#s-times", "31")
        person.page.get_by_role("button", name="Tell it").click()
        _posted(person.page)
    kenya.go(address)
    expect(page.get_by_text("31 ×")).to_have_count(2)
    page.locator("summary", has_text="Revoke…").click()
    page.fill("input[name=reason]", "The page is gone and the domain belongs to somebody else.")
    page.get_by_role("button", name="Revoke", exact=True).click()
    _posted(page)
    bank.go(address)
    expect(bank.page.get_by_text("belongs to somebody else").first).to_be_visible()


def _asked(secretariat: Person, chair: Person, kenya: Person, police: Person) -> None:
    """A round of needs: answered field by field, handed in, and planned by both sides."""
    chair.go(f"/experts/{GROUP}/needs/")
    page = chair.page
    page.fill("#f-open_round-title", "Needs of the year")
    page.fill("#f-open_round-countries", "KE, VN")
    page.fill("#f-open_round-closes_on", _day(20))
    page.click("[data-main]")
    page.wait_for_url("**/experts/round/*/")
    round_address = "/" + page.url.split("/", 3)[3]
    kenya.go(round_address)
    fields = kenya.page.locator("select[name=value]")
    for number in range(fields.count()):
        with kenya.page.expect_response(re.compile(r"/do/answer/$")):
            fields.nth(number).select_option(str(number % 5))
    kenya.page.reload()
    expect(kenya.page.get_by_text("17 of 18 answered")).to_be_visible()
    kenya.looks_right("experts-questions")
    kenya.page.get_by_role("button", name="Hand in").click()
    kenya.page.wait_for_url("**/profile/")
    kenya.looks_right("experts-profile")
    police.go(round_address)
    expect(police.page.get_by_text("0 of 18 answered")).to_be_visible()
    secretariat.go(round_address)
    secretariat.page.click("a.row-link:has-text('Kenya')")
    secretariat.page.locator("summary", has_text="A line of the plan").click()
    for name, text in (("gap", "No readers"), ("what", "Seven readers"), ("owner", "Kenya"), ("cost", "210000")):
        secretariat.page.fill(f"#f-plan-{name}", text)
    secretariat.page.fill("#f-plan-by_day", _day(120))
    secretariat.page.get_by_role("button", name="Propose it").click()
    _posted(secretariat.page)
    kenya.page.reload()
    kenya.page.get_by_role("button", name="Agree").click()
    expect(kenya.page.get_by_text("Agreed", exact=True)).to_be_visible()
    chair.go(round_address)
    page.get_by_role("button", name="Close the round").click()
    expect(page.get_by_text("Regions, without a country")).to_be_visible()
    chair.looks_right("experts-round")


def _met(chair: Person, kenya: Person, police: Person) -> None:
    """A meeting: called, answered, held; a decision and an action point that is done."""
    chair.go(f"/experts/{GROUP}/meetings/")
    page = chair.page
    page.fill("#f-convene-title", "Yearly meeting")
    page.fill("#f-convene-begins_at", f"{_day(3)}T09:00")
    page.fill("#f-convene-ends_at", f"{_day(3)}T17:00")
    page.fill("#f-convene-agenda", "Report of the duty\nElection")
    chair.looks_right("experts-meetings")
    page.click("[data-main]")
    page.wait_for_url("**/experts/meeting/*/")
    address = "/" + page.url.split("/", 3)[3]
    for person in (kenya, police):
        person.go(address)
        person.page.get_by_role("button", name="I come").click()
        _posted(person.page)
    chair.go(address)
    page.fill("#f-decide-text", "Urgent warnings go out within a day.")
    page.get_by_role("button", name="Write it down").click()
    _posted(page)
    page.fill("#f-set_action-text", "Write the rota")
    page.select_option("#f-set_action-owner", "f.otieno")
    page.fill("#f-set_action-due_on", _day(5))
    page.get_by_role("button", name="Give it").click()
    page.wait_for_url(f"**/experts/{GROUP}/work/")
    chair.go(address)
    for name in ("f.otieno", "q.tran"):
        page.check(f"input[name=came][value='{name}']")
    page.get_by_role("button", name="Note who came").click()
    _posted(page)
    page.get_by_role("button", name="It was held").click()
    expect(page.get_by_text("2 came")).to_be_visible()
    chair.looks_right("experts-meeting")
    kenya.go(f"/experts/{GROUP}/")
    expect(kenya.page.get_by_text("You answer 1 action point")).to_be_visible()
    kenya.page.locator("summary", has_text="Answer").first.click()
    kenya.page.fill("input[name=text]", "Four weeks, two people each.")
    kenya.page.get_by_role("button", name="It is done").click()
    kenya.go(f"/experts/{GROUP}/")
    expect(kenya.page.get_by_text("Nothing waits for you")).to_be_visible()


def _reported(secretariat: Person, chair: Person, kenya: Person, bank: Person) -> None:
    """An insight and an annual report; the annual one is agreed, delivered and published in the library."""
    for kind, title in (("insight", "Parcels ordered on line"), ("annual", "Report to the committee")):
        chair.go(f"/experts/{GROUP}/reports/")
        page = chair.page
        page.select_option("#f-begin_report-kind", kind)
        page.fill("#f-begin_report-title", title)
        page.fill("#f-begin_report-sections", "The year")
        page.get_by_role("button", name="Begin").click()
        page.wait_for_url("**/experts/report/*/")
        page.fill("#x-1", "One warning, two sightings of it, one revocation.")
        page.get_by_role("button", name="Save").click()
        _posted(page)
        page.get_by_role("button", name="Freeze the figures").click()
        expect(page.locator("main dl.facts")).to_contain_text("62")
        page.get_by_role("button", name="Circulate").click()
        _posted(page)
    kenya.go("/" + page.url.split("/", 3)[3])
    expect(kenya.page.get_by_text("One warning, two sightings")).to_be_visible()
    page.get_by_role("button", name="The group agrees").click()
    _posted(page)
    chair.looks_right("experts-report")
    page.select_option("#m-audience", "partners")
    page.get_by_role("button", name="Deliver to the library").click()
    expect(page.get_by_text("In the library")).to_be_visible()
    report = "/" + page.url.split("/", 3)[3]
    secretariat.go(report)
    secretariat.page.get_by_role("link", name="Library").last.click()
    secretariat.page.get_by_role("button", name="Publish").click()
    _posted(secretariat.page)
    bank.go("/library/")
    expect(bank.page.get_by_text("Report to the committee").first).to_be_visible()
