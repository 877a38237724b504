"""A victim is a number in every message, list, search and export of others, a name on a sheet that records looks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.operations.conftest import page_of, program_of
from tests.operations.messages import send_as
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db
ANNEX = [
    {"name": "Diego Markov", "role": "organiser"},
    {"name": "Lina Quaresma", "role": "victim", "birth_date": "2011-05-01", "note": "aunt in Faro"},
    {"name": "Milo Quaresma", "role": "Victim"},
]
RAID = {"places_searched": "1", "victims": "2", "annex": ANNEX}
HIDDEN = ("Quaresma", "2011-05-01", "Faro")


def _exported(person: Any, ref: str) -> str:
    content = program_of(person).post(f"/api/v1/operations/{ref}/export").getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return pack.read("messages.json").decode()


def test_a_victim_is_told_by_a_number_and_by_name_on_a_sheet_that_records_every_look(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.spain).ref
    send_as(room, staff.spain, "raid", RAID)
    said = program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages").json()[0]["data"]["annex"]
    assert said == [ANNEX[0], {"role": "victim", "number": "1"}, {"role": "victim", "number": "2"}]
    assert program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages?q=quaresma").json() == []
    assert len(program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages?q=markov").json()) == 1
    browser = page_of(staff.kenya)
    for rest in ("", "?q=quaresma", "messages/1/", "board/", "cards/?since=0"):
        page = browser.get(f"/operations/{ref}/{rest}").content.decode()
        assert not [name for name in HIDDEN if name in page], rest
    assert "Diego Markov" in browser.get(f"/operations/{ref}/messages/1/").content.decode()
    assert "Quaresma" not in _exported(staff.kenya, ref)
    assert "Lina Quaresma" in _exported(staff.spain, ref), "what they wrote is theirs to take"
    sheets = f"/operations/{ref}/messages/1/victims/"
    sheet = f"{sheets}1/"
    assert "Lina Quaresma" in browser.get(sheet).content.decode()
    assert "Milo Quaresma" in browser.get(f"{sheets}2/").content.decode()
    looks = Entry.objects.filter(ref=ref, deed="operations.victim_looked", detail__contains="victim")
    assert list(looks.values_list("by", flat=True)) == [staff.kenya.username] * 2
    for person, status in ((staff.watcher, 403), (staff.private, 403), (staff.outsider, 404), (staff.steward, 404)):
        assert page_of(person).get(sheet).status_code == status, person.username
    assert browser.get(f"{sheets}3/").status_code == 404
    assert browser.get(f"{sheets}0/").status_code == 404


def test_a_correction_keeps_whom_its_form_does_not_show(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    ref = room(staff.spain).ref
    send_as(room, staff.spain, "raid", RAID)
    browser, address = page_of(staff.spain), f"/operations/{ref}/write/raid/?correct=1"
    page = browser.get(address).content.decode()
    assert "Diego Markov" in page
    assert "Quaresma" not in page
    typed = {"places_searched": "2", "annex.1.name": "Diego Markov", "annex.1.role": "organiser"}
    typed |= {"annex.2.role": "victim", "annex.3.role": "victim"}
    assert browser.post(address, typed).status_code == 302
    assert "Lina Quaresma" in browser.get(f"/operations/{ref}/messages/1/victims/1/").content.decode()
    assert "Quaresma" not in browser.get(f"/operations/{ref}/messages/1/").content.decode()
