"""A correction meets another: both are kept, side by side, until a person has chosen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.offline.device import DeviceOf, record
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case
from tidewaiter.cases.validate_record import check_record
from tidewaiter.threads.models import Message

pytestmark = pytest.mark.django_db


def _standing() -> Case:
    return Case.objects.get(national_ref="KE-OFF-1", latest=True)


def _record_of(case: Case) -> dict[str, Any]:
    return {**case.header, "lines": [line.document for line in case.lines.order_by("number")]}


def _office_changes(by: Any, **more: Any) -> None:
    checked, problems = check_record(record(**more))
    assert checked is not None, problems
    draft(cases=[checked], by=by, channel="page")


def test_a_correction_of_the_case_as_it_was_read_is_taken(device: DeviceOf) -> None:
    device.send(device.case(record()))
    case = _standing()
    assert device.send(device.correction(case, record(direction="transit")))["outcome"] == "taken"
    assert _standing().header["direction"] == "transit"


def test_corrections_of_one_branch_follow_each_other_however_they_arrive(device: DeviceOf) -> None:
    device.send(device.case(record()))
    case = _standing()
    first = device.correction(case, record(direction="transit"))
    second = device.correction(case, record(direction="export"), after=first[0])
    assert device.send(second)["outcome"] == "after"
    assert device.send(first)["outcome"] == "taken"
    assert _standing().header["direction"] == "export"
    assert device.send(second)["outcome"] == "taken"


def test_two_versions_are_shown_field_by_field_and_put_together_by_a_person(
    device: DeviceOf, staff: SimpleNamespace
) -> None:
    device.send(device.case(record()))
    case = _standing()
    base = _record_of(case)
    _office_changes(staff.contact, place="KENBO", direction="import")
    theirs = _standing().digest
    mine = record(place="KELAU", location_type="seaport")
    receipt = device.send(device.correction(case, mine, record=base))
    assert receipt["outcome"] == "two_versions"
    assert _standing().digest == theirs
    address = f"/offline/arrivals/{receipt['id']}/"
    text = " ".join(device.page.get(address).content.decode().split())
    assert "12 tusks (Loxodonta africana)" in text
    assert "you and the office changed the same case" in text
    assert "Choose 1 field" in text
    assert "loxodonta_africana" not in text
    assert text.index("you choose") < text.index("Only you wrote it: taken.")
    assert "Only the office wrote it: taken." in text
    standing = _standing()
    named = {"version": standing.version, "digest": standing.digest, "deed": "merge"}
    assert device.page.post(address, named).status_code == 422
    outdated = {**named, "digest": "0" * 64, "take:place": "mine"}
    assert device.page.post(address, outdated).status_code == 422
    assert device.page.post(address, {**named, "take:place": "mine"}).status_code == 302
    header = _standing().header
    assert (header["place"], header["location_type"], header["direction"]) == ("KELAU", "seaport", "import")


def test_the_office_s_version_stands_and_the_other_becomes_a_note(device: DeviceOf, staff: SimpleNamespace) -> None:
    device.send(device.case(record()))
    case = _standing()
    base = _record_of(case)
    _office_changes(staff.contact, place="KENBO")
    receipt = device.send(device.correction(case, record(place="KELAU"), record=base))
    page = Client()
    page.force_login(staff.foreign)
    assert page.get(f"/offline/arrivals/{receipt['id']}/").status_code == 404
    page.force_login(staff.contact)
    assert page.post(f"/offline/arrivals/{receipt['id']}/", {"deed": "notes"}).status_code == 302
    assert _standing().header["place"] == "KENBO"
    assert "Place: Lamu (Nairobi)" in Message.objects.get().text
