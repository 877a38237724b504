"""An officer writes with a file, the contact point answers late after a reminder, whoever has duty is seen."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import PROJECT, prepared_for
from tests.journeys.conftest import PICTURES, Person, RunningNode, serving

pytestmark = [pytest.mark.browser, pytest.mark.long]
SUBJECT = "Seal of TCLU 402117 was broken"
LATE = """
import django; django.setup()
from datetime import timedelta
from tidewaiter.foundation.moments import now
from tidewaiter.mail.actions import remind_of_letters
from tidewaiter.mail.models import Letter
Letter.objects.filter(answered_at=None, due_at__isnull=False).update(due_at=now() - timedelta(minutes=12))
print(remind_of_letters())
"""


@pytest.fixture
def national(tmp_path: Path) -> Iterator[RunningNode]:
    """A national node with people of two administrations, a rota and a contact point, serving."""
    shutil.copytree(prepared_for("national"), tmp_path / "home")
    node = RunningNode(tmp_path / "home", "national")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for username, home, role in (
        ("w.barasa", "KE", "officer"),
        ("a.wanjiru", "KE", "contact"),
        ("d.otieno", "KE", "duty"),
        ("u.nakato", "UG", "contact"),
    ):
        node.person(username, home, role)
    days = ("--from", "00:00", "--to", "00:00", "--zone", "Africa/Nairobi")
    node.json("duty", "--by", "a.wanjiru", "--give", "a.wanjiru", "--weekdays", "0,2,4,6", *days)
    node.json("duty", "--by", "a.wanjiru", "--give", "d.otieno", "--weekdays", "1,3,5", *days)
    table = tmp_path / "points.csv"
    table.write_text(
        "country,name,phone,languages,opens,closes,weekdays,time_zone\n"
        "FR,Cellule de permanence,+33 1 5550 0100,fr;en,,,,Europe/Paris\n"
        "UG,Risk desk,+256 41 555 0100,en,08:00,17:00,0;1;2;3;4,Africa/Kampala\n"
    )
    node.json("contact_points", "--by", "a.wanjiru", "--load", str(table))
    with serving(node):
        yield node


def test_from_a_letter_to_a_late_answer(browser: Browser, national: RunningNode, tmp_path: Path) -> None:
    scan = tmp_path / "seal.pdf"
    scan.write_bytes(b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n")
    officer = Person(browser, national, "w.barasa")
    page = officer.page
    officer.go("/mail/")
    officer.looks_right("mail-empty")
    page.get_by_role("link", name="Write").click()
    page.get_by_role("checkbox", name="a.wanjiru").check()
    page.fill("#subject", SUBJECT)
    page.fill("#text", "The seal was broken when the lorry came.\n\nSee the scan. Who sealed it?")
    page.select_option("#due", "+4")
    page.set_input_files("#file", str(scan))
    expect(page.locator("#kept")).to_contain_text("Kept at")
    officer.looks_right("mail-write")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_role("link", name="seal.pdf")).to_be_visible()
    page.fill("#text", "The seal was broken when the lorry came. Who sealed it?")
    expect(page.locator("#kept")).to_contain_text("Kept at")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("button", name="Take back")).to_be_visible()
    officer.looks_right("mail-sent")
    done = subprocess.run(
        [sys.executable, "-c", LATE],
        env={**national.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() in ("1", "0")  # the node's own clock may have been faster
    contact = Person(browser, national, "a.wanjiru", color_scheme="dark")
    contact.looks_right("mail-start-dark")
    page = contact.page
    expect(page.get_by_text("1 answer overdue")).to_be_visible()
    expect(page.locator("[aria-labelledby=h-duty]")).to_contain_text("until")
    page.get_by_role("link", name=SUBJECT).click()
    contact.looks_right("mail-thread-dark")
    with page.expect_download() as taken:
        page.get_by_role("link", name="seal.pdf").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF-1.7")
    page.fill("#text", "The shipper did, in Kampala.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Answered by")).to_be_visible()
    contact.go("/people/duty/")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Nobody")
    contact.looks_right("duty-dark")
    contact.go("/people/contacts/")
    contact.looks_right("contacts-dark")
    _on_a_phone(Person(browser, national, "w.barasa", viewport={"width": 390, "height": 844}))
    _from_right_to_left(Person(browser, national, "w.barasa"))


def _on_a_phone(phone: Person) -> None:
    phone.looks_right("mail-start-phone")
    for name, address in (("mail", "/mail/"), ("duty", "/people/duty/"), ("contacts", "/people/contacts/")):
        phone.go(address)
        phone.looks_right(f"{name}-phone")
    phone.go("/mail/new/")
    phone.looks_right("mail-write-phone")


def _from_right_to_left(arabic: Person) -> None:
    arabic.page.click("details.menu:has(form[action='/language/']) summary")
    arabic.page.get_by_role("button", name="العربية").click()
    expect(arabic.page.locator("html")).to_have_attribute("dir", "rtl")
    for name, address in (("mail", "/mail/"), ("mail-write", "/mail/new/"), ("duty", "/people/duty/")):
        arabic.go(address)
        arabic.looks_right(f"{name}-ar")
    arabic.go("/mail/")
    arabic.page.get_by_role("link", name=SUBJECT).click()
    arabic.looks_right("mail-thread-ar")
