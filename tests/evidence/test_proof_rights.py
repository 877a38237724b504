"""The doors of proof, data, court, devices and abroad answer each person as the card says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.evidence.conftest import Program, page_of
from tests.evidence.test_doors_by_role import HAVE_NONE, HAVE_PART
from tidewaiter.evidence.actions.prosecution import open_proceeding
from tidewaiter.evidence.actions.readings import fit_device
from tidewaiter.evidence.models import Abroad, Bundle, Device

pytestmark = pytest.mark.django_db
ORDERERS = ("custodian", "second", "investigator", "contact")


@pytest.fixture
def things(staff: SimpleNamespace, shoes: Any) -> SimpleNamespace:
    """A case before a court, and a seal that reports."""
    court = open_proceeding(case=shoes.case, said={"court": "Mombasa law court"}, by=staff.investigator)
    device = fit_device(said={"number": "SL-1", "kind": "seal", "exhibit": shoes.reference}, by=staff.investigator)
    return SimpleNamespace(court=court, device=device, shoes=shoes)


def test_every_page_answers_each_person_as_the_card_says(staff: SimpleNamespace, things: SimpleNamespace) -> None:
    ref, case = things.shoes.ref, things.shoes.case
    seen = [f"/evidence/court/{things.court.ref}/", f"/evidence/devices/{things.device.ref}/"]
    seen += [f"/evidence/{ref}/receipt/1/"]
    lists = ["/evidence/stamps/", "/evidence/court/", "/evidence/devices/"]
    ordered = [f"/evidence/export/{case}/", "/evidence/abroad/"]
    for key in (*HAVE_PART, *HAVE_NONE):
        browser = page_of(getattr(staff, key))
        for address in seen:
            assert (browser.get(address).status_code == 200) == (key in HAVE_PART), (key, address)
        for address in lists:
            answer = browser.get(address)
            if answer.status_code == 200:
                text = answer.content.decode()
                assert key in HAVE_PART or (things.shoes.reference not in text and "SL-1" not in text), (key, address)
            else:
                assert key in HAVE_NONE, (key, address)
        for address in ordered:
            status = browser.get(address).status_code
            assert (status == 200) == (key in ORDERERS or (key == "foreign" and "abroad" in address)), (key, address)


def test_every_program_answers_each_person_as_the_card_says(staff: SimpleNamespace, things: SimpleNamespace) -> None:
    ref = things.shoes.ref
    seen = [f"proceedings/{things.court.ref}", "devices/SL-1/findings", f"exhibits/{ref}/acquisitions"]
    seen += [f"exhibits/{ref}/events/1/receipt"]
    for key in (*HAVE_PART, *HAVE_NONE):
        program = Program(getattr(staff, key), "read")
        for address in seen:
            assert (program.get(address).status_code == 200) == (key in HAVE_PART), (key, address)
        for address in ("proceedings", "devices"):
            answer = program.get(address)
            assert key in HAVE_PART or answer.status_code in (403, 404) or answer.json() == [], (key, address)


def test_every_deed_of_a_stranger_finds_nothing(staff: SimpleNamespace, things: SimpleNamespace) -> None:
    ref, events = things.shoes.ref, things.shoes.events.count()
    deeds = [f"/evidence/court/{things.court.ref}/do/charge/", f"/evidence/devices/{things.device.ref}/do/remove/"]
    deeds += [f"/evidence/{ref}/check/", f"/evidence/{ref}/acquire/", f"/evidence/export/{things.shoes.case}/"]
    for key in HAVE_NONE:
        browser = page_of(getattr(staff, key))
        for address in deeds:
            said = {"purpose": "for me", "law": "x", "text": "x"}
            assert browser.post(address, said).status_code in (403, 404), (key, address)
    officer = page_of(staff.officer)
    refused = officer.post(f"/evidence/court/{things.court.ref}/do/charge/", {"law": "x", "text": "x"})
    assert refused.status_code in (400, 403)
    assert not Bundle.objects.exists()
    assert not Abroad.objects.exists()
    assert Device.objects.get().removed_at is None
    assert not things.court.charges.exists()
    assert things.shoes.events.count() == events
