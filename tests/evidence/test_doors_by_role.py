"""Every door of the room has its row on the card, and answers each person as the card says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import get_resolver

from tests.evidence.conftest import Program, page_of
from tidewaiter.evidence.actions import begin_scene, keep_store, order_disposal
from tidewaiter.evidence.models import Exhibit
from tidewaiter.evidence.room import ROOM
from tidewaiter.evidence.urls import urlpatterns

pytestmark = pytest.mark.django_db
HAVE_PART = ("officer", "other", "custodian", "second", "investigator", "contact")
HAVE_NONE = ("steward", "analyst", "foreign", "partner")


def _names(patterns: Any, before: str = "") -> list[tuple[str, str]]:
    found = []
    for one in patterns:
        route = before + str(one.pattern)
        found += _names(one.url_patterns, route) if hasattr(one, "url_patterns") else [(route, str(one.name))]
    return found


def test_the_card_has_a_row_for_every_page_and_every_program() -> None:
    assert {one.name for one in urlpatterns} <= set(ROOM.rights.pages)
    programs = {name for route, name in _names(get_resolver().url_patterns) if route.startswith("api/v1/evidence/")}
    assert programs == set(ROOM.rights.programs)


def test_every_page_answers_each_person_as_the_card_says(staff: SimpleNamespace, shoes: Exhibit) -> None:
    store = keep_store(said={"code": "MBA-B", "name": "Store"}, by=staff.custodian)
    scene = begin_scene(said={"place": "Pier 2"}, by=staff.officer)
    order = {"order": "MC-1", "ordered_by": "court", "way": "destroy"}
    disposal = order_disposal(exhibits=[shoes], said=order, by=staff.investigator)
    pages = [
        *("/evidence/", "/evidence/new/", "/evidence/hand-over/", "/evidence/taking/", "/evidence/stores/"),
        *("/evidence/assets/", "/evidence/disposals/", "/evidence/scenes/", f"/evidence/stores/{store.ref}/"),
        *(f"/evidence/labels/?code={shoes.reference}", f"/evidence/case/{shoes.case}/", f"/evidence/{shoes.ref}/"),
        *(f"/evidence/scenes/{scene.ref}/", f"/evidence/disposals/{disposal.ref}/"),
    ]
    programs = ["exhibits", f"exhibits/{shoes.ref}", f"exhibits/{shoes.ref}/events", "disposals"]
    for key in (*HAVE_PART, *HAVE_NONE):
        browser, program = page_of(getattr(staff, key)), Program(getattr(staff, key), "read")
        expected = {200} if key in HAVE_PART else {403, 404}
        for address in pages:
            status = browser.get(address).status_code
            if key == "foreign" and status == 200:
                text = browser.get(address).content.decode()
                assert shoes.reference not in text, address
                continue
            assert status in expected, (key, address, status)
        for address in programs:
            answer = program.get(address)
            if key == "foreign" and answer.status_code == 200:
                assert answer.json() == [], address
                continue
            assert answer.status_code in expected, (key, address, answer.status_code)


def test_every_deed_of_a_stranger_finds_nothing(staff: SimpleNamespace, shoes: Exhibit) -> None:
    store = keep_store(said={"code": "MBA-B", "name": "Store"}, by=staff.custodian)
    scene = begin_scene(said={"place": "Pier 2"}, by=staff.officer)
    order = {"order": "MC-1", "ordered_by": "court", "way": "destroy"}
    disposal = order_disposal(exhibits=[shoes], said=order, by=staff.investigator)
    deeds = [f"/evidence/{shoes.ref}/do/{deed}/" for deed in ("seal", "hand_over", "test", "hold", "dispose", "take")]
    deeds += [f"/evidence/disposals/{disposal.ref}/do/{deed}/" for deed in ("method", "fix", "carry_out", "cancel")]
    deeds += [f"/evidence/scenes/{scene.ref}/do/secure/", f"/evidence/scenes/{scene.ref}/leave/"]
    deeds += [f"/evidence/stores/{store.ref}/", f"/evidence/{shoes.ref}/files/{'0' * 64}/ask/"]
    before = shoes.events.count()
    for key in HAVE_NONE:
        browser = page_of(getattr(staff, key))
        for address in deeds:
            assert browser.post(address, {"note": "x", "said": "x"}).status_code in (403, 404), (key, address)
    assert shoes.events.count() == before
