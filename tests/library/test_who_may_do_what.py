"""Who may do what to an item of the library in which state, and who reads it: the whole table, in plain words."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.tables import person, rows
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import NotAllowed, Refusal
from tidewaiter.library import policy
from tidewaiter.library.models import Item

AT = ("draft", "submitted", "published", "withdrawn")
LETTERS = {"a": "amend", "s": "submit", "p": "publish", "b": "send_back", "w": "withdraw"}
WHO = {
    "contact": person("KE", "contact"),
    "editor": person("KE", "editor"),
    "analyst": person("KE", "analyst"),
    "officer": person("KE", "officer"),
    "steward": person("KE", "steward"),
    "own reviewer": person("KE", "reviewer", regions="ESA"),
    "reviewer": person("UG", "reviewer", regions="ESA"),
    "reviewer of two": person("UG", "reviewer", regions="AMC ESA"),
    "far reviewer": person("CL", "reviewer", regions="AMC"),
    "covers without the role": person("UG", "contact", regions="ESA"),
    "foreign editor": person("UG", "editor"),
    "secretariat's reviewer": person("INT", "reviewer"),
    "secretariat's editor": person("INT", "editor"),
    "secretariat's analyst": person("INT", "analyst"),
    "secretariat's steward": person("INT", "steward"),
    "partner": person("INT", "partner"),
}
#                              draft  submitted  published  withdrawn
DEEDS = """
    contact                    asw    w          w          -
    editor                     asw    w          w          -
    analyst                    asw    w          w          -
    officer                    -      -          -          -
    steward                    -      -          -          -
    own reviewer               asw    w          w          -
    reviewer                   w      pbw        w          -
    reviewer of two            w      pbw        w          -
    far reviewer               -      -          -          -
    covers without the role    -      -          -          -
    foreign editor             -      -          -          -
    secretariat's reviewer     asw    pbw        w          -
    secretariat's editor       asw    pbw        w          -
    secretariat's analyst      as     -          -          -
    secretariat's steward      -      -          -          -
    partner                    -      -          -          -
"""


def item(status: str, **changes: Any) -> Item:
    """An item of Kenya, in East and Southern Africa."""
    return Item(**{"status": status, "administration": "KE", "region": "ESA", "kind": "alert"} | changes)


def test_who_may_do_what_in_which_state() -> None:
    table = rows(DEEDS, 4)
    assert set(table) == set(WHO)
    for who, cells in table.items():
        for status, cell in zip(AT, cells, strict=True):
            may = {deed for deed in LETTERS.values() if policy.allowed(deed, item(status), WHO[who])}
            assert may == {LETTERS[letter] for letter in cell}, (who, status)


@pytest.mark.parametrize(
    ("who", "deed", "status", "code"),
    [
        ("officer", "amend", "draft", "role"),
        ("foreign editor", "amend", "draft", "not_your_country"),
        ("foreign editor", "submit", "draft", "not_your_country"),
        ("contact", "submit", "published", "state"),
        ("contact", "publish", "submitted", "role"),
        ("far reviewer", "publish", "submitted", "role"),
        ("own reviewer", "publish", "submitted", "own_country"),
        ("own reviewer", "send_back", "submitted", "own_country"),
        ("reviewer", "publish", "draft", "state"),
        ("officer", "withdraw", "draft", "role"),
        ("foreign editor", "withdraw", "published", "role"),
        ("contact", "withdraw", "withdrawn", "state"),
        ("reviewer", "withdraw", "withdrawn", "state"),
    ],
)
def test_what_is_said_to_whom_a_deed_is_refused(who: str, deed: str, status: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        policy.MAY[deed](WHO[who], item(status))
    assert refused.value.code == code


def test_the_secretariat_approves_what_it_wrote_itself() -> None:
    own = item("submitted", administration="INT", region="")
    for who, code in (("secretariat's editor", ""), ("secretariat's analyst", "role"), ("reviewer", "role")):
        try:
            policy.may_publish(WHO[who], own)
        except Refusal as refused:
            assert refused.code == code, who
        else:
            assert not code, who


def test_who_writes_and_who_approves_at_all() -> None:
    writing = {who for who, actor in WHO.items() if policy.writes(actor)}
    assert writing == set(WHO) - {"officer", "steward", "secretariat's steward", "partner"}
    approving = {who for who, actor in WHO.items() if policy.approves(actor)}
    assert approving == {
        "own reviewer",
        "reviewer",
        "reviewer of two",
        "far reviewer",
        "secretariat's reviewer",
        "secretariat's editor",
    }
    assert not policy.approves(person("KE", "reviewer")), "a reviewer of no region"
    assert not policy.approves(person("KE", "editor", regions="ESA"))


def test_who_speaks_under_an_item_and_who_works_on_it() -> None:
    close = {who for who, actor in WHO.items() if policy.is_close(actor, item("published"))}
    assert close == set(WHO) - {"far reviewer", "foreign editor", "partner"}
    for who, actor in WHO.items():
        if who == "partner":
            with pytest.raises(NotAllowed) as refused:
                policy.may_say(actor, item("published"))
            assert refused.value.code == "customs"
        else:
            policy.may_say(actor, item("published"))


READERS = {
    "kenyan": person("KE", "officer"),
    "own reviewer": person("KE", "reviewer", regions="ESA"),
    "ugandan": person("UG", "officer"),
    "reviewer": person("UG", "reviewer", regions="ESA"),
    "chilean": person("CL", "officer", region_code="AMC"),
    "of no region": person("AQ", "officer", region_code=""),
    "secretariat": person("INT", "analyst"),
    "partner": person("INT", "partner", username="interpol"),
    "other partner": person("INT", "partner", username="unodc"),
    "expert": person("KE", "expert"),
}
# Whom a published item of Kenya reaches, by audience, under AMBER; below, what marks take from that.
PUBLISHED = """
    country    kenyan own_reviewer reviewer secretariat
    region     kenyan own_reviewer reviewer secretariat ugandan
    members    kenyan own_reviewer reviewer secretariat ugandan chilean of_no_region
    partners   kenyan own_reviewer reviewer secretariat ugandan chilean of_no_region partner other_partner
    partner    kenyan own_reviewer reviewer secretariat ugandan chilean of_no_region partner
"""
ALWAYS = {"kenyan", "own reviewer", "secretariat"}


@pytest.mark.django_db
def test_who_reads_what() -> None:
    reached = {
        words[0]: {word.replace("_", " ") for word in words[1:]}
        for words in (line.split() for line in PUBLISHED.strip().splitlines())
    }
    marks = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
    moment = {"made_at": now(), "changed_at": now(), "made_by": "contact.ke", "partner": "interpol"}
    made = [
        item(status, ref=f"{status}/{audience}/{mark}", audience=audience, handling=mark, **moment)
        for status, audience, mark in product(AT, reached, marks)
    ]
    made.append(item("published", ref="of no region", region="", audience="region", handling="CLEAR", **moment))
    Item.objects.bulk_create(made)
    expected: dict[str, set[str]] = {"of no region": set(ALWAYS)}
    for status, audience, mark in product(AT, reached, marks):
        told = ALWAYS | ({"reviewer"} if status in ("submitted", "published") else set())
        if status == "published" and mark != "RED":
            told |= reached[audience] - ({"partner", "other partner"} if mark == "AMBER+STRICT" else set())
        expected[f"{status}/{audience}/{mark}"] = told
    for who, actor in READERS.items():
        found = set(Item.objects.filter(policy.visible(actor)).values_list("ref", flat=True))
        assert found == {ref for ref, told in expected.items() if who in told}, who
