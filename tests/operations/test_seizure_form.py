"""The form of a seizure guesses nothing, and a correction by it keeps what was said."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.operations.conftest import page_of, program_of
from tidewaiter.operations.actions.messages import Written, send
from tidewaiter.people.models import Officer

pytestmark = pytest.mark.django_db
SEIZURE = {
    "form": "DRG",
    "date": "2026-11-26",
    "country": "KE",
    "subtype": "cocaine",
    "quantity": "12",
    "unit": "KGM",
    "conveyance": {"mode": "1", "container": "TWQU3047184"},
    "annex": [{"name": "Somebody"}],
}


def _chosen(page: str, name: str) -> list[str]:
    [options] = re.findall(rf'<select[^>]*name="{re.escape(name)}".*?</select>', page, re.S)
    return re.findall(r'<option[^>]*?value="([^"]*)"[^>]*?\bselected', options, re.S) or [
        re.findall(r'<option[^>]*?value="([^"]*)"', options, re.S)[0]
    ]


def test_no_country_and_no_goods_are_guessed(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    ref = room(staff.ocu).ref
    page = page_of(staff.ocu).get(f"/operations/{ref}/write/seizure/").content.decode()
    assert (_chosen(page, "form"), _chosen(page, "country")) == ([""], [""]), "a secretariat is in no country"
    page = page_of(staff.kenya).get(f"/operations/{ref}/write/seizure/").content.decode()
    assert (_chosen(page, "form"), _chosen(page, "country")) == ([""], ["KE"])


def test_a_correction_by_the_page_keeps_how_it_travelled(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    send(room=room(staff.kenya), said=Written(template="seizure", data=SEIZURE), by=staff.kenya)
    address = f"/operations/{room(staff.kenya).ref}/write/seizure/?correct=1"
    page = page_of(staff.kenya).get(address).content.decode()
    assert _chosen(page, "conveyance.mode") == ["1"]
    typed = {"form": "DRG", "date": "2026-11-26", "country": "KE", "conveyance.mode": "1", "annex.1.name": "Somebody"}
    typed |= {"lines.1.subtype": "cocaine", "lines.1.quantity": "13", "lines.1.unit": "KGM"}
    assert page_of(staff.kenya).post(address, typed).status_code == 302
    [told] = program_of(staff.kenya).get(f"/api/v1/operations/{room(staff.kenya).ref}/messages").json()
    assert told["data"]["conveyance"] == {"mode": "1", "container": "TWQU3047184"}
    assert told["data"]["lines"][0]["quantity"] == "13"


def test_who_reads_no_names_is_not_told_how_many_there_are(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    send(room=room(staff.kenya), said=Written(template="seizure", data=SEIZURE), by=staff.kenya)
    ref = room(staff.kenya).ref
    for person, told in ((staff.jordan, True), (staff.watcher, False), (staff.private, False)):
        assert ("1 name" in page_of(person).get(f"/operations/{ref}/").content.decode()) == told, person.username


def test_a_partner_finds_their_rooms_from_every_page(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    assert Officer.objects.get(username=staff.private.username).role_codes == {"partner"}
    page = page_of(staff.private).get(f"/operations/{room(staff.private).ref}/").content.decode()
    assert re.search(r'<a[^>]*href="/operations/"[^>]*>\s*(<[^>]*>\s*)*Operations', page[: page.index("<main")])


def test_a_clock_says_what_it_is_for(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    said = Written(template="warning", data={"goods": "Pumps"}, to=["KE"], urgent=True)
    send(room=room(staff.jordan), said=said, by=staff.jordan)
    page = page_of(staff.kenya).get(f"/operations/{room(staff.kenya).ref}/").content.decode()
    assert re.search(r"1[45] min left to acknowledge", page)
    program_of(staff.kenya).post(f"/api/v1/operations/{room(staff.kenya).ref}/messages/1/acknowledge")
    page = page_of(staff.kenya).get(f"/operations/{room(staff.kenya).ref}/").content.decode()
    assert "left to acknowledge" not in page
    assert re.search(r"(1 h 59|2 h 00) left", page)


def test_a_page_that_stands_open_asks_for_the_card_that_was_changed(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    for number in range(2):
        said = Written(template="instruction", data={"text": f"Hold {number}", "lang": "en"})
        send(room=room(staff.kenya), said=said, by=staff.kenya)
    ref = room(staff.kenya).ref
    program_of(staff.kenya).post(f"/api/v1/operations/{ref}/messages/1/withdraw")
    card = page_of(staff.jordan).get(f"/operations/{ref}/cards/?only=1").content.decode()
    assert "Hold 0" in card
    assert "Hold 1" not in card
    assert "withdrawn" in card
    to_spain = Written(template="instruction", data={"text": "Quiet", "lang": "en"}, to=["ES"])
    hidden = send(room=room(staff.kenya), said=to_spain, by=staff.kenya).number
    assert "Quiet" not in page_of(staff.jordan).get(f"/operations/{ref}/cards/?only={hidden}").content.decode()
