"""Sight before limit: what one may not see is not told, neither by a count nor by a flag nor by an order."""

from __future__ import annotations

import base64
import json
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases import facets, search_index
from tidewaiter.cases.actions import draft, return_case, submit, validate, withdraw
from tidewaiter.cases.models import Case
from tidewaiter.people.actions import make_token

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

LINE = {"subtype": "pistol", "quantity": "2", "unit": "H87"}
US: dict[str, Any] = {"country": "US", "place": "USNYC", "route": [], "lines": [LINE]}
KE: dict[str, Any] = {"place": "KEMBA", "route": [], "lines": [LINE]}


def filed(people: SimpleNamespace, *refs: str, by: Any = None, **changes: Any) -> list[str]:
    """Drafts of the person's country; their refs."""
    person = by or people.contact
    about = US if person.administration_code == "US" else KE
    return draft(
        cases=[case_in(national_ref=ref, **{**about, **changes}) for ref in refs], by=person, channel="page"
    ).refs


def validated(people: SimpleNamespace, *refs: str, by: Any = None, **changes: Any) -> list[str]:
    """The same, validated."""
    made = filed(people, *refs, by=by, **changes)
    submit(cases=Case.objects.filter(ref__in=made, latest=True), by=by or people.contact)
    validate(cases=Case.objects.filter(ref__in=made, latest=True), by=people.secretariat, unopened="made in a test")
    return made


def page(person: Any, address: str) -> str:
    """A page as the person gets it."""
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return str(answer.content.decode())


def by_program(person: Any, address: str) -> Any:
    """What the JSON door answers the person."""
    _row, token = make_token(officer=person, name="t", scope="read", days=1, by=person)
    answer = Client().get(address, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200, (address, answer.content)
    return json.loads(answer.content)


def test_words_that_hidden_cases_have_too_find_the_same_cases_and_say_of_no_more(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "MOST", 3)
    filed(people, "KE-1", "KE-2", narrative="behind the manifold")
    filed(people, "US-1", "US-2", "US-3", "US-4", by=people.american, narrative="behind the manifold")
    validated(people, "US-RED", by=people.american, narrative="behind the manifold", handling="RED")
    for address in ("/cases/?q=manifold", "/search/?q=manifold", "/cases/?q=manifold&form=WPN"):
        shown = page(people.contact, address)
        assert "KE-1" in shown, address
        assert "KE-2" in shown, address
        assert "US-" not in shown, address
        assert "latest entered" not in shown, address
        assert "3+" not in shown, address
    assert "latest entered" in page(people.american, "/cases/?q=manifold"), "who sees more than that is told"


def test_a_case_that_was_withdrawn_returned_or_marked_is_gone_from_search_and_counts_at_once(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "AT_ONCE", -1)  # as if there were many: counts are served while they are made anew
    monkeypatch.setattr(facets, "KEPT_FOR", 3600.0)
    monkeypatch.setattr(facets, "_counting", threading.Lock())  # the thread that has it never runs
    monkeypatch.setattr(facets.threading, "Thread", lambda **_: SimpleNamespace(start=lambda: None))
    facets.forget_counts()
    gone, marked, _stays = validated(people, "KE-1", "KE-2", "KE-3", narrative="behind the manifold")
    [waiting] = filed(people, "KE-4", narrative="behind the manifold")
    submit(cases=Case.objects.filter(ref=waiting), by=people.contact)

    def seen(person: Any) -> tuple[int, list[str]]:
        total = facets.facets_of(person, {})[0]
        found = by_program(person, "/api/v1/cases?q=manifold")["cases"]
        return total, sorted(str(case["national_ref"]) for case in found)

    assert seen(people.chilean) == (3, ["KE-1", "KE-2", "KE-3"])
    assert seen(people.reviewer) == (4, ["KE-1", "KE-2", "KE-3", "KE-4"])
    monkeypatch.setattr(search_index, "bring_up_to_date", lambda most=0: 0)  # the index has not heard of it yet
    withdraw(case=Case.objects.get(ref=gone), reason="filed twice", by=people.contact)
    assert seen(people.chilean) == (2, ["KE-2", "KE-3"])
    filed(people, "KE-2", narrative="behind the manifold", handling="RED")
    assert seen(people.chilean) == (2, ["KE-2", "KE-3"]), "until the marked version is validated"
    validate(cases=Case.objects.filter(ref=marked, latest=True), by=people.secretariat, unopened="made in a test")
    assert seen(people.chilean) == (1, ["KE-3"])
    return_case(case=Case.objects.get(ref=waiting), reason="the place is missing", by=people.reviewer)
    assert "KE-4" not in seen(people.reviewer)[1]
    assert seen(people.reviewer)[0] == facets.facets_of(people.reviewer, {"country": ["KE"]})[0]


def test_a_version_that_stands_no_more_is_not_kept_in_the_index(people: SimpleNamespace) -> None:
    [ref] = validated(people, "KE-1", narrative="behind the manifold")
    search_index.bring_up_to_date()
    filed(people, "KE-1", narrative="under the floor")
    validate(cases=Case.objects.filter(ref=ref, latest=True), by=people.secretariat, unopened="made in a test")
    search_index.bring_up_to_date()
    with facets.connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM cases_words")
        kept = [key for (key,) in cursor.fetchall()]
    assert kept == [Case.objects.get(ref=ref, latest=True).pk]


def test_the_place_where_a_page_ends_does_not_tell_how_many_rows_were_made_between(people: SimpleNamespace) -> None:
    validated(people, "KE-1", "KE-2", "KE-3")
    first = by_program(people.chilean, "/api/v1/cases?limit=1")
    cursor = str(first["next_cursor"])
    key = Case.objects.get(ref=first["cases"][0]["ref"]).pk
    plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert f"/{key}".encode() not in plain
    assert b"2026" not in plain
    refs = [first["cases"][0]["national_ref"]]
    while cursor:
        following = by_program(people.chilean, f"/api/v1/cases?limit=1&cursor={cursor}")
        refs += [case["national_ref"] for case in following["cases"]]
        cursor = following["next_cursor"] or ""
    assert sorted(refs) == ["KE-1", "KE-2", "KE-3"]
    client = Client()
    client.login(username=people.chilean.username, password=PASSWORD)
    for made_up in ("x", "MjAyNi0wMy0wNC8z", "a" * 500):
        assert client.get(f"/cases/?cursor={made_up}").status_code == 400, made_up


def test_similar_cases_are_taken_of_those_one_sees(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidewaiter.search.similar.EACH", 2)
    about = {"route": [{"role": "departure", "country": "CL"}, {"role": "destination", "country": "KE"}]}
    first, like = validated(people, "KE-1", "KE-2", narrative="behind the manifold", **about)
    before = by_program(people.chilean, f"/api/v1/cases/{first}/similar")
    assert [one["ref"] for one in before] == [like]
    filed(people, "KE-3", "KE-4", "KE-5", narrative="behind the manifold", **about)
    filed(people, "US-1", "US-2", "US-3", by=people.american, narrative="behind the manifold", **about)
    assert by_program(people.chilean, f"/api/v1/cases/{first}/similar") == before
