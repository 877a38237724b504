"""Three people of three countries do their morning's work in three languages; a steward looks after the node."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import PASSWORD
from tests.journeys.conftest import Person, RunningNode
from tests.making import code_of

pytestmark = pytest.mark.browser
type MakePerson = Callable[..., Person]


def _speak(page: Page, language: str) -> None:
    page.click("details.menu:has(form[action='/language/']) summary")
    page.get_by_role("button", name=language).click()


def _case(page: Page, national_ref: str, quantity: str) -> None:
    page.fill("#date", "2026-11-16")
    page.fill("#national_ref", national_ref)
    page.fill("#place", "San Antonio")
    page.select_option("#location_type", "seaport")
    page.select_option("[name='lines.1.subtype']", "pistol")
    page.fill("[name='lines.1.quantity']", quantity)


def _case_in_spanish(person: MakePerson) -> tuple[Person, Page]:
    """Chile, in Spanish: a case is typed, the browser dies, what was typed comes back and is sent."""
    chilean = person("j.quiroga")
    _speak(chilean.page, "Español")
    expect(chilean.page.locator("h1")).to_contain_text(re.compile("Nada le espera|le esperan"))  # others were here
    chilean.looks_right("morning-es-start")
    chilean.go("/cases/new/WPN/?simple=1")
    _case(chilean.page, "CL-2026-0007", "12")
    chilean.page.wait_for_timeout(700)
    again = chilean.context.new_page()
    chilean.page.close(run_before_unload=False)
    chilean.page = again
    chilean.go("/cases/new/WPN/?simple=1")
    expect(again.locator("[data-recover]")).to_be_visible()
    chilean.looks_right("morning-es-recover")
    again.get_by_role("button", name="Recuperarlo").click()
    expect(again.locator("[name='lines.1.quantity']")).to_have_value("12")
    again.fill("[name='lines.1.quantity']", "doce")
    again.locator("button[data-main]").click()
    expect(again.get_by_role("alert")).to_contain_text("Un campo necesita corrección")
    expect(again.locator("body")).to_contain_text("no es un número")
    chilean.complaints.clear()
    chilean.looks_right("morning-es-error")
    again.fill("[name='lines.1.quantity']", "12")
    again.locator("button[data-main]").click()
    again.get_by_role("button", name=re.compile("^Enviar")).click()
    expect(again.locator(".tw-step .st")).to_contain_text("Enviado")
    chilean.go("/cases/new/WPN/?simple=1")
    expect(again.locator("[data-recover]")).to_be_hidden()
    return chilean, again


def _region_given(person: MakePerson, running: RunningNode) -> None:
    """The secretariat's steward says who reviews Chile."""
    steward = person("p.duval")
    steward.looks_right("morning-steward-start")
    steward.go("/people/of/c.moreau/")
    steward.looks_right("steward-person")
    region = steward.page.locator("input[name=region]")
    assert region.count() > 3
    steward.page.check(f"input[name=region][value='{_region_of(running, 'CL')}']")
    steward.page.get_by_role("button", name="Save").click()
    expect(steward.page.locator(".tw-callout")).to_contain_text("ledger")


def _second_factor_in_french(reviewer: Person) -> None:
    """France, in French: a second factor is set up."""
    _speak(reviewer.page, "Français")
    reviewer.go("/you/")
    reviewer.looks_right("morning-fr-you")
    reviewer.page.get_by_role("link", name="Le configurer").click()
    reviewer.page.fill("#id_password", PASSWORD)
    reviewer.page.get_by_role("button", name="Continuer").click()
    secret = reviewer.page.locator("[data-secret]").inner_text()
    reviewer.looks_right("morning-fr-second-factor")
    reviewer.page.fill("#id_code", code_of(secret))
    reviewer.page.get_by_role("button", name="Le configurer").click()
    expect(reviewer.page.locator("h1")).to_contain_text("Codes de secours")
    expect(reviewer.page.locator(".codes li")).to_have_count(10)


def _sent_back_in_french(reviewer: Person) -> None:
    """The Chilean case is found, opened and sent back with a reason, by keys."""
    reviewer.go("/")
    expect(reviewer.page.locator("h1")).to_contain_text(re.compile("vous attend"))
    reviewer.looks_right("morning-fr-start")
    reviewer.go("/cases/?country=CL&status=submitted")
    reviewer.page.click("details.menu:has-text('Enregistrer ce filtre') summary")
    reviewer.page.fill("input[name=name]", "Chili à réviser")
    reviewer.page.locator("details[open] button", has_text="Enregistrer").click()
    expect(reviewer.page.locator(".filt.saved")).to_contain_text("Chili à réviser")
    reviewer.looks_right("morning-fr-list")
    reviewer.page.click("a.row-link >> nth=0")
    reviewer.page.wait_for_load_state("networkidle")
    reviewer.looks_right("morning-fr-case")
    reviewer.page.keyboard.press("?")
    expect(reviewer.page.locator("dialog#keys")).to_be_visible()
    expect(reviewer.page.locator("dialog#keys")).to_contain_text("renvoyer")
    reviewer.looks_right("morning-fr-keys")
    reviewer.page.keyboard.press("Escape")
    reviewer.page.keyboard.press("t")
    reviewer.page.fill("#why-r", "Le calibre manque.")
    reviewer.page.get_by_role("button", name="Renvoyer", exact=True).click()
    expect(reviewer.page.locator("main")).to_contain_text("Renvoyé.")


def test_three_people_do_their_mornings_work_in_three_languages(person: MakePerson, running: RunningNode) -> None:
    chilean, again = _case_in_spanish(person)
    _region_given(person, running)
    reviewer = person("c.moreau")
    _second_factor_in_french(reviewer)
    _sent_back_in_french(reviewer)

    # Chile again: the notice is there, the case is mended
    chilean.go("/notices/")
    expect(again.locator("h1")).to_contain_text(re.compile("avisos? que no ha leído"))
    chilean.looks_right("morning-es-notices")
    again.click("a.row-link >> nth=0")
    expect(again.locator("main")).to_contain_text("Le calibre manque.")
    again.emulate_media(media="print")
    chilean.looks_right("morning-es-print")
    again.emulate_media(media="screen")

    # Kenya, in English: a colleague is invited, chooses a password by the code, and stands on the rota
    contact = person("a.wanjiru")
    contact.go("/people/invite/")
    contact.page.fill("#username", "m.njoroge")
    contact.page.fill("#name", "M. Njoroge")
    contact.page.get_by_role("button", name="Make the code").click()
    code = contact.page.locator("[data-code]").inner_text()
    contact.looks_right("morning-en-code")
    colleague = person("")
    colleague.go("/accounts/welcome/")
    colleague.looks_right("morning-en-welcome")
    colleague.page.fill("#username", "m.njoroge")
    colleague.page.fill("#code", code)
    colleague.page.fill("#password", "seven-quiet-harbours")
    colleague.page.get_by_role("button", name="Save it").click()
    expect(colleague.page.locator("h1")).to_contain_text("Your password is set")
    contact.go("/people/duty/")
    contact.page.select_option("#officer", "m.njoroge")
    for day in range(7):
        contact.page.check(f"input[name=weekday][value='{day}']")
    contact.page.fill("#time_zone", "Africa/Nairobi")
    contact.page.get_by_role("button", name="Give the turn").click()
    contact.looks_right("morning-en-duty")
    contact.go("/people/of/m.njoroge/")
    expect(contact.page.locator("main")).to_contain_text("Password chosen")
    contact.looks_right("morning-en-person")


def _region_of(node: RunningNode, country: str) -> str:
    with sqlite3.connect(node.home / "tidewaiter.sqlite3") as database:
        return str(
            database.execute("SELECT region_id FROM people_administration WHERE code = ?", [country]).fetchone()[0]
        )


STEWARDS = {
    "people": "/people/",
    "places": "/people/places/",
    "administration": "/people/places/administration/KE/",
    "ledger": "/ledger/",
    "load-list": "/codelists/load/?list=direction",
    "load-form": "/forms/load/",
    "person": "/people/of/a.wanjiru/",
    "start": "/",
}


@pytest.mark.parametrize("view", ["laptop", "phone"])
def test_the_stewards_pages_hold(person: MakePerson, view: str) -> None:
    options = (
        {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}
        if view == "phone"
        else {}
    )
    steward = person("p.duval", **options)
    for name, address in STEWARDS.items():
        steward.go(address)
        steward.looks_right(f"steward-{name}-{view}")
    steward.go("/ledger/")
    if view == "laptop":
        steward.page.get_by_role("button", name="Check the chain").click()
        expect(steward.page.locator("h1")).to_contain_text("The chain is intact")
        steward.looks_right("steward-checked")
