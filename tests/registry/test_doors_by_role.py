"""The registry's pages by role: what the card says of each is what each finds."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse

from tests.registry.conftest import page_of
from tidewaiter.registry.room import ROOM

pytestmark = pytest.mark.django_db
READERS = {"investigator", "officer", "contact"}
LOOKS_AFTER = {"steward", "protection"}
FOUND = {
    "names_reader": READERS,
    "names_consulter": READERS,
    "names_writer": {"investigator", "contact"},
    "protection": {"protection"},
    "agreements_reader": LOOKS_AFTER,
    "thresholds_reader": READERS | LOOKS_AFTER,
}
"""Who of an administration's people finds a page, in the words of the card."""
GLASS = {"protection"}
"""Who finds the page of the broken glass beside those who read names: who judges it."""
PEOPLE = ("investigator", "officer", "contact", "steward", "protection", "analyst", "partner")
OF_ONE = ("judge_glass", "undo_decision", "task_done", "sighting_judged")
PAGES = [
    name
    for name, rule in ROOM.rights.pages.items()
    if rule in FOUND and name not in ("kept_graph", "registry_double", "case_names")
]


def test_the_words_of_the_card_are_known_here() -> None:
    rules = {rule for rule in ROOM.rights.pages.values() if not rule.startswith(("post ", "see."))}
    assert rules - set(FOUND) == {"names_reader_at_home"}
    assert len(PAGES) >= 14


@pytest.mark.parametrize("role", PEOPLE)
def test_each_role_finds_what_the_card_says(staff: SimpleNamespace, role: str) -> None:
    person = getattr(staff, role)
    page = page_of(person)
    for name in PAGES:
        found = set(FOUND[ROOM.rights.pages[name]]) | (GLASS if name == "broken_glass" else set())
        status = page.get(reverse(name)).status_code
        if ROOM.rights.pages[name] == "names_writer" and role == "officer":
            assert status == 403, (role, name)
        else:
            assert status == (200 if role in found else 404), (role, name)


@pytest.mark.parametrize("role", ["steward", "analyst", "partner"])
def test_no_deed_of_names_is_done_for_who_reads_none(staff: SimpleNamespace, role: str) -> None:
    page = page_of(getattr(staff, role))
    for name, rule in ROOM.rights.pages.items():
        if rule in ("post names_reader", "post names_consulter", "post names_writer"):
            arguments = (
                {"ref": "RG-1"} if name in ("judge_glass", "undo_decision", "task_done", "sighting_judged") else {}
            )
            assert page.post(reverse(name, kwargs=arguments), {"purpose": "a case"}).status_code == 404, name
