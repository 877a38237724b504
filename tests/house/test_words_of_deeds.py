"""Whatever is recorded or told has words that people read: deeds of every room, on
every page that shows what was done.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD, PROJECT
from tests.house.elsewhere import is_elsewhere, rooms_elsewhere
from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case
from tidewaiter.notices.actions import tell_about_people
from tidewaiter.people.actions import suspend
from tidewaiter.review.actions import ask, take
from tidewaiter.search.linking import link
from tidewaiter.site.labels import deeds

HOUSE = PROJECT / "tidewaiter"
ROOMS = sorted(
    path.name
    for path in HOUSE.iterdir()
    if ((path / "apps.py").exists() or path.name in ("site", "foundation")) and path.name not in rooms_elsewhere()
)
NOT_DEEDS = {"cases.json", "ledger.zip"}
"""Texts of this form that name something else. (Migrations name models so and are not looked at.)"""
TELLING = ("record", "record_many", "tell")


def _sources() -> list[Path]:
    return [
        path
        for path in HOUSE.rglob("*.py")
        if "migrations" not in path.parts and path.name != "room.py" and not is_elsewhere(path)
    ]


def _named() -> dict[str, str]:
    """Every text of the code that reads `room.word`, and a file in which it stands."""
    shape = re.compile(rf"({'|'.join(ROOMS)})\.[a-z_]+")
    return {
        node.value: str(path.relative_to(HOUSE))
        for path in _sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and shape.fullmatch(node.value)
    }


def test_every_deed_of_every_room_has_words_and_no_words_are_left_over() -> None:
    named = _named()
    assert {room.split(".")[0] for room in named} >= {
        "cases",
        "codelists",
        "forms",
        "intake",
        "ledger",
        "library",
        "people",
        "review",
        "search",
        "site",
        "statistics",
        "threads",
        "trade",
        "vault",
    }
    assert {name: file for name, file in named.items() if name not in deeds()} == {
        name: file for name, file in named.items() if name in NOT_DEEDS
    }
    assert set(deeds()) <= set(named), "words of a deed that nobody does"


def test_the_words_are_words() -> None:
    for name, word in deeds().items():
        assert re.fullmatch(r"[A-Z][A-Za-z ',:]{3,80}", str(word)), (name, str(word))


def test_the_name_of_a_deed_is_never_put_together_so_that_it_can_be_looked_for() -> None:
    """`deed=` is a literal, a name, an attribute or a place in a table of literals, never a text made of parts."""
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TELLING:
                for said in (word.value for word in node.keywords if word.arg == "deed"):
                    made = [part for part in ast.walk(said) if isinstance(part, ast.JoinedStr | ast.BinOp | ast.Call)]
                    assert not made, f"{path.relative_to(HOUSE)}:{node.lineno}"
                    if isinstance(said, ast.Constant):
                        assert said.value in deeds(), f"{path.relative_to(HOUSE)}:{node.lineno}"


def _page(person: Any, address: str) -> str:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    answer = client.get(address)
    assert answer.status_code == 200, address
    text = re.sub(r"<[^>]*>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text)


@pytest.mark.django_db
def test_a_closed_account_is_said_in_words_on_the_ledger_on_the_persons_page_and_in_notices(
    people: SimpleNamespace,
) -> None:
    suspend(officer=people.officer, by=people.contact)
    tell_about_people()
    assert "Account closed" in _page(people.steward, "/ledger/")
    assert "Account closed" in _page(people.contact, f"/people/of/{people.officer.username}/")
    assert "Account closed" in _page(people.contact, "/notices/")


@pytest.mark.django_db
def test_a_question_that_was_put_and_taken_is_said_in_words_on_the_ledger_and_in_notices(
    people: SimpleNamespace,
) -> None:
    request = ask(subject="Pumps", question="What of pumps?", by=people.contact)
    take(request=request, by=people.reviewer)
    ledger = _page(people.steward, "/ledger/")
    assert "Question taken" in ledger
    assert "Question put to the office" in ledger
    assert "Question put to the office" in _page(people.reviewer, "/notices/")


@pytest.mark.django_db
def test_the_history_of_a_case_says_every_deed_in_words(people: SimpleNamespace) -> None:
    refs = draft(
        cases=[case_in(national_ref="H-1"), case_in(national_ref="H-2", date="2026-01-09")],
        by=people.contact,
        channel="page",
    ).refs
    one, other = (Case.objects.get(ref=ref) for ref in refs)
    link(one=one, other=other, kind="same_network", reason="", by=people.contact)
    page = _page(people.contact, f"/cases/{min(refs)}/")
    history = page[page.index(" History ") :]
    assert "Drafted by" in history
    assert not re.search(r"\b(linked|drafted) by", history), (
        "no bare name of a deed; links stand in a panel of their own"
    )
