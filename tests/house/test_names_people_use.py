"""No page shows people what only machines say: references of the node, codes, accounts as things, patterns of dates.

Every page that a person of each role reaches by links from the start is read, on a node with cases in every state, an
item of the library, a question, a link and notices.
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from lxml import html

from tests.making import case_in
from tidewaiter.cases.actions import draft, move_one, open_case, return_case, submit
from tidewaiter.cases.models import Case
from tidewaiter.cases.returning import FieldReason
from tidewaiter.codelists.queries import list_view
from tidewaiter.library.actions import Written, move, write
from tidewaiter.review.actions import ask
from tidewaiter.search.actions import watch
from tidewaiter.search.linking import KINDS, link

pytestmark = [pytest.mark.django_db, pytest.mark.long]

MACHINERY = re.compile(
    r"\b[A-Z]{2}-01[0-9A-Z]{8}|AUTO-[0-9A-F]|officer:|administration:|loxodonta_"
    r"|\bH87\b|\bKGM\b|(?<!\S)--[a-z]|%[dmY]\b"
)
THEIRS = ("/ledger/", "/jobs/", "/api/", "/codelists/", "/forms/")
"""Where machines' words belong: what was recorded, work, programs, and the lists and forms that say what codes mean."""
MOST, OF_A_KIND = 120, 3


def _case(by: Any, ref: str, **changes: Any) -> Case:
    made = draft(cases=[case_in(national_ref=ref, **changes)], by=by, channel="page").refs[0]
    return Case.objects.get(ref=made, latest=True)


def _handed_in(people: SimpleNamespace, ref: str, **changes: Any) -> Case:
    case = _case(people.contact, ref, **changes)
    submit(cases=Case.objects.filter(pk=case.pk), by=people.contact)
    case.refresh_from_db()
    open_case(case=case, by=people.reviewer)
    case.refresh_from_db()
    return case


def _one(quantity: str) -> dict[str, Any]:
    return {"lines": [{"subtype": "magazine", "quantity": quantity, "unit": "H87"}]}


@pytest.fixture
def filled(people: SimpleNamespace) -> SimpleNamespace:
    """A node on which something of everything has happened."""
    tusks = [{"subtype": "TUS", "quantity": "37", "unit": "KGM", "fields": {"species": "loxodonta_africana"}}]
    _case(people.contact, "", **_one("1"))
    _handed_in(people, "", **_one("2"))
    _handed_in(people, "", form="CIT", lines=tusks)
    back = _handed_in(people, "", **_one("3"))
    return_case(case=back, reason="Count.", by=people.reviewer, fields=[FieldReason("date", "unclear", "which?")])
    done = [
        _handed_in(people, "", form="CIT", lines=[{**tusks[0], "quantity": "38"}]),
        _handed_in(people, "", **_one("4")),
    ]
    for case in done:
        move_one(deed="validate", case=case, by=people.reviewer)
    one, other = (Case.objects.get(pk=case.pk) for case in done)
    link(one=one, other=other, kind=next(iter(list_view(KINDS).codes)), reason="same day", by=people.officer)
    ask(subject="Tusks", question="What else is known?", by=people.contact)
    watch(name="Kenya", query="country=KE", by=people.analyst)
    said = Written(kind="bulletin", texts={"en": ("Tusks", "Look.")}, audience="partners", handling="GREEN")
    said.cases = [one.reference]
    item = move(item=write(said=said, by=people.contact), deed="submit", by=people.contact)
    move(item=item, deed="publish", by=people.secretariat)
    write(said=Written(kind="bulletin", texts={"en": ("A draft", "x")}), by=people.secretariat)
    return people


def _kind(address: str) -> str:
    path, _mark, query = address.partition("?")
    names = sorted(part.split("=")[0] for part in query.split("&") if part)
    return re.sub(r"[A-Z]{2}-01[0-9A-Z]+|\d+", "#", path) + "?" + "&".join(names)


def _pages(client: Client) -> Any:
    """Pages by address, each kind of address a few times, as links lead from the start."""
    todo, known, kinds, opened = ["/", "/notices/"], set[str](), dict[str, int](), 0
    while todo and opened < MOST:
        address = todo.pop(0)
        kind = _kind(address)
        if address in known or kinds.get(kind, 0) >= OF_A_KIND or "format=" in address or "/export" in address:
            continue
        known.add(address)
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = client.get(address)
        assert answer.status_code < 400, f"a link leads to {address}: {answer.status_code}"
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html") or answer.streaming:
            continue
        opened += 1
        tree = html.fromstring(answer.content)
        yield address, tree
        for to in tree.xpath("//a/@href"):
            to = to.split("#")[0]
            to = address.split("?")[0] + to if to.startswith("?") else to
            if to.startswith("/") and not to.startswith(THEIRS):
                todo.append(to)


ROLES = ("officer", "contact", "reviewer", "analyst", "secretariat", "steward", "partner", "american")


@pytest.mark.parametrize("role", ROLES)
def test_pages_speak_as_people_do_and_every_link_is_open_to_its_reader(filled: SimpleNamespace, role: str) -> None:
    client = Client()
    client.force_login(getattr(filled, role))
    said: list[str] = []
    number = 0
    for address, tree in _pages(client):
        number += 1
        for gone in tree.xpath("//script|//style|//meta"):
            gone.drop_tree()
        words = [*tree.xpath("//text()"), *tree.xpath("//@title|//@placeholder|//@aria-label|//@alt")]
        said += [f"{address}: {word.strip()[:80]}" for word in words if MACHINERY.search(word)]
    assert said == []
    assert number > (3 if role == "partner" else 15)


def test_a_partner_finds_start_and_library_in_the_rail_and_no_case_to_enter(filled: SimpleNamespace) -> None:
    client = Client()
    client.force_login(filled.partner)
    page = html.fromstring(client.get("/").content)
    assert page.xpath("//nav[@class='tw-rail']/a[@class='r']/@href") == ["/", "/library/"]
    text = page.text_content()
    assert "Tusks" in text
    for words in ("Enter one", "No cases yet", "New case", "Bring a file", "validate", "Saved searches"):
        assert words not in text, words
    assert page.xpath("//form[@class='tw-find']/@action") == ["/library/"]
    assert "bring a file" not in html.tostring(page.get_element_by_id("keys"), encoding="unicode")
