"""The seeds' case over two national nodes and a bank's own door, and a preservation from request to mutual assistance.

An officer in Kenya writes the alarm from the victim's mail; the duty desk asks Mauritius by the exchange; the desk
there opens a way in for its bank, which freezes a part and says where the rest went; the onward payment opens a second
request; money returns. In three languages.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Person
from tests.journeys.network import LONG, at, network

__all__ = ["network"]
pytestmark = [pytest.mark.browser, pytest.mark.long]
MAIL = b"""Received: from mail.bulk.example (198.51.100.24) by mx.northlight.example; Thu, 26 Nov 2026 19:00:01 +0300
From: Lomond Mburu Advocates <closing@lomondmburu.example>
Reply-To: closing@lomondrnburu.example
To: Northlight Pumps Ltd <accounts@northlight-pumps.example>
Subject: Re: Closing payment, changed bank details
Date: Thu, 26 Nov 2026 09:04:00 -0500
Content-Type: text/plain; charset=utf-8

Kindly settle USD 1,240,000.00 today to Baltic Trade Escrow Ltd, MU17 BOMM 0101 1010 3030 0200 000M UR.
"""
LANGUAGES = [("English", "en"), ("Français", "fr"), ("Español", "es")]


def speak(who: Person, language: str) -> None:
    """Another language for this person: waited for, and looked at."""
    code = dict(LANGUAGES)[language]
    who.go("/")
    if who.page.evaluate("document.documentElement.lang") == code:
        return
    with who.page.expect_navigation():
        who.page.evaluate(
            """(word) => [...document.querySelectorAll("form[action='/language/'] button")]
            .find(one => one.textContent.trim() === word).click()""",
            language,
        )
    who.go("/")
    assert who.page.evaluate("document.documentElement.lang") == code, f"{language} was never spoken"


def seen(who: Person, address: str, selector: str, words: str) -> None:
    """Looks again and again until words stand there."""
    began = time.monotonic()
    while time.monotonic() - began < LONG / 1000:
        who.go(address)
        if words in who.page.locator(selector).first.inner_text():
            return
        time.sleep(1)
    raise AssertionError(f"«{words}» never stood at {address}")


def on_a_phone(who: Person, name: str) -> None:
    """The same page 390 points wide."""
    who.page.set_viewport_size({"width": 390, "height": 844})
    who.looks_right(f"{name}-phone")
    who.page.set_viewport_size({"width": 1440, "height": 900})


def answer(page: Page, kind: str, **fields: str) -> None:
    """Two clicks: what, then record."""
    page.locator(f"label:has(> [name=kind][value={kind}])").click()
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.click("#ans-record")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("language", "short"), LANGUAGES)
def test_the_seeds_case_over_two_nodes_and_a_banks_door(
    browser: Browser, network: SimpleNamespace, tmp_path: Path, language: str, short: str
) -> None:
    began = time.monotonic()
    alarm = _written_from_a_mail(browser, network, tmp_path, language, short)
    duty = at(browser, network, network.kenya, "g.ndirangu")
    speak(duty, language)
    duty.go(alarm)
    duty.page.locator(".tw-step form button").click()
    duty.page.wait_for_load_state("networkidle")
    duty.looks_right(f"response-2-alarm-{short}")
    assert duty.page.locator("#to").input_value() == "node:MU"
    duty.page.select_option("#scheme", "i_grip")
    duty.page.locator("#ask button.btn-primary").click()
    duty.page.wait_for_load_state("networkidle")
    print(f"{short}: from the mail to the request that is sent {time.monotonic() - began:.0f} s")
    number = re.search(r"KE/AL/\d+/\d+", duty.page.locator("main").inner_text())
    assert number is not None
    _frozen_in_mauritius(browser, network, language, short, number.group(0))
    seen(duty, alarm, ".sums", "820,000" if short == "en" else "820")
    expect(duty.page.locator(".sums")).to_contain_text("66 %")
    seen(duty, alarm, "#ask", "Kolkhi Bank")
    duty.looks_right(f"response-5-money-found-{short}")
    if short == "en":
        duty.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        on_a_phone(duty, "response-5-everything-open")
        duty.looks_right("response-5-everything-open")
    _onward_asked(browser, network, duty, alarm, short)
    _returned(browser, network, duty, alarm, language, short)
    for node in (network.kenya, network.mauritius):
        assert node.run("verify_ledger")["intact"] is True


def _written_from_a_mail(browser: Browser, network: SimpleNamespace, folder: Path, language: str, short: str) -> str:
    officer = at(browser, network, network.kenya, "t.kiplagat")
    speak(officer, language)
    officer.go("/response/new/")
    (folder / "closing.eml").write_bytes(MAIL)
    page = officer.page
    page.set_input_files("#mail", str(folder / "closing.eml"))
    page.locator("form:has(#mail) button").click()
    page.wait_for_load_state("networkidle")
    assert page.locator("[name=to_account]").input_value() == "MU17BOMM0101101030300200000MUR"
    assert page.locator("[name=victim]").input_value() == "Northlight Pumps Ltd"
    page.fill("[name=victim_country]", "KE")
    page.fill("[name=from_bank]", "Savanna Trust Bank")
    officer.looks_right(f"response-1-from-a-mail-{short}")
    page.locator("[name=deed][value=submit]").click()
    page.wait_for_load_state("networkidle")
    assert re.search(r"/response/AL-", page.url), page.locator("main").inner_text()[:400]
    return page.url.removeprefix(network.kenya.address)


def _frozen_in_mauritius(browser: Browser, network: SimpleNamespace, language: str, short: str, number: str) -> None:
    desk = at(browser, network, network.mauritius, "s.ramphul")
    speak(desk, language)
    seen(desk, "/response/", "main", number)
    desk.looks_right(f"response-3-asked-{short}")
    desk.page.get_by_role("link", name=number).click()
    desk.page.wait_for_load_state("networkidle")
    desk.looks_right(f"response-3-request-{short}")
    assert "Northlight" not in desk.page.locator("main").inner_text()
    desk.page.fill("#bank", "Amber Bank, Port Louis")
    desk.page.locator("[value=pass_on]").click()
    desk.page.wait_for_load_state("networkidle")
    link, code = desk.page.locator(".code-once").all_inner_texts()
    bank = Person(browser, network.mauritius, "", locale=short, viewport={"width": 390, "height": 844})
    bank.page.set_default_timeout(LONG)
    bank.page.goto(link)
    bank.looks_right(f"response-4-bank-code-{short}")
    bank.page.fill("#desk", "Amber Bank, fraud desk")
    bank.page.fill("#code", code)
    bank.page.locator("form button.btn-primary").click()
    bank.page.wait_for_load_state("networkidle")
    assert "MU17BOMM0101101030300200000MUR" in bank.page.locator("main").inner_text()
    bank.looks_right(f"response-4-bank-{short}")
    answer(bank.page, "frozen_part", amount="820000")
    onward = {"onward_to_account": "GE29NB0000000101904917", "onward_to_bank": "Kolkhi Bank"}
    answer(bank.page, "credited_onward", amount="360000", **onward)
    bank.looks_right(f"response-4-bank-answered-{short}")


def _onward_asked(browser: Browser, network: SimpleNamespace, duty: Person, alarm: str, short: str) -> None:
    page = duty.page
    page.locator("#ask [name=leg][value='1']").uncheck()
    page.select_option("#to", "bank:")
    page.fill("#ask #bank", "Kolkhi Bank")
    page.locator("#ask button.btn-primary").click()
    page.wait_for_load_state("networkidle")
    link, code = page.locator(".code-once").all_inner_texts()
    bank = Person(browser, network.kenya, "", locale=short)
    bank.page.set_default_timeout(LONG)
    bank.page.goto(link)
    bank.page.fill("#desk", "Kolkhi Bank, fraud desk")
    bank.page.fill("#code", code)
    bank.page.locator("form button.btn-primary").click()
    bank.page.wait_for_load_state("networkidle")
    answer(bank.page, "frozen_full")
    bank.looks_right(f"response-6-second-bank-{short}")
    duty.go(alarm)
    duty.looks_right(f"response-6-onward-frozen-{short}")


def _returned(browser: Browser, network: SimpleNamespace, duty: Person, alarm: str, language: str, short: str) -> None:
    desk = at(browser, network, network.mauritius, "s.ramphul")
    speak(desk, language)
    desk.go("/response/")
    number = re.search(r"KE/AL/\d+/\d+", duty.page.locator("main").inner_text())
    assert number is not None
    request = network.mauritius.run("alarm", "requests", "--by", "s.ramphul")
    [ref] = [one["ref"] for one in request if one["reference"] == number.group(0) and one["to_kind"] != "bank"]
    desk.go(f"/response/requests/{ref}/")
    answer(desk.page, "returned", amount="820000")
    desk.looks_right(f"response-7-returned-there-{short}")
    seen(duty, alarm, ".sums", "0")
    began = time.monotonic()
    while "66 %" not in duty.page.locator(".sums > div").nth(4).inner_text():
        assert time.monotonic() - began < LONG / 1000, "money never returned"
        time.sleep(1)
        duty.go(alarm)
    duty.page.locator("details:has([name=outcome]) summary").click()
    duty.page.select_option("[name=outcome]", "returned_in_part")
    duty.page.locator("form:has([name=outcome]) button").click()
    duty.page.wait_for_load_state("networkidle")
    duty.looks_right(f"response-7-closed-{short}")
    assert duty.page.evaluate("document.documentElement.lang") == short
    duty.go("/response/outcome/")
    duty.looks_right(f"response-8-outcome-{short}")
    duty.go("/response/outcome/?split=country")
    duty.looks_right(f"response-8-by-country-{short}")
    if short == "en":
        on_a_phone(duty, "response-8-by-country")


def test_a_preservation_goes_from_request_to_mutual_assistance(browser: Browser, network: SimpleNamespace) -> None:
    duty = at(browser, network, network.kenya, "g.ndirangu")
    duty.go("/response/preservations/new/")
    page = duty.page
    page.select_option("[name=basis]", "budapest_29")
    for name, text in (
        ("offence", "A false law-firm mail diverted USD 1,240,000."),
        ("data", "Log-in addresses of three mail accounts, 1 March to 20 June."),
        ("custodian", "Mailhaven Ltd, Port Louis"),
        ("necessity", "The provider deletes log files after thirty days."),
        ("to_country", "MU"),
        ("to_name", "24/7 contact point, Port Louis"),
    ):
        page.fill(f"[name={name}]", text)
    duty.looks_right("preservation-1-form")
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state("networkidle")
    duty.looks_right("preservation-2-ready")
    address = page.url.removeprefix(network.kenya.address)
    page.locator("form[action$='/do/send_by_node/'] button").click()
    page.wait_for_load_state("networkidle")
    desk = at(browser, network, network.mauritius, "s.ramphul")
    seen(desk, "/response/preservations/", "main", "Mailhaven Ltd, Port Louis")
    desk.looks_right("preservation-3-asked")
    desk.page.locator("main a.row-link").first.click()
    desk.page.wait_for_load_state("networkidle")
    desk.page.fill("#dual", "Computer fraud is an offence here too.")
    desk.page.locator("form[action$='/do/dual/'] button").click()
    desk.page.wait_for_load_state("networkidle")
    assert "Computer fraud is an offence here too." in desk.page.locator("#dual").input_value()
    desk.looks_right("preservation-3-incoming")
    on_a_phone(desk, "preservation-3-incoming")
    desk.page.select_option("#kind", "preserved")
    desk.page.fill("#text", "Three of three accounts are kept until January.")
    desk.page.locator("form[action$='/do/answer/'] button").click()
    seen(duty, address, "main", "Three of three accounts")
    duty.looks_right("preservation-4-kept")
    page.fill("#reference", "MLA-2026-0031")
    page.locator("form[action$='/do/assistance/'] button").click()
    page.wait_for_load_state("networkidle")
    duty.looks_right("preservation-5-assistance")
    incoming = desk.page.url.removeprefix(network.mauritius.address)
    seen(desk, incoming, "main", "MLA-2026-0031")
    desk.looks_right("preservation-6-assistance-there")
